//! The key of the transactions: which columns may be it, and which is proven to be.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::plan::{Column, Role, SqlType};

use crate::names::snake_case;
use crate::proof::{KeyProof, Reading, Uniqueness};
use crate::tables::Candidate;

/// Bytes of memory that all proofs together may use for sorting.
const BUDGET: usize = 32 << 20;
/// How many proofs are worth their time.
const MOST: usize = 4;

/// Words of headers that speak of a number or a code given to each record.
const ID_WORDS: [&str; 9] =
    ["id", "no", "number", "code", "key", "uuid", "guid", "ref", "reference"];

/// One or two columns that may be the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyCandidate {
    pub(crate) places: Vec<usize>,
    standing: Standing,
}

/// What the first pass says of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Proven(&'static str),
    Open,
}

/// The candidates in the order in which they are preferred, up to the first that is proven.
pub(crate) struct KeySearch {
    candidates: Vec<KeyCandidate>,
    rows: u64,
}

/// A key and how it was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) places: Vec<usize>,
    pub(crate) proof: String,
}

/// What came of the search.
pub(crate) struct Found {
    pub(crate) key: Option<Key>,
    /// Candidates that are not unique.
    pub(crate) failed: Vec<(Vec<usize>, Uniqueness)>,
}

impl KeySearch {
    /// Finds the candidates of a file of transactions.
    pub(crate) fn new(candidate: &Candidate<'_>) -> Self {
        let mut search = Self { candidates: Vec::new(), rows: candidate.file.rows };
        let place = |role| candidate.place(role);
        let (order, line) = (place(Role::OrderId), place(Role::LineId));
        let others = (0..candidate.file.columns.len()).filter(|place| {
            let name = snake_case(&candidate.file.columns[*place].header);
            candidate.roles[*place].is_none()
                && name.split('_').any(|word| ID_WORDS.contains(&word))
        });
        for single in order.into_iter().chain(line).chain(others) {
            if search.add(candidate, &[single]) {
                return search;
            }
        }
        let product = place(Role::ProductId).or(place(Role::ProductName));
        for second in [line, product].into_iter().flatten() {
            if let Some(order) = order {
                search.add(candidate, &[order, second]);
            }
        }
        search.candidates.truncate(MOST);
        search
    }

    /// For one column that ought to be the key of its table.
    pub(crate) fn of(candidate: &Candidate<'_>, place: usize) -> Self {
        let mut search = Self { candidates: Vec::new(), rows: candidate.file.rows };
        search.add(candidate, &[place]);
        search
    }

    /// The proofs that are still to be made.
    pub(crate) fn proofs(
        &self,
        readings: impl Fn(usize) -> Reading,
        folder: &Path,
    ) -> Vec<KeyProof> {
        let open = self.candidates.iter().filter(|one| one.standing == Standing::Open);
        let count = open.clone().count().max(1);
        let proof = |one: &KeyCandidate| {
            let readings = one.places.iter().map(|place| readings(*place)).collect();
            KeyProof::new(readings, folder, BUDGET / count)
        };
        open.map(proof).collect()
    }

    /// The key, given the proofs that were made.
    pub(crate) fn finish(self, proofs: Vec<KeyProof>) -> Result<Found, Failure> {
        let mut proofs = proofs.into_iter();
        let mut found = Found { key: None, failed: Vec::new() };
        for candidate in self.candidates {
            let how = match candidate.standing {
                _ if self.rows == 1 => "there is only one record".to_owned(),
                Standing::Proven(how) => format!("{how} over all {} records", self.rows),
                Standing::Open => {
                    let Some(proof) = proofs.next() else { continue };
                    let outcome = proof.finish()?;
                    if outcome.repeated > 0 || outcome.missing > 0 {
                        found.failed.push((candidate.places, outcome));
                        continue;
                    }
                    format!("sorted: no two of {} records are equal", self.rows)
                }
            };
            let key = Key { places: candidate.places, proof: how };
            found.key.get_or_insert(key);
        }
        Ok(found)
    }

    /// Adds a candidate unless the first pass rules it out; true when it is proven already.
    fn add(&mut self, candidate: &Candidate<'_>, places: &[usize]) -> bool {
        let columns = places.iter().map(|place| &candidate.file.columns[*place]);
        let rows = self.rows;
        let possible = columns.clone().all(|column| {
            column.missing() == 0
                && column.empty == 0
                && !matches!(column.sql_type(), SqlType::Boolean | SqlType::Text)
                && column.longest <= 768
        });
        // How many different keys there can be at most, estimates taken generously.
        let most = columns.clone().fold(1.0, |most, column| {
            let slack = if column.counts.distinct_exact { 1.0 } else { 1.05 };
            most * column.counts.distinct as f64 * slack
        });
        let proven = match places {
            [single] => candidate.file.columns[*single].all_differ,
            _ => None,
        };
        if !possible || rows == 0 || (proven.is_none() && most < rows as f64) {
            return false;
        }
        let standing = proven.map_or(Standing::Open, Standing::Proven);
        self.candidates.push(KeyCandidate { places: places.to_vec(), standing });
        proven.is_some()
    }
}

/// The names of columns at some places, for people.
pub(crate) fn headers(columns: &[Column], places: &[usize]) -> String {
    let headers: Vec<_> = places.iter().map(|place| columns[*place].header.as_str()).collect();
    headers.join(" + ")
}
