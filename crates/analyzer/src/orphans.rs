//! Whether references lead somewhere.

use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use crate::batch::{Batch, Observer};
use crate::proof::{Hashes, Reading, push};

/// Keys of a table referred to that are kept in memory at most.
const PARENTS: u64 = 500_000;

/// Collects the keys of a table that is referred to.
pub(crate) struct Parents {
    reading: Reading,
    keys: Keys,
}

/// Counts the records that refer to nothing.
pub(crate) struct Orphans {
    reading: Reading,
    keys: Keys,
    count: u64,
}

enum Keys {
    Few(Hashes),
    /// Sorted with what refers to them; a key comes before its references.
    Many {
        sorter: Sorter,
        folder: PathBuf,
    },
}

impl Parents {
    pub(crate) fn new(reading: Reading, rows: u64, folder: &Path, budget: usize) -> Self {
        let keys = if rows <= PARENTS {
            Keys::Few(Hashes::default())
        } else {
            Keys::Many { sorter: Sorter::new(folder, budget), folder: folder.to_owned() }
        };
        Self { reading, keys }
    }

    /// Goes on to count what does not refer to these keys.
    pub(crate) fn orphans(self, reading: Reading) -> Orphans {
        Orphans { reading, keys: self.keys, count: 0 }
    }
}

impl Observer for Parents {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            if let Some(value) = self.reading.value(batch, row)? {
                let hash = xxh3_128(value.as_bytes());
                match &mut self.keys {
                    Keys::Few(keys) => {
                        keys.insert(hash);
                    }
                    Keys::Many { sorter, folder } => push(sorter, hash, &[0], folder)?,
                }
            }
        }
        Ok(())
    }
}

impl Orphans {
    /// How many records refer to nothing.
    pub(crate) fn finish(self) -> Result<u64, Failure> {
        let Keys::Many { sorter, folder } = self.keys else { return Ok(self.count) };
        let failure = |error| io_failure("sort in", &folder, error);
        let mut sorted = sorter.finish().map_err(failure)?;
        let (mut parent, mut orphans) = (None, 0);
        while let Some((key, value)) = sorted.next().map_err(failure)? {
            let key: Option<[u8; 16]> = key.try_into().ok();
            if value == [0] {
                parent = key;
            } else {
                orphans += u64::from(parent != key);
            }
        }
        Ok(orphans)
    }
}

impl Observer for Orphans {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            if let Some(value) = self.reading.value(batch, row)? {
                let hash = xxh3_128(value.as_bytes());
                match &mut self.keys {
                    Keys::Few(keys) => self.count += u64::from(!keys.contains(&hash)),
                    Keys::Many { sorter, folder } => push(sorter, hash, &[1], folder)?,
                }
            }
        }
        Ok(())
    }
}
