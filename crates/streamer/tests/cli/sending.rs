//! What is sent, and that it is sent once.

use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use krafka::error::ErrorCode;
use krafka::testing::{ApiKey, Control};

use crate::broker::{Broker, Held};
use crate::work::{SOURCE, TOPIC, Work};
use crate::{assert_ends, assert_success, stderr, streamer};

#[test]
fn every_record_becomes_one_message_with_the_fields_of_the_contract() {
    let (broker, work) = (Broker::start(), Work::new(4));
    let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_success(&output, "4 messages sent, 4 acknowledged and found in the topic");
    broker.assert_holds(4);
    let held = broker.held(TOPIC);
    let second = held.iter().find(|held| held.value["record_number"] == 2).unwrap();
    assert_eq!(second.key, "10002");
    let time = second.value["streaming_timestamp"].as_str().unwrap();
    assert!(DateTime::parse_from_rfc3339(time).is_ok() && time.len() == 27, "{time}");
    let event = second.value["event_type"].as_str().unwrap();
    let expected = format!(
        "{{\"order_id\":10002,\"name\":\"Café \\\"x\\\"\",\"price\":12.50,\"day\":\"2024-06-13\",\
         \"event_type\":\"{event}\",\"record_number\":2,\"streaming_timestamp\":\"{time}\",\
         \"source\":\"{SOURCE}\"}}"
    );
    assert_eq!(second.text, expected);
    let third = held.iter().find(|held| held.key == "10003").unwrap();
    assert!(third.value["name"].is_null(), "NULL is null");
}

#[test]
fn a_second_run_sends_nothing_and_says_so() {
    let (broker, work) = (Broker::start(), Work::new(100));
    let run = || streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_success(&run(), "Sent record 100/100 to Kafka, 100 acknowledged");
    let before = broker.held(TOPIC);
    assert_ends(
        &run(),
        0,
        &format!("{TOPIC}: all 100 records are already there: nothing was sent"),
    );
    assert_eq!(broker.held(TOPIC), before);
    let report = work.report();
    assert_eq!((&report["sent"], &report["already_there"]), (&0.into(), &100.into()));
    assert_eq!(report["accepted"]["count"], 100);
    let values: usize = before.iter().map(|held| held.text.len()).sum();
    assert_eq!((&report["messages"], &report["value_bytes"]), (&100.into(), &values.into()));
}

#[test]
fn a_limit_streams_the_first_records_and_a_later_run_the_rest() {
    let (broker, work) = (Broker::start(), Work::new(100));
    let run = |args: &[&str]| streamer(&broker.servers(), &work.file(), args).output().unwrap();
    assert_success(&run(&["--limit", "40"]), "Sent record 40/40 to Kafka, 40 acknowledged");
    broker.assert_holds(40);
    assert_success(&run(&["--limit", "40"]), "all 40 records are already there: nothing was sent");
    assert_success(&run(&[]), "60 messages sent, 60 acknowledged");
    broker.assert_holds(100);
    assert_success(&run(&["--limit", "7"]), "all 7 records are already there: nothing was sent");
    broker.assert_holds(100);
}

#[test]
fn messages_are_packed_if_the_user_wants_it() {
    let stored = |args: &[&str]| {
        let (broker, work) = (Broker::start(), Work::new(2000));
        let output = streamer(&broker.servers(), &work.file(), args).output().unwrap();
        assert_success(&output, "2000 messages sent, 2000 acknowledged and found in the topic");
        broker.assert_holds(2000);
        broker.fake.with_state(|state| {
            let batches =
                state.topics[TOPIC].partitions.iter().flat_map(|partition| &partition.log);
            batches.map(|batch| batch[..].len()).sum::<usize>()
        })
    };
    let (plain, packed) = (stored(&[]), stored(&["--compression", "lz4"]));
    assert!(packed < plain / 2, "{packed} of {plain}");
}

#[test]
fn the_topic_can_be_named_and_quiet_says_nothing() {
    let (broker, work) = (Broker::start(), Work::new(10));
    broker.fake.create_topic("other.topic", 1);
    let args = ["other.topic", "--quiet"];
    let output = streamer(&broker.servers(), &work.file(), &args).output().unwrap();
    assert_success(&output, "");
    assert_eq!(stderr(&output), "");
    assert_eq!(broker.held("other.topic").len(), 10);
    assert_eq!(broker.held(TOPIC).len(), 0);
}

#[test]
fn a_replay_into_another_topic_leaves_the_report_of_the_table_s_own() {
    let (broker, work) = (Broker::start(), Work::new(10));
    broker.fake.create_topic("replay", 1);
    for args in [vec![], vec!["replay", "--limit", "3"]] {
        let output = streamer(&broker.servers(), &work.file(), &args).output().unwrap();
        assert_success(&output, "");
    }
    assert_eq!(work.report()["topic"], TOPIC);
    assert_eq!(work.report()["messages"], 10);
    let replay = std::fs::read(work.path("reports/streamer-transactions-in-replay.json")).unwrap();
    let replay: serde_json::Value = serde_json::from_slice(&replay).unwrap();
    assert_eq!((&replay["topic"], &replay["messages"]), (&"replay".into(), &3.into()));
}

