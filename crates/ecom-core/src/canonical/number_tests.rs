use super::*;

fn plain(format: &str, text: &str) -> Option<String> {
    let format: NumberFormat = format.parse().unwrap();
    let mut out = String::new();
    format.plain_into(text, &mut out).then_some(out)
}

#[test]
fn a_format_is_what_1234_56_looks_like() {
    for text in [
        "1234.56",
        "1,234.56",
        "1.234,56",
        "1234,56",
        "1 234,56",
        "1'234.56",
        "$1,234.56",
        "€ 1.234,56",
        "1.234,56 €",
        "R$ 1.234,56",
        "USD 1234.56",
        "1 234,56 zł",
        "1234.56%",
        "1234.0",
    ] {
        assert_eq!(text.parse::<NumberFormat>().unwrap().to_string(), text);
    }
    assert_eq!("1\u{a0}234,56".parse::<NumberFormat>().unwrap().to_string(), "1 234,56");
    for text in ["", "plain", "1.234", "12,34", "1234.5", "$", "1,23,4.56"] {
        assert!(text.parse::<NumberFormat>().is_err(), "{text}");
    }
}

#[test]
fn a_format_reads_what_people_write_in_it() {
    for (format, text, wanted) in [
        ("1,234.56", "1,234,567.80", "1234567.80"),
        ("1,234.56", "12,34,567.80", "1234567.80"),
        ("1,234.56", "1234.5", "1234.5"),
        ("1.234,56", "1.234,5", "1234.5"),
        ("1.234,56", "-0,5", "-0.5"),
        ("1.234,56", ",5", ".5"),
        ("1 234,56", "1\u{202f}234,56", "1234.56"),
        ("1 234,56", "12\u{a0}345\u{2009}678", "12345678"),
        ("1'234.56", "1\u{2019}234.5", "1234.5"),
        ("$1,234.56", "$1,250.00", "1250.00"),
        ("$1,234.56", "-$5.00", "-5.00"),
        ("$1,234.56", "$-5.00", "-5.00"),
        ("$1,234.56", "($12.50)", "-12.50"),
        ("$1,234.56", "(12.50)", "-12.50"),
        ("$1,234.56", "12.50", "12.50"),
        ("€ 1.234,56", "-€ 5,00", "-5.00"),
        ("1.234,56 €", "5,00-", "-5.00"),
        ("1.234,56 €", "5,00- €", "-5.00"),
        ("1.234,56 €", "€5", "5"),
        ("1234.56", "\u{2212}3.5", "-3.5"),
        ("1234.56", "+3.5", "3.5"),
        ("1234.56", "1e-05", "0.00001"),
        ("1234.56", "1.25e+2", "125"),
        ("1234.56", "1.25E+1", "12.5"),
        ("1234.56%", "15 %", "15"),
        ("1234.56%", "%15", "15"),
        ("1234.0", "17850.0", "17850.0"),
    ] {
        assert_eq!(plain(format, text).as_deref(), Some(wanted), "{format} {text}");
    }
}

#[test]
fn what_is_written_otherwise_is_not_read() {
    for (format, text) in [
        ("1,234.56", "1.234,5"),
        ("1,234.56", "1 234.5"),
        ("1,234.56", "12,34.5"),
        ("1,234.56", "1,2345"),
        ("1,234.56", "1,234,56.00"),
        ("1,234.56", "0,234.00"),
        ("1,234.56", ",234"),
        ("1.234,56", "12.34.567"),
        ("1234,56", "1.234,56"),
        ("$1,234.56", "€5"),
        ("1234.56", "$5"),
        ("1234.56", "15%"),
        ("1234.56%", "15"),
        ("1234.56", "007"),
        ("1234.56", "'02215"),
        ("1234.56", "1.23E+12"),
        ("1234.56", "5E3"),
        ("1234.56", "+4915112345678"),
        ("1234.56", "--5"),
        ("1234.56", "-(5)"),
        ("1234.56", "5 5"),
        ("1234.56", "."),
        ("1234.56", "1.2.3"),
        ("1234.56", "Ⅻ"),
        ("1234.56", "$"),
        ("1234.56", "USD-"),
        ("1234.56", "0x1"),
    ] {
        assert_eq!(plain(format, text), None, "{format} {text}");
    }
}

