//! Where reading starts and where it ends.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::broker::Broker;
use crate::{assert_ends, consumer, out, stderr};

#[test]
fn reading_starts_where_the_user_wants() {
    let broker = Broker::with_orders();
    assert_eq!(broker.ids(&["--until-end"]), [1, 2, 3, 4, 5]);
    assert_eq!(broker.ids(&["--until-end", "--from", "latest"]), Vec::<u64>::new());
    assert_eq!(broker.ids(&["--until-end", "--from", "1"]), [3, 4, 5]);
    assert_eq!(broker.ids(&["--until-end", "--from", "99"]), Vec::<u64>::new());
    assert_eq!(broker.ids(&["--until-end", "--from", "-1"]), [4, 5]);
    assert_eq!(broker.ids(&["--until-end", "--from=-99"]), [1, 2, 3, 4, 5]);
    assert_eq!(broker.ids(&["--until-end", "--from", "1970-01-01T00:00:04Z"]), [4, 5]);
    assert_eq!(broker.ids(&["--until-end", "--from", "2099-01-01T00:00:00Z"]), Vec::<u64>::new());
}

#[test]
fn latest_prints_new_messages_at_once() {
    let broker = Broker::with_orders();
    let args = ["--from", "latest", "--format", "json", "--max-messages", "1", "-v"];
    let mut child = consumer(&broker.servers(), "orders", &args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    broker.put(1, None, Some(b"{\"id\":6}"), 6_000);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "{\"id\":6}\n");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn reading_ends_at_each_limit_and_names_it() {
    let broker = Broker::with_orders();
    for (args, why) in [
        (&["--max-messages", "2"][..], "(--max-messages reached)"),
        (&["--until-end"], "(end of the topic)"),
        (&["--idle-timeout", "0.3"], "(--idle-timeout reached)"),
        (&["--max-time", "0.5"], "(--max-time reached)"),
    ] {
        let output = broker.read(&[args, &["--format", "none"]].concat());
        assert_eq!(output.status.code(), Some(0));
        assert!(stderr(&output).lines().next().unwrap().ends_with(why), "{}", stderr(&output));
    }
    let output = broker.read(&["--max-messages", "2", "--format", "json"]);
    assert_eq!(out(&output).lines().count(), 2);
    let output = broker.read(&["--max-messages", "0", "--format", "json"]);
    assert_eq!(out(&output), "");
}

#[test]
fn an_expected_count_is_checked() {
    let broker = Broker::with_orders();
    let read = |expected: &str| broker.read(&["--expect", expected, "--format", "none"]);
    assert_eq!(read("5").status.code(), Some(0));
    let message = "consumer: expected 6 messages from orders, received 5";
    assert_ends(&read("6"), 7, message);
    let args = ["--expect", "5", "--max-messages", "4", "--format", "none"];
    let message = "consumer: expected 5 messages from orders, received 4";
    assert_ends(&broker.read(&args), 7, message);
}

#[test]
fn a_group_keeps_its_offsets_and_without_a_group_none_is_left_behind() {
    let broker = Broker::with_orders();
    assert_eq!(broker.ids(&["--until-end"]), [1, 2, 3, 4, 5]);
    let committed = |partition| broker.fake.committed_offset("readers", "orders", partition);
    assert_eq!(committed(0), None);
    let groups = broker.fake.with_state(|state| state.groups.len());
    assert_eq!(groups, 0);
    assert_eq!(broker.ids(&["--group", "readers", "--until-end"]), [1, 2, 3, 4, 5]);
    assert_eq!((committed(0), committed(1)), (Some(3), Some(2)));
    broker.put(1, None, Some(b"{\"id\":6}"), 6_000);
    assert_eq!(broker.ids(&["--group", "readers", "--until-end"]), [6]);
    assert_eq!(broker.ids(&["--group", "readers", "--until-end"]), Vec::<u64>::new());
}

#[test]
fn a_signal_ends_endless_reading_with_the_counts() {
    let broker = Broker::with_orders();
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = consumer(&broker.servers(), "orders", &["--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (0..5).for_each(|_| assert!(lines.next().unwrap().is_ok()));
        let id = child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        let expected = "Received 5 messages from orders: 3 in partition 0, 2 in partition 1 \
                        (stopped by a signal)\n";
        assert!(stderr(&output).starts_with(expected), "{}", stderr(&output));
    }
}

#[test]
fn a_topic_that_does_not_exist_is_refused() {
    let broker = Broker::start();
    let output = consumer(&broker.servers(), "nowhere", &["--until-end"]).output().unwrap();
    assert_ends(&output, 4, "consumer: topic nowhere does not exist: create the topic first");
    assert!(broker.fake.topic_id("nowhere").is_none());
}

#[test]
fn reading_ends_after_the_timeout_when_kafka_goes_away() {
    let broker = Broker::with_orders();
    let args = ["--format", "json", "--kafka-timeout", "2"];
    let mut child = consumer(&broker.servers(), "orders", &args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (0..5).for_each(|_| assert!(lines.next().unwrap().is_ok()));
    broker.fake.crash(0);
    broker.fake.crash(1);
    let output = child.wait_with_output().unwrap();
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(5), "{message}");
    assert!(message.contains("did not answer within 2 s"), "{message}");
}
