//! Notes on the years of a column: they belong to another calendar, or two digits may mean another
//! century.

use chrono::{Datelike as _, NaiveDateTime};

/// If all years are at least this, they are of the Buddhist calendar.
const BUDDHIST: i32 = 2400;
/// If all years are at most this, they are of the Islamic calendar.
const ISLAMIC: i32 = 1500;
/// Two-digit years read as later than this may be of the last century.
const LATE: i32 = 2045;

/// A note on the years of a column that is read with that format.
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
    fn years_of_other_calendars_and_of_two_digits_are_reported() {
        let buddhist = said("%d/%m/%Y", "2567-01-13", "2567-02-01").unwrap();
        assert!(buddhist.contains("2567 is 2024"), "{buddhist}");
        assert!(said("%Y-%m-%d", "1445-01-13", "1445-02-01").unwrap().contains("Islamic"));
        assert!(said("%d.%m.%y", "1970-01-13", "2068-02-01").unwrap().contains("2068-02-01"));
        assert_eq!(said("%Y-%m-%d", "1900-01-01", "9999-12-31"), None);
        assert_eq!(said("%d.%m.%y", "2019-01-01", "2024-12-31"), None);
    }
}
