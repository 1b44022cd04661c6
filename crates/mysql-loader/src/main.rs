//! Loads the historical part of a data set into MySQL.

mod cli;
mod defects;
mod live;
mod load;
mod session;
mod source;
mod staging;
mod summary;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| load::run(&args))
}
