//! Turns a line or message of a store back into canonical form.

use std::fmt::{Display, Write as _};

use ecom_core::canonical::Canonical;
use ecom_core::message::Decoder;
use ecom_core::plan::{SqlType, Table};

/// Reads lines or messages of one kind.
pub(crate) enum Parser {
    /// Lines that Sqoop wrote: fields separated by tabs, `\N` for NULL.
    Sqoop {
        /// The types of the columns.
        columns: Vec<SqlType>,
        /// The indexes of the key's columns.
        keys: Vec<usize>,
    },
    /// Kafka messages.
    Message {
        /// Reads the JSON object.
        decoder: Decoder,
        /// The indexes of the key's columns.
        keys: Vec<usize>,
    },
    /// Log lines, compared as they are.
    Log,
}

/// The result of parsing; reused from line to line.
#[derive(Default)]
pub(crate) struct Parsed {
    /// The record and the facts of the hop.
    pub(crate) record: Canonical,
    /// The record's key.
    pub(crate) key: String,
    /// How many bytes of `record` are the record itself.
    pub(crate) core: usize,
    digits: String,
}

impl Parser {
    /// For the lines of a table that Sqoop imports.
    pub(crate) fn sqoop(table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| column.sql_type);
        Self::Sqoop { columns: columns.collect(), keys: table.key_positions() }
    }

    /// For the messages of a table.
    pub(crate) fn message(table: &Table) -> Self {
        Self::Message { decoder: Decoder::new(table), keys: table.key_positions() }
    }

    /// Parses one line or message; the error says why it is not a record. Log lines are not parsed,
    /// and `parsed` is then meaningless.
    pub(crate) fn parse(&self, bytes: &[u8], parsed: &mut Parsed) -> Result<(), String> {
        match self {
            Self::Log => Ok(()),
            Self::Sqoop { columns, keys } => {
                sqoop_line(bytes, columns, &mut parsed.record)?;
                parsed.core = parsed.record.bytes().len();
                parsed.record.key_into(keys, &mut parsed.key);
                Ok(())
            }
            Self::Message { decoder, keys } => {
                let envelope = decoder.decode(bytes, &mut parsed.record)?;
                parsed.core = parsed.record.bytes().len();
                parsed.record.key_into(keys, &mut parsed.key);
                // In the order of MESSAGE_FACTS.
                parsed.record.push(Some(&envelope.event_type));
                parsed.record.push(Some(number(&mut parsed.digits, envelope.record_number)));
                parsed.record.push(Some(&envelope.source));
                Ok(())
            }
        }
    }
}

impl Parsed {
    /// Appends the facts that only Kafka knows.
    pub(crate) fn push_kafka(&mut self, key: &[u8], partition: i32) {
        self.record.push(Some(&String::from_utf8_lossy(key)));
        self.record.push(Some(number(&mut self.digits, partition)));
    }
}

/// A number as text, in a reused buffer.
pub(crate) fn number(digits: &mut String, value: impl Display) -> &str {
    digits.clear();
    // Writing to a String cannot fail.
    let _ = write!(digits, "{value}");
    digits
}

fn sqoop_line(line: &[u8], columns: &[SqlType], record: &mut Canonical) -> Result<(), String> {
    let line = std::str::from_utf8(line).map_err(|_| "bytes that are not UTF-8".to_owned())?;
    record.clear();
    let mut fields = 0;
    for field in line.split('\t') {
        match (columns.get(fields), field) {
            (_, "\\N") => record.push(None),
            (Some(SqlType::DateTime { fraction }), time) => push_time(record, time, *fraction),
            (_, text) => record.push(Some(text)),
        }
        fields += 1;
    }
    if fields == columns.len() {
        return Ok(());
    }
    Err(format!("{fields} fields, but the table has {} columns", columns.len()))
}

/// JDBC prints a timestamp with at least one digit after the second and without further final zeros.
fn push_time(record: &mut Canonical, time: &str, fraction: u8) {
    let (whole, digits) = time.split_once('.').unwrap_or((time, ""));
    let digits = digits.trim_end_matches('0');
    let wanted = usize::from(fraction);
    match wanted {
        // More digits than the type has cannot be equal to a work file's value; show them.
        _ if digits.len() > wanted => record.push(Some(time)),
        0 => record.push(Some(whole)),
        _ => record.push(Some(&format!("{whole}.{digits:0<wanted$}"))),
    }
}

/// Turns a record into what Sqoop's files can hold: without `\n`, `\r` and `\x01`, with spaces for
/// tabs. False if `record` has that form already; `lake` is then unchanged.
pub(crate) fn lake_form(record: &Canonical, lake: &mut Canonical) -> bool {
    let bytes = record.bytes();
    // Almost every record is untouched, and searching bytes is much faster than copying.
    let untouched = memchr::memchr3(b'\n', b'\r', b'\t', bytes).is_none()
        && memchr::memchr2(1, b'\\', bytes).is_none();
    if untouched {
        return false;
    }
    lake.clear();
    let mut text = String::new();
    for value in record.values() {
        let Some(value) = value else {
            lake.push(None);
            continue;
        };
        text.clear();
        text.extend(value.chars().filter_map(|character| match character {
            '\n' | '\r' | '\u{1}' => None,
            '\t' => Some(' '),
            other => Some(other),
        }));
        // Sqoop's files cannot tell the text `\N` from NULL.
        lake.push(Some(text.as_str()).filter(|text| *text != "\\N"));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(values: &[Option<&str>]) -> Canonical {
        let mut canonical = Canonical::new();
        for value in values {
            canonical.push(*value);
        }
        canonical
    }

    #[test]
    fn the_lakes_form_drops_what_would_end_a_field_or_a_line() {
        let record = canonical(&[Some("a\tb\r\nc\u{1}d"), None, Some("\\N"), Some("C:\\x")]);
        let mut lake = Canonical::new();
        assert!(lake_form(&record, &mut lake));
        assert_eq!(lake, canonical(&[Some("a bcd"), None, None, Some("C:\\x")]));
        assert!(!lake_form(&canonical(&[Some("Salt, Fat"), None]), &mut lake));
    }

    #[test]
    fn a_line_of_sqoop_is_read_with_null_empty_text_and_timestamps() {
        let columns = [
            SqlType::Int,
            SqlType::VarChar(9),
            SqlType::Text,
            SqlType::DateTime { fraction: 0 },
            SqlType::DateTime { fraction: 3 },
        ];
        let mut record = Canonical::new();
        let line = "7\t\\N\t\t2024-01-02 03:04:05.0\t2024-01-02 03:04:05.25";
        sqoop_line(line.as_bytes(), &columns, &mut record).unwrap();
        let times = [Some("2024-01-02 03:04:05"), Some("2024-01-02 03:04:05.250")];
        assert_eq!(record, canonical(&[Some("7"), None, Some(""), times[0], times[1]]));
        let short = sqoop_line(b"7\tx", &columns, &mut record).unwrap_err();
        assert_eq!(short, "2 fields, but the table has 5 columns");
        assert!(sqoop_line(b"\xff", &columns, &mut record).is_err());
    }
}
