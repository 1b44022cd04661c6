//! The topic, read from its first message by a consumer of its own: without a group, without commits.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ecom_core::Failure;
use ecom_core::kafka::{Troubles, code_words, failure, topic_id, topics_in};
use ecom_core::settings::KafkaArgs;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};

use super::totals::Arrival;

/// How long Kafka may take for an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// A consumer must name a group. Nothing joins this one or commits to it, so no broker knows it.
const NO_GROUP: &str = "ecom-reader";

/// The first offset of each partition, and the one behind its last.
type Ends = BTreeMap<i32, (i64, i64)>;

/// A topic that is read.
pub(super) struct Topic {
    consumer: BaseConsumer<Troubles>,
    servers: String,
    name: String,
    id: Option<String>,
    /// What is read of each partition: the next offset, and the end of the last look.
    partitions: BTreeMap<i32, Progress>,
}

#[derive(Clone, Copy, Debug)]
struct Progress {
    next: i64,
    end: i64,
}

/// What a look at a topic has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The topic of the last look.
    Same,
    /// Another topic of that name, or the first: reading begins again.
    Other,
    /// No topic.
    Missing,
}

/// What is to be done with a message, or with its absence.
pub(super) enum Polled<'c> {
    /// It is the next one of its partition.
    Message(BorrowedMessage<'c>),
    /// Nothing has arrived.
    Nothing,
    /// What was read is no longer in the topic.
    Lost,
}

impl Topic {
    /// Does not connect yet.
    pub(super) fn new(args: &KafkaArgs, name: &str) -> Result<Self, Failure> {
        let mut config = args.client();
        config
            // Only for producers; librdkafka would warn about it.
            .remove("partitioner")
            .set("client.id", "monitor-live")
            .set("group.id", NO_GROUP)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // An offset that no longer exists is an error, never a silent jump.
            .set("auto.offset.reset", "error")
            .set("allow.auto.create.topics", "false")
            .set("reconnect.backoff.max.ms", "1000")
            // A server that is not Kafka may announce a gigabyte: hang up.
            .set("receive.message.max.bytes", "16777216")
            .set("message.max.bytes", "4194304")
            .set("fetch.max.bytes", "4194304")
            .set("fetch.message.max.bytes", "1048576")
            .set("fetch.queue.backoff.ms", "10")
            .set("queued.min.messages", "10000")
            .set("queued.max.messages.kbytes", "4096");
        let consumer = config.create_with_context(Troubles::default());
        let consumer = consumer.map_err(|error| failure("cannot start a Kafka client", &error))?;
        let (servers, name) = (args.bootstrap_servers.clone(), name.to_owned());
        Ok(Self { consumer, servers, name, id: None, partitions: BTreeMap::new() })
    }

    /// Forgets what was read: the next look begins again.
    pub(super) fn restart(&mut self) {
        self.id = None;
        self.partitions.clear();
        let _ = self.consumer.unassign();
    }

    /// Messages that are in the topic, and not read yet.
    pub(super) fn unread(&self) -> u64 {
        let unread = |it: &Progress| u64::try_from(it.end - it.next).unwrap_or_default();
        self.partitions.values().map(unread).sum()
    }

    /// Looks which topic it is, and where its partitions end.
    pub(super) fn look(&mut self) -> Result<Look, String> {
        let deadline = Instant::now() + PATIENCE;
        let id = topic_id(&self.servers, &self.name, Instant::now(), || false);
        let is_known = !self.partitions.is_empty();
        let other = match id {
            Ok(None) => {
                self.restart();
                return Ok(Look::Missing);
            }
            Ok(id) => {
                let is_other = id != self.id;
                self.id = id;
                is_other || !is_known
            }
            // A server that does not know of ids has offsets that tell.
            Err(_) => !is_known,
        };
        if other {
            self.partitions.clear();
        }
        let Some(ends) = self.ends(deadline)? else {
            self.restart();
            return Ok(Look::Missing);
        };
        let fell = |(id, (_, end)): (&i32, &(i64, i64))| {
            self.partitions.get(id).is_some_and(|known| *end < known.next)
        };
        let other = other || ends.iter().any(fell);
        if other || ends.len() != self.partitions.len() {
            self.assign(&ends, other)?;
        }
        for (id, (_, end)) in ends {
            if let Some(known) = self.partitions.get_mut(&id) {
                known.end = end;
            }
        }
        Ok(if other { Look::Other } else { Look::Same })
    }

