//! Runs the real binary: against an in-process broker, and against the real one where
//! `ECOM_TEST_STACK=1` says that there is one.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

mod broker;
mod stack;

use std::process::{Command, Output, Stdio};

/// The tool with nobody at its terminal.
fn topic_admin(servers: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_topic-admin"));
    command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG").env_remove("KAFKA_PORT");
    command.env("KAFKA_BOOTSTRAP_SERVERS", servers).env("KAFKA_TIMEOUT", "20");
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Asserts the exit code and all that was said on standard error.
fn assert_ends(output: &Output, code: i32, told: &str) {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!((output.status.code(), said.as_str()), (Some(code), told));
}

#[test]
fn a_kafka_that_is_down_is_told_in_one_line_within_the_timeout() {
    let output = topic_admin("127.0.0.1:1", &["list", "--kafka-timeout", "1"]);
    assert_ends(
        &output,
        5,
        "topic-admin: Kafka at 127.0.0.1:1 did not answer within 1 s: 127.0.0.1:1/bootstrap: \
         Connect to ipv4#127.0.0.1:1 failed: Connection refused\n",
    );
}

#[test]
fn nothing_is_deleted_without_consent_and_kafkas_own_topics_never() {
    for verb in ["delete", "reset"] {
        let told = "topic-admin: cannot ask for confirmation without a terminal: use --yes to \
                    delete\n";
        assert_ends(&topic_admin("127.0.0.1:1", &[verb]), 2, told);
        let args = [verb, "--topic", "__consumer_offsets", "--yes"];
        let told = "topic-admin: __consumer_offsets is an internal topic of Kafka: not deleted\n";
        assert_ends(&topic_admin("127.0.0.1:1", &args), 4, told);
    }
}

#[test]
fn the_help_says_first_what_to_do_with_it() {
    let output = topic_admin("127.0.0.1:1", &["--help"]);
    assert!(out(&output).starts_with("Create, list, describe, empty and delete"), "{output:?}");
}

#[test]
fn wrong_usage_is_told() {
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
