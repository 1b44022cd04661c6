//! The command line.

use std::num::NonZeroU64;
use std::path::PathBuf;

use clap::{Parser, value_parser};
use ecom_core::settings::{CommonArgs, FormatArgs};

/// Write the application logs that the transactions of a data set would have produced.
///
/// Exactly 70 % of the lines are INFO, 20 % WARN and 10 % ERROR. Each file appears in the output
/// folder when it is complete; a copy stays in `logs/` beside the plan. The same file and the same
/// seed give the same lines. If a run is stopped, the next run finishes it.
#[derive(Debug, Parser)]
#[command(
    name = "log-gen",
    version,
    after_help = "Example: log-gen var/runs/sample/transactions_realtime.csv --num-files 10"
)]
pub(crate) struct Args {
    /// Work file of the transactions, written by the splitter
    #[arg(value_name = "CSV")]
    pub(crate) csv: PathBuf,

    /// Folder from which Flume collects the log files
    #[arg(long, env = "LOG_SPOOL_DIR", value_name = "DIR", default_value = "logs/incoming")]
    pub(crate) output_dir: PathBuf,

    /// Lines in each file
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) logs_per_file: NonZeroU64,

    /// Lines in all files together, instead of --logs-per-file; the last file may be shorter
    #[arg(long, value_name = "N", conflicts_with = "logs_per_file")]
    pub(crate) lines: Option<NonZeroU64>,

    /// Files to write
    #[arg(long, value_name = "N", default_value = "5")]
    pub(crate) num_files: NonZeroU64,

    /// Seed for the random number generator
    #[arg(long, value_name = "N", default_value_t = 42)]
    pub(crate) seed: u64,

    /// Lines per second [default: as fast as possible]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=1_000_000_000))]
    pub(crate) rate: Option<u64>,

    /// Plan of the data set; its folder takes the copies and the report [default: plan.toml beside
    /// CSV]
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,

    /// Forget an earlier run first: delete its copies, and its files that still wait in the output
    /// folder (stop Flume before you do)
    #[arg(long)]
    pub(crate) reset: bool,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
