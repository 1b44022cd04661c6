//! Splits a data set into a historical and a real-time part.

mod claims;
mod cli;
mod count;
mod derive;
mod final_plan;
mod foreign;
mod guard;
mod known;
mod ledger;
mod observed;
mod orphans;
mod parents;
mod part;
mod prepare;
mod publish;
mod rejects;
mod request;
mod run;
mod seen;
mod source;
mod split;
mod stubs;
mod summary;
mod verify;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args: cli::Args| split::run(&args))
}
