//! A connection to Kafka for queries: the topics, their partitions and leaders.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::{Metadata, MetadataTopic};

use super::{Troubles, failure};
use crate::exit::Failure;
use crate::settings::KafkaArgs;
use crate::stop::Stop;

/// How long to wait for one answer before signals are checked again.
const STEP: Duration = Duration::from_millis(500);

/// A consumer must name a group. Nothing joins this one or commits to it, so no broker knows it.
const NO_GROUP: &str = "ecom-reader";

/// A connection that reads metadata, offsets and messages. It leaves no consumer group behind.
pub struct Cluster {
    pub(super) consumer: BaseConsumer<Troubles>,
    pub(super) servers: String,
    pub(super) timeout: Duration,
    pub(super) stop: Stop,
}

/// A topic and its partitions in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The topic's name.
    pub name: String,
    /// Its partitions.
    pub partitions: Vec<Partition>,
}

/// A partition and the brokers that hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The partition's number, from 0.
    pub id: i32,
    /// The broker that leads it, if one does.
    pub leader: Option<i32>,
    /// The brokers that hold a copy.
    pub replicas: Vec<i32>,
    /// The replicas that are up to date.
    pub in_sync: Vec<i32>,
}

impl Cluster {
    /// Connects, and waits until Kafka answers, at most `--kafka-timeout`.
    ///
    /// # Errors
    /// Exit code 2 for wrong settings, 5 if Kafka does not answer, that of `stop` after a signal.
    pub fn connect(args: &KafkaArgs, stop: &Stop) -> Result<Self, Failure> {
        Self::connect_as(args, stop, NO_GROUP)
    }

    /// Like [`Cluster::connect`], as a consumer group, to use its committed offsets.
    ///
    /// # Errors
    /// Those of [`Cluster::connect`].
    pub fn connect_as(args: &KafkaArgs, stop: &Stop, group: &str) -> Result<Self, Failure> {
        if args.bootstrap_servers.trim().is_empty() {
            return Err(Failure::usage("no Kafka broker given: set --bootstrap-servers"));
        }
        let consumer = args
            .client()
            .remove("partitioner")
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("enable.partition.eof", "true")
            // An offset that no longer exists is an error, never a silent jump.
            .set("auto.offset.reset", "error")
            .set("fetch.wait.max.ms", "100")
            .set("queued.max.messages.kbytes", "32768")
            // Check a full queue again soon, not after the default of one second.
            .set("fetch.queue.backoff.ms", "10")
            .create_with_context(Troubles::default())
            .map_err(|error| failure("cannot start a Kafka client", &error))?;
        let servers = args.bootstrap_servers.clone();
        let cluster = Self { consumer, servers, timeout: args.timeout(), stop: stop.clone() };
        cluster.topics()?;
        Ok(cluster)
    }

    /// Every topic by name, including internal ones.
    ///
    /// # Errors
    /// Exit code 5 if Kafka does not answer within `--kafka-timeout`, that of `stop` after a signal.
    pub fn topics(&self) -> Result<Vec<Topic>, Failure> {
        // Ask for all topics: asking for one by name could create it.
        let metadata =
            self.patiently(|timeout| self.consumer.fetch_metadata(None, timeout), "list topics")?;
        let mut topics = topics_in(&metadata).ok_or_else(|| {
            Failure::unavailable(format!("what answers at {} is not Kafka", self.servers))
        })?;
        topics.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(topics)
    }

    /// The topic with that name, if it exists.
    ///
    /// # Errors
    /// Exit code 2 for an invalid name, and those of [`Cluster::topics`].
    pub fn find(&self, name: &str) -> Result<Option<Topic>, Failure> {
        check_topic_name(name)?;
        Ok(self.topics()?.into_iter().find(|topic| topic.name == name))
    }

