//! Against an in-process broker.

use std::time::Duration;

use ecom_core::settings::KafkaArgs;
use ecom_core::work::StoresMark;
use krafka::error::ErrorCode;
use krafka::testing::{ApiKey, Control, FakeBroker};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tokio::runtime::Runtime;

use crate::{assert_ends, out, topic_admin};

struct Broker {
    fake: FakeBroker,
    _runtime: Runtime,
}

impl Broker {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let fake = runtime.block_on(FakeBroker::start()).unwrap();
        // librdkafka uses an older version of the same layout.
        fake.set_api_versions(ApiKey::DeleteTopics, 1, 3);
        Self { fake, _runtime: runtime }
    }

    fn run(&self, args: &[&str]) -> std::process::Output {
        topic_admin(&self.fake.bootstrap_servers(), args)
    }
}

#[test]
fn the_three_topics_are_created_once_and_then_left_alone() {
    let broker = Broker::start();
    let names = ["ecommerce-transactions", "ecommerce-customers", "ecommerce-products"];
    let message = |what: &str| {
        names.map(|name| format!("{name}: {what} (3 partitions, replication factor 1)\n")).concat()
    };
    assert_ends(&broker.run(&["create"]), 0, &message("created"));
    let again = broker.run(&["create"]);
    let stderr = String::from_utf8(again.stderr.clone()).unwrap();
    assert_eq!(again.status.code(), Some(0), "{stderr}");
    // This broker does not report configs; the warning about it is the only other line.
    let stderr: String = stderr
        .lines()
        .filter(|line| !line.contains("warning"))
        .fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(stderr, message("already exists"));
}

#[test]
fn what_flume_has_read_is_not_forgotten_when_its_topic_is_deleted() {
    let broker = Broker::start();
    let (var, topic) = (tempfile::tempdir().unwrap(), "ecommerce-transactions");
    let stores = var.path().join("stack/data");
    std::fs::create_dir_all(&stores).unwrap();
    let mark = StoresMark::of(&stores);
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_topic-admin"));
        command.env("KAFKA_BOOTSTRAP_SERVERS", broker.fake.bootstrap_servers());
        command
            .env("ECOM_VAR_DIR", var.path())
            .env_remove("KAFKA_TOPIC")
            .env("KAFKA_TIMEOUT", "20");
        let output = command.args(args).args(["--topic", topic]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let command = "orchestration/run_pipeline.sh /data/shop --reset --from 2\n";
    std::fs::write(mark.sources(), "/data/shop\n").unwrap();
    assert_eq!(run(&["create"]).0, Some(0));
    assert_eq!(run(&["reset", "--yes"]).1.lines().count(), 1, "nobody has read it");
    // The id of the topic as it is now.
    mark.set_topic(topic, "AAAAAAAAAAAAAAAAAAAAAQ").unwrap();
    let (code, stderr) = run(&["create"]);
    assert_eq!(code, Some(4), "{stderr}");
    let id = stderr.split("its id is ").nth(1).unwrap().split(',').next().unwrap();
    assert!(stderr.ends_with(command), "{stderr}");
    mark.set_topic(topic, id).unwrap();
    assert_eq!(run(&["create"]).0, Some(0));

    let (code, stderr) = run(&["reset", "--yes"]);
    let warning = "HDFS still holds what Flume read from it, and would get it a second time";
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains(warning) && stderr.ends_with(command), "{stderr}");
    assert_eq!(run(&["create"]).0, Some(4));
    assert!(run(&["delete", "--yes"]).1.ends_with(command));
    let (code, stderr) = run(&["create"]);
    let gone = format!("topic-admin: topic {topic} was deleted, and HDFS holds its messages: ");
    assert_eq!((code, stderr.starts_with(&gone)), (Some(4), true), "{stderr}");
    assert!(broker.fake.topic_id(topic).is_none());
}

#[test]
fn the_topic_of_the_transactions_is_the_one_that_the_setting_names() {
    let broker = Broker::start();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_topic-admin"));
    command.arg("create").env("KAFKA_BOOTSTRAP_SERVERS", broker.fake.bootstrap_servers());
    assert_eq!(command.env("KAFKA_TOPIC", "sales").output().unwrap().status.code(), Some(0));
    let made = |name: &str| broker.fake.topic_id(name).is_some();
    assert!(["sales", "ecommerce-customers", "ecommerce-products"].into_iter().all(made));
    assert!(!made("ecommerce-transactions"));
}

#[test]
fn a_topic_of_another_shape_is_refused_before_any_is_created() {
    let broker = Broker::start();
    broker.fake.create_topic("two", 2);
    let args = ["create", "--topic", "one", "--topic", "two", "--quiet"];
    let output = broker.run(&args);
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(4));
    let expected = "topic-admin: topic two exists, but with 2 partitions instead of 3: use its \
                    present settings, or empty and change it with `topic-admin reset --topic two`\n";
    assert!(stderr.ends_with(expected), "{stderr}");
    assert!(broker.fake.topic_id("one").is_none());
}

#[test]
fn a_partition_without_a_leader_is_awaited_until_the_deadline() {
    let broker = Broker::start();
    broker.fake.create_topic("orders", 3);
    broker.fake.with_state(|state| {
        state.topics.get_mut("orders").unwrap().partitions[1].leader = -1;
    });
    let args = ["create", "--topic", "orders", "--kafka-timeout", "1"];
    let output = broker.run(&args);
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    let expected = "topic-admin: topic orders: a partition has no leader after 1 s\n";
    assert!(stderr.ends_with(expected), "{stderr}");
    let text = out(&broker.run(&["list"]));
    assert_eq!(
        text,
        "topic   partitions  messages  newest message\norders           3         -  -\n"
    );
}

