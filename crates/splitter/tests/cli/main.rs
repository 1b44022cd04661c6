//! The real binary: its files, its words, its exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests may panic, and a skipped test says so"
)]

mod derived;
mod facts;
mod options;
mod orphans;
mod proof;
mod refusals;
mod repeated;
mod several;
mod shop;
mod whole;
