//! The key of a table: which columns can be it, and which one is proven to be.

use std::collections::HashSet;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::plan::{Role, SqlType};

use super::draft::Draft;
use super::key::Key;
use super::key_parts::{candidates, further_candidates};
use crate::prove::unique::{KeyProof, Uniqueness};

/// Bytes of memory that all proofs together may use for sorting.
const BUDGET: usize = 32 << 20;
/// The longest text that an `InnoDB` index can hold, in characters.
const INDEXED: usize = 768;
/// How many proofs are worth their time.
const MOST: usize = 8;
/// How many candidates are listed if none is a key.
const NAMED: usize = 6;

/// One or two columns that can be the key, by their SQL names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KeyCandidate {
    columns: Vec<String>,
    shown: String,
    standing: Standing,
    /// True for a candidate that a person would expect to be the key: its repetitions are counted
    /// and reported. Others are only tried.
    expected: bool,
}

/// What the first pass says about a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Proven(&'static str),
    Open,
    /// It is missing in some records, or has fewer values than there are records.
    Refuted,
}

/// The candidates in order of preference, up to the first that is proven.
pub(crate) struct KeySearch {
    candidates: Vec<KeyCandidate>,
    rows: u64,
}

/// The result of the search.
pub(crate) struct FoundKey {
    pub(crate) key: Option<Key>,
    /// Candidates that are not unique, by their headers.
    pub(crate) failed: Vec<(String, Uniqueness)>,
    /// All candidates, by their headers.
    pub(crate) tried: Vec<String>,
}

impl KeySearch {
    /// Finds the candidates of the transactions.
    pub(crate) fn new(draft: &Draft<'_>) -> Self {
        Self::among(draft, candidates(draft))
    }

    /// Finds the candidates of a table whose file is named after `singular`; `shared` are the
    /// headers that other files have too.
    pub(crate) fn further(draft: &Draft<'_>, singular: &str, shared: &HashSet<String>) -> Self {
        Self::among(draft, further_candidates(draft, singular, shared))
    }

    fn among(draft: &Draft<'_>, candidates: Vec<Vec<usize>>) -> Self {
        let mut search = Self { candidates: Vec::new(), rows: draft.candidate.file.rows };
        for indices in candidates {
            if search.add(draft, &indices) || search.open().count() == MOST {
                break;
            }
        }
        search
    }

    /// For one column that should be the key of its table: its repetitions are counted.
    pub(crate) fn of(draft: &Draft<'_>, index: usize) -> Self {
        let mut search = Self { candidates: Vec::new(), rows: draft.candidate.file.rows };
        search.add(draft, &[index]);
        for candidate in &mut search.candidates {
            if candidate.standing == Standing::Refuted {
                candidate.standing = Standing::Open;
            }
        }
        search
    }

    /// The proofs that remain to be made.
    pub(crate) fn proofs(&self, draft: &Draft<'_>, folder: &Path) -> Vec<KeyProof> {
        let count = self.open().count().max(1);
        let proof = |one: &KeyCandidate| {
            let readers = one.columns.iter().filter_map(|name| draft.reader(name)).collect();
            KeyProof::new(readers, folder, BUDGET / count, !one.expected)
        };
        self.open().map(proof).collect()
    }

    fn open(&self) -> impl Iterator<Item = &KeyCandidate> {
        self.candidates.iter().filter(|one| one.standing == Standing::Open)
    }

    /// The key, given the proofs that were made.
    pub(crate) fn finish(self, proofs: Vec<KeyProof>) -> Result<FoundKey, Failure> {
        let mut proofs = proofs.into_iter();
        let mut found = FoundKey { key: None, failed: Vec::new(), tried: Vec::new() };
        let mut failed: Vec<(KeyCandidate, Uniqueness)> = Vec::new();
        for candidate in self.candidates {
            found.tried.push(candidate.shown.clone());
            let how = match candidate.standing {
                Standing::Refuted => continue,
                _ if self.rows == 1 => "there is only one record".to_owned(),
                Standing::Proven(how) => format!("{how} over all {} records", self.rows),
                Standing::Open => {
                    let Some(proof) = proofs.next() else { continue };
                    let outcome = proof.finish()?;
                    if !outcome.holds() {
                        if candidate.expected {
                            failed.push((candidate, outcome));
                        }
                        continue;
                    }
                    format!("sorted: no two of {} records are equal", self.rows)
                }
            };
            found.key.get_or_insert(Key { columns: candidate.columns, proof: how });
        }
        // The key already says that an order has several lines.
        let in_key = |one: &KeyCandidate| {
            let key = found.key.as_ref();
            key.is_some_and(|key| one.columns.iter().all(|name| key.columns.contains(name)))
        };
        failed.retain(|(one, outcome)| !in_key(one) || outcome.repeated * 20 < self.rows);
        found.failed = failed.into_iter().map(|(one, outcome)| (one.shown, outcome)).collect();
        Ok(found)
    }

    /// Adds a candidate; returns true if it is already proven.
    fn add(&mut self, draft: &Draft<'_>, indices: &[usize]) -> bool {
        let profiles = indices.iter().map(|index| &draft.candidate.file.columns[*index]);
        let possible = profiles.clone().all(|column| {
            column.missing() == 0
                && column.empty == 0
                && !matches!(
                    column.sql_type(),
                    SqlType::Boolean | SqlType::Text | SqlType::Decimal { .. }
                )
                && column.longest <= INDEXED
        });
        // The most different keys that are possible, with a margin for estimates.
        let most = profiles.fold(1.0, |most, column| {
            let slack = if column.counts.distinct_exact { 1.0 } else { 1.05 };
            most * column.counts.distinct as f64 * slack
        });
        let (proven, needed) = match indices {
            // A candidate that is nearly a key is counted, so that its repetitions can be reported.
            [single] => (draft.candidate.file.columns[*single].all_differ, 0.5),
            _ => (None, 1.0),
        };
        let refuted =
            !possible || self.rows == 0 || (proven.is_none() && most < needed * self.rows as f64);
        let standing = match proven {
            _ if refuted => Standing::Refuted,
            Some(how) => Standing::Proven(how),
            None => Standing::Open,
        };
        let columns = indices.iter().map(|index| &draft.columns[*index]);
        let headers: Vec<_> = columns.clone().map(|column| column.header.as_str()).collect();
        self.candidates.push(KeyCandidate {
            shown: headers.join(" + "),
            expected: indices.len() == 1 || draft.columns[indices[0]].role == Some(Role::OrderId),
            columns: columns.map(|column| column.name.clone()).collect(),
            standing,
        });
        matches!(standing, Standing::Proven(_))
    }
}

impl FoundKey {
    /// What was tried, in words.
    pub(crate) fn tried(&self) -> String {
        match self.tried.as_slice() {
            [] => "no column looks like a key".into(),
            tried => {
                let named = tried[..tried.len().min(NAMED)].join(", ");
                match tried.len().saturating_sub(NAMED) {
                    0 => format!("tried: {named}"),
                    more => format!("tried: {named} and {more} more"),
                }
            }
        }
    }
}
