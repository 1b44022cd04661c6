//! Analyzes a folder of CSV files and writes the plan.

mod analyze;
mod batch;
mod choose;
mod cli;
mod column;
mod counts;
mod cut;
mod decide;
mod derive;
mod draft;
mod folder;
mod frequent;
mod hyperloglog;
mod input;
mod keep;
mod keys;
mod names;
mod number;
mod profile;
mod proof;
mod report;
mod reserved;
mod roles;
mod second_look;
mod shape;
mod sniff;
mod tables;
mod times;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(analyze::run)
}
