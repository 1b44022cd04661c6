//! Dates and times: the SQL expression with `STR_TO_DATE` that reads a value, from the plan's
//! `strftime` format.

use ecom_core::escape::sql_text;

/// The English month names that have an abbreviation, which `STR_TO_DATE` needs.
const MONTHS: [&str; 11] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The expression that reads `value` in that format; the error says what MySQL cannot read.
pub(crate) fn expression(value: &str, format: &str) -> Result<String, String> {
    if format.contains(" | ") {
        return Err(format!("the plain client cannot read values of several formats: {format}"));
    }
    if let Some(expression) = since_epoch(value, format) {
        return Ok(expression);
    }
    if let Some(without_zone) = format.strip_suffix("%z") {
        // Cuts +02:00 or +0200 from the end and subtracts it from the time.
        let digits = format!("RIGHT(REPLACE(RIGHT({value}, 6), ':', ''), 5)");
        let length = format!("IF(SUBSTRING({value}, -3, 1) = ':', 6, 5)");
        let local = format!("LEFT({value}, CHAR_LENGTH({value}) - {length})");
        let minutes = format!("SUBSTRING({digits}, 2, 2) * 60 + RIGHT({digits}, 2)");
        return Ok(format!(
            "{} - INTERVAL IF(LEFT({digits}, 1) = '-', -1, 1) * ({minutes}) MINUTE",
            read(&local, without_zone)?
        ));
    }
    read(value, format)
}

/// The expression for numbers that count units of time since an epoch.
fn since_epoch(value: &str, format: &str) -> Option<String> {
    let from =
        |start: &str, interval: String| format!("TIMESTAMP('{start}') + INTERVAL {interval}");
    match format {
        "epoch seconds" => Some(from("1970-01-01", format!("{value} SECOND"))),
        "epoch milliseconds" => Some(from("1970-01-01", format!("({value} * 1000) MICROSECOND"))),
        "epoch microseconds" => Some(from("1970-01-01", format!("{value} MICROSECOND"))),
        "excel days" => Some(from("1899-12-30", format!("ROUND({value} * 86400) SECOND"))),
        _ => None,
    }
}

fn read(value: &str, format: &str) -> Result<String, String> {
    let (value, has_month_name) = if format.contains("%B") || format.contains("%b") {
        let short =
            |text: String, month: &&str| format!("REPLACE({text}, '{month}', '{}')", &month[..3]);
        (MONTHS.iter().fold(format!("LOWER({value})"), short), true)
    } else {
        (value.to_owned(), false)
    };
    let one = |format: &str| -> Result<String, String> {
        let format = translate(format)?;
        let format = if has_month_name { lower_literals(&format) } else { format };
        Ok(format!("STR_TO_DATE({value}, {})", sql_text(&format)))
    };
    // STR_TO_DATE accepts a missing fraction only at the end of the text.
    match format.split_once("%.f") {
        Some((before, after)) if !after.is_empty() => Ok(format!(
            "IF({value} LIKE '%:%.%', {}, {})",
            one(format)?,
            one(&format!("{before}{after}"))?
        )),
        _ => one(format),
    }
}

/// The format in MySQL's notation.
fn translate(format: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        let mut letter = characters.next();
        // Padding makes no difference in reading a number.
        if let Some('-' | '_' | '0') = letter {
            letter = characters.next();
        }
        out.push_str(match letter {
            Some('Y') => "%Y",
            Some('y') => "%y",
            Some('m') => "%m",
            Some('d' | 'e') => "%d",
            Some('b' | 'B' | 'h') => "%b",
            Some('H' | 'k') => "%H",
            Some('I' | 'l') => "%h",
            Some('M') => "%i",
            Some('S') => "%s",
            Some('p' | 'P') => "%p",
            Some('j') => "%j",
            Some('F') => "%Y-%m-%d",
            Some('T') => "%H:%i:%s",
            Some('R') => "%H:%i",
            Some('D') => "%m/%d/%y",
            Some('%') => "%%",
            Some('.') if characters.next() == Some('f') => ".%f",
            _ => return Err(format!("the plain client cannot read the format {format}")),
        });
    }
    Ok(out)
}

/// The format in lower case like the value, except for the letters after `%`.
fn lower_literals(format: &str) -> String {
    let mut after_percent = false;
    let lower = |character: char| {
        let keep = after_percent;
        after_percent = character == '%' && !keep;
        if keep { character } else { character.to_ascii_lowercase() }
    };
    format.chars().map(lower).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_translated_letter_by_letter() {
        for (format, wanted) in [
            ("%m/%d/%Y", "STR_TO_DATE(@v, '%m/%d/%Y')"),
            ("%d.%m.%y %H:%M", "STR_TO_DATE(@v, '%d.%m.%y %H:%i')"),
            ("%m/%d/%Y %I:%M %p", "STR_TO_DATE(@v, '%m/%d/%Y %h:%i %p')"),
            ("%Y-%m-%dT%H:%M:%S%.f", "STR_TO_DATE(@v, '%Y-%m-%dT%H:%i:%s.%f')"),
            (
                "%Y-%m-%dT%H:%M:%S%.fZ",
                "IF(@v LIKE '%:%.%', STR_TO_DATE(@v, '%Y-%m-%dT%H:%i:%s.%fZ'), STR_TO_DATE(@v, \
                 '%Y-%m-%dT%H:%i:%sZ'))",
            ),
        ] {
            assert_eq!(expression("@v", format).as_deref(), Ok(wanted));
        }
    }

    #[test]
    fn names_of_months_are_read_in_full_and_abbreviated() {
        let found = expression("@v", "%d de %B %Y").unwrap();
        assert!(found.starts_with("STR_TO_DATE(REPLACE(REPLACE("), "{found}");
        assert!(found.contains("LOWER(@v), 'january', 'jan')"), "{found}");
        assert!(found.ends_with("'%d de %b %Y')"), "{found}");
        assert_eq!(lower_literals("%d DE %b %Y"), "%d de %b %Y");
    }

    #[test]
    fn numbers_that_count_time_are_added_to_their_beginning() {
        let found = expression("@v", "excel days").unwrap();
        assert_eq!(found, "TIMESTAMP('1899-12-30') + INTERVAL ROUND(@v * 86400) SECOND");
        assert!(expression("@v", "%Y-%m-%d | %d.%m.%Y").is_err());
    }

    #[test]
    fn what_mysql_cannot_read_is_named() {
        let wanted = "the plain client cannot read the format %s".to_owned();
        assert_eq!(expression("@v", "%s"), Err(wanted));
    }
}
