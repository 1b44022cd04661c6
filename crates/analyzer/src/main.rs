//! Analyzes a folder of CSV files and writes the plan.

mod analyze;
mod answers;
mod batch;
mod calendar;
mod cancelled;
mod choose;
mod cli;
mod column;
mod complete;
mod counts;
mod cursor;
mod cut;
mod decide;
mod derive;
mod draft;
mod folder;
mod frequent;
mod groups;
mod hyperloglog;
mod input;
mod keep;
mod keys;
mod names;
mod number;
mod orphans;
mod profile;
mod profiler;
mod proof;
mod report;
mod reserved;
mod roles;
mod second_look;
mod shape;
mod shown;
mod sniff;
mod tables;
mod times;
mod wishes;
mod written;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(analyze::run)
}
