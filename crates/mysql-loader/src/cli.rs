//! The command line.

use std::path::{Path, PathBuf};

use clap::Parser;
use ecom_core::settings::{CommonArgs, FormatArgs, MysqlArgs};

/// Load the split files of a data set into MySQL, prove every row, publish all tables at once
#[derive(Parser, Debug)]
#[command(
    name = "mysql-loader",
    version,
    after_help = "Example: mysql-loader --plan var/runs/marketplace/plan.toml"
)]
pub(crate) struct Args {
    /// Plan that analyzer wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// Folder with the files that splitter wrote [default: the folder of the plan]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Replace tables of these names also when this tool did not make them
    #[arg(long)]
    pub(crate) replace: bool,

    #[command(flatten)]
    pub(crate) mysql: MysqlArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl Args {
    /// The folder of the work files.
    pub(crate) fn data_dir(&self) -> &Path {
        ecom_core::work::folder(self.data_dir.as_deref(), &self.plan)
    }
}
