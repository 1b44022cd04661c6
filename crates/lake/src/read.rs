//! Shows what the lake holds.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use ecom_core::Failure;
use ecom_core::hdfs::{Hdfs, Status, is_hidden, is_open_in_flume, name_of};
use ecom_core::show::print;

/// Prints the entries of a folder; nothing if it is missing.
pub(crate) async fn list(hdfs: &Hdfs, folder: &str) -> anyhow::Result<()> {
    let mut text = String::new();
    for entry in hdfs.list(folder).await?.unwrap_or_default() {
        let kind = if entry.folder { "DIRECTORY" } else { "FILE" };
        let (bytes, time, name) = (entry.length, entry.modified, name_of(&entry.path));
        writeln!(text, "{kind}\t{bytes}\t{time}\t{name}")?;
    }
    Ok(print(&text)?)
}

/// Prints the data files below a folder.
pub(crate) async fn walk(hdfs: &Hdfs, folder: &str) -> anyhow::Result<()> {
    let mut text = String::new();
    for file in data_files(hdfs, folder).await? {
        writeln!(text, "{}\t{}\t{}", file.length, file.modified / 1000, file.path)?;
    }
    Ok(print(&text)?)
}

/// The data files below a folder, sorted by path.
pub(crate) async fn data_files(hdfs: &Hdfs, folder: &str) -> Result<Vec<Status>, Failure> {
    // Flume's open files count: they become data as soon as they are renamed.
    let is_data = |entry: &Status| !is_hidden(&entry.path) || is_open_in_flume(&entry.path);
    Ok(hdfs.walk_where(folder, is_data).await?.unwrap_or_default())
}

/// Prints a file.
pub(crate) async fn cat(hdfs: &Hdfs, path: &str, if_exists: bool) -> anyhow::Result<()> {
    let listed = hdfs.status(path).await?.map_or(0, |status| status.length);
    let Some(mut body) = hdfs.open(path, listed).await? else {
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

/// Prints the inode number of a file or folder; nothing if it is missing.
pub(crate) async fn id(hdfs: &Hdfs, path: &str) -> anyhow::Result<()> {
    match hdfs.status(path).await? {
        Some(status) => Ok(print(&format!("{}\n", status.id))?),
        None => Ok(()),
    }
}
