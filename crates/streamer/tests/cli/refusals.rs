//! What is refused, and with which message.

use std::fmt::Write as _;
use std::fs;

use ecom_core::work::{ManifestFile, StoresMark};

use crate::broker::Broker;
use crate::work::{SOURCE, TOPIC, Work};
use crate::{assert_ends, assert_success, stderr, streamer};

const NOWHERE: &str = "127.0.0.1:1";

#[test]
fn a_topic_that_does_not_exist_is_refused_and_not_created() {
    let (broker, work) = (Broker::start(), Work::new(3));
    let output = streamer(&broker.servers(), &work.file(), &["nowhere"]).output().unwrap();
    assert_ends(&output, 4, "streamer: topic nowhere does not exist: create the topic first");
    assert!(broker.fake.topic_id("nowhere").is_none());
}

#[test]
fn a_topic_that_was_made_again_is_refused_if_flume_has_read_the_first_one() {
    let (broker, work) = (Broker::start(), Work::new(30));
    let run = |topic: &[&str]| streamer(&broker.servers(), &work.file(), topic).output().unwrap();
    let make_again = || {
        assert!(broker.fake.delete_topic(TOPIC));
        assert!(broker.fake.create_topic(TOPIC, 3));
    };
    // Nobody knows what the stores hold.
    assert_success(&run(&[]), "30 messages sent");
    let stores = work.folder().join("var/stack/data");
    fs::create_dir_all(&stores).unwrap();
    let mark = StoresMark::of(&stores);
    mark.set("test").unwrap();
    make_again();
    assert_success(&run(&[]), "30 messages sent");
    let (name, first) = mark.topic().unwrap().unwrap();
    assert_eq!((name.as_str(), first.len()), (TOPIC, 22));
    assert_success(&run(&[]), "nothing was sent");

    make_again();
    let output = run(&[]);
    let (begin, end) = (
        format!("streamer: topic {TOPIC} was deleted and made again: its id is "),
        format!(
            ", but HDFS holds messages of the topic with the id {first}: to empty the stores and \
             fill them again: orchestration/run_pipeline.sh --reset --from 2\n"
        ),
    );
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.starts_with(&begin) && stderr.ends_with(&end), "{stderr}");
    assert!(broker.held(TOPIC).is_empty());
    // Flume does not read this one.
    assert!(broker.fake.create_topic("demo", 3));
    assert_success(&run(&["demo"]), "30 messages sent");
    // Emptied stores have no mark.
    fs::remove_dir_all(&stores).unwrap();
    assert_success(&run(&[]), "30 messages sent");
}

#[test]
fn a_topic_with_messages_from_another_source_is_refused_and_unchanged() {
    let (broker, mut work) = (Broker::start(), Work::new(30));
    let run = |work: &Work| streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_success(&run(&work), "30 messages sent");
    let other = "0123456789abcdef";
    work.of_source(&other.repeat(4));
    assert_ends(
        &run(&work),
        4,
        &format!(
            "streamer: topic {TOPIC}: partition 0 holds messages from another source ({SOURCE} \
             instead of {other}): empty the topic with `topic-admin reset --topic {TOPIC}`, or \
             name another topic"
        ),
    );
    broker.assert_holds(30);
    assert_eq!(work.report()["exit_code"], 4);
}

#[test]
fn a_topic_with_other_messages_is_refused() {
    let (broker, work) = (Broker::start(), Work::new(30));
    broker.put(TOPIC, 1, "k", "hello");
    let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    let expected = "partition 1 holds a message in another format (offset 0: not a JSON object: ";
    assert!(stderr.contains(expected), "{stderr}");
    assert_eq!(broker.held(TOPIC).len(), 1);
}

