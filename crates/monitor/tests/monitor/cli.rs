//! The command line, and everything that a recording can show without a server.

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::{contains, starts_with};
use serde_json::Value;

const LESSON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replays/lesson.jsonl");

fn monitor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_monitor"));
    command.env_clear();
    command
}

/// The lesson, with its last snapshot changed.
fn lesson(change: impl Fn(&mut Value)) -> tempfile::NamedTempFile {
    let text = std::fs::read_to_string(LESSON).unwrap();
    let mut last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    change(&mut last);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{text}{last}\n")).unwrap();
    file
}

#[test]
fn one_snapshot_of_a_recording_is_the_last_and_its_verdict_is_the_exit_code() {
    monitor()
        .args(["--once", "--replay", LESSON])
        .assert()
        .success()
        .stdout(starts_with("sample · complete · ").and(contains("flume-logs       5000")));
    for (verdict, code) in
        [("idle", 0), ("moving", 0), ("complete", 0), ("unreachable", 5), ("wrong", 7)]
    {
        let file = lesson(|last| last["verdict"] = verdict.into());
        let path = file.path().to_str().unwrap();
        monitor().args(["--once", "--replay", path]).assert().code(code);
    }
}

#[test]
fn until_complete_ends_with_the_first_complete_snapshot_of_a_recording() {
    let replay = ["--replay", LESSON, "--speed", "1000000"];
    monitor()
        .args(["--until", "complete"])
        .args(replay)
        .assert()
        .success()
        .stdout(contains("verdict     complete\n").count(1));
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = std::fs::read_to_string(LESSON).unwrap();
    std::fs::write(file.path(), text.lines().next().unwrap()).unwrap();
    monitor()
        .args(["--until", "complete", "--replay", file.path().to_str().unwrap()])
        .assert()
        .code(5)
        .stderr(starts_with("monitor: warning: not complete before the recording ended: "));
}

#[test]
fn without_a_terminal_only_changes_are_printed() {
    let replay = ["--replay", LESSON, "--speed", "1000000"];
    let text = monitor().args(replay).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains(" kafka       602 of 602 messages, complete\n"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines.iter().all(|line| line.is_char_boundary(9) && line.as_bytes()[2] == b':'),
        "{text}"
    );
    let mut once = lines.clone();
    once.dedup();
    assert_eq!(once, lines);
}

#[test]
fn names_that_come_from_data_cannot_write_to_the_terminal() {
    let file = lesson(|last| {
        last["data_set"] = "\u{1b}[2Jsample".into();
        last["hops"][0]["to"] = "there\u{202e}".into();
        last["problems"] = serde_json::json!([{ "severity": "critical", "subject": "a\nb",
            "message": "\u{7}", "since": last["taken"] }]);
    });
    let replay = ["--replay", file.path().to_str().unwrap()];
    let text = monitor().arg("--once").args(replay).output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.starts_with("\\u{1b}[2Jsample"), "{text}");
    assert!(text.contains("CRITICAL    a\\nb: \\u{7} (since"), "{text}");
    assert!(!text.contains('\u{202e}') && !text.contains('\u{1b}'));
}

#[test]
fn wrong_usage_is_refused() {
    for arguments in [
        &["--interval", "0"][..],
        &["--interval", "nan"],
        &["--stale-after", "-1"],
        &["--timeout", "5"],
        &["--once", "--until", "complete"],
        &["--speed", "2"],
        &["--replay", LESSON, "--speed", "0"],
        &["--replay", LESSON, "--record", "x"],
        &["--until", "complete", "--timeout", "inf"],
    ] {
        monitor().args(arguments).assert().code(2).stdout("");
    }
    monitor()
        .args(["--replay", "/nowhere"])
        .assert()
        .code(4)
        .stderr(contains("cannot read /nowhere"));
    monitor().args(["--record", "/nowhere/x", "--once"]).assert().code(4);
}

#[test]
fn help_names_the_exit_codes() {
    monitor().arg("--help").assert().success().stdout(contains("Exit codes: 0 healthy"));
}
