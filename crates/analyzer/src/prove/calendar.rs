//! How many records each day has.

use chrono::{NaiveDate, NaiveDateTime};
use ecom_core::Failure;
use ecom_core::cut::Days;

use crate::read::batch::{Observer, RecordBatch};
use crate::time::times::moment_reader;

/// Reads a moment from its text.
type ReadMoment = Box<dyn Fn(&str) -> Option<NaiveDateTime> + Send>;

/// Counts the records of each day, and the range of days of the first records and of the others.
pub(crate) struct Calendar {
    index: usize,
    read: ReadMoment,
    historical: u64,
    pub(crate) days: Days,
    /// Range of days of the first `historical` records in file order, and of the others.
    pub(crate) by_rows: [Option<(NaiveDate, NaiveDate)>; 2],
}

impl Calendar {
    /// For the event time at `index`; the first `historical` records are the historical part if
    /// records are cut by rows.
    pub(crate) fn new(index: usize, format: &str, historical: u64) -> Self {
        let read = Box::new(moment_reader(format));
        Self { index, read, historical, days: Days::default(), by_rows: [None; 2] }
    }
}

impl Observer for Calendar {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            let value = batch.value(row, self.index).map(|text| text.trim_matches([' ', '\t']));
            let day = value.and_then(&self.read).map(|moment| moment.date());
            self.days.add(day);
            if let Some(day) = day {
                // If records are cut by rows, the file order decides, not the day.
                let side = usize::from(batch.number(row) > self.historical);
                let range = self.by_rows[side].get_or_insert((day, day));
                *range = (range.0.min(day), range.1.max(day));
            }
        }
        Ok(())
    }
}
