//! Records that occur unchanged in more than one file of a kind.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::sort::Sorter;
use xxhash_rust::xxh3::xxh3_128;

use crate::count::hashes::push;
use crate::read::batch::{Observer, RecordBatch};

/// Bytes of memory; the rest is sorted in an unnamed file.
const BUDGET: usize = 8 << 20;

/// Counts for each file the records that also occur in an earlier one.
pub(crate) struct Repeats {
    sorter: Sorter,
    record: Vec<u8>,
    files: usize,
}

impl Repeats {
    pub(crate) fn new(folder: &Path, files: usize) -> Self {
        let sorter = Sorter::new(folder, BUDGET);
        Self { sorter, record: Vec::new(), files }
    }

    /// How many records of each file also occur in an earlier one.
    pub(crate) fn finish(self) -> Result<Vec<u64>, Failure> {
        let mut sorted = self.sorter.finish()?;
        let mut counts = vec![0; self.files];
        // The sorter keeps equal records in the order of their files.
        let mut first: Option<([u8; 16], [u8; 4])> = None;
        while let Some((key, file)) = sorted.next()? {
            let (Ok(key), Ok(file)) = (key.try_into(), file.try_into()) else { continue };
            match first {
                Some((known, earliest)) if known == key => {
                    let index = u32::from_be_bytes(file) as usize;
                    counts[index] += u64::from(file != earliest);
                }
                _ => first = Some((key, file)),
            }
        }
        Ok(counts)
    }
}

impl Observer for Repeats {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        let file = u32::try_from(batch.part()).unwrap_or(u32::MAX).to_be_bytes();
        for row in 0..batch.len() {
            self.record.clear();
            for column in 0..batch.width() {
                let value = batch.value(row, column);
                // NULL differs from an empty text, and each value is separated from the next.
                self.record.push(u8::from(value.is_some()));
                self.record.extend_from_slice(value.unwrap_or_default().as_bytes());
                self.record.push(0);
            }
            push(&mut self.sorter, xxh3_128(&self.record), &file)?;
        }
        Ok(())
    }
}
