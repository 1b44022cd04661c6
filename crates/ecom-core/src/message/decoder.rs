//! Reads messages.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::{Own, RESERVED_FIELDS};
use super::{Envelope, EventType};
use crate::canonical::Canonical;
use crate::escape;
use crate::plan::{Role, SqlType, Table};

/// Reads messages of one table.
#[derive(Debug)]
pub struct Decoder {
    pub(super) columns: Vec<(String, SqlType)>,
    /// True if the records have events of their own, which may have any name.
    pub(super) own_events: bool,
}

impl Decoder {
    /// For the columns of a table, in their order.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        let columns = table.columns.iter();
        let columns = columns.map(|column| (column.name.clone(), column.sql_type)).collect();
        Self { columns, own_events: table.role(Role::EventType).is_some() }
    }

    /// Reads one message: the record's values into `record`, numbers as they are written.
    ///
    /// # Errors
    /// What is wrong with the message, as a text: it is not a JSON object, or a field is missing,
    /// unknown or of another JSON type than the encoder gives it.
    pub fn decode(&self, message: &[u8], record: &mut Canonical) -> Result<Envelope, String> {
        record.clear();
        let mut json = serde_json::Deserializer::from_slice(message);
        let fields = Names(self).deserialize(&mut json).and_then(|fields| {
            json.end()?;
            Ok(fields)
        });
        let fields = fields.map_err(|error| format!("not a JSON object: {error}"))?;
        let field = |index: usize| {
            let missing = || format!("field {} is missing", self.name(index));
            fields.values[index].ok_or_else(missing)
        };
        let text = |index: usize| {
            let not_text = || format!("field {} is not a string", self.name(index));
            text_of(field(index)?).ok_or_else(not_text)
        };
        for (index, (_, sql_type)) in self.columns.iter().enumerate() {
            match (field(index)?, *sql_type) {
                ("null", _) => record.push(None),
                ("true", SqlType::Boolean) => record.push(Some("1")),
                ("false", SqlType::Boolean) => record.push(Some("0")),
                // The text 12.50 is not the number 12.50.
                (raw, sql_type) if sql_type.is_number() && is_number(raw) => record.push(Some(raw)),
                (_, sql_type) if sql_type.is_number() || sql_type == SqlType::Boolean => {
                    let wanted = if sql_type.is_number() { "number" } else { "boolean" };
                    return Err(format!("field {} is not a {wanted}", self.name(index)));
                }
                _ => record.push(Some(&text(index)?)),
            }
        }
        if let Some(name) = &fields.stranger {
            return Err(format!("field {} is not in the plan", escape::excerpt(name, 60)));
        }
        let own = |field: Own| self.columns.len() + field as usize;
        let event = text(own(Own::EventType))?;
        if !self.own_events && EventType::ALL.iter().all(|known| known.as_str() != event) {
            return Err(format!("unknown event type {event:?}"));
        }
        Ok(Envelope {
            event_type: event.into_owned(),
            record_number: field(own(Own::RecordNumber))?
                .parse()
                .map_err(|_| "field record_number is not a whole number".to_owned())?,
            streaming_timestamp: text(own(Own::StreamingTimestamp))?.into_owned(),
            source: text(own(Own::Source))?.into_owned(),
        })
    }

    /// The name of the field at an index: the columns, then the message's own.
    fn name(&self, index: usize) -> &str {
        match self.columns.get(index) {
            Some((name, _)) => name,
            None => RESERVED_FIELDS[index - self.columns.len()],
        }
    }

    /// The index of a field; usually it is the one after the last.
    fn index(&self, name: &str, behind: usize) -> Option<usize> {
        let is = |index: &usize| self.name(*index) == name;
        let all = self.columns.len() + RESERVED_FIELDS.len();
        (behind < all).then_some(behind).filter(is).or_else(|| (0..all).find(is))
    }
}

/// The fields of a message as they are written, by index.
struct Fields<'m> {
    values: Vec<Option<&'m str>>,
    stranger: Option<String>,
}

/// Reads the fields of a message.
struct Names<'d>(&'d Decoder);

/// Reads the name of one field: its index, or the name if no field has it.
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
                    let name = self.0.name(index);
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

/// True for a JSON value that is a number.
fn is_number(raw: &str) -> bool {
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// The text of a JSON string; `None` if it is not a string.
fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let plain = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', plain.as_bytes()).is_none() {
        return Some(Cow::Borrowed(plain));
    }
    serde_json::from_str(raw).ok().map(Cow::Owned)
}
