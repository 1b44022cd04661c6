//! The cut between the historical and the real-time part.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// The number of records of each day. Memory grows with the days, not with the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    days: BTreeMap<NaiveDate, u64>,
    without: u64,
}

/// A cut between two days, and the number of records on its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayCut {
    /// The first day of the real-time part.
    pub day: NaiveDate,
    /// Records before it, and those without a date.
    pub historical: u64,
    /// Records on this day and after it.
    pub realtime: u64,
}

impl Days {
    /// Counts one record; `None` is a record without a date, which is historical.
    pub fn add(&mut self, day: Option<NaiveDate>) {
        self.add_several(day, 1);
    }

    /// Counts several records of one day.
    pub fn add_several(&mut self, day: Option<NaiveDate>, count: u64) {
        match day {
            Some(day) => *self.days.entry(day).or_default() += count,
            None => self.without += count,
        }
    }

    /// The days with records in order, each with its number of records.
    pub fn counts(&self) -> impl Iterator<Item = (NaiveDate, u64)> + '_ {
        self.days.iter().map(|(day, count)| (*day, *count))
    }

    /// The cut whose historical part has the share of records nearest to `ratio`; of two equally near
    /// cuts, the earlier one. `None` without any date.
    #[must_use]
    pub fn cut(&self, ratio: f64) -> Option<DayCut> {
        let total = self.without + self.days.values().sum::<u64>();
        let wanted = ratio * total as f64;
        let mut before = self.without;
        let mut best: Option<(f64, DayCut)> = None;
        let after_last = self.days.last_key_value()?.0.succ_opt();
        let days = self.days.iter().map(|(day, count)| (*day, *count));
        for (day, count) in days.chain(after_last.map(|day| (day, 0))) {
            let distance = (before as f64 - wanted).abs();
            if best.is_none_or(|(nearest, _)| distance < nearest) {
                let cut = DayCut { day, historical: before, realtime: total - before };
                best = Some((distance, cut));
            }
            before += count;
        }
        best.map(|(_, cut)| cut)
    }

    /// The first and the last day with records, before `day` and from it on.
    #[must_use]
    pub fn ranges(&self, day: NaiveDate) -> [Option<(NaiveDate, NaiveDate)>; 2] {
        let range = |mut days: std::collections::btree_map::Range<'_, NaiveDate, u64>| {
            let first = *days.next()?.0;
            Some((first, days.next_back().map_or(first, |(last, _)| *last)))
        };
        [range(self.days.range(..day)), range(self.days.range(day..))]
    }
}

/// The number of records in the historical part of a cut by rows.
#[must_use]
pub fn rows(total: u64, ratio: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ ratio ≤ 1")]
    let historical = (total as f64 * ratio).round() as u64;
    historical.min(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, number).unwrap()
    }

    fn days(counts: &[(u32, u64)]) -> Days {
        let mut days = Days::default();
        for &(number, count) in counts {
            (0..count).for_each(|_| days.add(Some(day(number))));
        }
        days
    }

    #[test]
    fn one_record_a_day_is_cut_exactly() {
        let days = days(&(1..=10).map(|number| (number, 1)).collect::<Vec<_>>());
        let cut = DayCut { day: day(8), historical: 7, realtime: 3 };
        assert_eq!(days.cut(0.7), Some(cut));
        assert_eq!(days.ranges(day(8)), [Some((day(1), day(7))), Some((day(8), day(10)))]);
        assert_eq!(days.ranges(day(11)), [Some((day(1), day(10))), None]);
        assert_eq!(days.counts().nth(9), Some((day(10), 1)));
    }

    #[test]
    fn records_of_one_day_stay_together() {
        assert_eq!(days(&[(1, 5), (2, 5)]).cut(0.7).map(|cut| cut.historical), Some(5));
        assert_eq!(days(&[(3, 9)]).cut(0.7).map(|cut| cut.historical), Some(9));
    }

    #[test]
    fn records_without_a_date_are_historical() {
        let mut days = days(&[(1, 1), (2, 1)]);
        days.add(None);
        let cut = days.cut(0.7).unwrap();
        assert_eq!((cut.historical, cut.realtime), (2, 1));
        assert_eq!(Days::default().cut(0.7), None);
    }

    #[test]
    fn rows_are_rounded() {
        assert_eq!(rows(240, 0.7), 168);
        assert_eq!(rows(3, 1.0), 3);
        assert_eq!(rows(0, 0.7), 0);
    }
}
