//! `rejects.csv`: the records that were not accepted, and why.

use std::path::{Path, PathBuf};

use ecom_core::atomic::AtomicFile;
use ecom_core::escape;
use ecom_core::exit::{Code, Failure, io_failure};
use ecom_core::record::Reject;
use ecom_core::work::REJECTS;

const HEADER: [&str; 6] = ["file", "line", "byte_offset", "column", "reason", "raw"];

/// Writes `rejects.csv`. Bytes of a record that are not UTF-8 are written as `\xNN`.
pub(crate) struct RejectWriter {
    writer: csv::Writer<AtomicFile>,
    path: PathBuf,
    count: u64,
}

impl RejectWriter {
    /// Creates the file in `folder` and writes its header.
    pub(crate) fn create(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(REJECTS);
        let mut writer = csv::Writer::from_writer(AtomicFile::create(&path)?);
        writer.write_record(HEADER).map_err(|error| failure(&path, error))?;
        Ok(Self { writer, path, count: 0 })
    }

    /// Writes one reject.
    pub(crate) fn write(&mut self, reject: &Reject) -> Result<(), Failure> {
        self.count += 1;
        let Reject { file, line, offset, column, reason, raw } = reject;
        let record = (file, line, offset, column, reason, escape::bytes(raw));
        self.writer.serialize(record).map_err(|error| failure(&self.path, error))
    }

    /// Rejects written so far.
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
