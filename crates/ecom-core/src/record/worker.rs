//! Reads chunks alone, without what comes before and behind them.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use encoding_rs::UTF_8;

use super::batch::Batch;
use super::batches::{Parcel, Task, Work};
use super::chunks::Chunk;
use super::plain::Plain;
use super::{LinesAsUtf8, Next, PassedOver, Reader, Record};

/// Reads chunks alone.
pub(super) struct Worker<W> {
    reader: Mutex<Reader>,
    plain: Option<Plain>,
    /// True if ASCII is the same in the file's encoding, true if it is UTF-8.
    encoding: (bool, bool),
    width: usize,
    task: Task<W>,
}

/// A chunk that was worked on.
pub(super) struct Done<P> {
    pub(super) chunk: Chunk,
    pub(super) parcel: Parcel<P>,
    /// What was found, if the chunk could be read alone to its end. Its bytes are then those of the
    /// chunk, or they begin the text of the batch.
    pub(super) found: Option<Found>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) lines: u64,
    pub(super) bytes: usize,
    pub(super) passed_over: PassedOver,
    pub(super) as_utf_8: LinesAsUtf8,
}

impl<W: Work> Worker<W> {
    /// For the chunks of the file that `reader` reads.
    pub(super) fn new(reader: &Reader, task: Task<W>) -> Self {
        let encoding = reader.encoding();
        Self {
            plain: reader.plain(),
            encoding: (encoding.is_ascii_compatible(), encoding == UTF_8),
            width: reader.header().len(),
            reader: Mutex::new(reader.elsewhere(Box::new(io::empty()))),
            task,
        }
    }

    /// A batch for records of the file.
    pub(super) fn begin(&self, batch: &mut Batch) {
        batch.begin(self.width);
        batch.text.clear();
    }
    /// Reads a chunk alone, and does the work.
    pub(super) fn read(&self, chunk: Chunk, parcel: Parcel<W::Product>) -> Done<W::Product> {
        let mut done = Done { chunk, parcel, found: None };
        done.parcel.batch.begin(self.width);
        if done.chunk.error.is_none() {
            done.found = self.find_plain(&mut done).or_else(|| self.find(&mut done));
        }
        if done.found.is_some() {
            self.finish(&mut done.parcel.batch, &mut done.parcel.product);
        }
        done
    }

    /// Does the work on a batch.
    pub(super) fn finish(&self, batch: &mut Batch, product: &mut W::Product) {
        if let Some(order) = &self.task.order {
            batch.arrange(order);
        }
        self.task.work.work(batch, product);
    }

    /// Finds the records of a chunk that has nothing else. Its bytes become the text of the batch.
    fn find_plain(&self, done: &mut Done<W::Product>) -> Option<Found> {
        let plain = self.plain.as_ref()?;
        let (has_ascii, is_utf_8) = self.encoding;
        let bytes = &mut done.chunk.bytes;
        if !(is_utf_8 || has_ascii && bytes.is_ascii()) {
            return None;
        }
        let batch = &mut done.parcel.batch;
        let length = bytes.len();
        batch.text = String::from_utf8(std::mem::take(bytes))
            .map_err(|invalid| *bytes = invalid.into_bytes())
            .ok()?;
        let lines = plain.find(batch, done.chunk.last);
        if lines.is_none() {
            *bytes = std::mem::take(&mut batch.text).into_bytes();
            batch.begin(self.width);
        }
        lines.map(|lines| Found { lines, bytes: length, ..Found::default() })
    }

    /// Finds whatever is in a chunk.
    fn find(&self, done: &mut Done<W::Product>) -> Option<Found> {
        let (Chunk { bytes, last, .. }, batch) = (&mut done.chunk, &mut done.parcel.batch);
        let piece = Piece { bytes: Arc::new(std::mem::take(bytes)), at: 0, last: *last };
        let held = Arc::clone(&piece.bytes);
        let template = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = template.elsewhere(Box::new(piece));
        drop(template);
        batch.text.clear();
        let mut record = Record::new();
        let length = held.len() as u64;
        let found = loop {
            if reader.position() == length && !*last {
                break true;
            }
            match reader.read(&mut record) {
                Ok(Next::Record) => batch.push(&record, reader.raw()),
                Ok(Next::Reject(reject)) => batch.push_reject(reject),
                Ok(Next::End) => break true,
                Err(_) => break false,
            }
        };
        let found = found.then(|| Found {
            lines: reader.place().0,
            bytes: held.len(),
            passed_over: *reader.passed_over(),
            as_utf_8: reader.lines_as_utf_8(),
        });
        drop(reader);
        *bytes = Arc::try_unwrap(held).unwrap_or_default();
        found
    }
}

/// The bytes of a chunk; nothing is known of what follows, unless it is the last.
struct Piece {
    bytes: Arc<Vec<u8>>,
    at: usize,
    last: bool,
}

impl Read for Piece {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = (&self.bytes[self.at..]).read(out)?;
        self.at += length;
        if length == 0 && !out.is_empty() && !self.last {
            return Err(io::Error::other("the record goes on in the next chunk"));
        }
        Ok(length)
    }
}
