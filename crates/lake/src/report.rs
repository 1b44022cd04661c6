//! The run report of a Sqoop import: how many rows were counted in the folder, and how many bytes it
//! had then. While the bytes are the same, the monitor knows the rows without reading the folder.

use std::path::{Path, PathBuf};

use chrono::DateTime;
use clap::Args;
use ecom_core::hdfs::Hdfs;
use ecom_core::plan::Plan;
use ecom_core::report::{self, Proof, Report, Run};
use ecom_core::{Code, Failure, escape, show, work};

/// An import that has been counted.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Name of the import: the last part of its folder
    pub(crate) name: String,

    /// Folder in HDFS
    pub(crate) folder: String,

    /// Rows counted in the folder
    pub(crate) rows: u64,

    /// When the import began: seconds since 1970
    #[arg(long, value_name = "SECONDS")]
    pub(crate) started: f64,

    /// Plan of the data set
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,
}

/// Prints what the latest proof was about, a line for each entry.
pub(crate) fn print_scope(plan: &Path) -> anyhow::Result<()> {
    let report = Report::<Proof>::read(work::folder(None::<&Path>, plan), None)?;
    let lines = report.map(|report| report.details.verdict.scope.lines()).unwrap_or_default();
    let text: String = lines.iter().map(|line| escape::line(line) + "\n").collect();
    Ok(show::print(&text)?)
}

/// Writes the report beside the plan.
pub(crate) async fn write(hdfs: &Hdfs, import: &ImportArgs) -> anyhow::Result<()> {
    let files = hdfs.list(&import.folder).await?.unwrap_or_default();
    let counted = report::Import {
        rows: import.rows,
        bytes: files.iter().filter(|file| !file.folder).map(|file| file.length).sum(),
        path: import.folder.clone(),
    };
    #[expect(clippy::cast_possible_truncation, reason = "microseconds since 1970 fit")]
    let started = DateTime::from_timestamp_micros((import.started * 1e6) as i64);
    let started = started.ok_or_else(|| Failure::usage("--started: not a time"))?;
    let data_set = Plan::read(&import.plan)?.data_set;
    let report = Run::begun(started, env!("CARGO_PKG_VERSION"), &data_set).end(
        Code::Success,
        import.rows,
        counted,
    );
    report.write(work::folder(None::<&Path>, &import.plan), Some(&import.name))?;
    Ok(())
}
