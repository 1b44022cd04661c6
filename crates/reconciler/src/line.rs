//! Turns a line or message of a store back into canonical form.

use std::fmt::{Display, Write as _};

use ecom_core::canonical::Canonical;
use ecom_core::lake_text;
use ecom_core::message::Decoder;
use ecom_core::plan::Table;

/// Reads lines or messages of one kind.
pub(crate) enum Parser {
    /// Lines that Sqoop wrote: fields separated by tabs, `\N` for NULL.
    Sqoop {
        /// How many columns the table has.
        columns: usize,
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
        Self::Sqoop { columns: table.columns.len(), keys: table.key_positions() }
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
                sqoop_line(bytes, *columns, &mut parsed.record)?;
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
    pub(crate) fn push_kafka(&mut self, key: &str, partition: i32) {
        self.record.push(Some(key));
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

fn sqoop_line(line: &[u8], columns: usize, record: &mut Canonical) -> Result<(), String> {
    let line = std::str::from_utf8(line).map_err(|_| "bytes that are not UTF-8".to_owned())?;
    record.clear();
    for field in line.split('\t') {
        lake_text::push_field(field, record)?;
    }
    match record.len() {
        fields if fields == columns => Ok(()),
        fields => Err(format!("{fields} fields, but the table has {columns} columns")),
    }
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
    fn a_line_of_sqoop_is_read_with_null_empty_text_and_escapes() {
        let mut record = Canonical::new();
        sqoop_line(b"7\t\\N\t\t2024-01-02 03:04:05.250\ta\\tb", 5, &mut record).unwrap();
        let time = Some("2024-01-02 03:04:05.250");
        assert_eq!(record, canonical(&[Some("7"), None, Some(""), time, Some("a\tb")]));
        let error = |line: &[u8]| sqoop_line(line, 5, &mut Canonical::new()).unwrap_err();
        assert_eq!(error(b"7\tx"), "2 fields, but the table has 5 columns");
        assert_eq!(error(b"\xff"), "bytes that are not UTF-8");
        assert_eq!(error(b"C:\\x"), "a backslash before 'x' means nothing");
    }
}
