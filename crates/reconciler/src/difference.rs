//! The differences between two sides: all are counted, the first are kept as examples.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ecom_core::canonical::Canonical;
use ecom_core::{Failure, escape};
use serde::Serialize;

use crate::respool::MissingLines;
use crate::shared::lock;
use crate::side::{Location, UNREADABLE};

/// How a record differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// It went in, but the store does not hold it.
    Missing,
    /// The store holds it, but it never went in.
    Extra,
    /// The store holds it more often than it went in.
    Duplicated,
    /// The store holds it with other values.
    Altered,
}

impl Kind {
    /// All kinds, in the order of a report.
    pub(crate) const ALL: [Self; 4] = [Self::Missing, Self::Extra, Self::Duplicated, Self::Altered];

    /// The name in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Duplicated => "duplicated",
            Self::Altered => "altered",
        }
    }
}

/// How many records differ, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) missing: u64,
    pub(crate) extra: u64,
    pub(crate) duplicated: u64,
    pub(crate) altered: u64,
}

impl Counts {
    /// The count of one kind.
    pub(crate) fn of(self, kind: Kind) -> u64 {
        match kind {
            Kind::Missing => self.missing,
            Kind::Extra => self.extra,
            Kind::Duplicated => self.duplicated,
            Kind::Altered => self.altered,
        }
    }

    /// All differences.
    pub(crate) fn total(self) -> u64 {
        Kind::ALL.into_iter().map(|kind| self.of(kind)).sum()
    }

    /// True if records are missing and nothing else is wrong: they may still be in flight.
    pub(crate) fn only_missing(self) -> bool {
        self.missing > 0 && self.total() == self.missing
    }

    fn add(&mut self, kind: Kind, count: u64) {
        *match kind {
            Kind::Missing => &mut self.missing,
            Kind::Extra => &mut self.extra,
            Kind::Duplicated => &mut self.duplicated,
            Kind::Altered => &mut self.altered,
        } += count;
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for kind in Kind::ALL {
            self.add(kind, other.of(kind));
        }
    }
}

/// One record that differs. Its texts come from data unchanged: escape them before printing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    /// How it differs.
    pub(crate) kind: Kind,
    /// The record's key; for a log line, the line itself.
    pub(crate) key: String,
    /// Where it went in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expected_at: Option<String>,
    /// Where it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) found_at: Option<String>,
    /// Why this is not a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unreadable: Option<String>,
    /// The values that differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) columns: Vec<ColumnDifference>,
}

/// A value that differs; `None` is NULL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ColumnDifference {
    pub(crate) column: String,
    pub(crate) expected: Option<String>,
    pub(crate) found: Option<String>,
}

/// A record on one side of a difference.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) location: Location,
    pub(crate) record: &'a [u8],
}

/// Counts differences and keeps the first of each kind, ordered by location.
#[derive(Debug)]
pub(crate) struct Differences<'a> {
    /// How many there are.
    pub(crate) counts: Counts,
    most: usize,
    kept: [BTreeMap<(Location, u64), Kept>; 4],
    missing: Option<&'a Mutex<MissingLines>>,
    /// Why a missing line could not be kept.
    failure: Option<Failure>,
}

#[derive(Debug)]
struct Kept {
    key: Vec<u8>,
    expected: Option<(Location, Vec<u8>)>,
    found: Option<(Location, Vec<u8>)>,
}

impl<'a> Differences<'a> {
    /// Keeps at most `most` examples of each kind, and the keys of all missing records in `missing`.
    pub(crate) fn new(most: usize, missing: Option<&'a Mutex<MissingLines>>) -> Self {
        let (counts, kept) = (Counts::default(), Default::default());
        Self { counts, most, kept, missing, failure: None }
    }

    /// Fails if a missing line could not be kept.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Counts a difference `count` times and keeps it if it is among the first.
    pub(crate) fn add(
        &mut self,
        kind: Kind,
        count: u64,
        key: &[u8],
        expected: Option<Seen<'_>>,
        found: Option<Seen<'_>>,
    ) {
        self.counts.add(kind, count);
        if let (Kind::Missing, Some(missing)) = (kind, self.missing) {
            let added = (0..count).try_for_each(|_| lock(missing).add(key));
            self.failure = self.failure.take().or(added.err());
        }
        let kept = &mut self.kept[kind as usize];
        let location = expected.or(found).map(|seen| seen.location).unwrap_or_default();
        if kept.len() == self.most {
            // Full: only an earlier location replaces the last one.
            match kept.last_key_value() {
                Some((last, _)) if (location, u64::MAX) < *last => drop(kept.pop_last()),
                _ => return,
            }
        }
        let own = |seen: Seen<'_>| (seen.location, seen.record.to_vec());
        let difference =
            Kept { key: key.to_vec(), expected: expected.map(own), found: found.map(own) };
        kept.insert((location, self.counts.of(kind)), difference);
    }

    /// The examples. `columns` are the names of a record's values; the two functions turn the
    /// locations of each side into text.
    pub(crate) fn examples(
        &self,
        columns: &[String],
        expected: impl Fn(Location) -> String,
        found: impl Fn(Location) -> String,
    ) -> Vec<Difference> {
        let difference = |kind: Kind, kept: &Kept| {
            let unreadable = kept.key.first() == Some(&UNREADABLE);
            let key = if unreadable { &kept.key[1..] } else { &kept.key };
            let reason = kept.found.as_ref().or(kept.expected.as_ref()).filter(|_| unreadable);
            let reason = reason.map(|(_, record)| String::from_utf8_lossy(record).into_owned());
            Difference {
                kind,
                key: String::from_utf8(key.to_vec()).unwrap_or_else(|_| escape::bytes(key)),
                expected_at: kept.expected.as_ref().map(|(location, _)| expected(*location)),
                found_at: kept.found.as_ref().map(|(location, _)| found(*location)),
                unreadable: reason,
                columns: match (&kept.expected, &kept.found) {
                    (Some(expected), Some(found)) => compare(columns, &expected.1, &found.1),
                    _ => Vec::new(),
                },
            }
        };
        let all = Kind::ALL.into_iter().zip(&self.kept);
        all.flat_map(|(kind, kept)| kept.values().map(move |kept| difference(kind, kept))).collect()
    }
}

/// The values that differ between two records in canonical form.
fn compare(columns: &[String], expected: &[u8], found: &[u8]) -> Vec<ColumnDifference> {
    let read = |bytes: &[u8]| {
        let mut canonical = Canonical::new();
        canonical.assign_bytes(bytes).is_ok().then_some(canonical)
    };
    let (Some(expected), Some(found)) = (read(expected), read(found)) else {
        return Vec::new();
    };
    let pairs = columns.iter().zip(expected.values().zip(found.values()));
    pairs
        .filter(|(_, (expected, found))| expected != found)
        .map(|(column, (expected, found))| ColumnDifference {
            column: column.clone(),
            expected: expected.map(str::to_owned),
            found: found.map(str::to_owned),
        })
        .collect()
}
