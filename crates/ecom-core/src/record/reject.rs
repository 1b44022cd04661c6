//! Records that were not accepted.

use std::fmt;

use super::Record;
use crate::escape;

/// A record that was not accepted, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The file's name.
    pub file: String,
    /// The physical line on which the record began.
    pub line: u64,
    /// The byte of the file at which the record began.
    pub offset: u64,
    /// The header of the column at fault, if there is one.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
    /// The record's bytes, in UTF-8 if they can be decoded.
    pub raw: Vec<u8>,
}

impl Reject {
    /// Rejects `record` of a file; `raw` are its bytes, with or without the line ending.
    pub(crate) fn new(
        file: &str,
        record: &Record,
        column: Option<&str>,
        reason: String,
        raw: &[u8],
    ) -> Self {
        Self {
            file: file.to_owned(),
            line: record.line,
            offset: record.offset,
            column: column.map(str::to_owned),
            reason,
            raw: raw.trim_ascii_end().to_owned(),
        }
    }
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
