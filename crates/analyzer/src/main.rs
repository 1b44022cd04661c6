//! Analyzes a folder of CSV files and writes the plan.

mod analyze;
mod choose;
mod cli;
mod count;
mod decide;
mod keep;
mod meaning;
mod name;
mod profile;
mod prove;
mod read;
mod relate;
mod report;
mod roles;
mod sniff;
mod table;
mod time;
mod value;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(analyze::run)
}

/// How many cases a property test tries; `ECOM_FUZZ_CASES` sets it for a long run.
#[cfg(test)]
fn cases() -> u32 {
    std::env::var("ECOM_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(256)
}
