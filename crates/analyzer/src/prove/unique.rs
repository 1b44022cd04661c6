//! Whether a key is unique.
//!
//! Keys are proven over the whole file by sorting a 128-bit hash of each value outside memory.
//! Different hashes prove different values, so a key found unique is unique. The probability that
//! two different values of 5 million have the same hash is below 10^-24, and MySQL's own primary
//! key has the last word when the table is loaded.

use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use super::column_reader::ColumnReader;
use crate::count::hashes::{Hashes, push};
use crate::read::batch::{Observer, RecordBatch};

/// How many of the first keys are remembered if a single repetition is enough to know.
const FIRST: usize = 1 << 16;

/// Proves that one column, or several together, are unique.
pub(crate) struct KeyProof {
    readers: Vec<ColumnReader>,
    sorter: Sorter,
    key: Vec<u8>,
    folder: PathBuf,
    outcome: Uniqueness,
    /// The first keys, if a single repetition is enough to know.
    first: Option<Hashes>,
}

/// The result of a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uniqueness {
    /// Records whose key occurs in an earlier record.
    pub(crate) repeated: u64,
    /// Those of them whose key differs from the earlier one in trailing blanks.
    pub(crate) blanks: u64,
    /// Records in which a part of the key is missing.
    pub(crate) missing: u64,
    /// One of the keys that repeat.
    pub(crate) example: Option<u128>,
}

impl Uniqueness {
    /// True for a key.
    pub(crate) fn holds(self) -> bool {
        self.repeated == 0 && self.missing == 0
    }
}

impl KeyProof {
    /// Uses about `budget` bytes of memory, and an unnamed file in `folder` for the rest. If
    /// `briefly`, it stops counting as soon as a key repeats among the first records.
    pub(crate) fn new(
        readers: Vec<ColumnReader>,
        folder: &Path,
        budget: usize,
        briefly: bool,
    ) -> Self {
        Self {
            readers,
            sorter: Sorter::new(folder, budget),
            key: Vec::new(),
            folder: folder.to_owned(),
            outcome: Uniqueness::default(),
            first: briefly.then(Hashes::default),
        }
    }

    pub(crate) fn finish(self) -> Result<Uniqueness, Failure> {
        let mut outcome = self.outcome;
        let mut sorted = self.sorter.finish()?;
        let mut previous: Option<([u8; 16], Vec<u8>)> = None;
        while let Some((key, blanks)) = sorted.next()? {
            let key: [u8; 16] = key.try_into().unwrap_or_default();
            match &previous {
                Some((before, earlier)) if *before == key => {
                    outcome.repeated += 1;
                    outcome.blanks += u64::from(earlier != blanks);
                    outcome.example.get_or_insert(u128::from_be_bytes(key));
                }
                _ => previous = Some((key, blanks.to_vec())),
            }
        }
        Ok(outcome)
    }

    /// Adds a key; its trailing blanks are not part of it.
    fn add(&mut self, hash: u128, blanks: &[u8]) -> Result<(), Failure> {
        if let Some(first) = self.first.as_mut().filter(|first| first.len() < FIRST)
            && !first.insert(hash)
        {
            self.outcome.repeated += 1;
            // The proof has failed, so the keys sorted so far are not needed.
            self.sorter = Sorter::new(&self.folder, 0);
            return Ok(());
        }
        push(&mut self.sorter, hash, blanks)
    }
}

impl Observer for KeyProof {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let mut blanks = Vec::new();
        for row in 0..batch.len() {
            if self.first.is_some() && !self.outcome.holds() {
                return Ok(());
            }
            self.key.clear();
            blanks.clear();
            let mut complete = true;
            for reader in &mut self.readers {
                let (value, trailing) = reader.value_and_blanks(batch, row)?;
                complete &= value.is_some();
                self.key.extend_from_slice(value.unwrap_or_default().as_bytes());
                // A separator, so that `a` and `bc` differ from `ab` and `c`.
                self.key.push(0);
                blanks.push(u8::try_from(trailing).unwrap_or(u8::MAX));
            }
            self.outcome.missing += u64::from(!complete);
            if blanks.iter().all(|count| *count == 0) {
                blanks.clear();
            }
            self.add(xxh3_128(&self.key), &blanks)?;
        }
        Ok(())
    }
}

/// Finds the records with one key, to quote it in a message.
pub(crate) struct Occurrences {
    reader: ColumnReader,
    hash: u128,
    /// The value, and the lines of the first records that have it.
    pub(crate) value: String,
    pub(crate) lines: Vec<u64>,
    pub(crate) count: u64,
}

impl Occurrences {
    /// For a key of one column that a [`KeyProof`] found to repeat.
    pub(crate) fn new(reader: ColumnReader, hash: u128) -> Self {
        Self { reader, hash, value: String::new(), lines: Vec::new(), count: 0 }
    }
}

impl Observer for Occurrences {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let mut key = Vec::new();
        for row in 0..batch.len() {
            let Some(value) = self.reader.value(batch, row)? else { continue };
            key.clear();
            key.extend_from_slice(value.as_bytes());
            key.push(0);
            if xxh3_128(&key) == self.hash {
                value.clone_into(&mut self.value);
                self.count += 1;
                if self.lines.len() < 2 {
                    self.lines.push(batch.line(row));
                }
            }
        }
        Ok(())
    }
}