#[test]
fn the_setting_names_the_topic_of_the_transactions() {
    let (broker, work) = (Broker::start(), Work::new(10));
    broker.fake.create_topic("sales", 1);
    let mut command = streamer(&broker.servers(), &work.file(), &[]);
    let output = command.env("KAFKA_TOPIC", "sales").output().unwrap();
    assert_success(&output, "sales: 10 messages sent, 10 acknowledged and found in the topic");
    assert_eq!((broker.held("sales").len(), broker.held(TOPIC).len()), (10, 0));
}

#[test]
fn without_a_pace_a_record_is_sent_at_once_and_told_of() {
    let (broker, work) = (Broker::start(), Work::new(2));
    let mut command = Command::new(env!("CARGO_BIN_EXE_streamer"));
    command.arg(work.file()).args(["--limit", "1", "--bootstrap-servers", &broker.servers()]);
    let output = command.env_remove("RUST_LOG").current_dir(work.folder()).output().unwrap();
    assert_success(&output, "Sent record 1/1 to Kafka, ");
    broker.assert_holds(1);
}

#[test]
fn an_answer_that_is_lost_doubles_nothing() {
    let (broker, work) = (Broker::start(), Work::new(500));
    broker.fake.on_times(ApiKey::Produce, 2, |_| Control::ApplyThen(Box::new(Control::Disconnect)));
    broker.fake.on_times(ApiKey::Produce, 2, |_| Control::Error(ErrorCode::NotLeaderForPartition));
    let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_success(&output, "500 messages sent, 500 acknowledged");
    assert!(broker.fake.request_count(ApiKey::Produce) > 4);
    broker.assert_holds(500);
}

#[test]
fn a_readable_pace_prints_every_record() {
    let (broker, work) = (Broker::start(), Work::new(4));
    let args = ["--delay", "0.4", "--batch-size", "2"];
    let output = streamer(&broker.servers(), &work.file(), &args).output().unwrap();
    let stderr = stderr(&output);
    for number in 1..=4 {
        let line = format!("Sent record {number}/4 to Kafka, ");
        assert!(stderr.contains(&line), "{stderr}");
    }
    assert!(stderr.contains("4 messages sent, 4 acknowledged and found"), "{stderr}");
    broker.assert_holds(4);
    let times = sent_at(&broker);
    assert!(times[2] - times[1] >= TimeDelta::milliseconds(400), "{times:?}");
}

#[test]
fn a_rate_is_kept() {
    let (broker, work) = (Broker::start(), Work::new(100));
    let begin = ecom_core::clock::now();
    let output = streamer(&broker.servers(), &work.file(), &["--rate", "100"]).output().unwrap();
    assert_success(&output, "100 messages sent");
    // The last record waits for 99 intervals of 10 ms.
    let last = *sent_at(&broker).last().unwrap();
    assert!(last - begin >= TimeDelta::milliseconds(990), "{begin} to {last}");
}

/// The times in the messages, in the order of their records.
fn sent_at(broker: &Broker) -> Vec<DateTime<Utc>> {
    let mut held = broker.held(TOPIC);
    held.sort_by_key(|held| held.value["record_number"].as_u64());
    let time = |held: &Held| held.value["streaming_timestamp"].as_str().unwrap().parse().unwrap();
    held.iter().map(time).collect()
}

#[test]
fn a_lifecycle_is_sent_in_order_and_resumed_in_its_middle() {
    let (broker, work) = (Broker::start(), Work::new(50));
    broker.fake.create_topic("whole", 3);
    let run = |topic: &str| {
        let args = [topic, "--events", "lifecycle"];
        streamer(&broker.servers(), &work.file(), &args).output().unwrap()
    };
    assert_success(&run("whole"), "Sent record 50/50 to Kafka");
    let whole = broker.held("whole");
    let of = |key: &str| -> Vec<String> {
        let of_key = whole.iter().filter(|held| held.key == key);
        of_key.map(|held| held.value["event_type"].as_str().unwrap().to_owned()).collect()
    };
    let lives: Vec<_> = (10_001..=10_050).map(|key| of(&key.to_string())).collect();
    let delivered = ["NEW_ORDER", "PAYMENT_CONFIRMED", "ORDER_SHIPPED", "ORDER_DELIVERED"];
    assert!(lives.contains(&delivered.map(str::to_owned).to_vec()));
    assert!(lives.iter().all(|life| life.len() >= 2 && life[0] == "NEW_ORDER"));
    // What a killed run left: some messages of every partition, ending in the middle of a life
    // cycle.
    for partition in 0..3 {
        let of_partition = whole.iter().filter(|held| held.partition == partition);
        for held in of_partition.take(5 + usize::try_from(partition).unwrap()) {
            broker.put(TOPIC, partition, &held.key, &held.text);
        }
    }
    assert_success(&run(TOPIC), "18 messages already there");
    let events = |held: &[Held]| -> Vec<_> {
        let event =
            |held: &Held| (held.partition, held.key.clone(), held.value["event_type"].clone());
        held.iter().map(event).collect()
    };
    assert_eq!(events(&broker.held(TOPIC)), events(&whole));
    assert_success(&run(TOPIC), "nothing was sent");
}
