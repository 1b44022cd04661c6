//! Records that were not accepted.

use std::fmt;
use std::io;

use super::Writer;
use crate::atomic::AtomicFile;
use crate::escape;
use crate::exit::{Failure, io_failure};

/// A record that was not accepted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file's name.
    pub file: String,
    /// The physical line on which the record began.
    pub line: u64,
    /// The byte of the file at which the record began.
    pub offset: u64,
    /// The header of the column at fault, where one is.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
    /// The record's bytes, of a file that is not UTF-8 in their UTF-8 form.
    pub raw: Vec<u8>,
}

impl fmt::Display for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: line {}: ", escape::line(&self.file), self.line)?;
        if let Some(column) = &self.column {
            write!(formatter, "column {}: ", escape::line(column))?;
        }
        formatter.write_str(&escape::line(&self.reason))
    }
}

/// Writes `rejects.csv`: file, line, byte offset, column, reason, raw bytes. Bytes of the record
/// that are not UTF-8 are written as `\xNN`.
#[derive(Debug)]
pub struct RejectWriter {
    writer: Writer<AtomicFile>,
    count: u64,
}

impl RejectWriter {
    /// Begins the file with its header.
    pub fn create(path: &std::path::Path) -> Result<Self, Failure> {
        let mut writer = Writer::new(AtomicFile::create(path)?);
        let header = ["file", "line", "byte_offset", "column", "reason", "raw"];
        writer.write(header.map(Some)).map_err(|error| io_failure("write", path, error))?;
        Ok(Self { writer, count: 0 })
    }

    /// Writes one reject.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        self.count += 1;
        self.writer.write([
            Some(reject.file.as_str()),
            Some(&reject.line.to_string()),
            Some(&reject.offset.to_string()),
            reject.column.as_deref(),
            Some(&reject.reason),
            Some(&escape::bytes(&reject.raw)),
        ])
    }

    /// Rejects written so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Publishes the file.
    pub fn commit(self) -> Result<(), Failure> {
        self.writer.into_inner().commit()
    }
}
