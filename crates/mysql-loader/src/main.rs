//! Loads the historical part of a data set into MySQL.

mod cli;
mod defects;
mod existing;
mod infile;
mod live;
mod load;
mod session;
mod staging;
mod summary;
mod work_file;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| load::run(&args))
}