#[test]
fn digits_of_other_scripts_dashes_and_what_cannot_be_seen_are_read() {
    for (format, text, wanted) in [
        ("1234.56", "١٢٫٥٠", "12.50"),
        ("1234.56", "１２．５", "12.5"),
        ("1,234.56", "１，２３４", "1234"),
        ("1234.56", "۱۲۰۰", "1200"),
        ("1234,56 €", "20,- €", "20"),
        ("1'234.56", "1'007.–", "1007"),
        ("1234.56", "5.--", "5"),
        ("$1234.56", " $-   ", "0"),
        ("$1234.56", "$ -", "0"),
        ("1234.56", "'12.50", "12.50"),
        ("1234.56", "\u{200b}12.50\u{feff}", "12.50"),
        ("1,234円", "1,200円", "1200"),
    ] {
        let format = format.replace("234円", "234.56円");
        assert_eq!(plain(&format, text).as_deref(), Some(wanted), "{format} {text}");
    }
}

#[test]
fn what_may_be_thousands_or_decimals_is_told() {
    let ambiguous = |text: &str| Spelled::parse(text).unwrap().is_ambiguous();
    for text in ["1.250", "1,234", "12.000", "-999,999", "$1,234"] {
        assert!(ambiguous(text), "{text}");
    }
    for text in ["0.125", "1234.567", "1.25", "1,234,567", "12", "1.234,5", ".125"] {
        assert!(!ambiguous(text), "{text}");
    }
}

#[test]
fn digits_that_an_exponent_hides_are_told() {
    let cut = |text: &str| Spelled::parse(text).unwrap().is_cut();
    assert!(cut("1.23E+12") && cut("5e+3"));
    assert!(!cut("1.25e+2") && !cut("1e-5") && !cut("12"));
}

proptest::proptest! {
    #![proptest_config(crate::fuzz::cases(256))]

    #[test]
    fn no_text_makes_the_reader_of_numbers_panic(text in "[-+()0-9.,' eE%$€\u{a0}\u{2212}aRkrUSD]{0,14}|\\PC{0,12}") {
        for decimal in [DecimalSign::Point, DecimalSign::Comma] {
            if let Some(spelled) = Spelled::parse(&text) {
                let mut out = String::new();
                if spelled.plain_into(decimal, &mut out).is_ok() {
                    proptest::prop_assert!(out.chars().all(|c| matches!(c, '0'..='9' | '-' | '.')));
                    proptest::prop_assert!(out.parse::<f64>().is_ok(), "{text} {out}");
                }
            }
        }
        let _ = text.parse::<NumberFormat>();
    }

    #[test]
    fn a_number_written_in_a_format_is_read_back(
        cents in -99_999_999_999_i64..99_999_999_999,
        separator in 0..5_usize,
        comma in proptest::bool::ANY,
        around in 0..5_usize,
    ) {
        let separator = ["", ".", ",", " ", "'"][separator];
        let mark = if comma { "," } else { "." };
        let separator = if separator == mark { "" } else { separator };
        let digits = (cents.abs() / 100).to_string();
        let mut whole = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index) % 3 == 0 {
                whole.push_str(separator);
            }
            whole.push(digit);
        }
        let number = |whole: &str, cents: i64| {
            let number = format!("{whole}{mark}{cents:02}");
            match around {
                0 => number,
                1 => format!("€ {number}"),
                2 => format!("{number} kr"),
                3 => format!("${number}"),
                _ => format!("{number}%"),
            }
        };
        let format = number(&format!("1{separator}234"), 56);
        let minus = if cents < 0 { "-" } else { "" };
        let text = format!("{minus}{}", number(&whole, cents.abs() % 100));
        let wanted = format!("{minus}{digits}.{:02}", cents.abs() % 100);
        proptest::prop_assert_eq!(plain(&format, &text), Some(wanted));
    }
}
