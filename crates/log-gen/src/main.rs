//! Generates application logs from the transactions of a data set.

mod archive;
mod chatter;
mod cli;
mod clock;
mod draw;
mod generate;
mod narrator;
mod order;
mod orders;
mod pace;
mod quota;
mod request;
mod spool;
mod story;
mod text;
mod truth;
mod wording;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args| generate::run(&args))
}
