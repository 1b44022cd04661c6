//! Creates, lists, describes, empties and deletes Kafka topics.

mod admin;
mod cli;
mod create;
mod delete;
mod list;
mod shape;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(admin::run)
}
