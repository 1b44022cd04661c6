//! The run report of a Sqoop import: how many rows were counted in the folder, and how many bytes it
//! had then. As long as it has as many bytes, the monitor knows its rows without reading it.

use std::path::Path;

use chrono::DateTime;
use ecom_core::hdfs::Hdfs;
use ecom_core::plan::Plan;
use ecom_core::report::{self, Run};
use ecom_core::{Code, Failure, work};

use crate::cli::ImportArgs;

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
