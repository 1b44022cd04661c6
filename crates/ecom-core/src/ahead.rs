//! Work on another thread, a few batches ahead of the caller.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use crate::exit::{Code, Failure};

/// The caller's side: takes batches in order and gives them back to be filled again.
#[derive(Debug)]
pub struct Ahead<B, R = ()> {
    full: Receiver<B>,
    empty: Sender<B>,
    worker: Option<JoinHandle<Result<R, Failure>>>,
    result: Option<R>,
}

/// The worker's side.
#[derive(Debug)]
pub struct Feed<B> {
    full: SyncSender<B>,
    empty: Receiver<B>,
}

impl<B: Default + Send + 'static, R: Send + 'static> Ahead<B, R> {
    /// Starts the work; at most `batches` full batches wait for the caller.
    pub fn start(
        batches: usize,
        work: impl FnOnce(&Feed<B>) -> Result<R, Failure> + Send + 'static,
    ) -> Self {
        let (full_sender, full) = sync_channel(batches);
        let (empty, empty_receiver) = channel();
        let feed = Feed { full: full_sender, empty: empty_receiver };
        let worker = thread::spawn(move || work(&feed));
        Self { full, empty, worker: Some(worker), result: None }
    }

    /// The next batch; `None` once the work has succeeded.
    ///
    /// # Errors
    /// The failure of the work, after all batches that came before it.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot both fail and end")]
    pub fn next(&mut self) -> Result<Option<B>, Failure> {
        if let Ok(batch) = self.full.recv() {
            return Ok(Some(batch));
        }
        if let Some(worker) = self.worker.take() {
            let panicked = |_| Failure::new(Code::Unexpected, "a working thread panicked");
            self.result = Some(worker.join().map_err(panicked)??);
        }
        Ok(None)
    }

    /// Gives a batch back, so that its memory is used again.
    pub fn give_back(&self, batch: B) {
        // The thread may have ended already.
        let _ = self.empty.send(batch);
    }

    /// The result of the work, once [`Ahead::next`] returned `None`.
    pub fn result(&self) -> Option<&R> {
        self.result.as_ref()
    }
}

impl<B: Default> Feed<B> {
    /// A batch to fill: a new one, or one that was given back, with its old contents.
    pub fn empty(&self) -> B {
        self.empty.try_recv().unwrap_or_default()
    }

    /// Hands a batch over as soon as there is room; false if the caller no longer listens.
    #[must_use]
    pub fn send(&self, batch: B) -> bool {
        self.full.send(batch).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_come_in_order_and_then_the_result() {
        let mut ahead = Ahead::start(2, |feed: &Feed<Vec<u32>>| {
            for number in 0..100 {
                let mut batch = feed.empty();
                batch.clear();
                batch.push(number);
                assert!(feed.send(batch));
            }
            Ok("done")
        });
        for number in 0..100 {
            let batch = ahead.next().unwrap().unwrap();
            assert_eq!(batch, [number]);
            ahead.give_back(batch);
        }
        assert_eq!(ahead.result(), None);
        assert!(ahead.next().unwrap().is_none());
        assert!(ahead.next().unwrap().is_none());
        assert_eq!(ahead.result(), Some(&"done"));
    }

    #[test]
    fn a_failure_comes_behind_the_batches_before_it() {
        let mut ahead = Ahead::<u8>::start(1, |feed| {
            assert!(feed.send(7));
            Err(Failure::refused("no more"))
        });
        assert_eq!(ahead.next().unwrap(), Some(7));
        assert_eq!(ahead.next().unwrap_err().to_string(), "no more");
    }

    #[test]
    fn a_caller_may_give_up() {
        let (told, done) = channel();
        let ahead = Ahead::<u8>::start(1, move |feed| {
            while feed.send(1) {}
            told.send(()).unwrap();
            Ok(())
        });
        drop(ahead);
        done.recv().unwrap();
    }
}
