//! What is in the lake.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use ecom_core::Failure;
use ecom_core::hdfs::{Hdfs, Status};
use ecom_core::show::print;

/// Prints the entries of a folder; nothing when there is no such folder.
pub(crate) async fn list(hdfs: &Hdfs, folder: &str) -> anyhow::Result<()> {
    let mut text = String::new();
    for entry in hdfs.list(folder).await?.unwrap_or_default() {
        let kind = if entry.folder { "DIRECTORY" } else { "FILE" };
        let (bytes, time, name) = (entry.length, entry.modified, name_of(&entry));
        writeln!(text, "{kind}\t{bytes}\t{time}\t{name}")?;
    }
    Ok(print(&text)?)
}

/// Prints the data files in a folder and below.
pub(crate) async fn walk(hdfs: &Hdfs, folder: &str) -> anyhow::Result<()> {
    let mut text = String::new();
    for file in data_files(hdfs, folder).await? {
        writeln!(text, "{}\t{}\t{}", file.length, file.modified / 1000, file.path)?;
    }
    Ok(print(&text)?)
}

/// The data files in a folder and below, in order of their paths.
pub(crate) async fn data_files(hdfs: &Hdfs, folder: &str) -> Result<Vec<Status>, Failure> {
    let mut waiting = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in hdfs.list(&folder).await?.unwrap_or_default() {
            if !is_data(name_of(&entry)) {
                continue;
            }
            if entry.folder { waiting.push(entry.path) } else { files.push(entry) }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Hadoop reads neither hidden files nor those whose names begin with an underscore; a file that
/// Flume is writing becomes data when it is renamed.
fn is_data(name: &str) -> bool {
    let is_open = name.starts_with('_') && name.strip_suffix(".tmp").is_some();
    is_open || !name.starts_with(['.', '_'])
}

/// Prints a file.
pub(crate) async fn cat(hdfs: &Hdfs, path: &str, if_exists: bool) -> anyhow::Result<()> {
    let Some(mut body) = hdfs.open(path, 0).await? else {
        if if_exists {
            return Ok(());
        }
        return Err(Failure::refused(format!("HDFS has no {path}")).into());
    };
    let mut output = io::stdout().lock();
    while let Some(chunk) = body.chunk().await? {
        output.write_all(&chunk)?;
    }
    Ok(output.flush()?)
}

/// Prints the number of a file or folder.
pub(crate) async fn id(hdfs: &Hdfs, path: &str) -> anyhow::Result<()> {
    match hdfs.status(path).await? {
        Some(status) => Ok(print(&format!("{}\n", status.id))?),
        None => Ok(()),
    }
}

/// The last part of an entry's path.
pub(crate) fn name_of(entry: &Status) -> &str {
    entry.path.rsplit('/').next().unwrap_or_default()
}
