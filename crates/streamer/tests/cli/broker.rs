//! An in-process broker.

use ecom_core::kafka::partition_of;
use ecom_core::settings::KafkaArgs;
use krafka::testing::FakeBroker;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::work::TOPIC;

/// A broker with the topic of the transactions in three partitions.
pub(crate) struct Broker {
    pub(crate) fake: FakeBroker,
    _runtime: Runtime,
}

/// One message in a topic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) partition: i32,
    pub(crate) key: String,
    pub(crate) value: Value,
    pub(crate) text: String,
}

impl Broker {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let fake = runtime.block_on(FakeBroker::start()).unwrap();
        assert!(fake.create_topic(TOPIC, 3));
        Self { fake, _runtime: runtime }
    }

    pub(crate) fn servers(&self) -> String {
        self.fake.bootstrap_servers()
    }

    /// The messages of a topic, those of a partition in order.
    pub(crate) fn held(&self, topic: &str) -> Vec<Held> {
        let mut records = self.fake.all_records(topic).unwrap();
        records.sort_by_key(|record| (record.partition, record.offset));
        let text =
            |bytes: Option<&[u8]>| String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap();
        let held = |record: krafka::consumer::ConsumerRecord| {
            let value = text(record.value.as_deref());
            Held {
                partition: record.partition,
                key: text(record.key.as_deref()),
                value: serde_json::from_str(&value).unwrap_or_default(),
                text: value,
            }
        };
        records.into_iter().map(held).collect()
    }

    /// Puts a message into a topic, as someone else would.
    pub(crate) fn put(&self, topic: &str, partition: i32, key: &str, value: &str) {
        let args = KafkaArgs { bootstrap_servers: self.servers(), kafka_timeout: 10 };
        let producer: BaseProducer = args.client().create().unwrap();
        producer.send(BaseRecord::to(topic).partition(partition).key(key).payload(value)).unwrap();
        producer.flush(std::time::Duration::from_secs(10)).unwrap();
    }

    /// Asserts that the topic holds records 1 to `rows` once each, in order within each partition,
    /// and in the partition of their key.
    pub(crate) fn assert_holds(&self, rows: u64) {
        assert_complete(&self.held(TOPIC), rows);
    }
}

/// Asserts that these are records 1 to `rows` once each, in order, in their key's partition.
pub(crate) fn assert_complete(held: &[Held], rows: u64) {
    let number = |held: &Held| held.value["record_number"].as_u64().unwrap();
    let mut numbers: Vec<u64> = held.iter().map(number).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=rows), "lost or duplicated: {} held", numbers.len());
    for pair in held.windows(2) {
        let in_order = number(&pair[0]) < number(&pair[1]);
        assert!(pair[0].partition != pair[1].partition || in_order, "out of order: {pair:?}");
    }
    for one in held {
        assert_eq!(one.partition, partition_of(one.key.as_bytes(), 3), "{one:?}");
    }
}
