//! Splits a data set into a historical and a real-time part.

mod claims;
mod cli;
mod derive;
mod guard;
mod known;
mod orphans;
mod part;
mod proof;
mod publish;
mod references;
mod rejects;
mod request;
mod run;
mod seen;
mod source;
mod split;
mod stubs;
mod summary;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| split::run(&args))
}
