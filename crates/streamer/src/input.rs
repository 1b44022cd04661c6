//! The work file to stream, with its plan and its manifest entry.

use std::path::{Path, PathBuf};

use ecom_core::exit::Failure;
use ecom_core::input;
use ecom_core::plan::{FILE_NAME, Plan, Table};
use ecom_core::work::{Manifest, ManifestFile, Records, folder};

/// A work file that matches its entry in the manifest.
pub(crate) struct Input {
    pub(crate) data_set: String,
    pub(crate) table: Table,
    pub(crate) file: ManifestFile,
    path: PathBuf,
}

impl Input {
    /// Finds the plan and the manifest of a file, and checks that all three match.
    pub(crate) fn open(path: &Path, plan: Option<&Path>) -> Result<Self, Failure> {
        // A missing file is the likeliest mistake: report it before anything about its plan.
        input::open(path)?;
        let folder = folder(None, path);
        let plan = Plan::read(plan.unwrap_or(&folder.join(FILE_NAME)))?;
        let manifest = Manifest::read(folder)?;
        manifest.check_plan(&plan)?;
        let file = manifest.entry_of(path)?.clone();
        let table = plan.table_or_refuse(file.table)?.clone();
        file.check(folder)?;
        Ok(Self { data_set: plan.data_set, table, file, path: path.to_owned() })
    }

    /// The work folder.
    pub(crate) fn folder(&self) -> &Path {
        folder(None, &self.path)
    }

    /// Identifies the source of the data in every message: the first 16 digits of a SHA-256.
    pub(crate) fn source(&self) -> String {
        self.table.identity().chars().take(16).collect()
    }

    /// The location of a record, for messages.
    pub(crate) fn location(&self, line: u64) -> String {
        format!("{}: line {line}", self.file.name)
    }

    /// Starts reading the records.
    pub(crate) fn records(&self) -> Result<Records, Failure> {
        Records::open(&self.path, &self.table)
    }
}
