//! The messages of a file, made ahead on a thread of their own: all but the time at which each is sent.

use std::ops::Range;
use std::sync::Arc;

use ecom_core::ahead::{Ahead, Feed};
use ecom_core::checksum::Tally;
use ecom_core::exit::Failure;
use ecom_core::kafka::partition_of;
use ecom_core::message::{Encoder, Envelope, EventType, TableEvents};

use crate::clock::NO_TIME;
use crate::input::{Input, Records};

/// A batch ends with so many records or so many bytes, whichever comes first.
const BATCH_RECORDS: usize = 512;
const BATCH_BYTES: usize = 256 << 10;
const BATCHES_AHEAD: usize = 3;

/// The records of a file with their messages, in the order of the file.
pub(crate) struct Messages {
    ahead: Ahead<Batch>,
    batch: Batch,
    at: usize,
}

/// A record with its messages.
pub(crate) struct Ready<'a> {
    /// The record's number; the first is 1.
    pub(crate) number: u64,
    /// The line of the file on which it begins.
    pub(crate) line: u64,
    /// The partition that its key belongs to.
    pub(crate) partition: i32,
    /// The record alone, counted.
    pub(crate) tally: Tally,
    /// The events of the record, one message each.
    pub(crate) life: &'static [EventType],
    /// The record's key.
    pub(crate) key: &'a str,
    places: &'a [Place],
    bytes: &'a mut [u8],
}

/// What the messages of some records come to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    /// The records.
    pub(crate) records: Tally,
    /// Their messages.
    pub(crate) messages: u64,
    /// The bytes of the messages' values.
    pub(crate) value_bytes: u64,
}

/// Some records. Used again and again.
#[derive(Default)]
struct Batch {
    entries: Vec<Entry>,
    places: Vec<Place>,
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
    places: Range<usize>,
}

/// Where a message and its timestamp stand in a batch.
struct Place {
    message: Range<usize>,
    timestamp: Range<usize>,
}

impl Messages {
    /// Begins to read the file and to make its messages, for a topic of so many partitions.
    pub(crate) fn start(input: &Arc<Input>, events: TableEvents, partitions: i32) -> Self {
        let input = Arc::clone(input);
        let ahead = Ahead::start(BATCHES_AHEAD, move |feed| {
            Maker::new(&input, events, partitions)?.make_all(feed)
        });
        Self { ahead, batch: Batch::default(), at: 0 }
    }

    /// The next record; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<Ready<'_>>, Failure> {
        // A batch may be empty: the last one, and one before a failure.
        while self.at == self.batch.entries.len() {
            let Some(next) = self.ahead.next()? else { return Ok(None) };
            let done = std::mem::replace(&mut self.batch, next);
            self.at = 0;
            // Batches grow with their texts: what was very long is not kept.
            if done.bytes.len() <= 2 * BATCH_BYTES {
                self.ahead.give_back(done);
            }
        }
        let Batch { entries, places, keys, bytes } = &mut self.batch;
        let entry = &entries[self.at];
        self.at += 1;
        Ok(Some(Ready {
            number: entry.number,
            line: entry.line,
            partition: entry.partition,
            tally: entry.tally,
            life: entry.life,
            key: &keys[entry.key.clone()],
            places: &places[entry.places.clone()],
            bytes,
        }))
    }
}

impl Ready<'_> {
    /// The message of the event at `place` of the record's life, sent at `time`.
    pub(crate) fn message(&mut self, place: usize, time: &[u8]) -> &[u8] {
        let Place { message, timestamp } = &self.places[place];
        self.bytes[timestamp.clone()].copy_from_slice(time);
        &self.bytes[message.clone()]
    }
}

impl Account {
    /// Counts a record and its messages.
    pub(crate) fn add(&mut self, ready: &Ready<'_>) {
        self.records += ready.tally;
        self.messages += ready.places.len() as u64;
        self.value_bytes +=
            ready.places.iter().map(|place| place.message.len() as u64).sum::<u64>();
    }
}

/// Makes the messages.
struct Maker<'a> {
    records: Records<'a>,
    encoder: Encoder,
    envelope: Envelope,
    events: TableEvents,
    partitions: i32,
}

impl<'a> Maker<'a> {
    fn new(input: &'a Input, events: TableEvents, partitions: i32) -> Result<Self, Failure> {
        let envelope = Envelope {
            event_type: String::new(),
            record_number: 0,
            streaming_timestamp: NO_TIME.to_owned(),
            source: input.source()?,
        };
        let (records, encoder) = (input.records()?, Encoder::new(input.table()?));
        Ok(Self { records, encoder, envelope, events, partitions })
    }

    /// Makes all messages, up to the end of the file or until nobody wants more. What is wrong with
    /// the file is told behind the records before it.
    fn make_all(&mut self, feed: &Feed<Batch>) -> Result<(), Failure> {
        loop {
            let mut batch = feed.empty();
            let more = self.fill(&mut batch);
            if !feed.send(batch) || !more? {
                return Ok(());
            }
        }
    }

    /// Fills a batch; false at the end of the file.
    fn fill(&mut self, batch: &mut Batch) -> Result<bool, Failure> {
        batch.entries.clear();
        batch.places.clear();
        batch.keys.clear();
        batch.bytes.clear();
        while batch.entries.len() < BATCH_RECORDS && batch.bytes.len() < BATCH_BYTES {
            if !self.records.next()? {
                return Ok(false);
            }
            self.add_to(batch);
        }
        Ok(true)
    }

    fn add_to(&mut self, batch: &mut Batch) {
        let records = &self.records;
        let life = self.events.of_key(&records.key);
        let (first_key, first_place) = (batch.keys.len(), batch.places.len());
        batch.keys.push_str(&records.key);
        self.envelope.record_number = records.number;
        for event in life {
            self.envelope.event_type.clear();
            self.envelope.event_type.push_str(self.events.name(*event, &records.canonical));
            let begin = batch.bytes.len();
            let timestamp =
                self.encoder.append(&records.canonical, &self.envelope, &mut batch.bytes);
            batch.places.push(Place { message: begin..batch.bytes.len(), timestamp });
        }
        let mut tally = Tally::default();
        tally.add(records.canonical.bytes());
        batch.entries.push(Entry {
            number: records.number,
            line: records.line(),
            partition: partition_of(records.key.as_bytes(), self.partitions),
            tally,
            life,
            key: first_key..batch.keys.len(),
            places: first_place..batch.places.len(),
        });
    }
}
