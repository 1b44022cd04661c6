//! Reads and changes the files of the data lake, for the scripts of the pipeline.

mod change;
mod claim;
mod cli;
mod count;
mod pack;
mod read;
mod report;
mod results;
mod run;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| run::run(&args))
}
