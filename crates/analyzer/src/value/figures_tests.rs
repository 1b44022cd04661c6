use super::*;
use crate::value::answers::NumberStyle;
use crate::value::decimal_sign::known_sign;

/// Type, format and range; `None` if a value does not fit or a question remains.
fn figured(values: &[&str], strict: bool) -> Option<Figured> {
    let mut figures = Figures::new(strict);
    let fits = |(value, line)| figures.observe(value, line) == Fit::Number;
    if !values.iter().copied().zip(2..).all(fits) || figures.question().is_some() {
        return None;
    }
    figures.decide(figures.sign(), None)
}

fn found(values: &[&str], strict: bool) -> Option<(String, String)> {
    let Figured { sql_type, format, .. } = figured(values, strict)?;
    Some((sql_type.to_string(), format.unwrap_or_else(|| "plain".into())))
}

#[test]
fn each_way_of_writing_gets_its_format() {
    for (values, sql_type, format) in [
        (&["1", "-2"][..], "INT", "plain"),
        (&["1", "2.5"], "DECIMAL(2,1)", "plain"),
        (&["0.125", "1.250"], "DECIMAL(4,3)", "plain"),
        (&["1.250", "12.5"], "DECIMAL(5,3)", "plain"),
        (&["1261,96", "-3,50"], "DECIMAL(6,2)", "1234,56"),
        (&["49,90", "1.234,50"], "DECIMAL(6,2)", "1.234,56"),
        (&["1.234", "1.234.567"], "INT", "1.234,56"),
        (&["1,234", "12"], "", ""),
        (&["1.250", "2.400"], "", ""),
        (&["1,234", "1,234,567"], "INT", "1,234.56"),
        (&["1,23,456.00", "999.50"], "DECIMAL(8,2)", "1,234.56"),
        (&["$2.50", "$1,250.00", "($12.50)"], "DECIMAL(6,2)", "$1,234.56"),
        (&["€ 1.234,56", "-€ 5,00"], "DECIMAL(6,2)", "€ 1.234,56"),
        (&["USD 12.00", "USD 1200.00"], "DECIMAL(6,2)", "USD 1234.56"),
        (&["1 234,56", "1\u{a0}234,00"], "DECIMAL(6,2)", "1 234,56"),
        (&["1'234.50", "12.00"], "DECIMAL(6,2)", "1'234.56"),
        (&["15%", "0%"], "INT", "1234.56%"),
        (&["+5", "5-"], "INT", "1234.56"),
        (&["1e-05", "0.5"], "DECIMAL(5,5)", "1234.56"),
        (&["(5)", "(6)"], "", ""),
        (&["$5", "€5"], "", ""),
        (&["15%", "3"], "", ""),
        (&["1,5", "1.5"], "", ""),
        (&["1 234,56", "1.234,56"], "", ""),
    ] {
        let wanted = (!sql_type.is_empty()).then(|| (sql_type.to_owned(), format.to_owned()));
        assert_eq!(found(values, false), wanted, "{values:?}");
    }
}

#[test]
fn identifiers_have_no_separators_and_lose_a_zero_after_the_point() {
    let said = |values: &[&str]| found(values, true).unwrap_or_default();
    assert_eq!(said(&["17850.0", "13047.0"]), ("INT".into(), "1234.0".into()));
    assert_eq!(said(&["3000000000.0"]), ("BIGINT".into(), "1234.0".into()));
    assert_eq!(said(&["17850", "13047"]), ("INT".into(), "plain".into()));
    assert_eq!(said(&["1.250"]), ("DECIMAL(4,3)".into(), "plain".into()));
    assert_eq!(found(&["123 456 789"], true), None);
    assert_eq!(found(&["5.0", "7.0"], false).unwrap().0, "DECIMAL(2,1)");
}

