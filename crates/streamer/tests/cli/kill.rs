//! Runs that are killed at any moment: nothing may be lost, duplicated or out of order.

use std::process::Stdio;
use std::time::{Duration, Instant};

use ecom_core::kafka::{Cluster, Ends};
use ecom_core::settings::KafkaArgs;
use ecom_core::stop::Stop;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::message::Message as _;

use crate::broker::{Broker, Held, assert_complete};
use crate::work::{TOPIC, Work};
use crate::{assert_success, streamer};

/// Streams the file, kills the streamer `kills` times while it sends, then lets it finish. `count`
/// counts the messages in the topic.
fn campaign(servers: &str, work: &Work, topic: &str, kills: u64, count: impl Fn() -> u64) {
    for kill in 0..kills {
        let before = count();
        let mut child = streamer(servers, &work.file(), &[topic, "--rate", "2000"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begin = Instant::now();
        while count() == before {
            assert!(begin.elapsed() < Duration::from_mins(1), "nothing is sent");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(kill * 137 % 400));
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "ended too soon to be killed: {ended:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let output = streamer(servers, &work.file(), &[topic]).output().unwrap();
    assert_success(&output, "acknowledged and found in the topic");
}

#[test]
fn kills_lose_and_duplicate_nothing() {
    let (broker, work) = (Broker::start(), Work::new(20_000));
    let count = || broker.held(TOPIC).len() as u64;
    campaign(&broker.servers(), &work, TOPIC, 6, count);
    broker.assert_holds(20_000);
}

#[test]
fn kills_on_a_real_kafka_lose_and_double_nothing() {
    if std::env::var("ECOM_TEST_STACK").as_deref() != Ok("1") {
        println!("SKIPPED: ECOM_TEST_STACK=1 is not set: no real Kafka");
        return;
    }
    let servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or("localhost:9092".into());
    let topic = format!("streamer-test-{}", std::process::id());
    let args = KafkaArgs { bootstrap_servers: servers.clone(), kafka_timeout: 30 };
    let admin: AdminClient<DefaultClientContext> = args.client().create().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let new = NewTopic::new(&topic, 3, TopicReplication::Fixed(1));
    let created = runtime.block_on(admin.create_topics([&new], &AdminOptions::new())).unwrap();
    assert!(created[0].is_ok(), "{created:?}");
    let work = Work::new(20_000);
    let outcome = std::panic::catch_unwind(|| {
        let cluster = Cluster::connect(&args, &Stop::default()).unwrap();
        let known = cluster.topic(&topic).unwrap();
        let count = || cluster.ends(&known).unwrap().iter().map(Ends::count).sum();
        campaign(&servers, &work, &topic, 12, count);
        read(&args, &topic)
    });
    runtime.block_on(admin.delete_topics(&[&topic], &AdminOptions::new())).unwrap();
    assert_complete(&outcome.unwrap(), 20_000);
}

/// All messages of a topic of the real Kafka, those of a partition in order.
fn read(args: &KafkaArgs, name: &str) -> Vec<Held> {
    let cluster = Cluster::connect(args, &Stop::default()).unwrap();
    let topic = cluster.topic(name).unwrap();
    let ends = cluster.ends(&topic).unwrap();
    let mut held = Vec::new();
    cluster
        .read(name, &ends, |message| {
            let text = |bytes: Option<&[u8]>| {
                String::from_utf8(bytes.unwrap_or_default().to_vec()).unwrap()
            };
            let value = text(message.payload());
            held.push(Held {
                partition: message.partition(),
                key: text(message.key()),
                value: serde_json::from_str(&value).unwrap(),
                text: value,
            });
            Ok::<(), ecom_core::Failure>(())
        })
        .unwrap();
    held.sort_by_key(|held| held.partition);
    held
}
