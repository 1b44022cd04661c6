//! The result of one comparison, and hops that could not be checked.

use ecom_core::checksum::Tally;
use ecom_core::exit::{Code, code_of, describe};
use serde::Serialize;

use crate::compare::Outcome;
use crate::difference::{Counts, Difference};
use crate::hop::Hop;

/// One table, or the log lines, in one store.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    /// The hop that was checked.
    pub(crate) hop: Hop,
    /// The name of the table, or what else was compared.
    pub(crate) subject: String,
    /// Where the store holds it, for people.
    pub(crate) store: String,
    /// True when the store holds what went in, and nothing else.
    pub(crate) equal: bool,
    /// Count and checksum of what went in.
    pub(crate) expected: Tally,
    /// Count and checksum of what the store holds.
    pub(crate) found: Tally,
    #[serde(flatten)]
    pub(crate) counts: Counts,
    /// What may still arrive: as long as there is anything, an equal store proves nothing.
    pub(crate) moving: Vec<String>,
    /// What could not be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// What is wrong with the store as a whole.
    pub(crate) problems: Vec<String>,
    /// Further numbers by name, for the laws.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) figures: Vec<(&'static str, u64)>,
    /// The revenue that was computed again, and the one that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revenue: Option<(String, String)>,
    /// The first differences of each kind.
    pub(crate) differences: Vec<Difference>,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// A hop that could not be checked.
#[derive(Debug, Serialize)]
pub(crate) struct Unchecked {
    pub(crate) hop: Hop,
    /// Why.
    pub(crate) error: String,
    /// The exit code of a run in which only this failed.
    pub(crate) exit_code: u8,
    #[serde(skip)]
    pub(crate) code: Code,
}

impl Unchecked {
    /// A hop that ended with this error.
    pub(crate) fn new(hop: Hop, error: &anyhow::Error) -> Self {
        let code = code_of(error);
        Self { hop, error: describe(error), exit_code: code as u8, code }
    }
}

impl Check {
    /// The check of one comparison.
    pub(crate) fn new(hop: Hop, subject: &str, store: String, outcome: Outcome) -> Self {
        let mut check = Self {
            hop,
            subject: subject.to_owned(),
            store,
            equal: false,
            expected: outcome.expected,
            found: outcome.found,
            counts: outcome.counts,
            moving: Vec::new(),
            notes: Vec::new(),
            problems: Vec::new(),
            figures: Vec::new(),
            revenue: None,
            differences: outcome.differences,
            seconds: 0.0,
        };
        check.judge(outcome.problem);
        check
    }

    /// The check of a store that cannot be compared.
    pub(crate) fn of_problem(hop: Hop, subject: &str, store: String, problem: String) -> Self {
        let outcome = Outcome { problem: Some(problem), ..Outcome::default() };
        Self::new(hop, subject, store, outcome)
    }

    /// Adds a problem, if there is one, and decides again whether the store is equal.
    pub(crate) fn judge(&mut self, problem: Option<String>) {
        self.problems.extend(problem);
        let same = self.counts.total() == 0 && self.expected == self.found;
        self.equal = same && self.problems.is_empty();
    }

    /// True if the store is equal and nothing more can come.
    pub(crate) fn is_proven(&self) -> bool {
        self.equal && self.moving.is_empty()
    }

    /// True if the store is equal, but more may come.
    pub(crate) fn still_moves(&self) -> bool {
        self.equal && !self.moving.is_empty()
    }

    /// The figure of that name.
    pub(crate) fn figure(&self, name: &str) -> Option<u64> {
        self.figures.iter().find(|(known, _)| *known == name).map(|(_, figure)| *figure)
    }
}
