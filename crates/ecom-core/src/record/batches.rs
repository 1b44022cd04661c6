//! Reads the records of a file in batches, on several threads.
//!
//! One thread reads and cuts the file into chunks ([`Cutter`]), workers find the records of the chunks,
//! and the caller gets them in order. What they find does not hang on threads and chunks, by
//! construction: there is one [`Reader`] of the whole file, which reads the first chunk and every chunk
//! that a worker could not read alone to its end (a quote is open there, or only earlier records tell
//! what a line is). Whatever a worker reads begins where that reader stands.

use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use super::batch::Batch;
use super::chunks::{Chunk, Cutter};
use super::plain::Plain;
use super::reader::form;
use super::{LinesAsUtf8, Next, PassedOver, Reader, Record};
use crate::exit::{Code, Failure};
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

/// The chunks that were not taken yet, shared by the reader of the whole file and its owner.
struct Shared<W: Work>(Arc<Mutex<Upcoming<W>>>);

struct Upcoming<W: Work> {
    source: Source<W>,
    /// What the reader of the whole file reads, and how much of it was read.
    bytes: Vec<u8>,
    at: usize,
    last: bool,
    error: Option<io::Error>,
    /// Where in the file the chunks that were taken end.
    end: u64,
    spare: Vec<Parcel<W::Product>>,
}

enum Source<W: Work> {
    /// The caller's thread does everything.
    Own(Cutter, Option<Arc<Worker<W>>>),
    Threads(Threads<W>),
}

/// The other threads, as the caller sees them.
struct Threads<W: Work> {
    done: Receiver<Receiver<Done<W::Product>>>,
    empty: Sender<Parcel<W::Product>>,
    /// Where the workers will find their jobs, until they begin.
    jobs: Option<Receiver<Job<W::Product>>>,
    workers: usize,
}

/// A chunk for a worker.
struct Job<P> {
    chunk: Chunk,
    parcel: Parcel<P>,
    done: Sender<Done<P>>,
}

