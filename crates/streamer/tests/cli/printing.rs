//! `--print`: the messages that would be sent, without a broker.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use crate::broker::Broker;
use crate::work::{SOURCE, TOPIC, Work};
use crate::{assert_ends, streamer};

/// A port without a broker.
const NOWHERE: &str = "127.0.0.1:1";

/// The lines that a run with `--print` and `args` writes.
fn printed(work: &Work, args: &[&str]) -> Vec<String> {
    let output = streamer(NOWHERE, &work.file(), args).arg("--print").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{stderr}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// A message without the time at which it was made.
fn timeless(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap();
    text.replace(value["streaming_timestamp"].as_str().unwrap(), "")
}

#[test]
fn every_record_is_printed_as_it_would_be_sent_and_nothing_else_is_left_behind() {
    let work = Work::new(1500);
    let lines = printed(&work, &[]);
    let numbers = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let numbers = numbers.map(|value| value["record_number"].as_u64().unwrap());
    assert!(numbers.eq(1..=1500), "in the order of the file");
    assert!(lines[0].contains(SOURCE) && !lines[0].contains("0000-00-00"), "{}", lines[0]);
    assert!(!work.path("reports").exists() && !work.path(".locks").exists());
    assert_eq!(fs::read_dir(work.folder()).unwrap().count(), 4, "plan, manifest, both parts");

    let broker = Broker::start();
    let sent = streamer(&broker.servers(), &work.file(), &[]).output().unwrap();
    assert_eq!(sent.status.code(), Some(0));
    let mut sent: Vec<_> = broker.held(TOPIC).iter().map(|held| timeless(&held.text)).collect();
    let mut printed: Vec<_> = lines.iter().map(|line| timeless(line)).collect();
    sent.sort();
    printed.sort();
    assert_eq!(sent, printed);
}

#[test]
fn the_plan_may_be_elsewhere_and_a_limit_and_events_apply() {
    let (work, elsewhere) = (Work::new(9), tempfile::tempdir().unwrap());
    let plan = elsewhere.path().join("my plan.toml");
    fs::rename(work.path("plan.toml"), &plan).unwrap();
    let plan = plan.to_str().unwrap();
    assert_eq!(printed(&work, &["--plan", plan]).len(), 9);
    assert_eq!(printed(&work, &["--plan", plan, "--limit", "4"]).len(), 4);
    let life = printed(&work, &["--plan", plan, "--limit", "1", "--events", "lifecycle"]);
    assert!(life.len() > 1 && life[0].contains("NEW_ORDER"), "{life:?}");
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let work = Work::new(20_000);
    let mut run = streamer(NOWHERE, &work.file(), &["--print"]);
    let mut run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    run.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = run.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_record_with_an_event_of_its_own_keeps_it_in_its_message() {
    let work = Work::new(8).with_events();
    let events = |lines: &[String]| -> Vec<String> {
        let values = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        values.map(|value| value["event_type"].as_str().unwrap().to_owned()).collect()
    };
    let wanted = ["Salt, Fat, Acid, Heat", "Café \"x\"", "UNKNOWN", "Tea"];
    assert_eq!(events(&printed(&work, &["--limit", "4"])), wanted);

    let output = streamer(NOWHERE, &work.file(), &["--print", "--events", "lifecycle"]);
    let stderr = "streamer: --events lifecycle: the records of transactions have events of their own, \
                in column \"Name\": leave the flag out";
    assert_ends(&{ output }.output().unwrap(), 2, stderr);
}

#[test]
fn events_of_the_records_own_are_sent_once_too() {
    let (broker, work) = (Broker::start(), Work::new(60).with_events());
    let run = |args: &[&str]| streamer(&broker.servers(), &work.file(), args).output().unwrap();
    assert_eq!(run(&["--limit", "23"]).status.code(), Some(0));
    assert_eq!(run(&[]).status.code(), Some(0));
    broker.assert_holds(60);
    assert_ends(
        &run(&[]),
        0,
        &format!("{TOPIC}: all 60 records are already there: nothing was sent"),
    );
    let held = broker.held(TOPIC);
    assert!(held.iter().all(|held| match &held.value["name"] {
        Value::Null => held.value["event_type"] == "UNKNOWN",
        name => held.value["event_type"] == *name,
    }));
}
