//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use ecom_core::plan::SplitBy;
use ecom_core::settings::{self, CommonArgs, FormatArgs};

/// Split a data set into a historical and a real-time part
///
/// Writes the historical and the real-time part of the transactions, all customers and all products
/// with every cell as it stands in the source, the rejected records, and a manifest. Without
/// --ratio, --cut or --by the plan's own split is used.
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

    /// Folder to write into [default: the plan's folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) out_dir: Option<PathBuf>,

    /// Share of the records in the historical part, 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = settings::share, conflicts_with = "cut")]
    pub(crate) ratio: Option<f64>,

    /// First date (2024-06-17) or record number (169) of the real-time part
    #[arg(long, value_name = "VALUE")]
    pub(crate) cut: Option<String>,

    /// Cut by the date of the event time, or by rows in file order
    #[arg(long, value_enum, value_name = "WAY")]
    pub(crate) by: Option<SplitBy>,

    /// What to do with a record whose customer or product is unknown
    #[arg(long, value_enum, default_value_t, value_name = "WAY")]
    pub(crate) on_orphan: OnOrphan,

    /// Refuse when more records are rejected [default: as many as the plan says]
    #[arg(long, value_name = "N")]
    pub(crate) max_rejects: Option<u64>,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// What becomes of a record whose customer or product is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnOrphan {
    /// Add the unknown customer or product with its key only
    #[default]
    Stub,
    /// Reject the record
    Reject,
    /// Refuse the data set
    Fail,
}
