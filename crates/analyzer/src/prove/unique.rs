//! Whether a key is unique.
//!
//! Keys are compared by a 128-bit hash. Different hashes prove different values, so a key found
//! unique is unique.

use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use super::column_reader::ColumnReader;
use crate::count::hashes::{Hashes, push};
use crate::read::batch::{Observer, RecordBatch};

/// Keys that are remembered where one that repeats among them is enough.
const FIRST: usize = 1 << 16;

/// Proves that one column or several together are unique.
pub(crate) struct KeyProof {
    readers: Vec<ColumnReader>,
    sorter: Sorter,
    key: Vec<u8>,
    folder: PathBuf,
    outcome: Uniqueness,
    /// The first keys, where one repeated key is enough to know.
    first: Option<Hashes>,
}

/// What became of a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uniqueness {
    /// Records whose key an earlier one has.
    pub(crate) repeated: u64,
    /// Those among them whose key differs from the earlier one by trailing blanks.
    pub(crate) blanks: u64,
    /// Records with a part of the key missing.
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
    /// With about `budget` bytes of memory, the rest in an unnamed file in `folder`. `briefly`, it
    /// ends where a key repeats among the first records, and does not count on.
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

    /// Takes a key in; its trailing blanks are no part of it.
    fn add(&mut self, hash: u128, blanks: &[u8]) -> Result<(), Failure> {
        if let Some(first) = self.first.as_mut().filter(|first| first.len() < FIRST)
            && !first.insert(hash)
        {
            self.outcome.repeated += 1;
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

/// Finds the records of one key, so that it can be told.
pub(crate) struct Occurrences {
    reader: ColumnReader,
    hash: u128,
    /// The value, and the lines of the first records that have it.
    pub(crate) value: String,
    pub(crate) lines: Vec<u64>,
    pub(crate) count: u64,
}

impl Occurrences {
    /// Of the key of one column that a [`KeyProof`] found to repeat.
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
