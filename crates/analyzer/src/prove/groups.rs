//! What a table of the distinct values of some columns contains.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::column_reader::ColumnReader;
use crate::count::hashes::{Hashes, push};
use crate::read::batch::{Observer, RecordBatch};

/// How many combinations of values are remembered.
const REMEMBERED: usize = 1 << 18;

/// Counts the records of a table of the distinct values of some columns.
pub(crate) struct Groups {
    key: ColumnReader,
    attributes: Vec<ColumnReader>,
    remembered: Hashes,
    sorter: Sorter,
    values: Vec<u8>,
}

/// What a derived table contains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupCounts {
    /// Its records.
    pub(crate) rows: u64,
    /// For each attribute the number of records for which the source has more than one value.
    pub(crate) several: Vec<u64>,
    /// For each attribute the number of records for which the source has no value.
    pub(crate) none: Vec<u64>,
}

impl Groups {
    pub(crate) fn new(
        key: ColumnReader,
        attributes: Vec<ColumnReader>,
        folder: &Path,
        budget: usize,
    ) -> Self {
        Self {
            key,
            attributes,
            remembered: Hashes::default(),
            sorter: Sorter::new(folder, budget),
            values: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Result<GroupCounts, Failure> {
        let width = self.attributes.len();
        let mut counts = GroupCounts { rows: 0, several: vec![0; width], none: vec![0; width] };
        let mut group: Option<([u8; 16], Vec<Attribute>)> = None;
        let mut sorted = self.sorter.finish()?;
        while let Some((key, values)) = sorted.next()? {
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
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            let Some(key) = self.key.value(batch, row)? else { continue };
            let key = xxh3_128(key.as_bytes());
            self.values.clear();
            for attribute in &mut self.attributes {
                let value = attribute.value(batch, row)?.filter(|text| !text.is_empty());
                // Zero means no value; no hash is zero.
                let hash = value.map_or(0, |text| xxh3_64(text.as_bytes()).max(1));
                self.values.extend_from_slice(&hash.to_le_bytes());
            }
            // Rotated, so that two equal hashes do not cancel each other out.
            let whole = xxh3_128(&self.values) ^ key.rotate_left(1);
            // Forgetting is harmless: the combination is only sorted once more.
            if self.remembered.len() >= REMEMBERED {
                self.remembered.clear();
            }
            if self.remembered.insert(whole) {
                push(&mut self.sorter, key, &self.values)?;
            }
        }
        Ok(())
    }
}

/// What is known about one attribute of one record of a derived table.
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
        for (index, attribute) in attributes.iter().enumerate() {
            self.several[index] += u64::from(*attribute == Attribute::Several);
            self.none[index] += u64::from(*attribute == Attribute::None);
        }
    }
}