#[test]
fn a_topic_with_a_gap_or_another_split_is_refused_before_anything_is_sent() {
    let (broker, work) = (Broker::start(), Work::new(30));
    broker.fake.create_topic("whole", 3);
    let run = |work: &Work, topic: &str| {
        streamer(&broker.servers(), &work.file(), &[topic]).output().unwrap()
    };
    assert_success(&run(&work, "whole"), "30 messages sent");
    let whole = broker.held("whole");
    let of_two: Vec<_> = whole.iter().filter(|held| held.partition == 2).collect();
    let second = of_two[1];
    broker.put(TOPIC, 2, &second.key, &second.text);
    assert_ends(
        &run(&work, TOPIC),
        4,
        &format!(
            "streamer: topic {TOPIC}: partition 2 holds 1 message where the file has 2: empty \
             the topic with `topic-admin reset --topic {TOPIC}`, or name another topic"
        ),
    );
    assert_eq!(broker.held(TOPIC).len(), 1);
    // Other records under the same numbers.
    let output = run(&Work::of(30, 20_001), "whole");
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains(", which is not from this file"), "{}", stderr(&output));
    // Fewer records than the topic has.
    let output = run(&Work::new(9), "whole");
    assert_eq!(output.status.code(), Some(4));
    let expected = "ends with a record that the file does not have";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    assert_eq!(broker.held("whole"), whole);
}

#[test]
fn a_topic_that_lost_its_first_messages_is_refused() {
    let (broker, work) = (Broker::start(), Work::new(30));
    let run = || streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_success(&run(), "30 messages sent");
    broker.fake.with_state(|state| {
        state.topics.get_mut(TOPIC).unwrap().partitions[0].log_start_offset = 2;
    });
    let output = run();
    assert_eq!(output.status.code(), Some(4));
    let expected = "partition 0 has lost its first messages";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
}

#[test]
fn a_kafka_that_is_down_is_reported_in_one_line() {
    let work = Work::new(3);
    let output = streamer(NOWHERE, &work.file(), &["--kafka-timeout", "1"]).output().unwrap();
    let stderr = stderr(&output);
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(5), 1), "{stderr}");
    let expected = "streamer: Kafka at 127.0.0.1:1 did not answer within 1 s: ";
    assert!(stderr.starts_with(expected) && stderr.ends_with("Connection refused\n"), "{stderr}");
    assert_eq!(work.report()["exit_code"], 5);
}

#[test]
fn a_file_that_was_changed_or_is_not_listed_is_refused() {
    let work = Work::new(3);
    let run = || streamer(NOWHERE, &work.file(), &[]).output().unwrap();
    let path = work.file();
    let path = path.display();
    let text = fs::read_to_string(work.file()).unwrap();
    fs::write(work.file(), text.replace("10002", "10009")).unwrap();
    let expected =
        format!("streamer: {path} was changed after it was written: split the data set again");
    assert_ends(&run(), 4, &expected);
    let stranger = work.path("stranger.csv");
    fs::write(&stranger, text).unwrap();
    let expected = format!(
        "streamer: {} is not a work file: manifest.json lists \
         transactions_historical.csv, transactions_realtime.csv",
        stranger.display()
    );
    assert_ends(&streamer(NOWHERE, &stranger, &[]).output().unwrap(), 4, &expected);
    fs::remove_file(work.file()).unwrap();
    let expected = format!("streamer: cannot read {path}: No such file or directory (os error 2)");
    assert_ends(&run(), 4, &expected);
}

#[test]
fn a_plan_that_is_missing_or_does_not_fit_is_refused() {
    let mut work = Work::new(3);
    let run = |work: &Work| streamer(NOWHERE, &work.file(), &[]).output().unwrap();
    let file = work.file();
    work.change_plan(|plan| plan.tables[0].sha256 = "00".repeat(32));
    assert_ends(
        &run(&work),
        4,
        "streamer: the work files were not made from the data in the plan of test: split the data \
         set again",
    );
    fs::remove_file(work.path("manifest.json")).unwrap();
    let first = stderr(&run(&work));
    assert!(first.contains("has no manifest.json: split the data set first"), "{first}");
    fs::remove_file(work.path("plan.toml")).unwrap();
    let output = run(&work);
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("plan.toml: No such file"), "{}", stderr(&output));
    assert!(file.exists());
}

