//! Analyzes a folder of CSV files and writes the plan.

mod accept;
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
mod cut;
mod data_set;
mod decide;
mod derive;
mod distribution;
mod draft;
mod encoding;
mod explain;
mod figures;
mod file_words;
mod fold;
mod folder;
mod frequent;
mod further;
mod gather;
mod groups;
mod guesses;
mod header;
mod header_check;
mod header_words;
mod hyperloglog;
mod input;
mod joined;
mod keep;
mod key_parts;
mod keys;
mod kinds;
mod languages;
mod likelihood;
mod lines;
mod links;
mod names;
mod notes;
mod number;
mod origin;
mod orphans;
mod part;
mod profile;
mod profiler;
mod proof;
mod relations;
mod repeats;
mod report;
mod reserved;
mod roles;
mod row_number;
mod rows;
mod second_look;
mod shown;
mod sniff;
mod structure;
mod styles;
mod table_names;
mod tables;
mod tell;
mod times;
mod told;
mod truths;
mod wishes;
mod words;
mod written;
mod years;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(analyze::run)
}

/// How many cases a property is tried with: `ECOM_FUZZ_CASES` makes it a long run.
#[cfg(test)]
fn cases() -> u32 {
    std::env::var("ECOM_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(256)
}
