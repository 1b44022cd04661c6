//! Analyzes a folder of CSV files and writes the plan.

mod analyze;
mod answers;
mod batch;
mod calendar;
mod choose;
mod cli;
mod column;
mod complete;
mod counts;
mod cut;
mod decide;
mod derive;
mod draft;
mod figures;
mod folder;
mod frequent;
mod groups;
mod guesses;
mod header_words;
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
mod shown;
mod sniff;
mod styles;
mod tables;
mod times;
mod told;
mod truths;
mod wishes;
mod words;
mod written;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(analyze::run)
}

/// How many cases a property is tried with: `ECOM_FUZZ_CASES` makes it a long run.
#[cfg(test)]
fn cases() -> u32 {
    std::env::var("ECOM_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(256)
}