#[test]
fn a_header_or_a_value_that_does_not_fit_the_plan_is_refused_with_its_location() {
    let broker = Broker::start();
    let work = Work::with("Order Id,Name,Cost,Day\n1,a,1.50,2024-06-01\n", 1);
    let path = work.file();
    let path = path.display();
    let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    let expected = format!(
        "streamer: {path}: line 1: column 3 is \"Cost\" where the plan has \"Price\": split the data set \
         again"
    );
    assert_ends(&output, 4, &expected);
    let work = Work::with("Order Id,Name,Price,Day\n1,a,1,2024-06-01\n2,b,cheap,2024-06-01\n", 2);
    let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    let expected = format!(
        "streamer: {TOPIC}: 1 of 1 messages were acknowledged: transactions_realtime.csv: line 3: \
         column Price: \"cheap\" is not a DECIMAL(6,2): the file does not fit the plan, split the \
         data set again"
    );
    assert_ends(&output, 4, &expected);
    assert!(work.report()["exit_code"] == 4);
}

#[test]
fn a_wrong_value_is_refused_wherever_it_is() {
    let broker = Broker::start();
    // Records are read 512 at a time.
    for good in [0, 511, 512, 513, 1024] {
        let mut text = "Order Id,Name,Price,Day\n".to_owned();
        for id in 1..=good {
            writeln!(text, "{id},a,1,2024-06-01").unwrap();
        }
        text += "9999,b,cheap,2024-06-01\n";
        let work = Work::with(&text, good + 1);
        let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
        let stderr = stderr(&output);
        assert_eq!(output.status.code(), Some(4), "{good}: {stderr}");
        assert!(stderr.contains(&format!("line {}: column Price", good + 2)), "{stderr}");
    }
}

#[test]
fn records_that_are_not_those_of_the_manifest_are_no_success() {
    let one_more = |file: &mut ManifestFile| file.rows += 1;
    let another = |file: &mut ManifestFile| file.checksum.0 ^= 1;
    for (claim, wanted) in [(&one_more as &dyn Fn(&mut _), "4 records"), (&another, "3 records")] {
        let (broker, work) = (Broker::start(), Work::new(3));
        work.claim(claim);
        let run = || streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
        // A second run sends nothing and prints the same.
        for _ in 0..2 {
            let output = run();
            let stderr = stderr(&output);
            assert_eq!(output.status.code(), Some(7), "{stderr}");
            assert!(stderr.contains("has 3 records with checksum "), "{stderr}");
            assert!(stderr.contains(&format!("where the manifest lists {wanted}")), "{stderr}");
        }
    }
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let work = Work::new(3);
    let _lock =
        ecom_core::lock::RunLock::acquire(work.folder(), &format!("streamer-{TOPIC}")).unwrap();
    let output = streamer(NOWHERE, &work.file(), &[]).output().unwrap();
    let folder = work.folder().display();
    let expected = format!("streamer: another run is at work in {folder} (lock streamer-{TOPIC})");
    assert_ends(&output, 6, &expected);
}

#[test]
fn wrong_usage_is_refused() {
    let work = Work::new(3);
    for args in [
        &["--delay", "-1"][..],
        &["--delay", "soon"],
        &["--batch-size", "0", "--delay", "0"],
        &["--rate", "0"],
        &["--rate", "5", "--delay", "1"],
        &["--limit", "0"],
        &["--events", "none"],
        &["../topic"],
    ] {
        let output = streamer(NOWHERE, &work.file(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    }
    let output = streamer(NOWHERE, &work.file(), &["../topic"]).output().unwrap();
    assert_ends(
        &output,
        2,
        "streamer: \"../topic\" is not a topic name: use 1 to 249 ASCII letters, digits, dots, \
         underscores and hyphens",
    );
}