#[test]
fn the_value_that_decides_is_the_proof() {
    let proof = |values: &[&str]| figured(values, false).unwrap().proof;
    let wanted = "decimal comma: \"1.250,50\" in line 3 proves it";
    assert_eq!(proof(&["1.250", "1.250,50"]).as_deref(), Some(wanted));
    let wanted = "decimal point: \"0.125\" in line 3 proves it";
    assert_eq!(proof(&["1.250", "0.125"]).as_deref(), Some(wanted));
    assert_eq!(proof(&["12.50"]), None);
}

#[test]
fn the_flag_and_the_other_columns_tell_what_the_values_leave_open() {
    let mut figures = Figures::new(false);
    figures.observe("1.250", 2);
    assert_eq!(figures.question(), Some("1.250"));
    let (sign, why) = known_sign(Some(NumberStyle::Comma), &[]).unwrap();
    let found = figures.decide(sign, Some(&why)).unwrap();
    assert_eq!((found.sql_type, found.range.0.as_str()), (SqlType::Int, "1250"));
    let other = |sign| SignEvidence { sign, value: "12,50".into(), header: "Preis".into() };
    let others = [other(DecimalSign::Comma), other(DecimalSign::Comma)];
    assert_eq!(known_sign(None, &others).unwrap().0, DecimalSign::Comma);
    assert_eq!(known_sign(None, &[other(DecimalSign::Comma), other(DecimalSign::Point)]), None);
    assert_eq!(known_sign(None, &[]), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(crate::cases()))]

    #[test]
    fn what_is_taken_in_converts_with_the_format_found_to_the_number_meant(
        cents in proptest::collection::vec(-9_999_999_i64..9_999_999, 1..12),
        separator in 0..5_usize,
        comma in proptest::bool::ANY,
        around in 0..4_usize,
        grouped in proptest::bool::ANY,
    ) {
        use ecom_core::canonical::Canonical;
        use ecom_core::convert::ColumnConverter;
        let separator = if grouped { ["", ".", ",", " ", "'"][separator] } else { "" };
        let mark = if comma { "," } else { "." };
        let separator = if separator == mark { "" } else { separator };
        let write = |cents: i64| {
            let digits = (cents.abs() / 100).to_string();
            let mut text = String::from(if cents < 0 { "-" } else { "" });
            text.push_str(["", "€ ", "$", ""][around]);
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) {
                    text.push_str(separator);
                }
                text.push(digit);
            }
            text + mark + &format!("{:02}", cents.abs() % 100) + ["", "", "", " kr"][around]
        };
        let values: Vec<_> = cents.iter().map(|cents| write(*cents)).collect();
        let texts: Vec<_> = values.iter().map(String::as_str).collect();
        let Figured { sql_type, format, .. } = figured(&texts, false).unwrap();
        let column = ColumnConverter::new(sql_type, false, format.as_deref());
        for (cents, text) in cents.iter().zip(&texts) {
            let mut canonical = Canonical::new();
            proptest::prop_assert_eq!(column.convert(Some(text), &mut canonical), Ok(()));
            let minus = if *cents < 0 { "-" } else { "" };
            let wanted = format!("{minus}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
            proptest::prop_assert_eq!(canonical.value(0), Some(wanted.as_str()));
        }
    }

    #[test]
    fn whatever_is_taken_in_converts(
        values in proptest::collection::vec("[-+($€]?[0-9]{1,3}([., '][0-9]{2,3}){0,3}[)%]?|[0-9]{1,4}", 1..6),
        strict in proptest::bool::ANY,
    ) {
        use ecom_core::canonical::Canonical;
        use ecom_core::convert::ColumnConverter;
        let mut figures = Figures::new(strict);
        let taken: Vec<_> =
            values.iter().filter(|value| figures.observe(value, 2) == Fit::Number).collect();
        for sign in [DecimalSign::Point, DecimalSign::Comma] {
            let Some(found) = figures.decide(sign, Some("so")) else { continue };
            let column = ColumnConverter::new(found.sql_type, false, found.format.as_deref());
            for value in &taken {
                let mut canonical = Canonical::new();
                proptest::prop_assert_eq!(column.convert(Some(value), &mut canonical), Ok(()));
            }
        }
    }
}
