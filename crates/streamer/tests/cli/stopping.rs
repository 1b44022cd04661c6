//! Runs that are stopped, by the user or by Kafka, and resumed.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use ecom_core::show::counted;
use krafka::error::ErrorCode;
use krafka::testing::{ApiKey, Control};

use crate::broker::Broker;
use crate::work::{TOPIC, Work};
use crate::{assert_success, stderr, streamer};

fn begin(broker: &Broker, work: &Work, args: &[&str]) -> Child {
    let mut command = streamer(&broker.servers(), &work.file(), args);
    command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

/// Waits until the topic holds `count` messages.
fn wait_for(broker: &Broker, count: usize) {
    let begin = Instant::now();
    while broker.held(TOPIC).len() < count {
        assert!(begin.elapsed() < Duration::from_secs(30), "{count} messages never came");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn assert_resumed(broker: &Broker, work: &Work, stopped: &Output, rows: u64) {
    let there = broker.held(TOPIC).len();
    let acknowledged = work.report()["acknowledged"].as_u64().unwrap();
    assert!(acknowledged <= there as u64, "{}", stderr(stopped));
    let output = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_success(&output, &format!("{} already there", counted(there as u64, "message")));
    broker.assert_holds(rows);
}

#[test]
fn a_signal_flushes_and_prints_where_the_run_stopped() {
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let (broker, work) = (Broker::start(), Work::new(1000));
        let child = begin(&broker, &work, &["--rate", "100"]);
        wait_for(&broker, 20);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let stderr = stderr(&output);
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        let there = broker.held(TOPIC).len();
        let expected = format!(
            "streamer: stopped by a signal: sent record {there}/1000, {there} messages \
             acknowledged; a re-run resumes\n"
        );
        assert!(stderr.ends_with(&expected), "{stderr}");
        assert_eq!(work.report()["exit_code"], code);
        assert_resumed(&broker, &work, &output, 1000);
    }
}

#[test]
fn a_long_delay_does_not_delay_the_stop() {
    let (broker, work) = (Broker::start(), Work::new(10));
    let child = begin(&broker, &work, &["--delay", "600"]);
    wait_for(&broker, 1);
    signal(&child, "-INT");
    // A run that waited for its delay would take ten minutes.
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
}

#[test]
fn a_kafka_that_goes_away_ends_the_run_and_a_re_run_resumes() {
    let (broker, work) = (Broker::start(), Work::new(2000));
    let child = begin(&broker, &work, &["--rate", "400", "--kafka-timeout", "2"]);
    wait_for(&broker, 100);
    broker.fake.crash(0);
    broker.fake.crash(1);
    let output = child.wait_with_output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    let last = stderr.lines().last().unwrap();
    assert!(last.contains("messages were acknowledged; a re-run resumes: Kafka at "), "{last}");
    assert!(last.contains(" acknowledged nothing for 2 s"), "{last}");
    broker.fake.restart(0);
    broker.fake.restart(1);
    assert_resumed(&broker, &work, &output, 2000);
}

#[test]
fn a_short_absence_of_kafka_is_sat_out() {
    let (broker, work) = (Broker::start(), Work::new(1000));
    let child = begin(&broker, &work, &["--rate", "400"]);
    wait_for(&broker, 100);
    broker.fake.crash(0);
    broker.fake.crash(1);
    std::thread::sleep(Duration::from_secs(1));
    broker.fake.restart(0);
    broker.fake.restart(1);
    assert_success(&child.wait_with_output().unwrap(), "1000 messages sent, 1000 acknowledged");
    broker.assert_holds(1000);
}

#[test]
fn a_refused_delivery_leaves_no_gap() {
    let (broker, work) = (Broker::start(), Work::new(2000));
    broker.fake.on(ApiKey::Produce, |request| match request.api_call_index {
        10 => Control::Error(ErrorCode::TopicAuthorizationFailed),
        _ => Control::Pass,
    });
    let output = streamer(&broker.servers(), &work.file(), &["--rate", "1000"]).output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    let last = stderr.lines().last().unwrap();
    let expected =
        "a message to ecommerce-transactions was not delivered: Topic authorization failed";
    assert!(last.contains(expected), "{last}");
    assert_resumed(&broker, &work, &output, 2000);
}

#[test]
fn a_message_of_someone_else_is_found_at_the_end() {
    let (broker, work) = (Broker::start(), Work::new(300));
    let child = begin(&broker, &work, &["--rate", "200"]);
    wait_for(&broker, 20);
    broker.put(TOPIC, 1, "k", "intruder");
    let output = child.wait_with_output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(7), "{stderr}");
    let last = stderr.lines().last().unwrap();
    let expected = "streamer: topic ecommerce-transactions: partition 1 holds ";
    assert!(
        last.starts_with(expected) && last.ends_with("another program is writing to it"),
        "{last}"
    );
}
