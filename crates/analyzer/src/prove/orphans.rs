//! Whether references have a target, and which ids a person would consider equal.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use super::column_reader::ColumnReader;
use crate::count::hashes::{Hashes, Identity, push};
use crate::name::fold::push_id;
use crate::read::batch::{Observer, RecordBatch};

/// The most keys of a referenced table that are kept in memory.
const PARENTS: u64 = 500_000;

/// Collects the keys of a referenced table.
pub(crate) struct Parents {
    reader: ColumnReader,
    keys: Keys,
    folded: Folded,
}

/// Counts the records whose reference has no target.
pub(crate) struct Orphans {
    reader: ColumnReader,
    keys: Keys,
    folded: Folded,
    found: Referred,
    /// Rows of a batch whose values were not looked up yet, and the hashes of these.
    waiting: Vec<(usize, u128)>,
}

/// What is found about the keys and the values that refer to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Referred {
    /// Records with a value.
    pub(crate) values: u64,
    /// Records whose value is not a key.
    pub(crate) orphans: u64,
    /// Orphans whose value is a key if case, accents, blanks and leading zeros are ignored.
    pub(crate) nearly: u64,
    /// One of these, if known.
    pub(crate) example: Option<String>,
    /// Records whose value has trailing blanks, which MySQL ignores, and one of these values.
    pub(crate) blanks: u64,
    pub(crate) blank_example: Option<String>,
    /// Keys that equal another one if case, accents, blanks and leading zeros are ignored.
    pub(crate) twins: u64,
    /// One of these, if known.
    pub(crate) twin: Option<String>,
}

enum Keys {
    Few {
        exact: Hashes,
        /// The folded forms of keys that differ from the key itself.
        alike: HashSet<u64, BuildHasherDefault<Identity>>,
        twins: u64,
        twin: Option<String>,
    },
    /// Keys and references sorted together by their folded form, keys first.
    Many(Sorter),
}

/// The hash of a value, and the hash of its folded form.
#[derive(Default)]
struct Folded(String);

impl Folded {
    fn hashes(&mut self, value: &str) -> (u128, u128) {
        let exact = xxh3_128(value.as_bytes());
        self.0.clear();
        push_id(&mut self.0, value);
        let alike = if self.0 == value { exact } else { xxh3_128(self.0.as_bytes()) };
        (exact, alike)
    }
}

impl Parents {
    pub(crate) fn new(reader: ColumnReader, rows: u64, folder: &Path, budget: usize) -> Self {
        let keys = if rows <= PARENTS {
            Keys::Few { exact: Hashes::default(), alike: HashSet::default(), twins: 0, twin: None }
        } else {
            Keys::Many(Sorter::new(folder, budget))
        };
        Self { reader, keys, folded: Folded::default() }
    }

    /// Counts what does not refer to these keys.
    pub(crate) fn orphans(self, reader: ColumnReader) -> Orphans {
        let (keys, folded) = (self.keys, self.folded);
        Orphans { reader, keys, folded, found: Referred::default(), waiting: Vec::new() }
    }

    /// What is found about the keys alone.
    pub(crate) fn finish(self) -> Result<Referred, Failure> {
        self.keys.finish(Referred::default())
    }
}

impl Observer for Parents {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            let Some(value) = self.reader.value(batch, row)? else { continue };
            let (hash, fold) = self.folded.hashes(value);
            match &mut self.keys {
                Keys::Few { exact, alike, twins, twin } => {
                    // Numbers and plain ids are their own folded form and stored once.
                    let is_new = exact.insert(hash);
                    let known =
                        alike.contains(&half(fold)) || (hash != fold && exact.contains(&fold));
                    if is_new && known {
                        *twins += 1;
                        twin.get_or_insert_with(|| value.to_owned());
                    }
                    if hash != fold {
                        alike.insert(half(fold));
                    }
                }
                Keys::Many(sorter) => push_many(sorter, 0, hash, fold)?,
            }
        }
        Ok(())
    }
}

impl Orphans {
    /// What was found.
    pub(crate) fn finish(self) -> Result<Referred, Failure> {
        self.keys.finish(self.found)
    }
}

impl Observer for Orphans {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let found = &mut self.found;
        for row in 0..batch.len() {
            let (value, blanks) = self.reader.value_and_blanks(batch, row)?;
            let Some(value) = value else { continue };
            found.values += 1;
            if blanks > 0 {
                found.blanks += 1;
                let with_blank = || format!("{value} ");
                found.blank_example.get_or_insert_with(with_blank);
            }
            match &mut self.keys {
                Keys::Few { .. } => self.waiting.push((row, xxh3_128(value.as_bytes()))),
                Keys::Many(sorter) => {
                    let (hash, fold) = self.folded.hashes(value);
                    push_many(sorter, 1, hash, fold)?;
                }
            }
        }
        let Keys::Few { exact, alike, .. } = &self.keys else { return Ok(()) };
        // One after the other, so that the processor can wait for several places in memory at once.
        self.waiting.retain(|(_, hash)| !exact.contains(hash));
        found.orphans += self.waiting.len() as u64;
        for (row, _) in self.waiting.drain(..) {
            let Some(value) = self.reader.value(batch, row)? else { continue };
            let fold = self.folded.hashes(value).1;
            if alike.contains(&half(fold)) || exact.contains(&fold) {
                found.nearly += 1;
                found.example.get_or_insert_with(|| value.to_owned());
            }
        }
        Ok(())
    }
}

impl Keys {
    fn finish(self, mut found: Referred) -> Result<Referred, Failure> {
        let sorter = match self {
            Self::Few { twins, twin, .. } => {
                (found.twins, found.twin) = (twins, twin);
                return Ok(found);
            }
            Self::Many(sorter) => sorter,
        };
        let mut sorted = sorter.finish()?;
        let mut fold = Vec::new();
        let mut keys: Vec<Vec<u8>> = Vec::new();
        while let Some((next, value)) = sorted.next()? {
            if fold != next {
                fold = next.to_vec();
                keys.clear();
            }
            let Some((side, hash)) = value.split_first() else { continue };
            let known = keys.iter().any(|key| key == hash);
            if *side == 0 {
                if !known {
                    found.twins += u64::from(!keys.is_empty());
                    keys.push(hash.to_vec());
                }
            } else if !known {
                found.orphans += 1;
                found.nearly += u64::from(!keys.is_empty());
            }
        }
        Ok(found)
    }
}

/// Adds a value by its folded form: whether it is a key or a reference and, if it differs from its
/// folded form, its hash.
fn push_many(sorter: &mut Sorter, side: u8, hash: u128, fold: u128) -> Result<(), Failure> {
    if hash == fold {
        return push(sorter, fold, &[side]);
    }
    let mut value = [side; 17];
    value[1..].copy_from_slice(&hash.to_be_bytes());
    push(sorter, fold, &value)
}

fn half(hash: u128) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
    let half = hash as u64;
    half
}
