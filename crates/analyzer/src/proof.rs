//! What takes a second look at every record: that a key is unique. Beside it stand whether a
//! reference leads somewhere (`orphans`), how many records each day has (`calendar`), and what a
//! derived table holds (`groups`).
//!
//! Values are compared by a 128-bit hash of their canonical form without trailing spaces, which
//! MySQL ignores. Different hashes prove different values, so a key found unique is unique.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, ColumnConverter};
use ecom_core::exit::io_failure;
use ecom_core::plan::Column;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use crate::batch::{Batch, Observer};
use crate::counts::Identity;

/// A set of 128-bit hashes.
pub(crate) type Hashes = HashSet<u128, BuildHasherDefault<Identity>>;

/// One column of a file, read as a plan's column.
pub(crate) struct Reading {
    place: usize,
    converter: ColumnConverter,
    canonical: Canonical,
}

impl Reading {
    /// The file's column at `place` as `column`.
    pub(crate) fn new(place: usize, column: &Column) -> Self {
        let converter = ColumnConverter::of(column).nullable();
        Self { place, converter, canonical: Canonical::new() }
    }

    /// The value's canonical form without trailing spaces; `None` for NULL.
    pub(crate) fn value(&mut self, batch: &Batch, row: usize) -> Result<Option<&str>, Failure> {
        self.canonical.clear();
        let value = batch.value(row, self.place);
        self.converter.convert(value, &mut self.canonical).map_err(|why| {
            Failure::refused(format!("line {}: the file changes: {why}", batch.line(row)))
        })?;
        Ok(self.canonical.value(0).map(|text| text.trim_end_matches(' ')))
    }
}

/// Proves that one column or several together are unique.
pub(crate) struct KeyProof {
    readings: Vec<Reading>,
    sorter: Sorter,
    key: Vec<u8>,
    folder: PathBuf,
    missing: u64,
}

/// What became of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Uniqueness {
    /// Records whose key an earlier one has.
    pub(crate) repeated: u64,
    /// Records with a part of the key missing.
    pub(crate) missing: u64,
}

impl KeyProof {
    /// With about `budget` bytes of memory, the rest in an unnamed file in `folder`.
    pub(crate) fn new(readings: Vec<Reading>, folder: &Path, budget: usize) -> Self {
        let sorter = Sorter::new(folder, budget);
        Self { readings, sorter, key: Vec::new(), folder: folder.to_owned(), missing: 0 }
    }

    pub(crate) fn finish(self) -> Result<Uniqueness, Failure> {
        let failure = |error| io_failure("sort in", &self.folder, error);
        let mut sorted = self.sorter.finish().map_err(failure)?;
        let (mut previous, mut repeated) = (None, 0);
        while let Some((key, _)) = sorted.next().map_err(failure)? {
            let key: Option<[u8; 16]> = key.try_into().ok();
            repeated += u64::from(key == previous);
            previous = key;
        }
        Ok(Uniqueness { repeated, missing: self.missing })
    }
}

impl Observer for KeyProof {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            self.key.clear();
            let mut complete = true;
            for reading in &mut self.readings {
                let value = reading.value(batch, row)?;
                complete &= value.is_some();
                self.key.extend_from_slice(value.unwrap_or_default().as_bytes());
                self.key.push(0);
            }
            self.missing += u64::from(!complete);
            let hash = xxh3_128(&self.key).to_be_bytes();
            let pushed = self.sorter.push(&hash, &[]);
            pushed.map_err(|error| io_failure("sort in", &self.folder, error))?;
        }
        Ok(())
    }
}

/// Adds a hash and a value to what is sorted.
pub(crate) fn push(
    sorter: &mut Sorter,
    hash: u128,
    value: &[u8],
    folder: &Path,
) -> Result<(), Failure> {
    let pushed = sorter.push(&hash.to_be_bytes(), value);
    pushed.map_err(|error| io_failure("sort in", folder, error))
}
