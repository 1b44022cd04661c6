//! Changes the lake: small files, and folders that are replaced as a whole.

use std::io::{self, Read as _};

use ecom_core::Failure;
use ecom_core::hdfs::{Hdfs, name_of};

/// Prefix of the folder of an import that has not been counted yet.
pub(crate) const FRESH: &str = ".import-";
/// Prefix of an old folder until the new one has its name.
const OLD: &str = ".old-";

/// Writes standard input to a file.
pub(crate) async fn write(hdfs: &Hdfs, path: &str) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(hdfs.write(path, bytes).await?)
}

/// Replaces an old folder with a fresh one. HDFS cannot swap two folders in one step, so [`recover`]
/// finishes the job if this was killed between the two renames.
pub(crate) async fn replace(hdfs: &Hdfs, fresh: &str, target: &str) -> Result<(), Failure> {
    let (parent, name) = target.rsplit_once('/').unwrap_or(("", target));
    let old = format!("{parent}/{OLD}{name}");
    let exists = hdfs.status(target).await?.is_some();
    if exists {
        hdfs.rename(target, &old).await?;
    }
    // Killed before this line, only the old folder has the data; after it, only a leftover remains.
    hdfs.rename(fresh, target).await?;
    if exists { hdfs.delete(&old).await } else { Ok(()) }
}

/// Creates the folder if it is missing, deletes what killed imports left in it, and renames an old
/// folder back if no new one has its name.
pub(crate) async fn recover(hdfs: &Hdfs, folder: &str) -> Result<(), Failure> {
    hdfs.make_folder(folder).await?;
    let entries = hdfs.list(folder).await?.unwrap_or_default();
    for entry in &entries {
        let name = name_of(&entry.path);
        if name.starts_with(FRESH) {
            hdfs.delete(&entry.path).await?;
        } else if let Some(target) = name.strip_prefix(OLD) {
            if entries.iter().any(|entry| name_of(&entry.path) == target) {
                hdfs.delete(&entry.path).await?;
            } else {
                hdfs.rename(&entry.path, &format!("{folder}/{target}")).await?;
            }
        }
    }
    Ok(())
}
