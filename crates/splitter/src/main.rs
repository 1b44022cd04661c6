//! Splits a data set into a historical and a real-time part.

mod ahead;
mod cli;
mod derive;
mod guard;
mod hashed;
mod orphans;
mod part;
mod publish;
mod references;
mod request;
mod run;
mod source;
mod split;
mod stubs;
mod summary;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| split::run(&args))
}
