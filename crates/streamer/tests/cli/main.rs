//! Runs the real binary: against an in-process broker, and against the real one where
//! `ECOM_TEST_STACK=1` is set.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod broker;
mod hostile;
mod kill;
mod printing;
mod refusals;
mod sending;
mod stopping;
mod work;

use std::path::Path;
use std::process::{Command, Output};

/// The streamer on a file, without a delay unless `args` set a pace.
fn streamer(servers: &str, file: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streamer"));
    command.arg(file).args(args);
    if !args.contains(&"--delay") && !args.contains(&"--rate") {
        command.args(["--delay", "0"]);
    }
    command.env_remove("RUST_LOG").current_dir(file.parent().unwrap());
    // The mark of the stores, if a test makes one, is below the work folder.
    command.env("ECOM_VAR_DIR", "var").env_remove("KAFKA_TOPIC");
    command.env("KAFKA_BOOTSTRAP_SERVERS", servers).env("KAFKA_TIMEOUT", "20");
    command
}

#[test]
fn the_help_says_first_what_to_do_with_it_and_shows_the_defaults() {
    for help in ["-h", "--help"] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_streamer")).arg(help).output().unwrap().stdout;
        let help = String::from_utf8(output).unwrap();
        assert!(help.starts_with("Stream the records of a table to its Kafka topic"), "{help}");
        let seconds = help.split("--delay <SECONDS>").nth(1).unwrap();
        assert!(seconds.split("[default: ").nth(1).unwrap().starts_with("2]"), "{help}");
        let records = help.split("--batch-size <N>").nth(1).unwrap();
        assert!(records.split("[default: ").nth(1).unwrap().starts_with("1]"), "{help}");
    }
}

/// The standard error of a run.
fn stderr(output: &Output) -> String {
    assert!(output.stdout.is_empty(), "standard output is for data");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Asserts the exit code and the last line.
fn assert_ends(output: &Output, code: i32, last_line: &str) {
    let stderr = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert_eq!(stderr.lines().last().unwrap_or_default(), last_line, "{stderr}");
}

/// Asserts success and that the run printed `part`.
fn assert_success(output: &Output, part: &str) {
    let stderr = stderr(output);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains(part), "{stderr}");
}
