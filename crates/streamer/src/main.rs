//! Streams the records of a table to its Kafka topic.

mod cli;
mod clock;
mod input;
mod messages;
mod pace;
mod print;
mod producer;
mod progress;
mod resume;
mod send;
mod stream;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args| stream::run(&args))
}
