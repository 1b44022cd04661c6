//! Compares every store with the work files, record by record.

mod check;
mod checks;
mod cli;
mod closing;
mod compare;
mod derived;
mod difference;
mod facts;
mod flume;
mod hdfs;
mod hop;
mod input;
mod kafka;
mod law;
mod line;
mod logs;
mod merge;
mod mysql;
mod reconcile;
mod runtime;
mod side;
mod source;
mod sources;
mod text;
mod verdict;
mod work_file;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| reconcile::run(&args))
}
