//! Runs the real binary: its files, its messages, its exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests may panic, and a skipped test says so"
)]

mod files;
mod further;
mod lake;
mod lists;
mod refusals;
mod server;
mod shop;
