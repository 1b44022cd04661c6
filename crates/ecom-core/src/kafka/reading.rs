//! Reading a topic between known offsets.

use std::ops::Range;
use std::time::{Duration, Instant};

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _, OwnedMessage};
use rdkafka::{Offset, TopicPartitionList};

use super::{Cluster, Topic, failure, is_unavailable};
use crate::exit::Failure;

/// How long to wait for a message before signals are checked again.
const STEP: Duration = Duration::from_millis(200);

/// The offsets at which a partition's messages begin and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The partition's number.
    pub partition: i32,
    /// From the oldest message that is kept up to the next one that will be written.
    pub offsets: Range<i64>,
}

impl Ends {
    /// The number of messages, if none was compacted away.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.offsets.end - self.offsets.start).unwrap_or_default()
    }

    /// True if there is no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }
}

impl Cluster {
    /// The present ends of every partition of a topic, sorted by partition.
    ///
    /// # Errors
    /// Exit code 5 if Kafka does not answer within `--kafka-timeout`, that of `stop` after a signal.
    pub fn ends(&self, topic: &Topic) -> Result<Vec<Ends>, Failure> {
        let what = format!("read the offsets of {}", topic.name);
        let ends = |partition: i32| {
            let ask = |timeout| self.consumer.fetch_watermarks(&topic.name, partition, timeout);
            let (low, high) = self.patiently(ask, &what)?;
            Ok(Ends { partition, offsets: low..high.max(low) })
        };
        topic.partitions.iter().map(|partition| ends(partition.id)).collect()
    }

    /// How many messages of a topic the group, as which this is connected, has yet to read.
    ///
    /// # Errors
    /// As [`Cluster::ends`].
    pub fn lag(&self, topic: &Topic) -> Result<u64, Failure> {
        let ends = self.ends(topic)?;
        let what = format!("read the group's offsets of {}", topic.name);
        let mut list = TopicPartitionList::new();
        for end in &ends {
            list.add_partition(&topic.name, end.partition);
        }
        let ask = |timeout| self.consumer.committed_offsets(list.clone(), timeout);
        let committed = self.patiently(ask, &what)?;
        let left = |end: &Ends| {
            let found = committed.find_partition(&topic.name, end.partition);
            let position = match found.map(|partition| partition.offset()) {
                // An offset that the topic does not have is of another topic of that name: the
                // group begins again.
                Some(Offset::Offset(offset)) if end.offsets.contains(&offset) => offset,
                Some(Offset::Offset(offset)) if offset == end.offsets.end => offset,
                _ => end.offsets.start,
            };
            Ends { offsets: position..end.offsets.end, ..end.clone() }.count()
        };
        Ok(ends.iter().map(left).sum())
    }

    /// Passes every message between `ends` to `each`; messages of one partition in order. Does not wait
    /// for later messages.
    ///
    /// # Errors
    /// Those of `each`, and otherwise as [`Cluster::ends`].
    pub fn read<E: From<Failure>>(
        &self,
        topic: &str,
        ends: &[Ends],
        mut each: impl FnMut(&BorrowedMessage<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut open: Vec<&Ends> = ends.iter().filter(|ends| !ends.is_empty()).collect();
        if open.is_empty() {
            return Ok(());
        }
        self.assign(topic, open.iter().map(|ends| (ends.partition, ends.offsets.start)))?;
        let mut answered = Instant::now();
        while !open.is_empty() {
            let (partition, offset) = match self.consumer.poll(STEP) {
                Some(Ok(message)) => {
                    let (partition, offset) = (message.partition(), message.offset());
                    if open
                        .iter()
                        .any(|ends| ends.partition == partition && ends.offsets.contains(&offset))
                    {
                        each(&message)?;
                    }
                    (partition, offset)
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => (partition, i64::MAX - 1),
                other => {
                    self.check_answer(topic, other.and_then(Result::err), answered)?;
                    continue;
                }
            };
            answered = Instant::now();
            open.retain(|ends| ends.partition != partition || offset + 1 < ends.offsets.end);
        }
        self.unassign()
            .map_err(|error| E::from(failure(&format!("cannot stop reading {topic}"), &error)))
    }

    /// The last message of every partition, in the order of `ends`; `None` for an empty one.
    ///
    /// # Errors
    /// As [`Cluster::ends`].
    pub fn last(&self, topic: &str, ends: &[Ends]) -> Result<Vec<Option<OwnedMessage>>, Failure> {
        let mut found: Vec<Option<OwnedMessage>> = ends.iter().map(|_| None).collect();
        let mut back = 1;
        loop {
            // The last offset may be a transaction's marker, or a message that was compacted away.
            let missing: Vec<Ends> = ends
                .iter()
                .zip(&found)
                .filter(|(ends, last)| last.is_none() && !ends.is_empty())
                .map(|(ends, _)| Ends {
                    offsets: ends.offsets.start.max(ends.offsets.end - back)..ends.offsets.end,
                    ..ends.clone()
                })
                .collect();
            self.read(topic, &missing, |message| {
                let index = ends.iter().position(|ends| ends.partition == message.partition());
                if let Some(index) = index {
                    found[index] = Some(message.detach());
                }
                Ok::<(), Failure>(())
            })?;
            let searched = |ends: &Ends| ends.offsets.end - back <= ends.offsets.start;
            if ends.iter().zip(&found).all(|(ends, last)| last.is_some() || searched(ends)) {
                return Ok(found);
            }
            back = back.saturating_mul(16);
        }
    }

    /// Starts to read partitions of a topic at the given offsets.
    ///
    /// # Errors
    /// Exit code 1 if librdkafka refuses the assignment.
    pub fn assign(
        &self,
        topic: &str,
        starts: impl IntoIterator<Item = (i32, i64)>,
    ) -> Result<(), Failure> {
        let cannot = |error: KafkaError| failure(&format!("cannot read {topic}"), &error);
        let mut list = TopicPartitionList::new();
        for (partition, offset) in starts {
            list.add_partition_offset(topic, partition, Offset::Offset(offset)).map_err(cannot)?;
        }
        self.consumer.assign(&list).map_err(cannot)
    }

    /// Fails on a permanent error, and if nothing has arrived since `answered` for longer than
    /// `--kafka-timeout`.
    fn check_answer(
        &self,
        topic: &str,
        error: Option<KafkaError>,
        answered: Instant,
    ) -> Result<(), Failure> {
        self.check_stop()?;
        let code = error.as_ref().and_then(KafkaError::rdkafka_error_code);
        match error {
            Some(error) if !code.is_some_and(is_unavailable) => {
                Err(failure(&format!("cannot read {topic}"), &error))
            }
            _ if answered.elapsed() >= self.timeout => Err(self.silent()),
            _ => Ok(()),
        }
    }

    fn unassign(&self) -> Result<(), KafkaError> {
        self.consumer.unassign()
    }
}
