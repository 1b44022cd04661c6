//! The results on their way to MySQL: one folder for one Sqoop job, whatever their columns are.
//!
//! Sqoop exports a folder into one table, and starting it costs ten times what a small result does. So each line
//! of a result becomes a record of three fields: the result's name, the line's number, and the line itself as a
//! text of the lake. MySQL takes them apart again.

use std::path::{Path, PathBuf};

use clap::Args;
use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::escape::sql_name;
use ecom_core::hdfs::Hdfs;
use ecom_core::plan::Plan;
use ecom_core::report::{Report, ResultFolder, Results};
use ecom_core::show::print;
use ecom_core::work::folder;

use crate::read::data_files;

/// About how many bytes are in one file.
const FILE: usize = 8 << 20;

/// Which results.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// Folder in HDFS to write, which must be empty or missing
    pub(crate) target: String,

    /// Names of the results
    pub(crate) names: Vec<String>,

    /// Plan of the data set
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,
}

/// Prints a line for each result of the last analysis: name, rows, checksum, columns for CREATE TABLE.
pub(crate) fn list(plan: &Path) -> anyhow::Result<()> {
    let lines = results(plan)?.into_iter().map(|result| {
        let columns = result.columns.iter();
        let columns =
            columns.map(|column| format!("{} {}", sql_name(&column.name), column.sql_type));
        let columns = columns.collect::<Vec<_>>().join(", ");
        let lines = result.lines;
        format!("{}\t{}\t{}\t{columns}\n", result.name, lines.count, lines.checksum)
    });
    Ok(print(&lines.collect::<String>())?)
}

/// Writes the lines of these results. Refuses one whose folder is not as the analysis left it.
pub(crate) async fn pack(hdfs: &Hdfs, args: &PackArgs) -> anyhow::Result<()> {
    let results = results(&args.plan)?;
    hdfs.make_folder(&args.target).await?;
    for name in &args.names {
        let result = results.iter().find(|result| result.name == *name);
        let result = result.ok_or_else(|| Failure::usage(format!("{name} is not a result")))?;
        pack_one(hdfs, result, &args.target).await?;
    }
    Ok(())
}

async fn pack_one(hdfs: &Hdfs, result: &ResultFolder, target: &str) -> Result<(), Failure> {
    let (mut tally, mut packed, mut files, mut rest) =
        (Tally::default(), Vec::new(), 0, Vec::new());
    for file in data_files(hdfs, &result.folder).await? {
        let Some(mut body) = hdfs.open(&file.path, file.length).await? else { continue };
        while let Some(chunk) = body.chunk().await? {
            rest.extend_from_slice(&chunk);
            let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            for line in rest[..whole].split_inclusive(|byte| *byte == b'\n') {
                tally.add(line);
                push_line(&mut packed, &result.name, tally.count, line);
            }
            rest.drain(..whole);
            if packed.len() >= FILE {
                write(hdfs, target, &result.name, files, std::mem::take(&mut packed)).await?;
                files += 1;
            }
        }
    }
    if tally != result.lines || !rest.is_empty() {
        return Err(Failure::verification(format!(
            "{} is not as the analysis left it: run orchestration/analytics.sh",
            result.folder
        )));
    }
    if packed.is_empty() { Ok(()) } else { write(hdfs, target, &result.name, files, packed).await }
}

async fn write(
    hdfs: &Hdfs,
    target: &str,
    name: &str,
    number: u32,
    bytes: Vec<u8>,
) -> Result<(), Failure> {
    hdfs.write(&format!("{target}/{name}-{number:05}"), bytes).await
}

/// One line as a record: `ecom_core::lake_text`, in which only tabs and backslashes are left to be escaped.
fn push_line(packed: &mut Vec<u8>, name: &str, number: u64, line: &[u8]) {
    packed.extend_from_slice(format!("{name}\t{number}\t").as_bytes());
    for byte in line {
        match byte {
            b'\\' => packed.extend_from_slice(b"\\\\"),
            b'\t' => packed.extend_from_slice(b"\\t"),
            other => packed.push(*other),
        }
    }
}

/// The results of the last analysis.
fn results(plan: &Path) -> Result<Vec<ResultFolder>, Failure> {
    Plan::read(plan)?;
    let report = Report::<Results>::read(folder(None::<&Path>, plan), None)?;
    let report = report.ok_or_else(|| {
        Failure::refused(
            "the lake is not analyzed, or not to its end: run orchestration/analytics.sh",
        )
    })?;
    Ok(report.details.results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_a_text_of_the_lake() {
        let mut packed = Vec::new();
        push_line(&mut packed, "sales_by_day", 7, b"a\\tb\t\\N\t\n");
        assert_eq!(packed, b"sales_by_day\t7\ta\\\\tb\\t\\\\N\\t\n");
    }
}
