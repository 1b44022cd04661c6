//! Reads the records of a file in batches, on several threads.
//!
//! One thread reads and cuts the file into chunks ([`Cutter`]), workers find the records of the chunks,
//! and the caller gets them in order. What they find does not hang on threads and chunks, by
//! construction: there is one [`Reader`] of the whole file, which reads the first chunk and every chunk
//! that a worker could not read alone to its end (a quote is open there, or only earlier records tell
//! what a line is). Whatever a worker reads begins where that reader stands.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::{UTF_16BE, UTF_16LE};

use super::batch::Batch;
use super::chunks::Cutter;
use super::reader::form;
use super::upcoming::Shared;
use super::worker::Worker;
use super::{LinesAsUtf8, Next, PassedOver, Reader, Record};
use crate::exit::Failure;
use crate::plan::Dialect;

/// About how many bytes of the file a batch has.
pub(super) const CHUNK: usize = 256 << 10;
/// The most records that the caller's own thread puts into a batch.
const RECORDS: usize = 4096;

/// Work on each batch that needs nothing but the batch. The workers do it.
pub trait Work: Send + Sync + 'static {
    /// What the work makes of a batch. Reused: it holds what was made of an earlier batch.
    type Product: Default + Send + 'static;

    /// Does the work.
    fn work(&self, batch: &Batch, product: &mut Self::Product);
}

impl Work for () {
    type Product = ();

    fn work(&self, _: &Batch, (): &mut ()) {}
}

/// What is done with the records of a file.
#[derive(Debug)]
pub struct Task<W> {
    /// Done for each batch.
    pub work: W,
    /// For each field of a batch its field in the file; `None` if they are the same.
    pub order: Option<Vec<usize>>,
}

/// A batch and what the work made of it.
#[derive(Debug, Default)]
pub struct Parcel<P> {
    /// The records.
    pub batch: Batch,
    /// What the work made of them.
    pub product: P,
}

/// How a file is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) source: bool,
    pub(super) threads: usize,
    pub(super) chunk: usize,
}

/// Reads a file in batches.
pub struct Batches<W: Work> {
    reader: Reader,
    record: Record,
    upcoming: Shared<W>,
    worker: Arc<Worker<W>>,
    is_ended: bool,
}

impl<W: Work> Batches<W> {
    /// Reads a source file from `input`, as [`Reader::source`] does. `path` is the name in messages,
    /// `prepare` gets the header. With one thread, the caller's does everything.
    ///
    /// # Errors
    /// As for [`Reader::open`], and those of `prepare`.
    pub fn source(
        input: Box<dyn Read + Send>,
        (path, dialect): (&Path, &Dialect),
        threads: usize,
        prepare: impl FnOnce(&Record) -> Result<Task<W>, Failure>,
    ) -> Result<Self, Failure> {
        let way = Way { source: true, threads, chunk: CHUNK };
        Self::with(input, (path, dialect), way, prepare)
    }

    /// Reads a work file from `input`, as [`Reader::new`] does.
    ///
    /// # Errors
    /// As for [`Batches::source`].
    pub fn new(
        input: Box<dyn Read + Send>,
        (path, dialect): (&Path, &Dialect),
        threads: usize,
        prepare: impl FnOnce(&Record) -> Result<Task<W>, Failure>,
    ) -> Result<Self, Failure> {
        let way = Way { source: false, threads, chunk: CHUNK };
        Self::with(input, (path, dialect), way, prepare)
    }

    pub(super) fn with(
        input: Box<dyn Read + Send>,
        (path, dialect): (&Path, &Dialect),
        way: Way,
        prepare: impl FnOnce(&Record) -> Result<Task<W>, Failure>,
    ) -> Result<Self, Failure> {
        let (encoding, syntax) = form(path, dialect)?;
        // The bytes of UTF-16 do not tell where a line ends.
        let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
        let way = Way { threads: if is_wide { 1 } else { way.threads }, ..way };
        let cutter = Cutter::new(input, syntax.terminator, syntax.quote, way.chunk);
        let upcoming = Shared::new(cutter, way.threads);
        let input = Box::new(upcoming.clone());
        let reader = Reader::with(input, path, dialect, way.source, way.chunk.min(CHUNK / 2))?;
        let task = prepare(reader.header())?;
        let worker = Arc::new(Worker::new(&reader, task));
        if !is_wide {
            upcoming.lock().begin(&worker);
        }
        Ok(Self { reader, record: Record::new(), upcoming, worker, is_ended: false })
    }

    /// The header as it is written.
    #[must_use]
    pub fn header(&self) -> &Record {
        self.reader.header()
    }

    /// Bytes of the file read so far, for a progress bar.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.reader.position()
    }

    /// What was skipped so far; nothing in a work file.
    #[must_use]
    pub fn passed_over(&self) -> &PassedOver {
        self.reader.passed_over()
    }

    /// Lines of UTF-8 so far in a file with a single-byte encoding.
    #[must_use]
    pub fn lines_as_utf_8(&self) -> LinesAsUtf8 {
        self.reader.lines_as_utf_8()
    }

    /// The next records; `None` at the end of the file. A batch may have no record, and no reject.
    ///
    /// # Errors
    /// The file cannot be read.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot both fail and end")]
    pub fn next(&mut self) -> Result<Option<Parcel<W::Product>>, Failure> {
        if self.is_ended {
            return Ok(None);
        }
        if self.reader.is_settled() && self.is_at_border() {
            let taken = self.upcoming.lock().next_found()?;
            if let Some((mut parcel, found)) = taken {
                let (lines, bytes) = self.reader.place();
                parcel.batch.place(lines, bytes);
                let taken = (found.lines, found.bytes as u64);
                self.reader.skip(taken, &found.passed_over, found.as_utf_8);
                return Ok(Some(parcel));
            }
        }
        self.read_on().map(Some)
    }

    /// Gives a parcel back, so that its memory is used again.
    pub fn give_back(&self, parcel: Parcel<W::Product>) {
        self.upcoming.lock().give_back(parcel);
    }

    /// True if the reader of the whole file stands where the chunks that were taken end.
    fn is_at_border(&self) -> bool {
        self.upcoming.lock().end == self.reader.position()
    }

    /// Reads records with the reader of the whole file.
    fn read_on(&mut self) -> Result<Parcel<W::Product>, Failure> {
        let mut parcel = self.upcoming.lock().empty();
        let Parcel { batch, product } = &mut parcel;
        self.worker.begin(batch);
        loop {
            match self.reader.read(&mut self.record)? {
                Next::End => {
                    self.is_ended = true;
                    break;
                }
                Next::Record => batch.push(&self.record, self.reader.raw()),
                Next::Reject(reject) => batch.push_reject(reject),
            }
            let held = batch.rows.len() + batch.rejects.len();
            if held == RECORDS || batch.text.len() >= CHUNK || self.is_at_border() {
                break;
            }
        }
        self.worker.finish(batch, product);
        Ok(parcel)
    }
}
