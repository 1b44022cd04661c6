//! The command line.

use std::path::PathBuf;

use clap::{Parser, value_parser};
use ecom_core::settings::CommonArgs;

/// Generate customers.csv, products.csv and transactions.csv with matching keys
///
/// The same numbers and the same seed give the same bytes on every machine. Memory use does not depend
/// on the numbers. All sales are in the year 2024.
#[derive(Debug, Parser)]
#[command(
    name = "data-gen",
    version,
    after_help = "Example: data-gen --transactions 5000000 --customers 200000 --products 5000 \
                  --out-dir data/large"
)]
pub(crate) struct Args {
    /// Number of transactions
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = value_parser!(u64).range(1..=1_000_000_000_000))]
    pub(crate) transactions: u64,

    /// Number of customers
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) customers: u64,

    /// Number of products
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) products: u64,

    /// Seed for the random number generator
    #[arg(long, value_name = "N", default_value_t = 42)]
    pub(crate) seed: u64,

    /// Folder for the three files
    #[arg(long, value_name = "DIR", default_value = "data/sample")]
    pub(crate) out_dir: PathBuf,

    /// Overwrite files of the same names even if they hold something else
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
