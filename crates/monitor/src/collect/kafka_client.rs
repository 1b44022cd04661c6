//! What to ask Kafka, and how: one request for all partitions of a broker wherever the protocol
//! allows.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use chrono::DateTime;
use ecom_core::Failure;
use ecom_core::kafka::{
    FLUME_GROUP, Topic, Troubles, code_words, failure, is_internal, is_unavailable, topics_in,
};
use ecom_core::settings::KafkaArgs;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::Message as _;
use rdkafka::metadata::Metadata;
use rdkafka::{Offset, TopicPartitionList};

use super::kafka_policies::Policies;
use super::topics::{TopicEnds, Topics};

/// How long to wait for the first answer before checking whether the broker is there at all.
const STEP: Duration = Duration::from_millis(500);

/// Partitions whose newest message is read per round.
const NEWEST_AT_ONCE: usize = 64;

/// Both ends of every partition, by topic and number.
type Watermarks = HashMap<(String, i32), (i64, i64)>;

/// A consumer with the name of Flume's group, which it never joins.
pub(crate) struct Client {
    consumer: BaseConsumer<Troubles>,
    policies: Policies,
    newest: HashMap<String, Newest>,
}

/// The newest message of a topic.
#[derive(Clone, Default)]
struct Newest {
    /// The sum of all ends when it was read.
    ends: i64,
    milliseconds: Option<i64>,
    values: u64,
    value_bytes: u64,
}

