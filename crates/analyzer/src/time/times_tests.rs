use ecom_core::canonical::Canonical;
use ecom_core::convert::ColumnConverter;

use super::*;

/// What is known about the values, which are on the lines from 2; `None` if one does not fit.
fn times(values: &[&str], numbers: bool) -> Option<(Times, [u64; CLASSES])> {
    let mut times = Times::new(numbers, numbers);
    let mut tally = [0; CLASSES];
    for (value, line) in values.iter().zip(2..) {
        let class = times.observe(value, line);
        tally[class] += 1;
        if class == 0 {
            return None;
        }
    }
    Some((times, tally))
}

fn decide(values: &[&str], order: Option<DateOrder>) -> Option<TimeDecision> {
    let (times, tally) = times(values, true)?;
    times.decide(order, &tally, "When")
}

fn decided(values: &[&str]) -> Option<DecidedTime> {
    match decide(values, None)? {
        TimeDecision::Decided(decided) => Some(decided),
        TimeDecision::Undecided { .. } => None,
    }
}

/// The type, the format, and the canonical form of each value as every other tool reads it.
fn read(values: &[&str]) -> Option<(String, String, Vec<String>)> {
    let DecidedTime { sql_type, format, range, .. } = decided(values)?;
    let column = ColumnConverter::new(sql_type, false, Some(&format));
    let mut texts = Vec::new();
    for value in values {
        let mut canonical = Canonical::new();
        column.convert(Some(value), &mut canonical).unwrap();
        texts.push(canonical.value(0).unwrap().to_owned());
    }
    let wanted = texts.iter().min().unwrap().clone();
    assert!(range.0.format("%Y-%m-%d %H:%M:%S%.6f").to_string().starts_with(&wanted));
    Some((sql_type.to_string(), format, texts))
}

#[test]
fn each_form_gets_a_format_that_reads_it() {
    for (values, sql_type, format, last) in [
        (&["2024-01-31"][..], "DATE", "%Y-%m-%d", "2024-01-31"),
        (&["2024-1-5"], "DATE", "%Y-%m-%d", "2024-01-05"),
        (&["1/2/2024", "1/31/2024"], "DATE", "%m/%d/%Y", "2024-01-31"),
        (&["31-01-24"], "DATE", "%d-%m-%y", "2024-01-31"),
        (&["1-Jan-2024"], "DATE", "%d-%B-%Y", "2024-01-01"),
        (&["28 janv. 2024", "30 mai 2024"], "DATE", "%d %B %Y", "2024-05-30"),
        (&["10/13/2017 7:05"], "DATETIME", "%m/%d/%Y %H:%M", "2017-10-13 07:05:00"),
        (
            &["2017-10-02 07:05:01", "2017-10-02 07:05:01.250"],
            "DATETIME(2)",
            "%Y-%m-%d %H:%M:%S%.f",
            "2017-10-02 07:05:01.25",
        ),
        (
            &["2017-10-02T07:05:01+02:00", "2017-10-02T07:05:01-0130"],
            "DATETIME",
            "%Y-%m-%dT%H:%M:%S%z",
            "2017-10-02 08:35:01",
        ),
        (&["3/14/24 1:05 PM"], "DATETIME", "%m/%d/%y %I:%M %p", "2024-03-14 13:05:00"),
        (&["20240312"], "DATE", "%Y%m%d", "2024-03-12"),
        (&["45352", "45353"], "DATE", "excel days", "2024-03-02"),
        (&["45352.5"], "DATETIME", "excel days", "2024-03-01 12:00:00"),
        (&["1709283600"], "DATETIME", "epoch seconds", "2024-03-01 09:00:00"),
        (
            &["1709283600000", "1709370000500"],
            "DATETIME(1)",
            "epoch milliseconds",
            "2024-03-02 09:00:00.5",
        ),
        (
            &["2024-01-01 10:00:00", "2024-01-01 10:00"],
            "DATETIME",
            "%Y-%m-%d %H:%M:%S | %Y-%m-%d %H:%M",
            "2024-01-01 10:00:00",
        ),
        (&["2024-01-13", "01/27/2024"], "DATE", "%Y-%m-%d | %m/%d/%Y", "2024-01-27"),
        (&["13/1/2024", "1/14/2024"], "DATE", "%m/%d/%Y | %d/%m/%Y", "2024-01-14"),
        (
            &["05/02/2024", "13/02/2024 10:00"],
            "DATETIME",
            "%d/%m/%Y | %d/%m/%Y %H:%M",
            "2024-02-13 10:00:00",
        ),
    ] {
        let (found, with, texts) = read(values).unwrap_or_else(|| panic!("{values:?}"));
        assert_eq!((found.as_str(), with.as_str()), (sql_type, format), "{values:?}");
        assert_eq!(texts.last().unwrap(), last, "{values:?}");
    }
}

#[test]
fn numbers_are_times_only_where_the_header_says_so() {
    for text in ["20240312", "1709283600", "45352"] {
        assert!(times(&[text], false).is_none(), "{text}");
    }
    let (only_times, _) = times(&["20240312", "2024-03-13"], true).unwrap();
    assert!(!only_times.are_numbers());
}

#[test]
fn values_that_are_not_dates_are_text() {
    for values in [&["2024"][..], &["2024-01"], &["12:30"], &["2023-02-29"], &["1/2/3"]] {
        assert!(times(values, true).is_none(), "{values:?}");
    }
}

