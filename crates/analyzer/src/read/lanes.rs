//! Shows batches of records to observers on several threads.
//!
//! Each observer sees the batches in order, one at a time, on whichever thread is free: so the work is
//! shared out evenly, whatever each observer costs, and the result does not depend on the threads.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use ecom_core::Failure;

use super::batch::{Observer, RecordBatch};

/// How many batches may wait for the slowest observer.
const WAITING: usize = 8;

/// Observers and the batches that they have not seen yet.
pub(super) struct Lanes<'a> {
    state: Mutex<State<'a>>,
    changed: Condvar,
}

struct State<'a> {
    /// The batches that at least one observer has not seen, and the number of those before.
    batches: VecDeque<Arc<RecordBatch>>,
    before: usize,
    lanes: Vec<Lane<'a>>,
    /// True if no batch follows.
    at_end: bool,
    failure: Option<Failure>,
    /// True if an observer failed or panicked.
    is_broken: bool,
}

struct Lane<'a> {
    /// `None` while a thread uses it.
    observer: Option<&'a mut dyn Observer>,
    /// How many batches it has seen.
    seen: usize,
}

/// An observer in use, and the batches that it has not seen.
struct Taken<'a> {
    index: usize,
    observer: &'a mut dyn Observer,
    batches: Vec<Arc<RecordBatch>>,
}

/// Ends the work of the other threads if this one panics.
pub(super) struct Watch<'l, 'a>(&'l Lanes<'a>);

impl<'a> Lanes<'a> {
    pub(super) fn new(observers: Vec<&'a mut dyn Observer>) -> Self {
        let lane = |observer| Lane { observer: Some(observer), seen: 0 };
        let state = State {
            batches: VecDeque::new(),
            before: 0,
            lanes: observers.into_iter().map(lane).collect(),
            at_end: false,
            failure: None,
            is_broken: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Adds a batch; as long as too many wait, this thread observes too. False after a failure.
    pub(super) fn push(&self, batch: Arc<RecordBatch>) -> bool {
        let mut state = self.lock();
        if state.lanes.is_empty() {
            return true;
        }
        state.batches.push_back(batch);
        self.changed.notify_all();
        while state.batches.len() >= WAITING && !state.is_broken {
            state = self.step(state);
        }
        !state.is_broken
    }

    /// Observes until all batches are seen.
    pub(super) fn work(&self) {
        let _watch = self.watch();
        let mut state = self.lock();
        while !state.is_done() {
            state = self.step(state);
        }
    }

    /// While this is held, a panic of this thread ends the work of the others.
    pub(super) fn watch(&self) -> Watch<'_, 'a> {
        Watch(self)
    }

    /// No batch follows.
    pub(super) fn end(&self) {
        self.lock().at_end = true;
        self.changed.notify_all();
    }

    /// The failure of an observer.
    pub(super) fn failure(self) -> Option<Failure> {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).failure
    }

    /// Shows one observer all batches that it has not seen, or waits until something changes.
    fn step<'g>(&'g self, mut state: MutexGuard<'g, State<'a>>) -> MutexGuard<'g, State<'a>> {
        let Some(taken) = state.take() else {
            return self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        };
        drop(state);
        let mut observed = Ok(());
        for batch in &taken.batches {
            observed = observed.and_then(|()| taken.observer.observe(batch));
        }
        let mut state = self.lock();
        state.give_back(taken, observed);
        self.changed.notify_all();
        state
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> State<'a> {
    fn is_done(&self) -> bool {
        self.is_broken || (self.at_end && self.batches.is_empty())
    }

    /// The observer that is most behind.
    fn take(&mut self) -> Option<Taken<'a>> {
        let end = self.before + self.batches.len();
        let lanes = self.lanes.iter_mut().enumerate();
        let waiting = lanes.filter(|(_, lane)| lane.observer.is_some() && lane.seen < end);
        let (index, lane) = waiting.min_by_key(|(_, lane)| lane.seen)?;
        let batches = self.batches.iter().skip(lane.seen - self.before).cloned().collect();
        Some(Taken { index, observer: lane.observer.take()?, batches })
    }

    fn give_back(&mut self, taken: Taken<'a>, observed: Result<(), Failure>) {
        let lane = &mut self.lanes[taken.index];
        lane.observer = Some(taken.observer);
        lane.seen += taken.batches.len();
        if let Err(failure) = observed {
            self.is_broken = true;
            self.failure.get_or_insert(failure);
        }
        // What all have seen is free for the reader.
        drop(taken.batches);
        let all = self.lanes.iter().map(|lane| lane.seen).min().unwrap_or_default();
        self.batches.drain(..all - self.before);
        self.before = all;
    }
}

impl Drop for Watch<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().is_broken = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::batch::batch_of;

    /// Collects the values; the last text makes it fail or panic.
    struct Values(Vec<String>);

    impl Observer for Values {
        fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
            let value = batch.value(0, 0).unwrap_or_default();
            assert_ne!(value, "panic");
            self.0.push(value.to_owned());
            if value == "fail" { Err(Failure::refused("it failed")) } else { Ok(()) }
        }
    }

    /// Shows the values to two observers; true if the last one was accepted.
    fn show(values: &[&str], threads: usize) -> (Option<Failure>, bool, Vec<Values>) {
        let mut observers = vec![Values(Vec::new()), Values(Vec::new())];
        let lanes = Lanes::new(observers.iter_mut().map(|one| one as &mut dyn Observer).collect());
        let accepted = thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| lanes.work());
            }
            let _watch = lanes.watch();
            let push = |text: &&str| lanes.push(Arc::new(batch_of(&[vec![Some(*text)]])));
            let accepted = values.iter().all(push);
            lanes.end();
            lanes.work();
            accepted
        });
        (lanes.failure(), accepted, observers)
    }

    #[test]
    fn every_observer_sees_every_batch_in_order_however_many_threads_there_are() {
        let numbers: Vec<_> = (0..100).map(|number| number.to_string()).collect();
        let texts: Vec<_> = numbers.iter().map(String::as_str).collect();
        for threads in 1..5 {
            let (failure, accepted, observers) = show(&texts, threads);
            assert!(failure.is_none() && accepted);
            assert!(observers.iter().all(|values| values.0 == numbers));
        }
    }

    #[test]
    fn the_failure_of_an_observer_ends_the_work() {
        let mut texts = vec!["fail"];
        texts.resize(100, "more");
        for threads in 1..4 {
            let (failure, accepted, _) = show(&texts, threads);
            assert_eq!(failure.map(|one| one.to_string()).as_deref(), Some("it failed"));
            assert!(!accepted);
        }
    }

    #[test]
    fn a_panic_is_not_waited_for() {
        for threads in 1..4 {
            let panicked = std::panic::catch_unwind(|| show(&["panic"; 50], threads));
            assert!(panicked.is_err());
        }
    }

    #[test]
    fn without_observers_nothing_waits() {
        let lanes = Lanes::new(Vec::new());
        assert!((0..100).all(|_| lanes.push(Arc::default())));
        lanes.end();
        lanes.work();
    }
}
