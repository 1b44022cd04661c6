//! Against a real Kafka.

use std::time::Duration;

use ecom_core::settings::KafkaArgs;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use crate::{consumer, stderr};

#[test]
fn a_real_topic_is_read_to_its_end_and_no_group_is_left_behind() {
    if std::env::var("ECOM_TEST_STACK").as_deref() != Ok("1") {
        println!("SKIPPED: ECOM_TEST_STACK=1 is not set: no real Kafka");
        return;
    }
    let servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or("localhost:9092".into());
    let topic = format!("consumer-test-{}", std::process::id());
    let args = KafkaArgs { bootstrap_servers: servers.clone(), kafka_timeout: 30 };
    let admin: AdminClient<DefaultClientContext> = args.client().create().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let new = NewTopic::new(&topic, 3, TopicReplication::Fixed(1));
    let created = runtime.block_on(admin.create_topics([&new], &AdminOptions::new())).unwrap();
    assert!(created[0].is_ok(), "{created:?}");
    let producer: BaseProducer = args.client().create().unwrap();
    for number in 0..10_000 {
        let (key, value) = (number.to_string(), format!("{{\"id\":{number}}}"));
        producer.send(BaseRecord::to(&topic).key(&key).payload(&value)).unwrap();
    }
    producer.flush(Duration::from_secs(30)).unwrap();
    let groups = || {
        let client: BaseConsumer = args.client().create().unwrap();
        let list = client.fetch_group_list(None, Duration::from_secs(30)).unwrap();
        list.groups().iter().any(|group| group.name() == "ecom-reader")
    };
    let read = consumer(&servers, &topic, &["--expect", "10000", "--format", "none"]).output();
    let left_behind = groups();
    runtime.block_on(admin.delete_topics(&[&topic], &AdminOptions::new())).unwrap();
    let read = read.unwrap();
    assert_eq!(read.status.code(), Some(0), "{}", stderr(&read));
    assert!(!left_behind);
}
