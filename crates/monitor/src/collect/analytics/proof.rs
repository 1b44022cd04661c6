//! Whether a result is proven: by the reconciler's report about the analysis.

use chrono::{DateTime, Utc};
use ecom_core::report::{Report, ResultFolder};
use ecom_core::show::thousands;
use serde::Deserialize;

use super::rows::Content;
use crate::snapshot::{Proof, ProofState};

/// The hop of the reconciler that is about results.
const HOP: &str = "analytics";

/// Behind the name of a result, what the comparison with its table in MySQL is about.
const IN_MYSQL: &str = " in MySQL";

/// How the proof is made.
const HOW: &str = "orchestration/run_pipeline.sh --only 12";

/// What the reconciler has found, as far as it is needed here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Findings {
    #[serde(default)]
    checks: Vec<Check>,
    #[serde(default)]
    unchecked: Vec<Unchecked>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Check {
    hop: String,
    subject: String,
    #[serde(default)]
    store: String,
    equal: bool,
    #[serde(default)]
    missing: u64,
    #[serde(default)]
    extra: u64,
    #[serde(default)]
    duplicated: u64,
    #[serde(default)]
    altered: u64,
    #[serde(default)]
    moving: Vec<String>,
    #[serde(default)]
    problems: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Unchecked {
    hop: String,
    error: String,
}

/// The reconciler's report about the analysis.
pub(super) type Reconciled = Report<ecom_core::report::Proof<Findings>>;

/// Whether a result is proven; `content` is what HDFS holds of it, or why it is not known.
pub(super) fn of_result(
    result: &ResultFolder,
    content: &Result<Content, String>,
    reconciled: Option<&Reconciled>,
) -> Proof {
    if let Ok(Content::Wrong(why)) = content {
        return Proof { is: ProofState::Wrong, at: None, text: why.clone() };
    }
    let Some(reconciled) = reconciled else { return waiting(None, "not proven yet") };
    let at = Some(reconciled.ended);
    let found = &reconciled.details.verdict;
    let of_hop = |hop: &str| hop == HOP;
    let own = |check: &&Check| of_hop(&check.hop) && check.result() == result.name;
    let checks: Vec<&Check> = found.checks.iter().filter(own).collect();
    // A comparison of what was there before says nothing about the new content.
    if result.written > reconciled.started {
        return waiting(at, "the result is newer than its proof");
    }
    if let Some(wrong) = checks.iter().find(|check| !check.equal) {
        return Proof { is: ProofState::Wrong, at, text: wrong.words() };
    }
    if let Some(unchecked) = found.unchecked.iter().find(|unchecked| of_hop(&unchecked.hop)) {
        return waiting(at, &format!("the proof did not end: {}", unchecked.error));
    }
    if let Some(moving) = checks.iter().flat_map(|check| &check.moving).next() {
        return waiting(at, &format!("it was still moving: {moving}"));
    }
    if !checks.iter().any(|check| check.is_of_mysql()) {
        return waiting(at, "not compared with MySQL yet");
    }
    if let Err(why) = content {
        return waiting(at, &format!("it cannot be read from HDFS: {why}"));
    }
    let is_computed = checks.iter().any(|check| !check.is_of_mysql());
    let text = if is_computed {
        "recomputed from the files and compared with MySQL"
    } else {
        "equal in HDFS and MySQL"
    };
    Proof { is: ProofState::Proven, at, text: text.into() }
}

/// Whether all results are proven.
pub(super) fn of_all(results: &[(&str, &Proof)], reconciled: Option<&Reconciled>) -> Proof {
    let at = reconciled.map(|report| report.ended);
    let of = |state| results.iter().filter(move |(_, proof)| proof.is == state);
    if let Some((name, proof)) = of(ProofState::Wrong).next() {
        return Proof { is: ProofState::Wrong, at, text: format!("{name}: {}", proof.text) };
    }
    // Folders that answer no question are named by the reconciler alone.
    let checks = reconciled.iter().flat_map(|report| &report.details.verdict.checks);
    let mut strangers = checks.filter(|check| {
        let is_known = |(name, _): &(&str, &Proof)| *name == check.result();
        check.hop == HOP && !check.equal && !results.iter().any(is_known)
    });
    if let Some(stranger) = strangers.next() {
        let text = format!("{}: {}", stranger.subject, stranger.words());
        return Proof { is: ProofState::Wrong, at, text };
    }
    match of(ProofState::Waiting).count() {
        0 => {
            let text = "recomputed from the files and compared with MySQL";
            Proof { is: ProofState::Proven, at, text: text.into() }
        }
        _ if reconciled.is_none() => waiting(None, &format!("not proven yet: run {HOW}")),
        open => {
            let text = format!("not proven yet: {open} of {} results; run {HOW}", results.len());
            waiting(at, &text)
        }
    }
}

fn waiting(at: Option<DateTime<Utc>>, text: &str) -> Proof {
    Proof { is: ProofState::Waiting, at, text: text.into() }
}

impl Check {
    /// The result that it is about.
    fn result(&self) -> &str {
        self.subject.strip_suffix(IN_MYSQL).unwrap_or(&self.subject)
    }

    fn is_of_mysql(&self) -> bool {
        self.subject.ends_with(IN_MYSQL)
    }

    /// What differs: `1 missing, 2 altered in MySQL testdb.sales_by_day`.
    fn words(&self) -> String {
        let counts = [
            (self.missing, "missing"),
            (self.extra, "extra"),
            (self.duplicated, "duplicated"),
            (self.altered, "altered"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> =
            counts.map(|(count, word)| format!("{} {word}", thousands(*count))).collect();
        match self.problems.first() {
            Some(problem) if counts.is_empty() => problem.clone(),
            _ if counts.is_empty() => format!("differs in {}", self.store),
            _ => format!("{} in {}", counts.join(", "), self.store),
        }
    }
}
