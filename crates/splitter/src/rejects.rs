//! `rejects.csv`: the records that were not accepted, and why.

use std::path::{Path, PathBuf};

use ecom_core::atomic::AtomicFile;
use ecom_core::escape;
use ecom_core::exit::{Code, Failure, io_failure};
use ecom_core::plan::{Plan, Table};
use ecom_core::record::Reject;
use ecom_core::show::counted;
use ecom_core::ui::Ui;
use ecom_core::work::REJECTS;

/// How many rejects are shown; all of them are in `rejects.csv`.
const SHOWN: u64 = 5;

const HEADER: [&str; 6] = ["file", "line", "byte_offset", "column", "reason", "raw"];

/// Writes `rejects.csv`, shows the first rejects, and refuses to go on after too many.
pub(crate) struct Rejects<'a> {
    writer: csv::Writer<AtomicFile>,
    path: PathBuf,
    count: u64,
    limit: u64,
    plan: &'a Plan,
    ui: &'a Ui,
}

impl<'a> Rejects<'a> {
    /// Creates the file in `folder` and writes its header.
    pub(crate) fn create(
        folder: &Path,
        plan: &'a Plan,
        limit: u64,
        ui: &'a Ui,
    ) -> Result<Self, Failure> {
        let path = folder.join(REJECTS);
        let mut writer = csv::Writer::from_writer(AtomicFile::create(&path)?);
        writer.write_record(HEADER).map_err(|error| failure(&path, error))?;
        Ok(Self { writer, path, count: 0, limit, plan, ui })
    }

    /// Adds one reject of a table. Bytes that are not UTF-8 are written as `\xNN`.
    pub(crate) fn add(&mut self, table: &Table, reject: &Reject) -> Result<(), Failure> {
        self.count += 1;
        let Reject { file, line, offset, column, reason, raw } = reject;
        let record = (file, line, offset, column, reason, escape::bytes(raw));
        self.writer.serialize(record).map_err(|error| failure(&self.path, error))?;
        if self.count <= SHOWN {
            self.ui.warn(format!("rejected: {reject}"));
        }
        if self.count <= self.limit {
            return Ok(());
        }
        // If the file is not the one that was analyzed, that explains it better.
        self.plan.check_source(table)?;
        Err(Failure::refused(format!(
            "more than {}, the last one {reject}: nothing was changed (allow more with \
             --max-rejects)",
            counted(self.limit, "rejected record")
        )))
    }

    /// Rejects added so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Publishes the file.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        let file = self.writer.into_inner().map_err(csv::IntoInnerError::into_error);
        file.map_err(|error| io_failure("write", &self.path, error))?.commit()
    }
}

fn failure(path: &Path, error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => io_failure("write", path, error),
        other => Failure::new(Code::Unexpected, format!("cannot write {REJECTS}: {other:?}")),
    }
}
