//! Proves that every store holds exactly what the source files and the work files say, record by
//! record.
//!
//! The reconciler reads the source files, derives customers and products, and finds orphans with code
//! of its own (`source`, `derived`, `input`), although the splitter has code for the same. That is
//! deliberate: a proof that shares the splitter's code would repeat the splitter's mistakes.

mod analytics;
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
mod respool;
mod rest;
mod runtime;
mod scope;
mod shared;
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
