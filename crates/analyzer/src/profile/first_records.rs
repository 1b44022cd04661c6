//! The first records of a file.

use ecom_core::Failure;

use crate::read::batch::{Observer, RecordBatch};

/// Keeps the first records as they are in the file, to be shown.
pub(super) struct FirstRecords {
    most: usize,
    /// The values of each record, `None` for NULL.
    pub(super) records: Vec<Vec<Option<String>>>,
}

impl FirstRecords {
    /// Keeps at most `most` records.
    pub(super) fn new(most: usize) -> Self {
        Self { most, records: Vec::new() }
    }
}

impl Observer for FirstRecords {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len().min(self.most - self.records.len()) {
            let values = (0..batch.width()).map(|column| batch.value(row, column));
            self.records.push(values.map(|value| value.map(str::to_owned)).collect());
        }
        Ok(())
    }
}
