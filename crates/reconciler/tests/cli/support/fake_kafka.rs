//! An in-process Kafka with a few topics.

use std::time::Duration;

use krafka::testing::FakeBroker;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tokio::runtime::Runtime;

use super::Message;

/// A message in rdkafka's form.
type Record<'a> = BaseRecord<'a, String, String>;

/// A broker with the topics of a test.
pub(crate) struct FakeKafka {
    broker: FakeBroker,
    _runtime: Runtime,
}

impl FakeKafka {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let broker = runtime.block_on(FakeBroker::start()).unwrap();
        Self { broker, _runtime: runtime }
    }

    pub(crate) fn servers(&self) -> String {
        self.broker.bootstrap_servers()
    }

    /// Creates a topic of three partitions with these messages, each in the partition of its key.
    pub(crate) fn fill(&self, topic: &str, messages: &[Message]) {
        assert!(self.broker.create_topic(topic, 3));
        send_to(&self.servers(), records(topic, messages));
    }

    /// Sends one message.
    pub(crate) fn send(&self, record: Record<'_>) {
        send_to(&self.servers(), [record]);
    }

    /// Where the three partitions of a topic end.
    pub(crate) fn ends(&self, topic: &str) -> [i64; 3] {
        let consumer: BaseConsumer =
            ClientConfig::new().set("bootstrap.servers", self.servers()).create().unwrap();
        let wait = Duration::from_secs(20);
        [0, 1, 2].map(|partition| consumer.fetch_watermarks(topic, partition, wait).unwrap().1)
    }

    /// Deletes a topic with all its messages.
    pub(crate) fn lose(&self, topic: &str) {
        assert!(self.broker.delete_topic(topic));
    }
}

/// The messages for a topic, each for the partition of its key.
pub(crate) fn records<'a>(
    topic: &'a str,
    messages: &'a [Message],
) -> impl Iterator<Item = Record<'a>> {
    messages.iter().map(move |(key, value)| BaseRecord::to(topic).key(key).payload(value))
}

/// Sends messages to any Kafka.
pub(crate) fn send_to<'a>(servers: &str, records: impl IntoIterator<Item = Record<'a>>) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", servers).set("partitioner", "murmur2_random");
    let producer: BaseProducer = config.create().unwrap();
    for record in records {
        assert!(producer.send(record).is_ok());
    }
    producer.flush(Duration::from_secs(20)).unwrap();
}
