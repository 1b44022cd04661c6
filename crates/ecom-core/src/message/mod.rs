//! The Kafka message: one flat JSON object with the record's columns and four fields of its own.

mod decoder;
mod encoder;
mod events;
pub(crate) mod fields;

pub use decoder::Decoder;
pub use encoder::Encoder;
pub use events::{EventType, Events, TableEvents};
pub use fields::RESERVED_FIELDS;

/// Bytes of the largest message. A source record has at most 1 MiB, of which JSON can make six times as
/// much; names of columns and the message's own fields come on top.
pub const LARGEST_MESSAGE: u32 = 8 << 20;

/// The fields that a message has besides the record's columns.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::Canonical;
    use crate::plan::SqlType;

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

    #[test]
    fn a_value_of_another_json_type_is_another_value() {
        let decoder = Decoder { columns: columns(), own_events: false };
        let why = |text: &str| decoder.decode(text.as_bytes(), &mut Canonical::new()).unwrap_err();
        let good = "{\"id\":1,\"price\":1.50,\"name\":\"12\",\"paid\":true}";
        assert_eq!(why(good), "field event_type is missing");
        for (old, new, reason) in [
            ("1.50", "\"1.50\"", "field price is not a number"),
            ("\"id\":1", "\"id\":true", "field id is not a number"),
            ("\"12\"", "12", "field name is not a string"),
            ("\"12\"", "true", "field name is not a string"),
            ("\"12\"", "{\"a\":1}", "field name is not a string"),
            ("true", "1", "field paid is not a boolean"),
            ("true", "\"1\"", "field paid is not a boolean"),
        ] {
            assert_eq!(why(&good.replace(old, new)), reason);
        }
    }
}
