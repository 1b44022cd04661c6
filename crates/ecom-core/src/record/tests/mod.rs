//! What a reader finds in a file, however the file gets into memory.

mod against_csv;
mod any_bytes;
mod batches;
mod borders;
mod encodings;
mod reader;
mod source;

use std::io::{self, Cursor, Read};
use std::path::Path;

use super::{LinesAsUtf8, Next, PassedOver, Reader, Record, Reject};
use crate::plan::Dialect;

/// Everything that a reader finds in a file.
#[derive(Debug, Default, PartialEq)]
struct Found {
    records: Vec<Seen>,
    rejects: Vec<Reject>,
    passed_over: PassedOver,
    as_utf_8: LinesAsUtf8,
    position: u64,
}

/// A record and its position.
#[derive(Debug, PartialEq)]
struct Seen {
    line: u64,
    offset: u64,
    values: Vec<Option<String>>,
    raw: Vec<u8>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
struct Way {
    source: bool,
    /// How much the reader asks for, and how much it is given at most.
    chunk: usize,
    step: usize,
}

const SOURCE: Way = Way { source: true, chunk: 1 << 17, step: usize::MAX };
const STRICT: Way = Way { source: false, ..SOURCE };

/// Gives a few bytes at a time.
struct Steps {
    bytes: Cursor<Vec<u8>>,
    step: usize,
}

impl Read for Steps {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.step);
        self.bytes.read(&mut buffer[..length])
    }
}

/// Reads a file; the refusal where it has no header.
fn try_read(bytes: &[u8], dialect: &Dialect, way: Way) -> Result<Found, String> {
    let input = Box::new(Steps { bytes: Cursor::new(bytes.to_vec()), step: way.step });
    let path = Path::new("sales.csv");
    let mut reader = Reader::with(input, path, dialect, way.source, way.chunk)
        .map_err(|failure| failure.to_string())?;
    let (mut found, mut record) = (Found::default(), Record::new());
    loop {
        match reader.read(&mut record).unwrap() {
            Next::Record => found.records.push(Seen {
                line: record.line(),
                offset: record.offset(),
                values: record.values().map(|value| value.map(str::to_owned)).collect(),
                raw: reader.raw().to_owned(),
            }),
            Next::Reject(reject) => found.rejects.push(reject),
            Next::End => break,
        }
    }
    found.passed_over = *reader.passed_over();
    found.as_utf_8 = reader.lines_as_utf_8();
    found.position = reader.position();
    Ok(found)
}

fn read(bytes: &[u8], dialect: &Dialect, way: Way) -> Found {
    try_read(bytes, dialect, way).unwrap()
}

impl Found {
    /// The records' texts, NULL as `-`.
    fn texts(&self) -> Vec<Vec<&str>> {
        let values = self.records.iter().map(|seen| seen.values.iter());
        values.map(|values| values.map(|value| value.as_deref().unwrap_or("-")).collect()).collect()
    }

    /// The rejects' lines, offsets and reasons.
    fn reasons(&self) -> Vec<(u64, u64, &str)> {
        let rejects = self.rejects.iter();
        rejects.map(|reject| (reject.line, reject.offset, reject.reason.as_str())).collect()
    }
}
