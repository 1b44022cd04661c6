//! The Kafka message: one flat JSON object with the record's columns and four fields of its own.

mod events;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::canonical::Canonical;
use crate::plan::{RESERVED_FIELDS, Role, SqlType, Table};

pub use events::{EventType, Events, NO_EVENT, TableEvents};

/// The fields that a message has beside the record's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// What happened: the name of a drawn event, or the record's own event.
    pub event_type: String,
    /// The record's number in the real-time file; the first is 1.
    pub record_number: u64,
    /// When the message was made: RFC 3339, UTC, microseconds.
    pub streaming_timestamp: String,
    /// The first 16 hexadecimal digits of the source file's SHA-256.
    pub source: String,
}

/// Writes messages of one table.
#[derive(Debug)]
pub struct Encoder {
    columns: Vec<(String, SqlType)>,
}

/// Reads messages of one table.
#[derive(Debug)]
pub struct Decoder {
    columns: Vec<(String, SqlType)>,
    /// True when the records have events of their own, which may have any name.
    own_events: bool,
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

    /// Appends one message, and returns where in `message` its timestamp stands: a message that is
    /// made ahead is given the time at which it is sent.
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
        message.extend_from_slice(itoa::Buffer::new().format(envelope.record_number).as_bytes());
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

impl Decoder {
    /// For the columns of a table, in their order.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        let columns = table.columns.iter();
        let columns = columns.map(|column| (column.name.clone(), column.sql_type)).collect();
        Self { columns, own_events: table.role(Role::EventType).is_some() }
    }

    /// Reads one message: the record's values into `record`, numbers as they stand. The error says
    /// what is wrong with it.
    pub fn decode(&self, message: &[u8], record: &mut Canonical) -> Result<Envelope, String> {
        record.clear();
        let mut json = serde_json::Deserializer::from_slice(message);
        let fields = Names(self).deserialize(&mut json).and_then(|fields| {
            json.end()?;
            Ok(fields)
        });
        let fields = fields.map_err(|error| format!("not a JSON object: {error}"))?;
        let field = |index: usize| {
            let missing = || format!("field {} is missing", self.name(index).unwrap_or_default());
            fields.values[index].ok_or_else(missing)
        };
        let text = |index: usize| {
            let no_text =
                || format!("field {} is not a text", self.name(index).unwrap_or_default());
            text_of(field(index)?).ok_or_else(no_text)
        };
        for (index, (_, sql_type)) in self.columns.iter().enumerate() {
            match field(index)? {
                "null" => record.push(None),
                "true" if *sql_type == SqlType::Boolean => record.push(Some("1")),
                "false" if *sql_type == SqlType::Boolean => record.push(Some("0")),
                raw if raw.starts_with('"') => record.push(Some(&text(index)?)),
                raw => record.push(Some(raw)),
            }
        }
        if let Some(name) = &fields.stranger {
            return Err(format!("field {} is not in the plan", crate::escape::excerpt(name, 60)));
        }
        let [event_type, record_number, streaming_timestamp, source] =
            std::array::from_fn(|index| self.columns.len() + index);
        let event = text(event_type)?;
        if !self.own_events && EventType::ALL.iter().all(|known| known.as_str() != event) {
            return Err(format!("unknown event type {event:?}"));
        }
        Ok(Envelope {
            event_type: event.into_owned(),
            record_number: field(record_number)?
                .parse()
                .map_err(|_| "field record_number is not a whole number".to_owned())?,
            streaming_timestamp: text(streaming_timestamp)?.into_owned(),
            source: text(source)?.into_owned(),
        })
    }

    /// The name of the field at an index: the columns, then the message's own.
    fn name(&self, index: usize) -> Option<&str> {
        let own = index.checked_sub(self.columns.len());
        let own = own.and_then(|own| RESERVED_FIELDS.get(own).copied());
        self.columns.get(index).map(|(name, _)| name.as_str()).or(own)
    }

    /// The index of a field; most often it is the one behind the last.
    fn index(&self, name: &str, behind: usize) -> Option<usize> {
        let is = |index: &usize| self.name(*index) == Some(name);
        let all = self.columns.len() + RESERVED_FIELDS.len();
        Some(behind).filter(is).or_else(|| (0..all).find(is))
    }
}

/// The fields of a message as they stand, by their index.
struct Fields<'m> {
    values: Vec<Option<&'m str>>,
    stranger: Option<String>,
}

/// Reads the fields of a message.
struct Names<'d>(&'d Decoder);

/// Reads the name of one field: its index, or the name that no field has.
struct Name<'d> {
    decoder: &'d Decoder,
    behind: usize,
}

impl<'m> DeserializeSeed<'m> for Names<'_> {
    type Value = Fields<'m>;

    fn deserialize<D: Deserializer<'m>>(self, json: D) -> Result<Fields<'m>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'m> Visitor<'m> for Names<'_> {
    type Value = Fields<'m>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'m>>(self, mut map: A) -> Result<Fields<'m>, A::Error> {
        let all = self.0.columns.len() + RESERVED_FIELDS.len();
        let mut fields = Fields { values: vec![None; all], stranger: None };
        let mut behind = 0;
        while let Some(name) = map.next_key_seed(Name { decoder: self.0, behind })? {
            let value: &RawValue = map.next_value()?;
            match name {
                Ok(index) if fields.values[index].is_some() => {
                    let name = self.0.name(index).unwrap_or_default();
                    return Err(serde::de::Error::custom(format!("field {name} appears twice")));
                }
                Ok(index) => {
                    fields.values[index] = Some(value.get());
                    behind = index + 1;
                }
                Err(name) => fields.stranger = Some(name),
            }
        }
        Ok(fields)
    }
}