impl Client {
    /// Does not wait for any broker.
    pub(crate) fn new(args: &KafkaArgs) -> Result<Self, Failure> {
        let cannot = |error| failure("cannot start a Kafka client", &error);
        let mut config = args.client();
        config
            // Only for producers; librdkafka would warn about it.
            .remove("partitioner")
            .set("client.id", "monitor")
            .set("group.id", FLUME_GROUP)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "error")
            // Watching must not change anything.
            .set("allow.auto.create.topics", "false")
            .set("reconnect.backoff.max.ms", "1000")
            // A server that is not Kafka may announce a gigabyte: hang up.
            .set("receive.message.max.bytes", "16777216")
            .set("fetch.max.bytes", "4194304")
            // Only the newest message of each partition is read, so nothing needs to be buffered.
            .set("message.max.bytes", "4194304")
            .set("fetch.message.max.bytes", "65536")
            .set("fetch.wait.max.ms", "10")
            .set("fetch.queue.backoff.ms", "10")
            .set("queued.min.messages", "1")
            .set("queued.max.messages.kbytes", "8192");
        let consumer = config.create_with_context(Troubles::default()).map_err(cannot)?;
        let policies = Policies::new(args)?;
        Ok(Self { consumer, policies, newest: HashMap::new() })
    }

    /// Queries everything once. `first` are the topics to query first, `flume` is the one that
    /// Flume reads.
    pub(crate) fn query(
        &mut self,
        first: &[String],
        flume: Option<&str>,
        deadline: Instant,
    ) -> Result<Topics, String> {
        let metadata = self.metadata(deadline)?;
        let mut topics = topics_in(&metadata).ok_or("what answers there is not Kafka")?;
        topics.retain(|topic| !is_internal(&topic.name));
        // If time runs out, the topics of the plan are done.
        topics.sort_by(|one, other| {
            let key = |topic: &Topic| (!first.contains(&topic.name), topic.name.clone());
            key(one).cmp(&key(other))
        });
        let ends = self.ends(&topics, deadline)?;
        let lag = self.lag(&topics, &ends, deadline)?;
        self.policies.ask(&topics, left(deadline));
        self.read_newest(&topics, &ends, deadline);
        let mut all: Vec<TopicEnds> = topics
            .iter()
            .map(|topic| self.topic(topic, &ends, lag.get(&topic.name).copied(), flume))
            .collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let brokers = u32::try_from(metadata.brokers().len()).unwrap_or(u32::MAX);
        Ok(Topics { brokers, topics: all })
    }

    /// The topics and their leaders; gives up early if no broker is there.
    fn metadata(&self, deadline: Instant) -> Result<Metadata, String> {
        loop {
            let step = left(deadline).min(STEP);
            let error = match self.consumer.fetch_metadata(None, step) {
                Ok(metadata) => {
                    self.consumer.context().forget();
                    return Ok(metadata);
                }
                Err(error) => error,
            };
            // Lets librdkafka report errors. Nothing is assigned, so no message can arrive.
            (0..32).for_each(|_| drop(self.consumer.poll(Duration::ZERO)));
            let passes = error.rdkafka_error_code().is_some_and(is_unavailable);
            let trouble = self.consumer.context().last();
            if !passes || trouble.is_some() || Instant::now() >= deadline {
                return Err(trouble.unwrap_or_else(|| words(&error)));
            }
        }
    }

    /// Where every partition begins and ends: two requests to each broker, however many partitions
    /// it has.
    fn ends(&self, topics: &[Topic], deadline: Instant) -> Result<Watermarks, String> {
        let ask = |offset: Offset| -> KafkaResult<HashMap<(String, i32), i64>> {
            let list = partitions(topics, offset)?;
            if list.count() == 0 {
                return Ok(HashMap::new());
            }
            // The protocol interprets these offsets as times: -1 is the end, -2 the beginning.
            let answer = self.consumer.offsets_for_times(list, left(deadline))?;
            Ok(offsets(&answer))
        };
        let high = ask(Offset::End).map_err(|error| words(&error))?;
        let low = ask(Offset::Beginning).map_err(|error| words(&error))?;
        let pair = |(partition, high)| {
            let low = low.get(&partition).copied().unwrap_or(0);
            (partition, (low, low.max(high)))
        };
        Ok(high.into_iter().map(pair).collect())
    }

    /// Messages that Flume's group has yet to read, for every topic that it has ever read from.
    fn lag(
        &self,
        topics: &[Topic],
        ends: &Watermarks,
        deadline: Instant,
    ) -> Result<BTreeMap<String, u64>, String> {
        let in_words = |error: KafkaError| words(&error);
        let list = partitions(topics, Offset::Invalid).map_err(in_words)?;
        let mut lag = BTreeMap::new();
        if list.count() == 0 {
            return Ok(lag);
        }
        let committed = self.consumer.committed_offsets(list, left(deadline)).map_err(in_words)?;
        let committed = offsets(&committed);
        for topic in topics.iter().filter(|topic| {
            topic
                .partitions
                .iter()
                .any(|partition| committed.contains_key(&(topic.name.clone(), partition.id)))
        }) {
            let of = |id: i32| {
                let partition = (topic.name.clone(), id);
                let (low, high) = ends.get(&partition).copied().unwrap_or_default();
                let position = committed.get(&partition).copied().unwrap_or(low).max(low);
                u64::try_from(high - position).unwrap_or_default()
            };
            let sum = topic.partitions.iter().map(|partition| of(partition.id)).sum();
            lag.insert(topic.name.clone(), sum);
        }
        Ok(lag)
    }

    /// Reads the last message of each partition, for topics that have grown since the last time.
    fn read_newest(&mut self, topics: &[Topic], ends: &Watermarks, deadline: Instant) {
        let mut list = TopicPartitionList::new();
        let mut open: HashMap<(String, i32), i64> = HashMap::new();
        for topic in topics {
            let of = |id: i32| ends.get(&(topic.name.clone(), id)).copied().unwrap_or_default();
            let sum = topic.partitions.iter().map(|partition| of(partition.id).1).sum();
            let known = self.newest.entry(topic.name.clone()).or_default();
            if known.ends == sum || open.len() >= NEWEST_AT_ONCE {
                continue;
            }
            *known = Newest { ends: sum, ..Newest::default() };
            for partition in &topic.partitions {
                let (low, high) = of(partition.id);
                let offset = Offset::Offset(high - 1);
                if high > low
                    && list.add_partition_offset(&topic.name, partition.id, offset).is_ok()
                {
                    open.insert((topic.name.clone(), partition.id), high - 1);
                }
            }
        }
        // What cannot be read now can wait: the newest message only gives a time, no count depends
        // on it.
        if open.is_empty() || self.consumer.assign(&list).is_err() {
            return;
        }
        let end = Instant::now() + left(deadline) / 2;
        while !open.is_empty() && Instant::now() < end {
            let Some(answer) = self.consumer.poll(Duration::from_millis(50)) else { continue };
            let Ok(message) = answer else { continue };
            open.remove(&(message.topic().to_owned(), message.partition()));
            let Some(newest) = self.newest.get_mut(message.topic()) else { continue };
            newest.milliseconds = newest.milliseconds.max(message.timestamp().to_millis());
            newest.values += 1;
            newest.value_bytes += message.payload_len() as u64;
        }
        // Without partitions nothing more is fetched.
        let _ = self.consumer.unassign();
        for (topic, _) in open.into_keys() {
            // Makes the next round read them again.
            self.newest.entry(topic).or_default().ends = -1;
        }
    }

    fn topic(
        &self,
        topic: &Topic,
        ends: &Watermarks,
        lag: Option<u64>,
        flume: Option<&str>,
    ) -> TopicEnds {
        let of = |id: i32| ends.get(&(topic.name.clone(), id)).copied();
        let known: Vec<(i64, i64)> =
            topic.partitions.iter().filter_map(|partition| of(partition.id)).collect();
        let messages =
            known.iter().map(|(low, high)| u64::try_from(high - low).unwrap_or_default()).sum();
        let compacts = self.policies.may_compact(&topic.name);
        let moved = known.iter().any(|(low, _)| *low > 0);
        let newest = self.newest.get(&topic.name).cloned().unwrap_or_default();
        // If Flume should read a topic and never has, all messages are lag.
        let lag = lag.or_else(|| (flume == Some(&topic.name)).then_some(messages));
        TopicEnds {
            name: topic.name.clone(),
            partitions: u32::try_from(topic.partitions.len()).unwrap_or(u32::MAX),
            leaderless: u32::try_from(topic.partitions.len() - known.len()).unwrap_or(u32::MAX),
            messages,
            exact: !compacts && !moved && known.len() == topic.partitions.len(),
            newest: newest.milliseconds.and_then(DateTime::from_timestamp_millis),
            value_bytes: (newest.values > 0)
                .then(|| newest.value_bytes as f64 / newest.values as f64),
            lag: lag.map(|lag| (FLUME_GROUP.to_owned(), lag)).into_iter().collect(),
        }
    }
}

/// Every partition that has a leader, with the same offset for each.
fn partitions(topics: &[Topic], offset: Offset) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    for topic in topics {
        for partition in topic.partitions.iter().filter(|partition| partition.leader.is_some()) {
            list.add_partition_offset(&topic.name, partition.id, offset)?;
        }
    }
    Ok(list)
}

/// The offsets of a list that are known.
fn offsets(list: &TopicPartitionList) -> HashMap<(String, i32), i64> {
    let mut offsets = HashMap::new();
    for element in list.elements() {
        // Nothing is known of a partition that is changing its leader.
        if let (Ok(()), Offset::Offset(offset)) = (element.error(), element.offset()) {
            offsets.insert((element.topic().to_owned(), element.partition()), offset);
        }
    }
    offsets
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
}

fn words(error: &KafkaError) -> String {
    error.rdkafka_error_code().map_or_else(|| error.to_string(), code_words)
}
