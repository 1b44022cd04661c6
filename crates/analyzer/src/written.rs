//! How dates and times are written: as a `strftime` format for the plan, in letters for people.

use crate::shape::{Clock, DateShape, Shape, Zone};

/// The `strftime` format of a shape.
pub(crate) fn format(shape: Shape, month_first: bool, point: bool) -> String {
    let date = date_format(shape.date, month_first);
    match shape.clock {
        Some(clock) => date + &clock_format(clock, point),
        None => date,
    }
}

fn date_format(shape: DateShape, month_first: bool) -> String {
    match shape {
        DateShape::YearFirst(separator) => {
            let separator = char::from(separator);
            format!("%Y{separator}%m{separator}%d")
        }
        DateShape::YearLast { separator, short } => {
            let separator = char::from(separator);
            let (first, second) = if month_first { ("%m", "%d") } else { ("%d", "%m") };
            let year = if short { "%y" } else { "%Y" };
            format!("{first}{separator}{second}{separator}{year}")
        }
        // `%B` reads names in full and abbreviated.
        DateShape::DayName(separator) => {
            let separator = char::from(separator);
            format!("%d{separator}%B{separator}%Y")
        }
        DateShape::NameDay => "%B %d, %Y".into(),
    }
}

fn clock_format(clock: Clock, point: bool) -> String {
    let Clock { joint, seconds, half, zone } = clock;
    let mut format = String::from(char::from(joint));
    format.push_str(if half.is_some() { "%I:%M" } else { "%H:%M" });
    if seconds {
        format.push_str(":%S");
    }
    if point {
        format.push_str("%.f");
    }
    format.push_str(match half {
        Some(true) => " %p",
        Some(false) => "%p",
        None => "",
    });
    format.push_str(match zone {
        Zone::None => "",
        Zone::Zulu => "Z",
        Zone::Utc => " UTC",
        Zone::Offset => "%z",
    });
    format
}

/// A format of [`format()`] in letters: `MM/DD/YYYY hh:mm`.
pub(crate) fn letters(format: &str) -> String {
    const LETTERS: [(&str, &str); 12] = [
        ("%Y", "YYYY"),
        ("%y", "YY"),
        ("%m", "MM"),
        ("%d", "DD"),
        ("%B", "Month"),
        ("%H", "hh"),
        ("%I", "hh"),
        ("%M", "mm"),
        ("%S", "ss"),
        ("%.f", ".ffffff"),
        ("%p", "AM/PM"),
        ("%z", "±hh:mm"),
    ];
    LETTERS.iter().fold(format.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_in_letters() {
        for (format, wanted) in [
            ("%Y-%m-%d", "YYYY-MM-DD"),
            ("%m/%d/%y %I:%M %p", "MM/DD/YY hh:mm AM/PM"),
            ("%B %d, %Y", "Month DD, YYYY"),
            ("%Y-%m-%dT%H:%M:%S%.f%z", "YYYY-MM-DDThh:mm:ss.ffffff±hh:mm"),
        ] {
            assert_eq!(letters(format), wanted);
        }
    }
}