/// A chunk that was worked on.
struct Done<P> {
    chunk: Chunk,
    parcel: Parcel<P>,
    /// What was found, if the chunk could be read alone to its end. Its bytes are then those of the
    /// chunk, or they begin the text of the batch.
    found: Option<Found>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Found {
    lines: u64,
    bytes: usize,
    passed_over: PassedOver,
    as_utf_8: LinesAsUtf8,
}

/// Reads chunks alone.
struct Worker<W> {
    reader: Mutex<Reader>,
    plain: Option<Plain>,
    /// True if ASCII is the same in the file's encoding, true if it is UTF-8.
    encoding: (bool, bool),
    width: usize,
    task: Task<W>,
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
        let worker = Arc::new(Worker {
            plain: reader.plain(),
            encoding: (encoding.is_ascii_compatible(), encoding == UTF_8),
            width: reader.header().len(),
            reader: Mutex::new(reader.elsewhere(Box::new(io::empty()))),
            task,
        });
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
        batch.begin(self.worker.width);
        batch.text.clear();
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

impl<W: Work> Worker<W> {
    /// Reads a chunk alone, and does the work.
    fn read(&self, chunk: Chunk, parcel: Parcel<W::Product>) -> Done<W::Product> {
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

    fn finish(&self, batch: &mut Batch, product: &mut W::Product) {
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
        if !is_utf_8 && !(has_ascii && bytes.is_ascii()) {
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

impl<W: Work> Shared<W> {
    fn new(cutter: Cutter, threads: usize) -> Self {
        let source = if threads < 2 {
            Source::Own(cutter, None)
        } else {
            Source::Threads(Threads::start(cutter, threads))
        };
        Self(Arc::new(Mutex::new(Upcoming {
            source,
            bytes: Vec::new(),
            at: 0,
            last: false,
            error: None,
            end: 0,
            spare: Vec::new(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Upcoming<W>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<W: Work> Clone for Shared<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<W: Work> Read for Shared<W> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut upcoming = self.lock();
        while upcoming.at == upcoming.bytes.len() {
            if let Some(error) = upcoming.error.take() {
                return Err(error);
            }
            if upcoming.last {
                return Ok(0);
            }
            match upcoming.next().map_err(io::Error::other)? {
                Some(done) => upcoming.open(done),
                None => upcoming.last = true,
            }
        }
        let length = (&upcoming.bytes[upcoming.at..]).read(out)?;
        upcoming.at += length;
        Ok(length)
    }
}

impl<W: Work> Upcoming<W> {
    /// Lets the workers begin, if there is anything for them to do.
    fn begin(&mut self, worker: &Arc<Worker<W>>) {
        match &mut self.source {
            Source::Own(_, own) => *own = Some(Arc::clone(worker)),
            Source::Threads(_) if self.last => {}
            Source::Threads(threads) => threads.begin(worker),
        }
    }

    /// The next chunk; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<Done<W::Product>>, Failure> {
        let mut parcel = self.empty();
        match &mut self.source {
            Source::Own(cutter, worker) => {
                let chunk = cutter.next(std::mem::take(&mut parcel.batch.text).into_bytes());
                Ok(chunk.map(|chunk| match worker {
                    Some(worker) if !chunk.first => worker.read(chunk, parcel),
                    _ => Done { chunk, parcel, found: None },
                }))
            }
            Source::Threads(threads) => {
                self.spare.push(parcel);
                threads.next()
            }
        }
    }

    /// What a worker found in the next chunk; `None` if the reader of the whole file must read it, or
    /// if there is no more.
    fn next_found(&mut self) -> Result<Option<(Parcel<W::Product>, Found)>, Failure> {
        let Some(done) = (if self.last { None } else { self.next()? }) else {
            self.last = true;
            return Ok(None);
        };
        let Some(found) = done.found else {
            self.open(done);
            return Ok(None);
        };
        self.last = done.chunk.last;
        self.end += found.bytes as u64;
        (self.at, self.bytes) = (0, Vec::new());
        Ok(Some((done.parcel, found)))
    }

    /// Takes a chunk for the reader of the whole file.
    fn open(&mut self, done: Done<W::Product>) {
        let Done { chunk: Chunk { bytes, last, error, .. }, mut parcel, found } = done;
        self.bytes = bytes;
        // A plain chunk is the beginning of the text.
        if let Some(found) = found.filter(|found| self.bytes.len() != found.bytes) {
            self.bytes = std::mem::take(&mut parcel.batch.text).into_bytes();
            self.bytes.truncate(found.bytes);
        }
        (self.at, self.last, self.error) = (0, last, error);
        self.end += self.bytes.len() as u64;
        self.give_back(parcel);
    }

    fn empty(&mut self) -> Parcel<W::Product> {
        self.spare.pop().unwrap_or_default()
    }

    fn give_back(&mut self, parcel: Parcel<W::Product>) {
        match &self.source {
            Source::Threads(threads) if !self.spare.is_empty() => {
                // The thread may have ended already.
                let _ = threads.empty.send(parcel);
            }
            _ => self.spare.push(parcel),
        }
    }
}

impl<W: Work> Threads<W> {
    /// Starts to read. The workers begin later.
    fn start(mut cutter: Cutter, workers: usize) -> Self {
        let (ordered, done) = sync_channel(2 * workers);
        let (jobs, waiting) = channel();
        let (empty, empties) = channel();
        thread::spawn(move || read_all(&mut cutter, &ordered, &jobs, &empties));
        Self { done, empty, jobs: Some(waiting), workers }
    }

    fn next(&self) -> Result<Option<Done<W::Product>>, Failure> {
        let Ok(done) = self.done.recv() else { return Ok(None) };
        if let Ok(done) = done.try_recv() {
            return Ok(Some(done));
        }
        // The workers begin once the header is known, which may take more than a chunk.
        if let Some(Job { chunk, parcel, .. }) =
            self.jobs.as_ref().and_then(|jobs| jobs.recv().ok())
        {
            return Ok(Some(Done { chunk, parcel, found: None }));
        }
        done.recv().map(Some).map_err(|_| panicked())
    }

    fn begin(&mut self, worker: &Arc<Worker<W>>) {
        let Some(jobs) = self.jobs.take() else { return };
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..self.workers {
            let (jobs, worker) = (Arc::clone(&jobs), Arc::clone(worker));
            thread::spawn(move || work_all(&jobs, &worker));
        }
    }
}

/// Hands out the chunks of a file.
fn read_all<P: Default>(
    cutter: &mut Cutter,
    ordered: &SyncSender<Receiver<Done<P>>>,
    jobs: &Sender<Job<P>>,
    empties: &Receiver<Parcel<P>>,
) {
    loop {
        let mut parcel = empties.try_recv().unwrap_or_default();
        let bytes = std::mem::take(&mut parcel.batch.text).into_bytes();
        let Some(chunk) = cutter.next(bytes) else { return };
        let (done, receiver) = channel();
        let sent = if chunk.first {
            done.send(Done { chunk, parcel, found: None }).is_ok()
        } else {
            jobs.send(Job { chunk, parcel, done }).is_ok()
        };
        // Nobody listens if the caller gave up.
        if !sent || ordered.send(receiver).is_err() {
            return;
        }
    }
}

fn work_all<W: Work>(jobs: &Mutex<Receiver<Job<W::Product>>>, worker: &Worker<W>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { chunk, parcel, done }) = job else { return };
        let _ = done.send(worker.read(chunk, parcel));
    }
}

fn panicked() -> Failure {
    Failure::new(Code::Unexpected, "a working thread panicked")
}
