//! Generates a sample data set of customers, products and transactions.

mod catalog;
mod cli;
mod countries;
mod draw;
mod generate;
mod names;
mod people;
mod popularity;
mod rhythm;
mod sales;
mod target;
mod text;

use std::process::ExitCode;

fn main() -> ExitCode {
    ecom_core::main(|args| generate::run(&args))
}
