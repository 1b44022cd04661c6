//! Hops with several parts: the tables of MySQL and the folders of the imports.

use chrono::{DateTime, Utc};
use ecom_core::report::Import;
use ecom_core::work::ManifestFile;

use crate::collect::{Area, TableRows};
use crate::snapshot::{Count, Precision};

use super::assessment::Assessment;

/// The sum over the parts of a hop.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrived {
    expected: u64,
    value: u64,
    short: u64,
    over: u64,
    estimated: bool,
    unknown: bool,
}

impl Arrived {
    /// Adds a part.
    pub(super) fn add(&mut self, expected: u64, arrived: Option<Count>) {
        self.expected += expected;
        let Some(arrived) = arrived else {
            self.unknown = true;
            return;
        };
        self.value += arrived.value;
        if arrived.precision == Precision::Exact {
            self.short += expected.saturating_sub(arrived.value);
            self.over += arrived.value.saturating_sub(expected);
        } else {
            self.estimated = true;
        }
    }

    /// Whether every part was counted.
    pub(super) fn is_exact(&self) -> bool {
        !self.unknown && !self.estimated
    }

    /// Copies the sum into the assessment of the hop.
    pub(super) fn apply_to(&self, assessment: &mut Assessment) {
        let count =
            if self.is_exact() { Count::exact(self.value) } else { Count::estimate(self.value) };
        assessment.expected = Some(self.expected);
        assessment.arrived = (!self.unknown || self.value > 0).then_some(count);
        (assessment.short, assessment.over) = (self.short, self.over);
        assessment.began = self.value > 0;
        assessment.marks = vec![self.value];
    }
}

/// Rows of a table; exact if they were counted after the loader ended.
pub(super) fn loaded(table: Option<&TableRows>, ended: Option<DateTime<Utc>>) -> Option<Count> {
    let table = table?;
    let rows = table.rows?;
    let newer = ended.is_none_or(|ended| table.counted.is_some_and(|counted| counted >= ended));
    Some(if newer && !table.too_slow { Count::exact(rows) } else { Count::estimate(rows) })
}

/// Rows of an import; exact as long as the folder has the size that it had when they were counted.
pub(super) fn import(
    folder: Option<&Area>,
    report: Option<&Import>,
    file: Option<&ManifestFile>,
    expected: u64,
) -> Option<Count> {
    let folder = folder?;
    match report {
        _ if !folder.exists => Some(Count::exact(0)),
        Some(report) if report.bytes == folder.bytes => Some(Count::exact(report.rows)),
        Some(report) if report.bytes > 0 => {
            Some(Count::estimate(share(report.rows, folder.bytes, report.bytes)))
        }
        // Text between tabs is about as long as the same text between commas.
        _ => {
            let bytes = file.map_or(0, |file| file.bytes).max(1);
            Some(Count::estimate(share(expected, folder.bytes, bytes).min(expected)))
        }
    }
}

/// `whole × part ÷ of`, rounded down.
pub(super) fn share(whole: u64, part: u64, of: u64) -> u64 {
    let share = u128::from(whole) * u128::from(part) / u128::from(of.max(1));
    u64::try_from(share).unwrap_or(u64::MAX)
}