#[test]
fn without_a_day_above_12_the_order_is_asked_for() {
    let values = ["5/5/2024", "12/1/2010"];
    let undecided =
        TimeDecision::Undecided { sql_type: SqlType::Date, example: "12/1/2010".into() };
    assert_eq!(decide(&values, None), Some(undecided));
    for (order, wanted) in [(DateOrder::MonthFirst, "%m/%d/%Y"), (DateOrder::DayFirst, "%d/%m/%Y")]
    {
        let Some(TimeDecision::Decided(decided)) = decide(&values, Some(order)) else { panic!() };
        assert_eq!(decided.format, wanted);
        assert!(decided.proof.unwrap().ends_with(" first, as --date-order says"));
    }
}

#[test]
fn if_both_orders_occur_ambiguous_values_need_an_answer() {
    let values = ["13/1/2024", "1/14/2024", "1/2/2024"];
    assert!(matches!(decide(&values, None), Some(TimeDecision::Undecided { .. })));
    let Some(TimeDecision::Decided(decided)) = decide(&values, Some(DateOrder::DayFirst)) else {
        panic!()
    };
    assert_eq!(decided.format, "%d/%m/%Y | %m/%d/%Y");
}

#[test]
fn an_irrelevant_order_is_not_asked_for_and_a_proven_one_is_kept() {
    assert!(read(&["1/1/2024", "2/2/2024"]).is_some());
    let decided = decide(&["1/2/2024", "1/13/2024"], Some(DateOrder::DayFirst));
    let Some(TimeDecision::Decided(decided)) = decided else { panic!() };
    assert_eq!(decided.format, "%m/%d/%Y");
}

#[test]
fn the_order_of_day_and_month_is_proven_by_the_first_value_that_has_only_one() {
    let proof = |values: &[&str]| decided(values).unwrap_or_else(|| panic!("{values:?}")).proof;
    for (values, wanted) in [
        (
            &["1/2/2024", "1/13/2024", "1/14/2024"][..],
            "month first: 1/13/2024 in line 3 has a day above 12",
        ),
        (&["31.1.2024 7:05"], "day first: 31.1.2024 7:05 in line 2 has a day above 12"),
        (&["1/1/2024", "2/2/2024"], "day and month are equal in every value"),
        (&["45352"], "numbers that count days since 1900, as Excel counts them"),
        (
            &["2024-01-13", "2024-01-14", "01/27/2024"],
            "2 as %Y-%m-%d, 1 as %m/%d/%Y (month first: 01/27/2024 in line 4 has a day above 12)",
        ),
    ] {
        assert_eq!(proof(values).as_deref(), Some(wanted));
    }
    assert_eq!(proof(&["2024-01-13"]), None);
    assert_eq!(proof(&["13 Jan 2024"]), None);
}

#[test]
fn times_by_header_and_mixed_forms_are_reported() {
    let finding = |values: &[&str]| decided(values).unwrap().finding;
    let wanted = "column \"When\": its numbers are read as days since 1900, as Excel counts them \
                  (45352 is 2024-03-01 00:00:00); --format \"When=plain\" keeps them as numbers";
    assert_eq!(finding(&["45352"]).as_deref(), Some(wanted));
    let wanted = "column \"When\" is written in 2 ways: 1 value as 2024-01-13 (first on line 2), 1 \
                  value as 01/27/2024 (first on line 3)";
    assert_eq!(finding(&["2024-01-13", "01/27/2024"]).as_deref(), Some(wanted));
    assert_eq!(finding(&["2024-01-13"]), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(crate::cases()))]

    #[test]
    fn what_is_taken_in_converts_with_the_formats_found_to_the_moment_meant(
        moments in proptest::collection::vec((631_152_000..3_100_000_000_i64, 0..2_usize), 1..10),
        first in 0..14_usize,
        second in 0..14_usize,
    ) {
        const FORMATS: [&str; 14] = [
            "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%d %B %Y %H:%M:%S",
            "%b %d, %Y %H:%M:%S", "%A, %d %b %Y %I:%M:%S%p", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ",
            "%d-%b-%y, %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%s", "%d/%m/%y %H:%M:%S", "%Y%m%dT%H%M%S",
            "%-m/%-d/%Y %-H:%M:%S",
        ];
        let at = |seconds| chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
        let format = |which: usize| FORMATS[if which == 0 { first } else { second }];
        let write = |(seconds, which): &(i64, usize)| at(*seconds).and_utc().format(format(*which)).to_string();
        let texts: Vec<_> = moments.iter().map(write).collect();
        let values: Vec<_> = texts.iter().map(String::as_str).collect();
        let decision = decide(&values, None);
        proptest::prop_assert!(decision.is_some(), "{values:?}");
        let Some(TimeDecision::Decided(decided)) = decision else { return Ok(()) };
        let column = ColumnConverter::new(decided.sql_type, false, Some(&decided.format));
        for ((seconds, _), text) in moments.iter().zip(&values) {
            let mut canonical = Canonical::new();
            proptest::prop_assert_eq!(column.convert(Some(text), &mut canonical), Ok(()));
            let wanted = at(*seconds).to_string();
            proptest::prop_assert_eq!(canonical.value(0), Some(wanted.as_str()), "{} {}", text, decided.format);
        }
    }
}
