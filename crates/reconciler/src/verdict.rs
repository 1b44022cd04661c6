//! What a run found: the same facts for people and for programs.

use ecom_core::exit::Code;
use serde::Serialize;

use crate::check::{Check, Unchecked};
use crate::difference::Counts;
use crate::law::Law;

/// All that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Verdict {
    /// The data set's name.
    pub(crate) data_set: String,
    /// True when every chosen hop was checked and is equal.
    pub(crate) equal: bool,
    /// What was compared.
    pub(crate) checks: Vec<Check>,
    /// Hops that could not be checked.
    pub(crate) unchecked: Vec<Unchecked>,
    /// What has to hold across the stores.
    pub(crate) laws: Vec<Law>,
}

impl Verdict {
    /// The exit code: a difference weighs more than a store that could not be asked.
    pub(crate) fn code(&self) -> Code {
        if self.checks.iter().any(|check| !check.equal) {
            return Code::VerificationFailed;
        }
        self.unchecked.first().map_or(Code::Success, |unchecked| unchecked.code)
    }

    /// All differences together.
    pub(crate) fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        self.checks.iter().for_each(|check| sum += check.counts);
        sum
    }
}