#[test]
fn an_error_of_the_broker_is_reported_with_its_exit_code() {
    let broker = Broker::start();
    broker.fake.on(ApiKey::CreateTopics, |_| Control::Error(ErrorCode::TopicAuthorizationFailed));
    let message = "topic-admin: cannot create the topic orders with 3 partitions, replication factor \
                1: Topic authorization failed\n";
    assert_ends(&broker.run(&["create", "--topic", "orders"]), 4, message);
}

#[test]
fn topics_are_deleted_once_and_then_do_not_exist() {
    let broker = Broker::start();
    broker.fake.create_topic("orders", 3);
    broker.fake.create_topic("others", 3);
    let args = ["delete", "--topic", "orders", "--yes"];
    assert_ends(&broker.run(&args), 0, "orders: deleted\n");
    assert!(broker.fake.topic_id("orders").is_none());
    assert!(broker.fake.topic_id("others").is_some());
    assert_ends(&broker.run(&args), 0, "orders: does not exist\n");
}

#[test]
fn a_reset_keeps_the_partitions_unless_others_are_wanted() {
    let broker = Broker::start();
    broker.fake.create_topic("orders", 5);
    let before = broker.fake.topic_id("orders").unwrap();
    let args = ["reset", "--topic", "orders", "--yes"];
    let message = "orders: empty (5 partitions, replication factor 1)\n";
    assert_ends(&broker.run(&args), 0, message);
    assert_ne!(broker.fake.topic_id("orders").unwrap(), before);
    let args = ["reset", "--topic", "orders", "--yes", "--partitions", "2"];
    let message = "orders: empty (2 partitions, replication factor 1)\n";
    assert_ends(&broker.run(&args), 0, message);
    let args = ["reset", "--topic", "fresh", "--yes"];
    let message = "fresh: empty (3 partitions, replication factor 1)\n";
    assert_ends(&broker.run(&args), 0, message);
}

#[test]
fn internal_topics_are_listed_only_on_request() {
    let broker = Broker::start();
    assert_ends(
        &broker.run(&["list"]),
        0,
        "no topics yet: create the platform's topics with `topic-admin create`\n",
    );
    broker.fake.create_topic("__offsets", 1);
    broker.fake.create_topic("orders", 3);
    let text = out(&broker.run(&["list"]));
    assert_eq!(
        text,
        "topic   partitions  messages  newest message\norders           3         0  -\n"
    );
    let json = out(&broker.run(&["list", "--all", "--format", "json"]));
    assert_eq!(
        json,
        r#"[
  {
    "topic": "__offsets",
    "partitions": 1,
    "messages": 0,
    "newest": null
  },
  {
    "topic": "orders",
    "partitions": 3,
    "messages": 0,
    "newest": null
  }
]
"#
    );
}

#[test]
fn messages_are_counted_and_the_newest_time_is_shown() {
    let broker = Broker::start();
    broker.fake.create_topic("orders", 2);
    let servers = broker.fake.bootstrap_servers();
    let args = KafkaArgs { bootstrap_servers: servers, kafka_timeout: 10 };
    let producer: BaseProducer = args.client().create().unwrap();
    for (partition, time) in [(0, 5_000), (0, 6_000), (1, 1_731_252_645_123)] {
        let record = BaseRecord::<str, str>::to("orders").partition(partition).payload("{}");
        producer.send(record.timestamp(time)).unwrap();
    }
    producer.flush(Duration::from_secs(10)).unwrap();
    let text = out(&broker.run(&["list"]));
    let expected = "orders           2         3  2024-11-10T15:30:45.123Z\n";
    assert!(text.ends_with(expected), "{text}");
    let text = out(&broker.run(&["describe", "--topic", "orders", "--format", "json"]));
    let expected = r#"
        "first_offset": 0,
        "end_offset": 2,
        "messages": 2,
        "newest": "1970-01-01T00:00:06.000Z""#;
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_topic_that_was_made_again_is_described_with_another_id() {
    let broker = Broker::start();
    broker.fake.create_topic("orders", 2);
    let id = || {
        let text = out(&broker.run(&["describe", "--topic", "orders", "--format", "json"]));
        let (_, rest) = text.split_once("\"id\": \"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let before = id();
    assert_eq!((before.len(), id()), (22, before.clone()));
    broker.run(&["reset", "--topic", "orders", "--yes"]);
    assert_ne!(id(), before);
}

#[test]
fn a_topic_is_described_and_a_missing_one_is_refused() {
    let broker = Broker::start();
    broker.fake.create_topic("orders", 2);
    let leader = broker.fake.with_state(|state| state.topics["orders"].partitions[0].leader);
    let text = out(&broker.run(&["describe", "--topic", "orders"]));
    let expected = format!(
        "orders: 2 partitions, replication factor 1, 0 messages\n\
         \x20 partition  leader  replicas  in sync  first  end  messages  newest message\n\
         \x20         0       {leader}  {leader}         {leader}            0    0         0  -\n\
         \x20         1       {leader}  {leader}         {leader}            0    0         0  -\n\
         \x20 configs that differ from their defaults: not reported by the broker\n"
    );
    assert_eq!(text, expected);
    assert_ends(
        &broker.run(&["describe"]),
        4,
        "topic-admin: topic ecommerce-transactions does not exist: create it with `topic-admin \
         create --topic ecommerce-transactions`\n",
    );
}
