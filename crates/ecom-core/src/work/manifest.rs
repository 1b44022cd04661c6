//! The manifest: which work files there are, and what each holds.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Part;
use crate::checksum::{Checksum, Tally};
use crate::exit::Failure;
use crate::plan::{Plan, TableName, sha256_of};
use crate::{atomic, input};

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";

/// The work files of a data set. It is written last, so the files that it lists are complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The data set's name.
    pub data_set: String,
    /// The identity of the sources of `transactions`: [`crate::plan::Table::identity`].
    pub source: String,
    /// The work files.
    pub files: Vec<ManifestFile>,
    /// Records rejected from all sources.
    pub rejected: u64,
}

/// One work file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// The file's name.
    pub name: String,
    /// The table that its records belong to.
    pub table: TableName,
    /// Which part of the table.
    pub part: Part,
    /// Its records.
    pub rows: u64,
    /// The sum of its records' hashes in canonical form.
    pub checksum: Checksum,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Reads the manifest of a work folder. Refuses a folder without one.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(MANIFEST);
        let text = input::bytes_if_exists(&path)?.ok_or_else(|| {
            let folder = folder.display();
            Failure::refused(format!("{folder} has no {MANIFEST}: split the data set first"))
        })?;
        serde_json::from_slice(&text).map_err(|error| {
            Failure::refused(format!(
                "{} is not a manifest: split the data set again",
                path.display()
            ))
            .because(error)
        })
    }

    /// Writes the manifest atomically.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        atomic::write_json(&folder.join(MANIFEST), self)
    }

    /// The entry of one part of a table.
    #[must_use]
    pub fn file(&self, table: TableName, part: Part) -> Option<&ManifestFile> {
        self.files.iter().find(|file| file.table == table && file.part == part)
    }

    /// The entry of one part of a table. Refuses a manifest that does not have it.
    pub fn file_or_refuse(&self, table: TableName, part: Part) -> Result<&ManifestFile, Failure> {
        self.file(table, part).ok_or_else(|| {
            let name = part.file_name(table);
            Failure::refused(format!("{MANIFEST} does not list {name}: split the data set again"))
        })
    }

    /// The entry of the file at `path`. Refuses a file that the manifest does not list.
    pub fn entry_of(&self, path: &Path) -> Result<&ManifestFile, Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.files.iter().find(|file| file.name == name).ok_or_else(|| {
            let names: Vec<_> = self.files.iter().map(|file| file.name.as_str()).collect();
            let (path, names) = (path.display(), names.join(", "));
            Failure::refused(format!("{path} is not a work file: {MANIFEST} lists {names}"))
        })
    }

    /// Refuses a manifest whose work files were not made from the data that the plan describes.
    pub fn check_plan(&self, plan: &Plan) -> Result<(), Failure> {
        if self.data_set == plan.data_set && self.source == plan.transactions()?.identity() {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "the work files were not made from the data in the plan of {}: split the data set again",
            plan.data_set
        )))
    }
}

impl ManifestFile {
    /// Count and checksum of its records.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally { count: self.rows, checksum: self.checksum }
    }

    /// The file's path. Refuses a file whose SHA-256 is not the one listed: call it before the first
    /// record is sent anywhere.
    pub fn check(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let path = folder.join(&self.name);
        self.check_sha256(&path, &sha256_of(&path)?)?;
        Ok(path)
    }

    /// Refuses the SHA-256 of the file at `path` when it is not the one listed.
    pub fn check_sha256(&self, path: &Path, sha256: &str) -> Result<(), Failure> {
        if sha256 == self.sha256 {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "{} was changed after it was written: split the data set again",
            path.display()
        )))
    }
}
