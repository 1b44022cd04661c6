//! How dates and times are written, in letters that people understand.

/// A `strftime` format in letters: `MM/DD/YYYY hh:mm`.
pub(crate) fn letters(format: &str) -> String {
    const LETTERS: [(&str, &str); 14] = [
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
        ("%Z", "zone"),
        ("%A", "weekday"),
    ];
    LETTERS.iter().fold(format.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_written_in_letters() {
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
