//! Writes the SQL schema of a plan.

mod analysis;
mod cli;
mod create;
mod generate;
mod lake;
mod list;
mod live;
mod load;
mod numbers;
mod reason;
mod times;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| generate::run(&args))
}
