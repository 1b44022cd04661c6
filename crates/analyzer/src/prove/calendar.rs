//! How many records each day has.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use chrono::{NaiveDate, NaiveDateTime};
use ecom_core::Failure;
use ecom_core::cut::Days;

use crate::count::hashes::Identity;
use crate::count::value_key::ValueKey;
use crate::read::batch::{Observer, RecordBatch};
use crate::time::form::reads_iso;
use crate::time::iso::IsoTimes;
use crate::time::times::moment_reader;

/// How many different texts of days are remembered, with the day that each means.
const REMEMBERED: usize = 1 << 12;

/// Reads a moment from its text.
type ReadMoment = Box<dyn Fn(&str) -> Option<NaiveDateTime> + Send>;

/// Counts the records of each day, and the range of days of the first records and of the others.
pub(crate) struct Calendar {
    index: usize,
    read: ReadMoment,
    historical: u64,
    /// What short texts mean, until [`Calendar::finish`].
    known: HashMap<ValueKey, KnownDay, BuildHasherDefault<Identity>>,
    /// If the values are ISO date-times: the last day, until another one follows.
    iso: Option<(IsoTimes, KnownDay)>,
    pub(crate) days: Days,
    /// Range of days of the first `historical` records in file order, and of the others.
    pub(crate) by_rows: [Option<(NaiveDate, NaiveDate)>; 2],
}

/// The day that a text means, and its records among the first `historical` ones and among the others.
#[derive(Default)]
struct KnownDay {
    day: Option<NaiveDate>,
    counts: [u64; 2],
}

impl Calendar {
    /// For the event time at `index`; the first `historical` records are the historical part if
    /// records are cut by rows.
    pub(crate) fn new(index: usize, format: &str, historical: u64) -> Self {
        let read = Box::new(moment_reader(format));
        let first = format.split(" | ").next().unwrap_or_default();
        Self {
            index,
            read,
            historical,
            known: HashMap::default(),
            iso: reads_iso(first).then(Default::default),
            days: Days::default(),
            by_rows: [None; 2],
        }
    }

    /// With the days of all records.
    pub(crate) fn finish(mut self) -> Self {
        let known = std::mem::take(&mut self.known).into_values();
        known.chain(self.iso.take().map(|(_, last)| last)).for_each(|known| self.add_known(&known));
        self
    }

    /// Counts a record with that text.
    fn observe_text(&mut self, text: &str, side: usize) {
        if let Some((iso, last)) = &mut self.iso
            && iso.is_known(text)
        {
            last.counts[side] += 1;
            return;
        }
        let key = ValueKey::of(text);
        if let Some(known) = self.known.get_mut(&key).filter(|_| key.is_short()) {
            known.counts[side] += 1;
            return;
        }
        let day = self.day(text);
        let mut known = KnownDay { day, counts: [0; 2] };
        known.counts[side] = 1;
        if key.is_short() && self.known.len() < REMEMBERED {
            self.known.insert(key, known);
        } else if let Some((iso, last)) = &mut self.iso
            && day.is_some()
            && iso.know(text)
        {
            let earlier = std::mem::replace(last, known);
            self.add_known(&earlier);
        } else {
            self.add_known(&known);
        }
    }

    fn day(&self, text: &str) -> Option<NaiveDate> {
        (self.read)(text.trim_matches([' ', '\t'])).map(|moment| moment.date())
    }

    fn add_known(&mut self, known: &KnownDay) {
        for (side, count) in known.counts.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            self.days.add_several(known.day, count);
            if let Some(day) = known.day {
                let range = self.by_rows[side].get_or_insert((day, day));
                *range = (range.0.min(day), range.1.max(day));
            }
        }
    }
}

impl Observer for Calendar {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            // If records are cut by rows, the file order decides, not the day.
            let side = usize::from(batch.number(row) > self.historical);
            match batch.value(row, self.index) {
                Some(text) => self.observe_text(text, side),
                None => self.days.add(None),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::batch::batch_of;

    #[test]
    fn days_are_counted_however_often_and_however_long_they_are_written() {
        let texts = [
            "2024-01-02 10:00:00",
            "2024-01-02 11:00:00",
            "2024-01-02",
            " 2024-01-02",
            "soon",
            "",
            "2024-01-01 10:00:00",
            "2024-01-01 25:00:00",
        ];
        let rows: Vec<_> = texts.iter().cycle().take(16).map(|text| vec![Some(*text)]).collect();
        for format in ["%Y-%m-%d %H:%M:%S | %Y-%m-%d", "%Y-%m-%d | %Y-%m-%d %H:%M:%S"] {
            let mut calendar = Calendar::new(0, format, 6);
            calendar.observe(&batch_of(&rows)).unwrap();
            calendar.observe(&batch_of(&[vec![None]])).unwrap();
            let calendar = calendar.finish();
            let day = |day| NaiveDate::from_ymd_opt(2024, 1, day).unwrap();
            let mut days = Days::default();
            days.add_several(Some(day(2)), 8);
            days.add_several(Some(day(1)), 2);
            days.add_several(None, 7);
            assert_eq!(calendar.days, days);
            assert_eq!(calendar.by_rows, [Some((day(2), day(2))), Some((day(1), day(2)))]);
        }
    }
}
