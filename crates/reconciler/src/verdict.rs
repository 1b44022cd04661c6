//! The result of a run, as people and programs see it.

use ecom_core::exit::Code;
use ecom_core::report;
use serde::Serialize;

use crate::check::{Check, Unchecked};
use crate::difference::Counts;
use crate::law::Law;
use crate::sources::Sources;

/// Everything that a run found.
#[derive(Debug, Serialize)]
pub(crate) struct FullVerdict {
    /// The part that other tools read.
    #[serde(flatten)]
    pub(crate) outcome: report::Verdict,
    /// The source files of the data set.
    pub(crate) sources: Sources,
    /// The comparisons.
    pub(crate) checks: Vec<Check>,
    /// Hops that could not be checked.
    pub(crate) unchecked: Vec<Unchecked>,
    /// The equations across the stores.
    pub(crate) laws: Vec<Law>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Every store is equal.
    Good,
    /// Every store is equal, but sales were left out.
    Incomplete,
    /// A store differs or could not be checked.
    Bad,
}

impl FullVerdict {
    /// The exit code: a difference takes precedence over a store that could not be checked, and that
    /// over one that still moves.
    pub(crate) fn code(&self) -> Code {
        if self.has_differences() {
            return Code::VerificationFailed;
        }
        let rest = if self.still_moves() { Code::Unavailable } else { Code::Success };
        self.unchecked.first().map_or(rest, |unchecked| unchecked.code)
    }

    /// True if a store is equal, but more may come.
    pub(crate) fn still_moves(&self) -> bool {
        self.checks.iter().any(Check::still_moves)
    }

    /// True if a store or the folder differs from what it should be.
    pub(crate) fn has_differences(&self) -> bool {
        let unplanned = !self.sources.problems.is_empty();
        unplanned || self.checks.iter().any(|check| !check.equal)
    }

    /// How the run ended.
    pub(crate) fn end(&self) -> End {
        match (self.outcome.equal, self.sources.has_all_sales()) {
            (true, true) => End::Good,
            (true, false) => End::Incomplete,
            (false, _) => End::Bad,
        }
    }

    /// The differences of all checks.
    pub(crate) fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        self.checks.iter().for_each(|check| sum += check.counts);
        sum
    }
}