impl<'m> DeserializeSeed<'m> for Name<'_> {
    type Value = Result<usize, String>;

    fn deserialize<D: Deserializer<'m>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Result<usize, String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.decoder.index(name, self.behind).ok_or_else(|| name.to_owned()))
    }
}

/// The text that a JSON string stands for, if it is one.
fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let plain = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', plain.as_bytes()).is_none() {
        return Some(Cow::Borrowed(plain));
    }
    serde_json::from_str(raw).ok().map(Cow::Owned)
}

fn push_text(message: &mut Vec<u8>, text: &str) {
    // Without an early end the compiler looks at many bytes at once.
    let special = text.bytes().fold(false, |found, byte| found | is_special(byte));
    if special {
        // Writing text to a Vec cannot fail.
        let _ = serde_json::to_writer(message, text);
    } else {
        message.push(b'"');
        message.extend_from_slice(text.as_bytes());
        message.push(b'"');
    }
}

/// True for what a JSON string has to escape.
fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<(String, SqlType)> {
        let names = ["id", "price", "name", "paid"];
        let types = [
            SqlType::BigInt,
            SqlType::Decimal { precision: 6, scale: 2 },
            SqlType::Text,
            SqlType::Boolean,
        ];
        names.map(str::to_owned).into_iter().zip(types).collect()
    }

    fn envelope() -> Envelope {
        Envelope {
            event_type: "ORDER_SHIPPED".into(),
            record_number: 7,
            streaming_timestamp: "2024-11-10T15:30:45.123456Z".into(),
            source: "65b3777500000000".into(),
        }
    }

    #[test]
    fn a_message_reads_back_as_the_record_that_was_written() {
        let quoted = columns().into_iter().map(|(name, kind)| (format!("\"{name}\":"), kind));
        let encoder = Encoder { columns: quoted.collect() };
        let mut record = Canonical::new();
        for value in [Some("10016"), Some("12.50"), Some("Salt, \"Fat\"\n\u{e9}"), None] {
            record.push(value);
        }
        let mut message = Vec::new();
        let timestamp = encoder.append(&record, &envelope(), &mut message);
        assert_eq!(&message[timestamp], envelope().streaming_timestamp.as_bytes());
        assert_eq!(
            String::from_utf8_lossy(&message),
            "{\"id\":10016,\"price\":12.50,\"name\":\"Salt, \\\"Fat\\\"\\n\u{e9}\",\"paid\":null,\
             \"event_type\":\"ORDER_SHIPPED\",\"record_number\":7,\
             \"streaming_timestamp\":\"2024-11-10T15:30:45.123456Z\",\
             \"source\":\"65b3777500000000\"}"
        );
        let mut back = Canonical::new();
        let decoder = Decoder { columns: columns(), own_events: false };
        assert_eq!(decoder.decode(&message, &mut back), Ok(envelope()));
        assert_eq!(back, record);
    }

    #[test]
    fn an_event_of_the_record_itself_may_have_any_name() {
        let envelope = Envelope { event_type: "add \"to\" cart\n".into(), ..envelope() };
        let mut message = Vec::new();
        Encoder { columns: Vec::new() }.append(&Canonical::new(), &envelope, &mut message);
        let mut decoder = Decoder { columns: Vec::new(), own_events: true };
        assert_eq!(decoder.decode(&message, &mut Canonical::new()), Ok(envelope));
        decoder.own_events = false;
        let why = decoder.decode(&message, &mut Canonical::new()).unwrap_err();
        assert!(why.starts_with("unknown event type"), "{why}");
    }

    #[test]
    fn every_character_is_written_as_serde_json_writes_it() {
        for text in ('\0'..='\u{2ff}').map(|letter| format!("between{letter}words")) {
            let mut message = Vec::new();
            push_text(&mut message, &text);
            assert_eq!(String::from_utf8(message), Ok(serde_json::to_string(&text).unwrap()));
        }
    }

    #[test]
    fn what_is_no_message_of_the_table_says_why() {
        let decoder = Decoder { columns: columns(), own_events: false };
        let why = |text: &str| decoder.decode(text.as_bytes(), &mut Canonical::new()).unwrap_err();
        assert!(why("garbage").starts_with("not a JSON object"));
        assert_eq!(why("{\"id\":1}"), "field price is missing");
        assert!(why("{\"id\":1} {}").starts_with("not a JSON object: trailing characters"));
        let twice = why("{\"id\":1,\"id\":2}");
        assert!(twice.starts_with("not a JSON object: field id appears twice"), "{twice}");
        let more = "{\"name\":\"a\",\"pr\\u0069ce\":1.50,\"id\":1,\"paid\":true,\"x\":[1]}";
        assert_eq!(why(more), "field x is not in the plan");
        let mut record = Canonical::new();
        let missing = decoder.decode(more.replace(",\"x\":[1]", "").as_bytes(), &mut record);
        assert_eq!(missing, Err("field event_type is missing".into()));
        let values = [Some("1"), Some("1.50"), Some("a"), Some("1")];
        assert_eq!(record.values().collect::<Vec<_>>(), values);
    }
}
