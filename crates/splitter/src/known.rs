//! Counts the records of a foreign key whose value its table lacks, where the plan says that there
//! are none: by the hashes of the values that are there, in memory.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, ColumnConverter};
use ecom_core::checksum::Tally;
use ecom_core::plan::{ForeignKey, Table};
use ecom_core::record::{Next, Record};

use crate::part::PartFile;

/// More values than that are not held; about 20 MiB.
pub(crate) const MOST: u64 = 1_000_000;

/// The values that a foreign key may have.
pub(crate) struct Known<'a> {
    pub(crate) key: &'a ForeignKey,
    column: usize,
    values: HashSet<u64, BuildHasherDefault<AsItIs>>,
    /// Records whose value is not there.
    pub(crate) orphans: u64,
}

/// What is hashed is a hash already.
#[derive(Default)]
struct AsItIs(u64);

impl<'a> Known<'a> {
    /// For a foreign key of `table`; `parent` is the file of the table that it refers to.
    pub(crate) fn new(
        table: &Table,
        key: &'a ForeignKey,
        parent: &mut PartFile<'_>,
    ) -> Result<Self, Failure> {
        let target = parent.table().position(&key.references);
        let (Some(column), Some(target)) = (table.position(&key.column), target) else {
            let problem = format!("{}.{} refers to nothing", table.name, key.column);
            return Err(Failure::refused(problem));
        };
        let mut known = Self { key, column, values: HashSet::default(), orphans: 0 };
        each_value(parent, target, &mut |value| {
            known.values.insert(hash(value));
            Ok(())
        })?;
        Ok(known)
    }

    /// Sees a record.
    pub(crate) fn see(&mut self, canonical: &Canonical) {
        let value = canonical.value(self.column);
        self.orphans += u64::from(value.is_some_and(|value| !self.values.contains(&hash(value))));
    }
}

/// Shows the values of one column of a file that was written, in canonical form.
pub(crate) fn each_value(
    file: &mut PartFile<'_>,
    column: usize,
    see: &mut dyn FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let converter = ColumnConverter::of(&file.table().columns[column]).nullable();
    let mut reader = file.reader()?;
    let (mut record, mut value) = (Record::new(), Canonical::new());
    while let Next::Record = reader.read(&mut record)? {
        value.clear();
        // It was converted before it was written.
        let _ = converter.convert(record.value(column), &mut value);
        if let Some(text) = (!value.is_empty()).then(|| value.value(0)).flatten() {
            see(text)?;
        }
    }
    Ok(())
}

/// MySQL compares text with trailing spaces ignored.
fn hash(value: &str) -> u64 {
    let mut tally = Tally::default();
    tally.add(value.trim_end_matches(' ').as_bytes());
    tally.checksum.0
}

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
