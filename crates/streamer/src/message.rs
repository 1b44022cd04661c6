//! Makes the message of a record.

use ecom_core::exit::Failure;
use ecom_core::message::{Encoder, Envelope, EventType};

use crate::clock::Clock;
use crate::input::{Input, Records};

/// Encodes one message after the other into one buffer.
pub(crate) struct Message {
    encoder: Encoder,
    envelope: Envelope,
    clock: Clock,
    bytes: Vec<u8>,
}

impl Message {
    /// For the records of an input.
    pub(crate) fn new(input: &Input) -> Result<Self, Failure> {
        let envelope = Envelope {
            event_type: EventType::NewOrder,
            record_number: 0,
            streaming_timestamp: String::new(),
            source: input.source()?,
        };
        let encoder = Encoder::new(input.table()?);
        Ok(Self { encoder, envelope, clock: Clock::default(), bytes: Vec::new() })
    }

    /// The message of an event of the record, as of now.
    pub(crate) fn encode(&mut self, records: &Records<'_>, event: EventType) -> &[u8] {
        self.envelope.event_type = event;
        self.envelope.record_number = records.number;
        self.clock.now_into(&mut self.envelope.streaming_timestamp);
        self.encoder.encode(&records.canonical, &self.envelope, &mut self.bytes);
        &self.bytes
    }
}
