//! Writes messages.

use std::ops::Range;

use super::Envelope;
use crate::canonical::Canonical;
use crate::plan::{SqlType, Table};

/// Writes messages of one table.
#[derive(Debug)]
pub struct Encoder {
    pub(super) columns: Vec<(String, SqlType)>,
}

impl Encoder {
    /// For the columns of a table, in their order.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        let columns = table.columns.iter();
        // A name is a word in snake case and needs no escaping.
        let columns = columns.map(|column| (format!("\"{}\":", column.name), column.sql_type));
        Self { columns: columns.collect() }
    }

    /// Appends one message, and returns the range of its timestamp in `message`: a message that is made
    /// ahead gets the time at which it is sent.
    pub fn append(
        &self,
        record: &Canonical,
        envelope: &Envelope,
        message: &mut Vec<u8>,
    ) -> Range<usize> {
        message.push(b'{');
        for ((name, sql_type), value) in self.columns.iter().zip(record.values()) {
            message.extend_from_slice(name.as_bytes());
            match value {
                None => message.extend_from_slice(b"null"),
                Some(text) if sql_type.is_number() => message.extend_from_slice(text.as_bytes()),
                Some(text) if *sql_type == SqlType::Boolean => {
                    message.extend_from_slice(if text == "1" { b"true" } else { b"false" });
                }
                Some(text) => push_text(message, text),
            }
            message.push(b',');
        }
        message.extend_from_slice(b"\"event_type\":");
        push_text(message, &envelope.event_type);
        message.extend_from_slice(b",\"record_number\":");
        // Cannot fail: a Vec takes every number.
        let _ = serde_json::to_writer(&mut *message, &envelope.record_number);
        message.extend_from_slice(b",\"streaming_timestamp\":");
        let before = message.len();
        push_text(message, &envelope.streaming_timestamp);
        let timestamp = before + 1..message.len() - 1;
        message.extend_from_slice(b",\"source\":");
        push_text(message, &envelope.source);
        message.push(b'}');
        timestamp
    }
}

pub(super) fn push_text(message: &mut Vec<u8>, text: &str) {
    // Without an early end the compiler looks at many bytes at once.
    let special = text.bytes().fold(false, |found, byte| found | is_special(byte));
    if special {
        // Cannot fail: a Vec takes every text.
        let _ = serde_json::to_writer(message, text);
    } else {
        message.push(b'"');
        message.extend_from_slice(text.as_bytes());
        message.push(b'"');
    }
}

/// True for a byte that a JSON string must escape.
fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_written_as_serde_json_writes_it() {
        for text in ('\0'..='\u{2ff}').map(|letter| format!("between{letter}words")) {
            let mut message = Vec::new();
            push_text(&mut message, &text);
            assert_eq!(String::from_utf8(message), Ok(serde_json::to_string(&text).unwrap()));
        }
    }
}
