//! Shows where every record is. One collector feeds the terminal, a web page, JSON and
//! `OpenMetrics`.

mod cli;
mod collect;
mod collector;
mod hub;
mod judge;
mod outlet;
mod plain;
mod record;
mod replay;
mod seconds;
mod snapshot;
mod terminal;
mod watch;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args| watch::run(&args))
}
