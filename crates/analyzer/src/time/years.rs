//! What a person should know of the years of a column: that they are of another calendar, or that two
//! digits may tell another century.

use chrono::{Datelike as _, NaiveDateTime};

/// Years from which on all are of the Buddhist calendar.
const BUDDHIST: i32 = 2400;
/// Years up to which all are of the Islamic calendar.
const ISLAMIC: i32 = 1500;
/// A year of two digits that is read as later than that may well be of the last century.
const LATE: i32 = 2045;

/// What is said of the years of a column that is read by that format.
pub(crate) fn finding(
    header: &str,
    format: &str,
    (first, last): (NaiveDateTime, NaiveDateTime),
) -> Option<String> {
    let (least, most) = (first.year(), last.year());
    let years = format!("the years {least} to {most}");
    let leave = format!("--format \"{header}=text\" keeps them as text");
    if least >= BUDDHIST && most < 9000 {
        let common = most - 543;
        return Some(format!(
            "column {header:?}: {years} are kept unchanged; they look like the Buddhist \
             calendar, where {most} is {common}; {leave}"
        ));
    }
    if most <= ISLAMIC {
        return Some(format!(
            "column {header:?}: {years} are kept unchanged; they look like the Islamic or the \
             Persian calendar; {leave}"
        ));
    }
    (format.contains("%y") && most >= LATE).then(|| {
        let day = last.date();
        format!(
            "column {header:?}: two-digit years up to 68 are read as 2000 to 2068, the latest as \
             {day}; {leave}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(format: &str, first: &str, last: &str) -> Option<String> {
        let moment = |text: &str| format!("{text}T00:00:00").parse().unwrap();
        finding("day", format, (moment(first), moment(last)))
    }

    #[test]
    fn years_of_other_calendars_and_of_two_digits_are_told() {
        let buddhist = said("%d/%m/%Y", "2567-01-13", "2567-02-01").unwrap();
        assert!(buddhist.contains("2567 is 2024"), "{buddhist}");
        assert!(said("%Y-%m-%d", "1445-01-13", "1445-02-01").unwrap().contains("Islamic"));
        assert!(said("%d.%m.%y", "1970-01-13", "2068-02-01").unwrap().contains("2068-02-01"));
        assert_eq!(said("%Y-%m-%d", "1900-01-01", "9999-12-31"), None);
        assert_eq!(said("%d.%m.%y", "2019-01-01", "2024-12-31"), None);
    }
}
