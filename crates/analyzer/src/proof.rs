//! What takes a second look at every record: that a key is unique, that a reference leads
//! somewhere, how many records each day has, what a derived table holds.
//!
//! Values are compared by a 128-bit hash of their canonical form without trailing spaces, which
//! MySQL ignores. Different hashes prove different values, so a key found unique is unique.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime};
use ecom_core::Failure;
use ecom_core::canonical::{Canonical, ColumnConverter};
use ecom_core::cut::Days;
use ecom_core::exit::io_failure;
use ecom_core::plan::Column;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use crate::batch::{Batch, Observer};
use crate::counts::Identity;
use crate::times::moment_reader;

/// Keys of a table referred to that are kept in memory at most.
const PARENTS: usize = 500_000;
/// Combinations of values that a derived table remembers to have seen.
const REMEMBERED: usize = 1 << 18;

type Hashes = HashSet<u128, BuildHasherDefault<Identity>>;

/// One column of a file, read as a plan's column.
pub(crate) struct Reading {
    place: usize,
    converter: ColumnConverter,
    canonical: Canonical,
}

impl Reading {
    /// The file's column at `place` as `column`.
    pub(crate) fn new(place: usize, column: &Column) -> Self {
        let converter = ColumnConverter::new(column.sql_type, true, column.format.as_deref());
        Self { place, converter, canonical: Canonical::new() }
    }

    /// The value's canonical form without trailing spaces; `None` for NULL.
    fn value(&mut self, batch: &Batch, row: usize) -> Result<Option<&str>, Failure> {
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
    folder: std::path::PathBuf,
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
        folder: std::path::PathBuf,
    },
}

impl Parents {
    pub(crate) fn new(reading: Reading, rows: u64, folder: &Path, budget: usize) -> Self {
        let keys = if rows <= PARENTS as u64 {
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

/// Reads a moment from its text.
type Read = Box<dyn Fn(&str) -> Option<NaiveDateTime> + Send>;

/// Counts the records of each day, and the times of the first records and of the others.
pub(crate) struct Calendar {
    place: usize,
    read: Read,
    historical: u64,
    pub(crate) days: Days,
    /// Days of the first `historical` records in file order, and of the others.
    pub(crate) by_rows: [Option<(NaiveDate, NaiveDate)>; 2],
}

impl Calendar {
    /// For the event time at `place`; `historical` records come first when records are cut by rows.
    pub(crate) fn new(place: usize, format: &str, historical: u64) -> Self {
        let read = Box::new(moment_reader(format));
        Self { place, read, historical, days: Days::default(), by_rows: [None; 2] }
    }
}

impl Observer for Calendar {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            let value = batch.value(row, self.place).map(|text| text.trim_matches([' ', '\t']));
            let day = value.and_then(&self.read).map(|moment| moment.date());
            self.days.add(day);
            if let Some(day) = day {
                let side = usize::from(batch.number(row) > self.historical);
                let range = self.by_rows[side].get_or_insert((day, day));
                *range = (range.0.min(day), range.1.max(day));
            }
        }
        Ok(())
    }
}

/// Counts the records of a table that is made of the distinct values of some columns.
pub(crate) struct Groups {
    key: Reading,
    attributes: Vec<Reading>,
    remembered: Hashes,
    sorter: Sorter,
    folder: std::path::PathBuf,
    values: Vec<u8>,
}

/// What a derived table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupCounts {
    /// Its records.
    pub(crate) rows: u64,
    /// For each attribute the records for which the source has more than one value.
    pub(crate) several: Vec<u64>,
    /// For each attribute the records for which the source has none.
    pub(crate) none: Vec<u64>,
}

impl Groups {
    pub(crate) fn new(
        key: Reading,
        attributes: Vec<Reading>,
        folder: &Path,
        budget: usize,
    ) -> Self {
        Self {
            key,
            attributes,
            remembered: Hashes::default(),
            sorter: Sorter::new(folder, budget),
            folder: folder.to_owned(),
            values: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Result<GroupCounts, Failure> {
        let failure = |error| io_failure("sort in", &self.folder, error);
        let width = self.attributes.len();
        let mut counts = GroupCounts { rows: 0, several: vec![0; width], none: vec![0; width] };
        let mut group: Option<([u8; 16], Vec<Attribute>)> = None;
        let mut sorted = self.sorter.finish().map_err(failure)?;
        while let Some((key, values)) = sorted.next().map_err(failure)? {
            let key: [u8; 16] = key.try_into().unwrap_or_default();
            if group.as_ref().is_none_or(|(previous, _)| *previous != key) {
                if let Some((_, attributes)) = group.take() {
                    counts.add(&attributes);
                }
                group = Some((key, vec![Attribute::None; width]));
            }
            let Some((_, attributes)) = &mut group else { continue };
            for (attribute, value) in attributes.iter_mut().zip(values.chunks_exact(8)) {
                attribute.observe(u64::from_le_bytes(value.try_into().unwrap_or_default()));
            }
        }
        if let Some((_, attributes)) = group {
            counts.add(&attributes);
        }
        Ok(counts)
    }
}

impl Observer for Groups {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            let Some(key) = self.key.value(batch, row)? else { continue };
            let key = xxh3_128(key.as_bytes());
            self.values.clear();
            for attribute in &mut self.attributes {
                let value = attribute.value(batch, row)?.filter(|text| !text.is_empty());
                // Zero says that there is no value; no hash is zero.
                let hash =
                    value.map_or(0, |text| xxhash_rust::xxh3::xxh3_64(text.as_bytes()).max(1));
                self.values.extend_from_slice(&hash.to_le_bytes());
            }
            let whole = xxh3_128(&self.values) ^ key.rotate_left(1);
            if self.remembered.len() >= REMEMBERED {
                self.remembered.clear();
            }
            if self.remembered.insert(whole) {
                push(&mut self.sorter, key, &self.values, &self.folder)?;
            }
        }
        Ok(())
    }
}

/// What is known of one attribute of one record of a derived table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    None,
    One(u64),
    Several,
}

impl Attribute {
    fn observe(&mut self, value: u64) {
        *self = match *self {
            found if value == 0 => found,
            Self::None => Self::One(value),
            Self::One(known) if known == value => Self::One(known),
            Self::One(_) | Self::Several => Self::Several,
        };
    }
}

impl GroupCounts {
    fn add(&mut self, attributes: &[Attribute]) {
        self.rows += 1;
        for (place, attribute) in attributes.iter().enumerate() {
            self.several[place] += u64::from(*attribute == Attribute::Several);
            self.none[place] += u64::from(*attribute == Attribute::None);
        }
    }
}

fn push(sorter: &mut Sorter, hash: u128, value: &[u8], folder: &Path) -> Result<(), Failure> {
    let pushed = sorter.push(&hash.to_be_bytes(), value);
    pushed.map_err(|error| io_failure("sort in", folder, error))
}
