//! Counts what the data have of a plan's claims, on a thread of its own: the one that writes the
//! files has enough to do.

use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use ecom_core::canonical::Canonical;
use ecom_core::{Code, Failure};

use crate::known::Known;
use crate::seen::Seen;

const BATCH_BYTES: usize = 64 << 10;
const BATCHES_AHEAD: usize = 3;

/// What is counted.
#[derive(Default)]
pub(crate) struct Counter {
    pub(crate) columns: Vec<Seen>,
    pub(crate) known: Vec<Known>,
}

/// Counts records that are handed over.
pub(crate) struct Worker {
    full: SyncSender<Batch>,
    empty: Receiver<Batch>,
    batch: Batch,
    thread: JoinHandle<Counter>,
}

/// Some records in canonical form, and where each ends. Used again and again.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Counter {
    /// True when nothing is to be counted.
    pub(crate) fn is_empty(&self) -> bool {
        self.columns.is_empty() && self.known.is_empty()
    }

    fn see(&mut self, canonical: &Canonical) {
        for column in &mut self.columns {
            column.see(canonical.value(column.place));
        }
        for known in &mut self.known {
            known.see(canonical);
        }
    }
}

impl Worker {
    pub(crate) fn start(mut counter: Counter) -> Self {
        let (full, full_receiver) = sync_channel::<Batch>(BATCHES_AHEAD);
        let (empty_sender, empty) = channel();
        let thread = thread::spawn(move || {
            let mut canonical = Canonical::new();
            while let Ok(mut batch) = full_receiver.recv() {
                let mut start = 0;
                for end in batch.ends.drain(..) {
                    // It was canonical when it was handed over.
                    if canonical.assign_bytes(&batch.bytes[start..end]).is_ok() {
                        counter.see(&canonical);
                    }
                    start = end;
                }
                batch.bytes.clear();
                // The other side may have ended.
                let _ = empty_sender.send(batch);
            }
            counter
        });
        Self { full, empty, batch: Batch::default(), thread }
    }

    /// Hands a record over.
    pub(crate) fn see(&mut self, canonical: &Canonical) {
        self.batch.bytes.extend_from_slice(canonical.bytes());
        self.batch.ends.push(self.batch.bytes.len());
        if self.batch.bytes.len() >= BATCH_BYTES {
            self.send();
        }
    }

    /// What was counted.
    pub(crate) fn finish(mut self) -> Result<Counter, Failure> {
        self.send();
        let Self { full, thread, .. } = self;
        drop(full);
        thread.join().map_err(|_| Failure::new(Code::Unexpected, "the counting thread panicked"))
    }

    fn send(&mut self) {
        let empty = self.empty.try_recv().unwrap_or_default();
        // A thread that has gone is told of at the end.
        let _ = self.full.send(mem::replace(&mut self.batch, empty));
    }
}
