//! The run report of a Sqoop import: how many rows were counted in the folder, and how many bytes it
//! had then. As long as it has as many bytes, the monitor knows its rows without reading it.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use ecom_core::hdfs::Hdfs;
use ecom_core::{Failure, atomic, report};
use serde::Serialize;

use crate::cli::Import;

#[derive(Serialize)]
struct Report<'a> {
    tool: String,
    started: String,
    ended: String,
    exit_code: u8,
    rows: u64,
    bytes: u64,
    path: &'a str,
}

/// Writes the report beside the plan.
pub(crate) async fn write(hdfs: &Hdfs, import: &Import) -> anyhow::Result<()> {
    let tool = format!("sqoop-{}", import.name);
    let files = hdfs.list(&import.folder).await?.unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "microseconds since 1970 fit")]
    let started = DateTime::from_timestamp_micros((import.started * 1e6) as i64);
    let started = started.ok_or_else(|| Failure::usage("--started: not a time"))?;
    let path = report::path(import.plan.parent().unwrap_or(Path::new("")), &tool);
    let report = Report {
        tool,
        started: rfc_3339(started),
        ended: rfc_3339(Utc::now()),
        exit_code: 0,
        rows: import.rows,
        bytes: files.iter().filter(|file| !file.folder).map(|file| file.length).sum(),
        path: &import.folder,
    };
    let mut json = serde_json::to_vec_pretty(&report)?;
    json.push(b'\n');
    Ok(atomic::write(&path, &json)?)
}

fn rfc_3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
