//! The last answer of a probe, how old it is, and when the probe stopped answering.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::snapshot::{Probe, ProbeState};

/// The last answers of one server.
#[derive(Debug)]
pub(crate) struct Observed<T> {
    /// The last valid answer.
    value: Option<Arc<T>>,
    /// When the question for this answer was asked.
    asked: Option<DateTime<Utc>>,
    last_good: Option<DateTime<Utc>>,
    unreachable_since: Option<DateTime<Utc>>,
    error: Option<String>,
    milliseconds: Option<u64>,
}

impl<T> Observed<T> {
    /// Records an answer and how long it took.
    pub(crate) fn saw(&mut self, value: T, now: DateTime<Utc>, took: Duration) {
        *self = Self {
            value: Some(Arc::new(value)),
            asked: Some(now - took),
            last_good: Some(now),
            unreachable_since: None,
            error: None,
            milliseconds: Some(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
        };
    }

    /// Records that there was no valid answer; keeps the last one.
    pub(crate) fn missed(&mut self, why: String, now: DateTime<Utc>) {
        self.unreachable_since.get_or_insert(now);
        self.error = Some(why);
    }

    /// Marks the probe as unreachable if its last answer is older than any timely answer can be.
    pub(crate) fn expire(&mut self, now: DateTime<Utc>, limit: Duration) {
        let age = self.last_good.and_then(|last| (now - last).to_std().ok());
        if age.is_some_and(|age| age > limit) && self.unreachable_since.is_none() {
            self.missed("the probe has stopped".into(), now);
        }
    }

    /// The last valid answer, however old.
    pub(crate) fn last(&self) -> Option<&T> {
        self.value.as_deref()
    }

    /// The last answer, if it was valid.
    pub(crate) fn fresh(&self) -> Option<&T> {
        self.last().filter(|_| self.unreachable_since.is_none())
    }

    /// The last answer, if it was valid and the question was asked after `time`: what was seen
    /// before a tool ended says nothing about its result.
    pub(crate) fn fresh_since(&self, time: DateTime<Utc>) -> Option<&T> {
        self.fresh().filter(|_| self.asked.is_some_and(|asked| asked >= time))
    }

    /// The state for the snapshot.
    pub(crate) fn probe(&self, name: &str, address: &str) -> Probe {
        let state = match (self.unreachable_since, self.last_good) {
            (Some(_), _) => ProbeState::Unreachable,
            (None, Some(_)) => ProbeState::Reachable,
            (None, None) => ProbeState::Pending,
        };
        Probe {
            name: name.to_owned(),
            address: address.to_owned(),
            state,
            last_good: self.last_good,
            unreachable_since: self.unreachable_since,
            error: self.error.clone(),
            milliseconds: self.milliseconds,
        }
    }
}

impl<T> Default for Observed<T> {
    fn default() -> Self {
        Self {
            value: None,
            asked: None,
            last_good: None,
            unreachable_since: None,
            error: None,
            milliseconds: None,
        }
    }
}

impl<T> Clone for Observed<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), error: self.error.clone(), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_valid_answer_is_kept_and_no_longer_fresh() {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let mut observed = Observed::default();
        assert_eq!(observed.probe("mysql", "here").state, ProbeState::Pending);
        observed.saw(7, time(5), Duration::from_millis(12));
        assert_eq!(observed.fresh(), Some(&7));
        assert_eq!(
            (observed.fresh_since(time(4)), observed.fresh_since(time(5))),
            (Some(&7), None)
        );
        observed.missed("gone".into(), time(10));
        observed.missed("still gone".into(), time(15));
        assert_eq!((observed.fresh(), observed.last()), (None, Some(&7)));
        let probe = observed.probe("mysql", "here");
        assert_eq!(probe.state, ProbeState::Unreachable);
        assert_eq!(probe.unreachable_since, Some(time(10)));
        assert_eq!(probe.last_good, Some(time(5)));
        assert_eq!(probe.error.as_deref(), Some("still gone"));
        observed.saw(8, time(20), Duration::ZERO);
        assert_eq!(observed.probe("mysql", "here").unreachable_since, None);
    }
}
