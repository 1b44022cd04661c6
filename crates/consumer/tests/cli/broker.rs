//! An in-process broker with some messages.

use std::process::Output;
use std::time::Duration;

use ecom_core::settings::KafkaArgs;
use krafka::testing::FakeBroker;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tokio::runtime::Runtime;

use crate::consumer;

/// A broker with the topic `orders` in two partitions.
pub(crate) struct Broker {
    pub(crate) fake: FakeBroker,
    _runtime: Runtime,
}

impl Broker {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let fake = runtime.block_on(FakeBroker::start()).unwrap();
        assert!(fake.create_topic("orders", 2));
        Self { fake, _runtime: runtime }
    }

    /// A broker with five orders: 1, 3, 5 in partition 0 and 2, 4 in partition 1, one second apart.
    pub(crate) fn with_orders() -> Self {
        let broker = Self::start();
        for number in 1..=5 {
            let value = format!(
                "{{\"id\":{number},\"price\":{number}.50,\"event_type\":\"{}\",\
                 \"streaming_timestamp\":\"2024-11-10T15:30:0{number}.000000Z\"}}",
                if number == 3 { "ORDER_SHIPPED" } else { "NEW_ORDER" }
            );
            let partition = i32::from(number % 2 == 0);
            broker.put(partition, Some("k"), Some(value.as_bytes()), 1_000 * number);
        }
        broker
    }

    pub(crate) fn put(
        &self,
        partition: i32,
        key: Option<&str>,
        value: Option<&[u8]>,
        milliseconds: i64,
    ) {
        let args = KafkaArgs { bootstrap_servers: self.servers(), kafka_timeout: 10 };
        let producer: BaseProducer = args.client().create().unwrap();
        let mut record = BaseRecord::<str, [u8]>::to("orders");
        (record.key, record.payload) = (key, value);
        producer.send(record.partition(partition).timestamp(milliseconds)).unwrap();
        producer.flush(Duration::from_secs(10)).unwrap();
    }

    pub(crate) fn servers(&self) -> String {
        self.fake.bootstrap_servers()
    }

    pub(crate) fn read(&self, args: &[&str]) -> Output {
        consumer(&self.servers(), "orders", args).output().unwrap()
    }

    /// The ids that are read with `args`, sorted.
    pub(crate) fn ids(&self, args: &[&str]) -> Vec<u64> {
        let output = self.read(&[args, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", crate::stderr(&output));
        let id = |line: &str| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            value["id"].as_u64().unwrap()
        };
        let mut ids: Vec<u64> = crate::out(&output).lines().map(id).collect();
        ids.sort_unstable();
        ids
    }
}