    /// The next message, if one arrives within `wait`.
    pub(super) fn poll(&mut self, wait: Duration) -> Polled<'_> {
        let Self { consumer, partitions, .. } = self;
        match consumer.poll(wait) {
            Some(Ok(message)) => match partitions.get_mut(&message.partition()) {
                // What was fetched before the topic was another one.
                Some(known) if message.offset() >= known.next => {
                    known.next = message.offset() + 1;
                    known.end = known.end.max(known.next);
                    Polled::Message(message)
                }
                _ => Polled::Nothing,
            },
            Some(Err(error)) if is_lost(&error) => Polled::Lost,
            // Whatever it is, the next look says so.
            _ => Polled::Nothing,
        }
    }

    /// Both ends of each partition; `None` if there is no such topic.
    fn ends(&self, deadline: Instant) -> Result<Option<Ends>, String> {
        let left = || deadline.saturating_duration_since(Instant::now()).max(PATIENCE / 20);
        let in_words = |error: KafkaError| {
            self.hear_reports();
            self.words(&error)
        };
        let metadata = self.consumer.fetch_metadata(None, left()).map_err(in_words)?;
        let topics = topics_in(&metadata).ok_or("what answers there is not Kafka")?;
        let Some(topic) = topics.into_iter().find(|topic| topic.name == self.name) else {
            return Ok(None);
        };
        if !topic.is_led() {
            return Err("a partition has no leader".into());
        }
        let ask = |offset: Offset| -> Result<BTreeMap<i32, i64>, KafkaError> {
            let mut list = TopicPartitionList::new();
            for partition in &topic.partitions {
                list.add_partition_offset(&self.name, partition.id, offset)?;
            }
            // The protocol interprets these offsets as times: -1 is the end, -2 the beginning.
            let answer = self.consumer.offsets_for_times(list, left())?;
            let known = answer.elements().into_iter().filter_map(|found| match found.offset() {
                Offset::Offset(offset) if found.error().is_ok() => {
                    Some((found.partition(), offset))
                }
                _ => None,
            });
            Ok(known.collect())
        };
        let low = ask(Offset::Beginning).map_err(in_words)?;
        let high = ask(Offset::End).map_err(in_words)?;
        if high.len() < topic.partitions.len() {
            return Err("a partition does not say where it ends".into());
        }
        self.consumer.context().forget();
        let pair = |(id, high): (i32, i64)| {
            (id, (low.get(&id).copied().unwrap_or_default().min(high), high))
        };
        Ok(Some(high.into_iter().map(pair).collect()))
    }

    /// Reads all partitions: from their beginning, or new ones beside those that are read.
    fn assign(&mut self, ends: &Ends, again: bool) -> Result<(), String> {
        if again {
            self.partitions.clear();
        }
        let mut list = TopicPartitionList::new();
        for (id, (low, end)) in ends {
            let next = self.partitions.get(id).map_or(*low, |known| known.next);
            self.partitions.insert(*id, Progress { next, end: *end });
            let added = list.add_partition_offset(&self.name, *id, Offset::Offset(next));
            added.map_err(|error| self.words(&error))?;
        }
        self.consumer.assign(&list).map_err(|error| self.words(&error))
    }

    /// Lets librdkafka report errors. It does so between messages, so only where none can arrive; else
    /// it does when messages are awaited.
    fn hear_reports(&self) {
        if self.partitions.is_empty() {
            (0..32).for_each(|_| drop(self.consumer.poll(Duration::ZERO)));
        }
    }

    fn words(&self, error: &KafkaError) -> String {
        let code = || error.rdkafka_error_code().map(code_words);
        let trouble = self.consumer.context().last();
        trouble.or_else(code).unwrap_or_else(|| error.to_string())
    }
}

/// True if what was to be read next is no longer there.
fn is_lost(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{AutoOffsetReset, OffsetOutOfRange, UnknownTopicOrPartition};
    let code = error.rdkafka_error_code();
    matches!(code, Some(AutoOffsetReset | OffsetOutOfRange | UnknownTopicOrPartition))
}

/// Where a message is, and when it arrived.
pub(super) fn arrival(message: &BorrowedMessage<'_>) -> Arrival {
    Arrival {
        time: message.timestamp().to_millis().filter(|time| *time >= 0),
        partition: message.partition(),
        offset: message.offset(),
    }
}
