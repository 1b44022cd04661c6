//! The work folder `var/runs/<data set>/` and its manifest.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::atomic;
use crate::checksum::{Checksum, Tally};
use crate::exit::{Code, Failure, io_failure};
use crate::plan::{Plan, TableName, sha256_of};

/// The manifest's file name.
pub const MANIFEST: &str = "manifest.json";

/// The file name of the rejected records.
pub const REJECTS: &str = "rejects.csv";

/// One of the four data files of the work folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// `transactions_historical.csv`, which goes to MySQL.
    Historical,
    /// `transactions_realtime.csv`, which goes to Kafka and becomes logs.
    Realtime,
    /// `customers_full.csv`, `products_full.csv` and those of further tables.
    Full,
}

/// What the splitter wrote; written last, so that its files are complete where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The data set's name.
    pub data_set: String,
    /// The identity of the sources of `transactions`: [`crate::plan::Table::identity`].
    pub source: String,
    /// The data files.
    pub files: Vec<ManifestFile>,
    /// Records rejected from all sources.
    pub rejected: u64,
}

/// One data file of the work folder.
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

impl Part {
    /// The file's name: `transactions_historical.csv`.
    #[must_use]
    pub fn file_name(self, table: TableName) -> String {
        let part = match self {
            Self::Historical => "historical",
            Self::Realtime => "realtime",
            Self::Full => "full",
        };
        format!("{table}_{part}.csv")
    }
}

impl Manifest {
    /// Reads the manifest of a work folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(MANIFEST);
        let text = fs::read(&path).map_err(|error| io_failure("read", &path, error))?;
        serde_json::from_slice(&text).map_err(|error| {
            Failure::refused(format!("{} is not a manifest: run splitter again", path.display()))
                .because(error)
        })
    }

    /// Writes the manifest atomically.
    pub fn write(&self, folder: &Path) -> Result<(), Failure> {
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| {
            Failure::new(Code::Unexpected, "cannot write the manifest").because(error)
        })?;
        json.push(b'\n');
        atomic::write(&folder.join(MANIFEST), &json)
    }

    /// The entry of one part of a table.
    #[must_use]
    pub fn file(&self, table: TableName, part: Part) -> Option<&ManifestFile> {
        self.files.iter().find(|file| file.table == table && file.part == part)
    }

    /// The entry of the file of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&ManifestFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// Refuses a manifest that was not made from the data that the plan describes.
    pub fn check_plan(&self, plan: &Plan) -> Result<(), Failure> {
        if self.data_set == plan.data_set && self.source == plan.transactions()?.identity() {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "the split files are of another data than the plan of {}: run splitter again",
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

    /// The file's path; refuses when the file is not the one that the splitter wrote.
    pub fn check(&self, folder: &Path) -> Result<PathBuf, Failure> {
        let path = folder.join(&self.name);
        if sha256_of(&path)? == self.sha256 {
            return Ok(path);
        }
        Err(Failure::refused(format!(
            "{} is not the file that the splitter wrote: run splitter again",
            path.display()
        )))
    }
}
