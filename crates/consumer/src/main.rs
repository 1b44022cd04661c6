//! Reads, prints and counts the messages of a Kafka topic.

mod cli;
mod consume;
mod count;
mod flat;
mod json;
mod show;
mod start;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| consume::run(&args))
}
