//! What a run found: the same facts for people and for programs.

use ecom_core::exit::Code;
use ecom_core::report;
use serde::Serialize;

use crate::check::{Check, Unchecked};
use crate::closing;
use crate::difference::Counts;
use crate::law::Law;
use crate::sources::Sources;

/// All that was found.
#[derive(Debug, Serialize)]
pub(crate) struct FullVerdict {
    /// What everybody may read of it.
    #[serde(flatten)]
    pub(crate) outcome: report::Verdict,
    /// The files of the data set.
    pub(crate) sources: Sources,
    /// What was compared.
    pub(crate) checks: Vec<Check>,
    /// Hops that could not be checked.
    pub(crate) unchecked: Vec<Unchecked>,
    /// What has to hold across the stores.
    pub(crate) laws: Vec<Law>,
}

impl FullVerdict {
    /// The exit code: a difference weighs more than a store that could not be asked.
    pub(crate) fn code(&self) -> Code {
        if self.has_differences() {
            return Code::VerificationFailed;
        }
        self.unchecked.first().map_or(Code::Success, |unchecked| unchecked.code)
    }

    /// True when something is not as it has to be.
    pub(crate) fn has_differences(&self) -> bool {
        let unplanned = !self.sources.problems.is_empty();
        unplanned || self.checks.iter().any(|check| !check.equal)
    }

    /// Judges what was found: all that follows from it is filled in.
    pub(crate) fn judge(mut self) -> Self {
        self.outcome.equal = self.unchecked.is_empty() && !self.has_differences();
        self.outcome.complete = self.outcome.equal && self.sources.has_all_sales();
        self.outcome.closing = closing::sentence(&self);
        self
    }

    /// All differences together.
    pub(crate) fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        self.checks.iter().for_each(|check| sum += check.counts);
        sum
    }
}
