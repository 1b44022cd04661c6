//! What earlier snapshots are needed for: rates, the last progress, and since when something is
//! wrong.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::flume::Counters;

use crate::snapshot::{HopId, Problem, Severity};

use super::assessment::Assessment;

/// What to remember from earlier rounds.
#[derive(Debug, Default)]
pub(super) struct Memory {
    hops: HashMap<HopId, HopProgress>,
    agents: HashMap<&'static str, AgentProgress>,
    problems: HashMap<(String, &'static str), DateTime<Utc>>,
}

/// The progress of a hop.
#[derive(Clone, Debug)]
struct HopProgress {
    marks: Vec<u64>,
    moved: DateTime<Utc>,
    count: Option<(u64, DateTime<Utc>)>,
}

/// The progress of an agent.
#[derive(Clone, Debug)]
struct AgentProgress {
    counters: Counters,
    /// When its counters last increased, if that was ever seen.
    moved: Option<DateTime<Utc>>,
    /// Since when its source has received nothing.
    idle: DateTime<Utc>,
    /// Since when its sink has written nothing.
    stuck: DateTime<Utc>,
    /// Rounds since then in which its sink counted another failure.
    failures: u32,
}

/// What all rounds so far say about an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Course {
    /// When its counters last increased, if that was ever seen.
    pub(super) moved: Option<DateTime<Utc>>,
    /// How long its source has received nothing.
    pub(super) idle: Duration,
    /// How long its sink has written nothing although the channel holds something.
    pub(super) stuck: Duration,
    /// Its sink keeps failing and writes nothing.
    pub(super) sink_fails: bool,
}

/// The problems of one moment.
pub(super) struct Problems<'a> {
    memory: &'a mut Memory,
    now: DateTime<Utc>,
    found: Vec<(&'static str, Problem)>,
}

impl Memory {
    /// How long a hop has made no progress, and its rate.
    pub(super) fn follow(
        &mut self,
        assessment: &Assessment,
        now: DateTime<Utc>,
    ) -> (Duration, Option<f64>) {
        let before = self.hops.get(&assessment.id);
        let count =
            assessment.arrived.map(|arrived| (arrived.value, now)).filter(|_| assessment.seen);
        let rate = before.and_then(|before| rate(before.count?, count?));
        let moved = match before {
            // Unseen, it may have moved or not; its newest arrival tells.
            Some(before) if !assessment.seen || before.marks == assessment.marks => {
                before.moved.max(assessment.newest.unwrap_or(before.moved))
            }
            Some(_) => now,
            None => assessment.newest.unwrap_or(now),
        };
        // The clock of a server may be ahead.
        let moved = moved.min(now);
        let marks = match before {
            Some(before) if !assessment.seen => before.marks.clone(),
            _ => assessment.marks.clone(),
        };
        let count = count.or_else(|| before.and_then(|before| before.count));
        self.hops.insert(assessment.id, HopProgress { marks, moved, count });
        ((now - moved).to_std().unwrap_or_default(), rate)
    }

    /// Records the counters of an agent; returns what all rounds so far say about it.
    pub(super) fn watch(
        &mut self,
        agent: &'static str,
        counters: Option<&Counters>,
        now: DateTime<Utc>,
    ) -> Course {
        let before = self.agents.get(agent);
        let Some(counters) = counters else {
            return before.map_or_else(Course::default, |progress| progress.course(now));
        };
        let progress = match before {
            None => {
                let counters = counters.clone();
                AgentProgress { counters, moved: None, idle: now, stuck: now, failures: 0 }
            }
            Some(AgentProgress { counters: old, moved, idle, stuck, failures }) => {
                // Compared for inequality: counters start at 0 again when the agent restarts.
                let took = counters.received != old.received;
                let wrote = counters.delivered != old.delivered;
                let failed = counters.sink_failures > old.sink_failures;
                AgentProgress {
                    counters: counters.clone(),
                    moved: if took || wrote { Some(now) } else { *moved },
                    idle: if took { now } else { *idle },
                    stuck: if wrote || old.channel_size == 0 { now } else { *stuck },
                    failures: if wrote { 0 } else { failures + u32::from(failed) },
                }
            }
        };
        let course = progress.course(now);
        self.agents.insert(agent, progress);
        course
    }

    /// Starts collecting the problems of a moment.
    pub(super) fn problems(&mut self, now: DateTime<Utc>) -> Problems<'_> {
        Problems { memory: self, now, found: Vec::new() }
    }
}

impl AgentProgress {
    fn course(&self, now: DateTime<Utc>) -> Course {
        let idle = (now - self.idle).to_std().unwrap_or_default();
        let waits = self.counters.channel_size > 0;
        let stuck = (now - self.stuck).to_std().unwrap_or_default();
        let stuck = if waits { stuck } else { Duration::ZERO };
        Course { moved: self.moved, idle, stuck, sink_fails: self.failures >= 2 && waits }
    }
}

impl Problems<'_> {
    /// Adds a problem. One with the same subject and kind as in the previous round is the same
    /// problem.
    pub(super) fn note(
        &mut self,
        severity: Severity,
        subject: impl Into<String>,
        kind: &'static str,
        message: impl Into<String>,
    ) {
        let subject = subject.into();
        let since = self.memory.problems.get(&(subject.clone(), kind)).copied();
        let since = since.unwrap_or(self.now);
        let problem = Problem { severity, subject, message: message.into(), since };
        self.found.push((kind, problem));
    }

    /// The problems, worst first, then oldest first.
    pub(super) fn sorted(self) -> Vec<Problem> {
        let since = |(kind, problem): &(&'static str, Problem)| {
            ((problem.subject.clone(), *kind), problem.since)
        };
        self.memory.problems = self.found.iter().map(since).collect();
        let mut problems: Vec<Problem> =
            self.found.into_iter().map(|(_, problem)| problem).collect();
        problems.sort_by(|one, other| {
            (one.severity, one.since, &one.subject).cmp(&(
                other.severity,
                other.since,
                &other.subject,
            ))
        });
        problems
    }
}

/// Arrivals per second between two counts; `None` if the store was emptied in between.
fn rate(before: (u64, DateTime<Utc>), now: (u64, DateTime<Utc>)) -> Option<f64> {
    let seconds = (now.1 - before.1).as_seconds_f64();
    let more = now.0.checked_sub(before.0)?;
    (seconds > 0.0).then(|| more as f64 / seconds)
}
