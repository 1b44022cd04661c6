//! The messages of a file, prepared ahead of time on a separate thread. Only the time of sending is
//! filled in later.

use std::ops::Range;
use std::sync::Arc;

use ecom_core::ahead::{Ahead, Feed};
use ecom_core::checksum::Tally;
use ecom_core::exit::Failure;
use ecom_core::kafka::partition_of;
use ecom_core::message::{Encoder, Envelope, EventType, TableEvents};
use ecom_core::work::{Records, WorkRecord};

use crate::clock::NO_TIME;
use crate::input::Input;

/// A batch ends at this number of records or of bytes, whichever comes first.
const BATCH_RECORDS: usize = 512;
const BATCH_BYTES: usize = 256 << 10;
const BATCHES_AHEAD: usize = 3;

/// The records of a file with their messages, in the order of the file.
pub(crate) struct Messages {
    ahead: Ahead<MessageBatch>,
    batch: MessageBatch,
    /// The index of the next record in the batch.
    next: usize,
}

/// A record with its messages.
pub(crate) struct Ready<'a> {
    /// The record's number; the first is 1.
    pub(crate) number: u64,
    /// The line on which it begins.
    pub(crate) line: u64,
    /// The partition that its key belongs to.
    pub(crate) partition: i32,
    /// Count and checksum of this one record.
    pub(crate) tally: Tally,
    /// The events of the record, one message each.
    pub(crate) life: &'static [EventType],
    /// The record's key.
    pub(crate) key: &'a str,
    messages: &'a [MessageRange],
    bytes: &'a mut [u8],
}

/// Totals of records and their messages.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    /// The records.
    pub(crate) records: Tally,
    /// Their messages.
    pub(crate) messages: u64,
    /// The bytes of the messages' values.
    pub(crate) value_bytes: u64,
}

/// Records with their messages. Batches are reused, so that sending does not allocate.
#[derive(Default)]
struct MessageBatch {
    entries: Vec<Entry>,
    messages: Vec<MessageRange>,
    keys: String,
    bytes: Vec<u8>,
}

struct Entry {
    number: u64,
    line: u64,
    partition: i32,
    tally: Tally,
    life: &'static [EventType],
    key: Range<usize>,
    messages: Range<usize>,
}

/// The bytes of a message and of its timestamp in a batch.
struct MessageRange {
    message: Range<usize>,
    timestamp: Range<usize>,
}

impl Messages {
    /// Starts to read the file and prepare its messages, for a topic with `partitions` partitions.
    pub(crate) fn start(input: &Arc<Input>, events: TableEvents, partitions: i32) -> Self {
        let input = Arc::clone(input);
        let ahead = Ahead::start(BATCHES_AHEAD, move |feed| {
            Maker::new(&input, events, partitions)?.make_all(feed)
        });
        Self { ahead, batch: MessageBatch::default(), next: 0 }
    }

    /// The next record; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Ready<'_>>, Failure> {
        // The last batch may be empty, and so may the one before a failure.
        while self.next == self.batch.entries.len() {
            let Some(next) = self.ahead.next()? else { return Ok(None) };
            let done = std::mem::replace(&mut self.batch, next);
            self.next = 0;
            // A reused batch keeps its capacity, so an unusually large one is dropped instead.
            if done.bytes.len() <= 2 * BATCH_BYTES {
                self.ahead.give_back(done);
            }
        }
        let MessageBatch { entries, messages, keys, bytes } = &mut self.batch;
        let entry = &entries[self.next];
        self.next += 1;
        Ok(Some(Ready {
            number: entry.number,
            line: entry.line,
            partition: entry.partition,
            tally: entry.tally,
            life: entry.life,
            key: &keys[entry.key.clone()],
            messages: &messages[entry.messages.clone()],
            bytes,
        }))
    }
}

impl Ready<'_> {
    /// The message of one of the record's events, with the time at which it is sent.
    pub(crate) fn message(&mut self, index: usize, time: &[u8]) -> &[u8] {
        let MessageRange { message, timestamp } = &self.messages[index];
        self.bytes[timestamp.clone()].copy_from_slice(time);
        &self.bytes[message.clone()]
    }
}

impl Account {
    /// Counts a record and its messages.
    pub(crate) fn add(&mut self, ready: &Ready<'_>) {
        self.records += ready.tally;
        self.messages += ready.messages.len() as u64;
        self.value_bytes +=
            ready.messages.iter().map(|range| range.message.len() as u64).sum::<u64>();
    }
}

/// Prepares the messages.
struct Maker {
    records: Records,
    key: String,
    form: MessageForm,
}

/// What the messages of all records have in common.
struct MessageForm {
    encoder: Encoder,
    envelope: Envelope,
    events: TableEvents,
    partitions: i32,
}

impl Maker {
    fn new(input: &Input, events: TableEvents, partitions: i32) -> Result<Self, Failure> {
        let envelope = Envelope {
            event_type: String::new(),
            record_number: 0,
            streaming_timestamp: NO_TIME.to_owned(),
            source: input.source(),
        };
        let encoder = Encoder::new(&input.table);
        let form = MessageForm { encoder, envelope, events, partitions };
        Ok(Self { records: input.records()?, key: String::new(), form })
    }

    /// Prepares messages until the file ends or nobody receives them any more. The records before a
    /// failure are still delivered.
    fn make_all(&mut self, feed: &Feed<MessageBatch>) -> Result<(), Failure> {
        loop {
            let mut batch = feed.empty();
            let more = self.fill(&mut batch);
            if !feed.send(batch) || !more? {
                return Ok(());
            }
        }
    }

    /// Fills a batch; false at the end of the file.
    fn fill(&mut self, batch: &mut MessageBatch) -> Result<bool, Failure> {
        batch.entries.clear();
        batch.messages.clear();
        batch.keys.clear();
        batch.bytes.clear();
        while batch.entries.len() < BATCH_RECORDS && batch.bytes.len() < BATCH_BYTES {
            let Some(record) = self.records.next()? else { return Ok(false) };
            record.key_into(&mut self.key);
            self.form.add(&record, &self.key, batch);
        }
        Ok(true)
    }
}

impl MessageForm {
    /// Adds a record with its messages to a batch.
    fn add(&mut self, record: &WorkRecord<'_>, key: &str, batch: &mut MessageBatch) {
        let life = self.events.of_key(key);
        let (first_key, first_message) = (batch.keys.len(), batch.messages.len());
        batch.keys.push_str(key);
        self.envelope.record_number = record.number;
        for event in life {
            self.envelope.event_type.clear();
            self.envelope.event_type.push_str(self.events.name(*event, record.canonical));
            let begin = batch.bytes.len();
            let timestamp = self.encoder.append(record.canonical, &self.envelope, &mut batch.bytes);
            batch.messages.push(MessageRange { message: begin..batch.bytes.len(), timestamp });
        }
        let mut tally = Tally::default();
        tally.add(record.canonical.bytes());
        batch.entries.push(Entry {
            number: record.number,
            line: record.line(),
            partition: partition_of(key.as_bytes(), self.partitions),
            tally,
            life,
            key: first_key..batch.keys.len(),
            messages: first_message..batch.messages.len(),
        });
    }
}
