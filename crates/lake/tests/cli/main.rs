//! Runs the real binary against a stand-in for WebHDFS, and against real servers.

mod claims;
mod hostile;
mod refusals;
mod round_trip;

use assert_cmd::Command;

/// The tool, using the HDFS at that address.
fn lake(url: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lake"));
    command.env("WEBHDFS_URL", url).args(words);
    command
}
