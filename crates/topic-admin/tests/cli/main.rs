//! Runs the real binary against an in-process broker, and with `ECOM_TEST_STACK=1` against a real one.
#![expect(clippy::unwrap_used, reason = "a failed helper fails its test")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod broker;
mod hostile;
mod stack;

use std::process::{Command, Output, Stdio};

/// The tool without a terminal.
fn topic_admin(servers: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_topic-admin"));
    command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG").env_remove("KAFKA_PORT");
    command.env("KAFKA_BOOTSTRAP_SERVERS", servers).env("KAFKA_TIMEOUT", "20");
    command.env("ECOM_VAR_DIR", "/nowhere").env_remove("KAFKA_TOPIC");
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Asserts the exit code and everything on standard error.
fn assert_ends(output: &Output, code: i32, message: &str) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(code), message));
}

#[test]
fn a_kafka_that_is_down_is_reported_in_one_line() {
    let output = topic_admin("127.0.0.1:1", &["list", "--kafka-timeout", "1"]);
    assert_ends(
        &output,
        5,
        "topic-admin: Kafka at 127.0.0.1:1 did not answer within 1 s: 127.0.0.1:1/bootstrap: \
         Connect to ipv4#127.0.0.1:1 failed: Connection refused\n",
    );
}

#[test]
fn nothing_is_deleted_without_consent_and_internal_topics_never() {
    for verb in ["delete", "reset"] {
        let message = "topic-admin: cannot ask for confirmation without a terminal: use --yes to \
                    delete\n";
        assert_ends(&topic_admin("127.0.0.1:1", &[verb]), 2, message);
        let args = [verb, "--topic", "__consumer_offsets", "--yes"];
        let message =
            "topic-admin: __consumer_offsets is an internal topic of Kafka: not deleted\n";
        assert_ends(&topic_admin("127.0.0.1:1", &args), 4, message);
    }
}

#[test]
fn the_help_begins_with_what_the_tool_does() {
    let output = topic_admin("127.0.0.1:1", &["--help"]);
    assert!(out(&output).starts_with("Create, list, describe, empty and delete"), "{output:?}");
}

#[test]
fn wrong_usage_is_reported() {
    for args in [
        &["create", "--partitions", "0"][..],
        &["create", "--replication-factor", "0"],
        &["create", "--config", "retention.ms"],
        &["rename"],
        &[],
    ] {
        assert_eq!(topic_admin("127.0.0.1:1", args).status.code(), Some(2), "{args:?}");
    }
    let output = topic_admin("", &["list"]);
    assert_ends(&output, 2, "topic-admin: no Kafka broker given: set --bootstrap-servers\n");
}
