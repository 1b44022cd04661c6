//! Runs the real binary against an in-process broker, and with `ECOM_TEST_STACK=1` against a real one.
#![expect(clippy::unwrap_used, reason = "a failed helper fails its test")]

mod broker;
mod hostile;
mod limits;
mod output;
mod stack;

use std::process::{Command, Output};

/// The tool on a topic.
fn consumer(servers: &str, topic: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consumer"));
    command.arg(topic).args(args).env_remove("RUST_LOG").env_remove("NO_COLOR");
    command.env("KAFKA_BOOTSTRAP_SERVERS", servers).env("KAFKA_TIMEOUT", "20");
    command
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asserts the exit code and the last line on standard error.
fn assert_ends(output: &Output, code: i32, last_line: &str) {
    let message = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert_eq!(message.lines().last().unwrap_or_default(), last_line, "{message}");
}

#[test]
fn a_kafka_that_is_down_is_reported_in_one_line() {
    let output = consumer("127.0.0.1:1", "orders", &["--kafka-timeout", "1"]).output().unwrap();
    assert_eq!(stderr(&output).lines().count(), 1);
    assert_ends(
        &output,
        5,
        "consumer: Kafka at 127.0.0.1:1 did not answer within 1 s: 127.0.0.1:1/bootstrap: Connect \
         to ipv4#127.0.0.1:1 failed: Connection refused",
    );
}

#[test]
fn the_help_begins_with_what_the_tool_does() {
    let output = Command::new(env!("CARGO_BIN_EXE_consumer")).arg("--help").output().unwrap();
    assert!(out(&output).starts_with("Read, print and count the messages"), "{}", out(&output));
}

#[test]
fn wrong_usage_is_reported() {
    for args in [
        &["--from", "yesterday"][..],
        &["--idle-timeout", "-1"],
        &["--format", "xml"],
        &["--max-messages", "some"],
        &["--group", ""],
    ] {
        let output = consumer("127.0.0.1:1", "orders", args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
    }
    let output = consumer("127.0.0.1:1", "a topic", &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
