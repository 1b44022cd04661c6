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
                // Digits and signs.
                Some(text) if sql_type.is_time() => push_plain(message, text),
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
    if has_special(text.as_bytes()) {
        // Cannot fail: a Vec takes every text.
        let _ = serde_json::to_writer(message, text);
    } else {
        push_plain(message, text);
    }
}

/// Appends a text of which it is known that nothing in it must be escaped.
fn push_plain(message: &mut Vec<u8>, text: &str) {
    message.push(b'"');
    message.extend_from_slice(text.as_bytes());
    message.push(b'"');
}

/// True if a JSON string must escape one of the bytes. Most texts are short, so this looks at eight bytes at
/// once; the last eight overlap those before.
fn has_special(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk() else {
        return bytes.iter().any(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\');
    };
    let (words, _) = bytes.as_chunks();
    words.iter().chain([last]).fold(false, |found, word| found | is_special(*word))
}

/// True if one of eight bytes is a control character, a quote or a backslash: of the differences, only that
/// of a smaller byte has a high bit which the byte itself does not have.
/// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>
fn is_special(word: [u8; 8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let below = |word: u64, limit: u64| word.wrapping_sub(EACH * limit) & !word;
    let word = u64::from_le_bytes(word);
    let quote = below(word ^ (EACH * 0x22), 1);
    let backslash = below(word ^ (EACH * 0x5c), 1);
    (below(word, 0x20) | quote | backslash) & (EACH << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_written_as_serde_json_writes_it() {
        for text in ('\0'..='\u{2ff}').map(|letter| format!("before{letter}it")) {
            for begin in [0, 5] {
                // As one of many bytes at once, and as one of few.
                let text = &text[begin..];
                let mut message = Vec::new();
                push_text(&mut message, text);
                assert_eq!(String::from_utf8(message), Ok(serde_json::to_string(text).unwrap()));
            }
        }
    }
}
