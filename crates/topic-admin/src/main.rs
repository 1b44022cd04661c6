//! Creates, lists, describes, empties and deletes Kafka topics.

mod admin;
mod cli;
mod commands;
mod content;
mod create;
mod delete;
mod describe;
mod list;
mod shape;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(commands::run)
}