    /// The topic with that name; waits until all its partitions have leaders.
    ///
    /// # Errors
    /// Exit code 4 if it does not exist, 5 if a partition has no leader by the deadline.
    pub fn topic(&self, name: &str) -> Result<Topic, Failure> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let topic = self.find(name)?.ok_or_else(|| {
                Failure::refused(format!("topic {name} does not exist: create the topic first"))
            })?;
            if topic.is_led() {
                return Ok(topic);
            }
            if Instant::now() >= deadline {
                return Err(Failure::unavailable(format!(
                    "topic {name}: a partition has no leader after {} s",
                    self.timeout.as_secs()
                )));
            }
            self.pause(Duration::from_millis(100))?;
        }
    }

    /// The bootstrap servers, for messages.
    #[must_use]
    pub fn servers(&self) -> &str {
        &self.servers
    }

    /// The underlying consumer, for what this type does not offer.
    #[must_use]
    pub fn consumer(&self) -> &BaseConsumer<Troubles> {
        &self.consumer
    }

    /// Waits until Kafka answers again, without taking messages from the consumer.
    ///
    /// # Errors
    /// Exit code 5 if Kafka does not answer within `--kafka-timeout`, that of `stop` after a signal.
    pub fn wait_for_answer(&self) -> Result<(), Failure> {
        let deadline = Instant::now() + self.timeout;
        while self.consumer.fetch_metadata(None, STEP).is_err() {
            self.pause(Duration::from_millis(50))?;
            if Instant::now() >= deadline {
                return Err(self.silent());
            }
        }
        Ok(())
    }

    /// Waits a moment, at most half a second; fails after a signal.
    pub fn pause(&self, moment: Duration) -> Result<(), Failure> {
        self.check_stop()?;
        std::thread::sleep(moment.min(STEP));
        self.check_stop()
    }

    /// Asks until there is an answer, a permanent error, or the deadline expires.
    ///
    /// # Errors
    /// The error; exit code 5 if Kafka does not answer within `--kafka-timeout`, that of `stop` after a
    /// signal.
    pub fn patiently<T>(
        &self,
        ask: impl Fn(Duration) -> Result<T, rdkafka::error::KafkaError>,
        what: &str,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + self.timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let asked = Instant::now();
            let error = match ask(left.clamp(Duration::from_millis(1), STEP)) {
                Ok(answer) => {
                    self.consumer.context().forget();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            // Handles events of librdkafka one by one; no partition is assigned, so none of them is
            // a message.
            (0..32).for_each(|_| drop(self.consumer.poll(Duration::ZERO)));
            self.check_stop()?;
            let passes = error.rdkafka_error_code().is_some_and(super::is_unavailable);
            if !passes {
                return Err(failure(&format!("Kafka at {}: cannot {what}", self.servers), &error));
            }
            if Instant::now() >= deadline {
                return Err(self.silent());
            }
            // Without a pause, an error that is returned at once would make this a busy loop.
            std::thread::sleep(Duration::from_millis(50).saturating_sub(asked.elapsed()));
        }
    }

    /// The failure for a Kafka that did not answer in time, with the last known cause.
    #[must_use]
    pub fn silent(&self) -> Failure {
        let seconds = self.timeout.as_secs();
        let failure = Failure::unavailable(format!(
            "Kafka at {} did not answer within {seconds} s",
            self.servers
        ));
        match self.consumer.context().last() {
            Some(cause) => failure.because(cause),
            None => failure,
        }
    }

    pub(super) fn check_stop(&self) -> Result<(), Failure> {
        self.stop.check(|| format!("waiting for Kafka at {}", self.servers))
    }
}

impl Topic {
    /// True if every partition has a leader, so the topic can be written and read.
    #[must_use]
    pub fn is_led(&self) -> bool {
        self.partitions.iter().all(|partition| partition.leader.is_some())
    }

    /// The number of partitions.
    #[must_use]
    pub fn count(&self) -> i32 {
        i32::try_from(self.partitions.len()).unwrap_or(i32::MAX)
    }
}

/// The topics in an answer; `None` if it names no broker, or a topic by something that is not even text.
#[must_use]
pub fn topics_in(metadata: &Metadata) -> Option<Vec<Topic>> {
    let read = || metadata.topics().iter().map(Topic::from).collect();
    // rdkafka panics at such a name.
    let topics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok();
    topics.filter(|_| !metadata.brokers().is_empty())
}

impl From<&MetadataTopic> for Topic {
    fn from(topic: &MetadataTopic) -> Self {
        let mut partitions: Vec<Partition> = topic
            .partitions()
            .iter()
            .map(|partition| Partition {
                id: partition.id(),
                leader: Some(partition.leader()).filter(|broker| *broker >= 0),
                replicas: partition.replicas().to_vec(),
                in_sync: partition.isr().to_vec(),
            })
            .collect();
        partitions.sort_by_key(|partition| partition.id);
        Self { name: topic.name().to_owned(), partitions }
    }
}

/// True for Kafka's own topics, such as `__consumer_offsets`.
#[must_use]
pub fn is_internal(topic: &str) -> bool {
    topic.starts_with("__")
}

/// Refuses invalid topic names: Kafka allows 1 to 249 ASCII letters, digits, `.`, `_` and `-`, except
/// `.` and `..`.
///
/// # Errors
/// Exit code 2.
pub fn check_topic_name(name: &str) -> Result<(), Failure> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let good = (1..=249).contains(&name.len()) && name.bytes().all(fits);
    if good && name != "." && name != ".." {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{:?} is not a topic name: use 1 to 249 ASCII letters, digits, dots, underscores and hyphens",
        crate::escape::excerpt(name, 60)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Code;

    #[test]
    fn topic_names_are_those_that_kafka_allows() {
        for good in ["ecommerce-transactions", "a", "A.b_c-9", &"x".repeat(249)] {
            check_topic_name(good).unwrap();
        }
        for bad in ["", ".", "..", "a/b", "../x", "größe", "a b", &"x".repeat(250)] {
            assert_eq!(check_topic_name(bad).unwrap_err().code(), Code::Usage, "{bad}");
        }
        assert!(is_internal("__consumer_offsets") && !is_internal("_private"));
    }

    #[test]
    fn a_silent_kafka_is_reported_with_the_cause_within_the_timeout() {
        let args = KafkaArgs { bootstrap_servers: "127.0.0.1:1".into(), kafka_timeout: 1 };
        let failure = Cluster::connect(&args, &Stop::default()).err().unwrap();
        assert_eq!(failure.code(), Code::Unavailable);
        let text = crate::exit::describe(&failure.into());
        let expected = "Kafka at 127.0.0.1:1 did not answer within 1 s: ";
        assert!(text.starts_with(expected) && text.ends_with("Connection refused"), "{text}");
    }

    #[test]
    fn a_signal_ends_the_wait() {
        let args = KafkaArgs { bootstrap_servers: "127.0.0.1:1".into(), kafka_timeout: 60 };
        let stop = Stop::default();
        stop.request(Code::Terminated);
        let failure = Cluster::connect(&args, &stop).err().unwrap();
        assert_eq!(failure.code(), Code::Terminated);
    }
}
