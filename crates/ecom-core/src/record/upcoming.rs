//! The chunks of a file on their way from the thread that reads it over the workers to the caller.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::batches::{Parcel, Work};
use super::chunks::{Chunk, Cutter};
use super::worker::{Done, Found, Worker};
use crate::exit::{Code, Failure};

/// The chunks that were not taken yet, shared by the reader of the whole file and its owner.
pub(super) struct Shared<W: Work>(Arc<Mutex<Upcoming<W>>>);

pub(super) struct Upcoming<W: Work> {
    source: Source<W>,
    /// What the reader of the whole file reads, and how much of it was read.
    bytes: Vec<u8>,
    at: usize,
    last: bool,
    error: Option<io::Error>,
    /// Where in the file the chunks that were taken end.
    pub(super) end: u64,
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

/// What a worker found in a chunk.
pub(super) type Ready<P> = (Parcel<P>, Found);

/// A chunk for a worker.
struct Job<P> {
    chunk: Chunk,
    parcel: Parcel<P>,
    done: Sender<Done<P>>,
}

impl<W: Work> Shared<W> {
    /// Begins to read on another thread, if there may be several.
    pub(super) fn new(cutter: Cutter, threads: usize) -> Self {
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

    /// The chunks, for a moment.
    pub(super) fn lock(&self) -> MutexGuard<'_, Upcoming<W>> {
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
    pub(super) fn begin(&mut self, worker: &Arc<Worker<W>>) {
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
    pub(super) fn next_found(&mut self) -> Result<Option<Ready<W::Product>>, Failure> {
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

    /// A parcel to be filled.
    pub(super) fn empty(&mut self) -> Parcel<W::Product> {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes a parcel back, so that its memory is used again.
    pub(super) fn give_back(&mut self, parcel: Parcel<W::Product>) {
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
