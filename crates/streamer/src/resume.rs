//! Which messages of a file the topic already holds.
//!
//! The messages of a partition are in the order of the records, so its last message shows how far
//! an earlier run got. Before anything is sent, a count proves that all messages before it are
//! there.

use std::sync::Arc;

use ecom_core::canonical::Canonical;
use ecom_core::exit::Failure;
use ecom_core::kafka::Ends;
use ecom_core::message::{Decoder, EventType, Events, TableEvents};
use ecom_core::show::counted;
use rdkafka::message::{Message as _, OwnedMessage};

use crate::input::Input;
use crate::messages::{Account, Messages};

/// How much of a file each partition of a topic holds.
#[derive(Debug)]
pub(crate) struct Resume {
    topic: String,
    partitions: Vec<Held>,
}

/// What one partition held when the run began.
#[derive(Debug)]
struct Held {
    count: u64,
    last: Option<Last>,
    /// Messages of the file that were counted for this partition so far, up to its last.
    seen: u64,
    /// True once its last message was found in the file.
    found: bool,
    sent: u64,
}

/// The position of a partition's last message in the stream.
#[derive(Debug)]
struct Last {
    record_number: u64,
    event_type: EventType,
    key: Vec<u8>,
}

impl Resume {
    /// Reads the positions of the last messages. Refuses a topic with messages from elsewhere.
    pub(crate) fn new(
        topic: &str,
        input: &Input,
        ends: &[Ends],
        last: Vec<Option<OwnedMessage>>,
    ) -> Result<Self, Failure> {
        let (source, table) = (input.source(), &input.table);
        let (decoder, events) = (Decoder::new(table), Events::default().in_table(table));
        let mut partitions = Vec::with_capacity(ends.len());
        for (ends, message) in ends.iter().zip(last) {
            let refuse = |why: String| refused(topic, ends.partition, &why);
            // Without the first messages, a count proves nothing.
            if ends.offsets.start > 0 {
                return Err(refuse("has lost its first messages".into()));
            }
            let last = match &message {
                Some(message) => Some(last_of(message, &decoder, &source, events).map_err(refuse)?),
                None if ends.is_empty() => None,
                None => return Err(refuse("has messages that cannot be read".into())),
            };
            let found = last.is_none();
            partitions.push(Held { count: ends.count(), last, seen: 0, found, sent: 0 });
        }
        Ok(Self { topic: topic.to_owned(), partitions })
    }

    /// Messages that the topic held when the run began.
    pub(crate) fn held(&self) -> u64 {
        self.partitions.iter().map(|held| held.count).sum()
    }

    /// Reads the file until the last message of every partition is found, and proves by count that
    /// all messages before them are there. Returns what the topic holds if that is the whole file,
    /// so that there is nothing to send.
    pub(crate) fn prove(
        &mut self,
        input: &Arc<Input>,
        events: TableEvents,
        go_on: impl Fn() -> bool,
    ) -> Result<Option<Account>, Failure> {
        if self.partitions.iter().all(|held| held.found) {
            return Ok(None);
        }
        let mut messages = Messages::start(input, events, self.count());
        let mut account = Account::default();
        while self.partitions.iter().any(|held| !held.found) {
            if !go_on() {
                return Ok(None);
            }
            let Some(record) = messages.next()? else { break };
            account.add(&record);
            for event in record.life {
                self.see(record.partition, record.number, *event, record.key.as_bytes())?;
            }
        }
        if let Some(index) = self.partitions.iter().position(|held| !held.found) {
            let why = "ends with a record that the file does not have";
            return Err(refused(&self.topic, id(index), why));
        }
        let whole = account.records == input.file.tally() && account.messages == self.held();
        Ok(whole.then_some(account))
    }

    /// The number of partitions.
    pub(crate) fn count(&self) -> i32 {
        id(self.partitions.len())
    }

    /// True if the topic lacks a record's event: the one at `index` of `life`, which lists them
    /// all.
    pub(crate) fn lacks(
        &self,
        partition: i32,
        number: u64,
        index: usize,
        life: &[EventType],
    ) -> bool {
        match &self.held_by(partition).last {
            None => true,
            Some(last) if number == last.record_number => {
                life.iter().position(|event| *event == last.event_type) < Some(index)
            }
            Some(last) => number > last.record_number,
        }
    }

    /// Counts a message that was sent.
    pub(crate) fn sent(&mut self, partition: i32) {
        if let Some(held) =
            usize::try_from(partition).ok().and_then(|at| self.partitions.get_mut(at))
        {
            held.sent += 1;
        }
    }

    /// Fails unless every partition holds exactly what it held before plus what was sent.
    pub(crate) fn verify(&self, ends: &[Ends]) -> Result<(), Failure> {
        for (held, ends) in self.partitions.iter().zip(ends) {
            let (expected, found) = (held.count + held.sent, ends.count());
            if expected != found || ends.offsets.start > 0 {
                return Err(Failure::verification(format!(
                    "topic {}: partition {} holds {} instead of {expected}: another program is \
                     writing to it",
                    self.topic,
                    ends.partition,
                    counted(found, "message")
                )));
            }
        }
        Ok(())
    }

    fn see(
        &mut self,
        partition: i32,
        number: u64,
        event: EventType,
        key: &[u8],
    ) -> Result<(), Failure> {
        let topic = &self.topic;
        let held = usize::try_from(partition).ok().and_then(|at| self.partitions.get_mut(at));
        let Some(held) = held else { return Ok(()) };
        let Some(last) = &held.last else { return Ok(()) };
        if held.found {
            return Ok(());
        }
        held.seen += 1;
        if number < last.record_number || (number == last.record_number && event != last.event_type)
        {
            return Ok(());
        }
        if number > last.record_number || key != last.key {
            let why =
                format!("ends with record {}, which is not from this file", last.record_number);
            return Err(refused(topic, partition, &why));
        }
        if held.seen != held.count {
            let held_messages = counted(held.count, "message");
            let why = format!("holds {held_messages} where the file has {}", held.seen);
            return Err(refused(topic, partition, &why));
        }
        held.found = true;
        Ok(())
    }

    fn held_by(&self, partition: i32) -> &Held {
        &self.partitions[usize::try_from(partition).unwrap_or_default()]
    }
}

fn last_of(
    message: &OwnedMessage,
    decoder: &Decoder,
    source: &str,
    events: TableEvents,
) -> Result<Last, String> {
    let mut record = Canonical::new();
    let offset = message.offset();
    let envelope = decoder
        .decode(message.payload().unwrap_or_default(), &mut record)
        .map_err(|why| format!("holds a message in another format (offset {offset}: {why})"))?;
    if envelope.source != source {
        return Err(format!(
            "holds messages from another source ({} instead of {source})",
            ecom_core::escape::excerpt(&envelope.source, 16)
        ));
    }
    let key = message.key().unwrap_or_default().to_vec();
    let event_type = events.named(&envelope.event_type);
    Ok(Last { record_number: envelope.record_number, event_type, key })
}

fn refused(topic: &str, partition: i32, why: &str) -> Failure {
    Failure::refused(format!(
        "topic {topic}: partition {partition} {why}: empty the topic with `topic-admin reset \
         --topic {topic}`, or name another topic"
    ))
}

fn id(index: usize) -> i32 {
    i32::try_from(index).expect("Kafka numbers partitions by i32")
}
