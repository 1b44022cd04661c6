//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ecom_core::plan::SplitBy;
use ecom_core::settings::{self, CommonArgs, FormatArgs, ThreadsArgs};

/// Split a data set into a historical and a real-time part
///
/// Writes the historical and the real-time part of the transactions and all records of the other
/// tables, with every value as it is in the source, and also the rejected records and a manifest.
/// Without --ratio, --cut or --by, the split of the plan is used.
#[derive(Debug, Parser)]
#[command(
    name = "splitter",
    version,
    after_help = "Example: splitter --plan var/runs/sample/plan.toml --out-dir var/runs/sample"
)]
pub(crate) struct Args {
    /// Plan that analyzer wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// Work folder to write into [default: the folder of the plan]
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: Option<PathBuf>,

    /// Share of the records in the historical part, from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = settings::share, conflicts_with = "cut")]
    pub(crate) ratio: Option<f64>,

    /// First date (2024-06-17) or first record number (169) of the real-time part
    #[arg(long, value_name = "VALUE")]
    pub(crate) cut: Option<String>,

    /// Cut by the date of the event time, or by record number [default: as the plan says]
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) by: Option<SplitBy>,

    /// How to handle a record whose customer or product is unknown
    #[arg(long, value_enum, default_value_t, value_name = "WAY")]
    pub(crate) on_orphan: OnOrphan,

    /// Refuse the data set if more records are rejected [default: the number in the plan]
    #[arg(long, value_name = "N")]
    pub(crate) max_rejects: Option<u64>,

    /// Overwrite files that the splitter did not write
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) threads: ThreadsArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// How a record is handled whose customer or product is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnOrphan {
    /// Add the unknown customer or product with only its key
    #[default]
    Stub,
    /// Reject the record
    Reject,
    /// Refuse the data set
    Fail,
}
