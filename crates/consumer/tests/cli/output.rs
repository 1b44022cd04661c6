//! What is printed and counted.

use std::process::{Command, Stdio};

use crate::broker::Broker;
use crate::{consumer, out, stderr};

#[test]
fn messages_are_printed_for_people() {
    let broker = Broker::with_orders();
    let output = broker.read(&["--until-end", "--from", "2"]);
    let expected = "partition 0, offset 2, key k, 1970-01-01T00:00:05.000Z\n\
                    {\n  \"id\": 5,\n  \"price\": 5.50,\n  \"event_type\": \"NEW_ORDER\",\n  \
                    \"streaming_timestamp\": \"2024-11-10T15:30:05.000000Z\"\n}\n";
    assert_eq!(out(&output), expected);
}

#[test]
fn the_end_reports_the_counts_and_both_clocks() {
    let broker = Broker::with_orders();
    let output = broker.read(&["--until-end", "--format", "none"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(0), ""));
    let message = stderr(&output);
    let mut lines = message.lines();
    let mut next = || lines.next().unwrap_or_default();
    let counts =
        "Received 5 messages from orders: 3 in partition 0, 2 in partition 1 (end of the topic)";
    assert_eq!(next(), counts);
    let kafka = "Kafka's timestamps (when it was sent): 1970-01-01T00:00:01.000Z to \
                 1970-01-01T00:00:05.000Z";
    assert_eq!(next(), kafka);
    let streaming = "streaming_timestamp (the streamer's clock): 2024-11-10T15:30:01.000000Z to \
                     2024-11-10T15:30:05.000000Z";
    assert_eq!(next(), streaming);
    assert!(next().starts_with("Received (this machine's clock): 20"), "{message}");
    let output = broker.read(&["--until-end", "--format", "none", "--quiet"]);
    assert_eq!(output.stderr, b"");
}

#[test]
fn what_is_not_json_is_printed_escaped_and_counted() {
    let broker = Broker::start();
    broker.put(0, None, Some(b"caf\xe9 \x1b[31mred\n"), 1);
    broker.put(0, None, Some("{\"a\":\"\u{9b}31m\"}".as_bytes()), 2);
    broker.put(0, Some("\u{1b}k"), None, 3);
    let output = broker.read(&["--until-end"]);
    let expected = "partition 0, offset 0, 1970-01-01T00:00:00.001Z\n\
                    not JSON: caf\\xe9 \\u{1b}[31mred\\n\n\
                    partition 0, offset 1, 1970-01-01T00:00:00.002Z\n\
                    {\n  \"a\": \"\\u009b31m\"\n}\n\
                    partition 0, offset 2, key \\u{1b}k, 1970-01-01T00:00:00.003Z\n\
                    no value\n";
    assert_eq!(out(&output), expected);
    assert!(stderr(&output).contains("\nNot JSON: 1\nWithout a value: 1\n"), "{}", stderr(&output));
    let output = broker.read(&["--until-end", "--format", "json"]);
    let expected = "\"caf\\\\xe9 \\\\u{1b}[31mred\\\\n\"\n{\"a\":\"\\u009b31m\"}\nnull\n";
    assert_eq!(out(&output), expected);
}

#[test]
fn messages_are_counted_by_the_values_of_a_field() {
    let broker = Broker::with_orders();
    broker.put(0, None, Some(b"5"), 1);
    let count = |field: &str, format: &str| {
        let args = ["--until-end", "--format", format, "--count-by", field];
        out(&broker.read(&args))
    };
    let expected = "event_type       messages\nNEW_ORDER               4\n\
                    ORDER_SHIPPED           1\n(no such field)         1\n";
    assert_eq!(count("event_type", "none"), expected);
    let expected = "price            messages\n1.50                    1\n2.50                    1\n\
                    3.50                    1\n4.50                    1\n5.50                    1\n\
                    (no such field)         1\n";
    assert_eq!(count("price", "none"), expected);
    let text = count("event_type", "json");
    let last = text.lines().last().unwrap();
    let counts: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(counts["counts"]["NEW_ORDER"], 4);
    assert_eq!(counts["no_such_field"], 1);
}

#[test]
fn colors_are_for_terminals_that_want_them() {
    if Command::new("script").arg("--version").output().is_err() {
        println!("SKIPPED: there is no `script` to make a terminal with");
        return;
    }
    let broker = Broker::with_orders();
    let tool = env!("CARGO_BIN_EXE_consumer");
    let shown = |setting: &str| {
        let servers = broker.servers();
        let line = format!("{tool} orders --bootstrap-servers {servers} --max-messages 1");
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).env("NO_COLOR", setting).env("TERM", "xterm");
        out(&command.stdin(Stdio::null()).output().unwrap())
    };
    assert!(shown("").contains("\u{1b}[36m\"id\"\u{1b}[0m: "), "{:?}", shown(""));
    assert!(!shown("1").contains('\u{1b}'), "{:?}", shown("1"));
}

#[test]
fn a_closed_pipe_is_success() {
    let broker = Broker::with_orders();
    // More than a pipe holds while nobody reads.
    (0..5).for_each(|_| broker.put(0, None, Some(&vec![b'x'; 40_000]), 1));
    let mut child = consumer(&broker.servers(), "orders", &["--until-end"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn without_a_topic_the_topic_of_the_transactions_is_read() {
    let broker = Broker::with_orders();
    let read = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consumer"));
        command.args(words).args(["--until-end", "--format", "none"]).env("KAFKA_TOPIC", "orders");
        command.env("KAFKA_BOOTSTRAP_SERVERS", broker.servers()).output().unwrap()
    };
    assert_eq!(read(&["--expect", "5"]).status.code(), Some(0));
    assert_eq!(read(&["other", "--expect", "5"]).status.code(), Some(4));
}
