//! The fields that a message has besides the record's columns.

/// Their names, in their order. No column may have one of these names.
pub const RESERVED_FIELDS: [&str; 4] =
    ["event_type", "record_number", "streaming_timestamp", "source"];

/// One of these fields; as a number, its index in [`RESERVED_FIELDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    EventType,
    RecordNumber,
    StreamingTimestamp,
    Source,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_name() {
        let name = |own: Own| RESERVED_FIELDS[own as usize];
        assert_eq!(name(Own::EventType), "event_type");
        assert_eq!(name(Own::RecordNumber), "record_number");
        assert_eq!(name(Own::StreamingTimestamp), "streaming_timestamp");
        assert_eq!(name(Own::Source), "source");
    }
}
