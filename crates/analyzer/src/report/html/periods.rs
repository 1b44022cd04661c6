//! Records of each hour, combined into as many periods as a chart has room for.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::distribution::day;

/// The length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PeriodUnit {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
}

/// Consecutive periods without a gap.
pub(super) struct Periods {
    pub(super) unit: PeriodUnit,
    first: i64,
    pub(super) bars: Vec<Bar>,
}

/// The records of one period, and how many of them are on the day of the cut or later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) count: u64,
    pub(super) realtime: u64,
}

impl Periods {
    /// At most `most` periods of the same length; records on the day `cut` or later are counted
    /// separately.
    pub(super) fn of(
        hours: &BTreeMap<i64, u64>,
        most: usize,
        cut: Option<NaiveDate>,
    ) -> Option<Self> {
        let (least, greatest) = (*hours.first_key_value()?.0, *hours.last_key_value()?.0);
        let number = |unit: PeriodUnit| {
            let (first, last) = (unit.number(least)?, unit.number(greatest)?);
            let count = usize::try_from(last - first + 1).ok()?;
            (count <= most).then_some((unit, first, count))
        };
        let (unit, first, count) = PeriodUnit::ALL.into_iter().find_map(number)?;
        let mut bars = vec![Bar::default(); count];
        for (hour, count) in hours {
            let index = usize::try_from(unit.number(*hour)? - first).ok()?;
            bars[index].count += count;
            if cut.is_some_and(|cut| day(*hour).is_some_and(|day| day >= cut)) {
                bars[index].realtime += count;
            }
        }
        Some(Self { unit, first, bars })
    }

    /// The name of a period, or the day on which it begins.
    pub(super) fn name(&self, bar: usize) -> String {
        self.unit.name(self.first + as_number(bar))
    }

    /// The position of a day, in bars from the beginning of the first one.
    pub(super) fn position(&self, day: NaiveDate) -> Option<f64> {
        let hour = hour_of(day);
        let number = self.unit.number(hour)?;
        let (begin, next) = (self.unit.begin(number)?, self.unit.begin(number + 1)?);
        let inside = (hour - begin) as f64 / (next - begin) as f64;
        Some((number - self.first) as f64 + inside)
    }

    /// The bars that are labeled on the axis: those with which a month, a year or a day begins.
    pub(super) fn ticks(&self, most: usize) -> Vec<(usize, String)> {
        let outer = self.unit.outer();
        let named = |bar: usize| {
            let begin = self.unit.begin(self.first + as_number(bar))?;
            let (own, before) = (outer.number(begin)?, outer.number(begin - 1)?);
            // A week belongs to the month of its last day.
            let last = self.unit.begin(self.first + as_number(bar) + 1)? - 1;
            let own = if self.unit == PeriodUnit::Week { outer.number(last)? } else { own };
            let is_last = bar + 1 == self.bars.len() && bar > 0;
            (own != before && !is_last).then(|| (bar, outer.name(own)))
        };
        let mut ticks: Vec<_> = (0..self.bars.len()).filter_map(named).collect();
        if ticks.len() < 2 {
            ticks = (0..self.bars.len()).map(|bar| (bar, self.name(bar))).collect();
        }
        let each = ticks.len().div_ceil(most).max(1);
        ticks.into_iter().step_by(each).collect()
    }
}

impl PeriodUnit {
    const ALL: [Self; 8] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::Decade,
        Self::Century,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Decade => "decade",
            Self::Century => "century",
        }
    }

    /// What the axis of a chart of such periods labels.
    fn outer(self) -> Self {
        match self {
            Self::Hour => Self::Day,
            Self::Day | Self::Week => Self::Month,
            _ => Self::Year,
        }
    }

    /// The number of the period that contains an hour.
    fn number(self, hour: i64) -> Option<i64> {
        let days = hour.div_euclid(24);
        let date = || day(hour);
        Some(match self {
            Self::Hour => hour,
            Self::Day => days,
            // The first day of 1970 was a Thursday.
            Self::Week => (days + 3).div_euclid(7),
            Self::Month => i64::from(date()?.year()) * 12 + i64::from(date()?.month0()),
            Self::Quarter => i64::from(date()?.year()) * 4 + i64::from(date()?.month0() / 3),
            Self::Year => i64::from(date()?.year()),
            Self::Decade => i64::from(date()?.year()).div_euclid(10),
            Self::Century => i64::from(date()?.year()).div_euclid(100),
        })
    }

    /// The first hour of a period.
    fn begin(self, number: i64) -> Option<i64> {
        let of_month = |number: i64| {
            let year = i32::try_from(number.div_euclid(12)).ok()?;
            let month = u32::try_from(number.rem_euclid(12)).ok()?;
            NaiveDate::from_ymd_opt(year, month + 1, 1).map(hour_of)
        };
        match self {
            Self::Hour => Some(number),
            Self::Day => Some(number * 24),
            Self::Week => Some((number * 7 - 3) * 24),
            Self::Month => of_month(number),
            Self::Quarter => of_month(number * 3),
            Self::Year => of_month(number * 12),
            Self::Decade => of_month(number * 120),
            Self::Century => of_month(number * 1200),
        }
    }

    fn name(self, number: i64) -> String {
        let begin = || self.begin(number).and_then(day).unwrap_or_default();
        match self {
            Self::Hour => format!("{} {:02}:00", begin(), number.rem_euclid(24)),
            Self::Day => begin().to_string(),
            Self::Week => format!("week of {}", begin()),
            Self::Month => begin().format("%Y-%m").to_string(),
            Self::Quarter => format!("{} Q{}", number.div_euclid(4), number.rem_euclid(4) + 1),
            Self::Year => number.to_string(),
            Self::Decade => format!("{number}0s"),
            Self::Century => format!("{number}00 to {number}99"),
        }
    }
}

/// The first hour of a day, counted from 1970.
pub(super) fn hour_of(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp().div_euclid(3600)
}

fn as_number(bar: usize) -> i64 {
    i64::try_from(bar).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn periods(days: &[(&str, u64)], most: usize, cut: Option<&str>) -> Periods {
        let hours = days.iter().map(|(day, count)| (hour_of(date(day)) + 13, *count)).collect();
        Periods::of(&hours, most, cut.map(date)).unwrap()
    }

    #[test]
    fn periods_are_as_short_as_there_is_room() {
        for (last, unit, first) in [
            ("2024-01-02", PeriodUnit::Hour, "2024-01-01 13:00"),
            ("2024-01-31", PeriodUnit::Day, "2024-01-01"),
            ("2024-06-30", PeriodUnit::Week, "week of 2024-01-01"),
            ("2026-06-30", PeriodUnit::Month, "2024-01"),
            ("2032-06-30", PeriodUnit::Quarter, "2024 Q1"),
            ("2060-06-30", PeriodUnit::Year, "2024"),
        ] {
            let found = periods(&[("2024-01-01", 1), (last, 1)], 40, None);
            assert_eq!((found.unit, found.name(0).as_str()), (unit, first), "{last}");
        }
    }

    #[test]
    fn days_without_records_are_bars_too_and_the_cut_divides_a_bar() {
        let days = [("2024-01-01", 2), ("2024-01-17", 3), ("2024-01-19", 4)];
        let found = periods(&days, 3, Some("2024-01-18"));
        assert_eq!(found.unit, PeriodUnit::Week);
        let bars: Vec<_> = found.bars.iter().map(|bar| (bar.count, bar.realtime)).collect();
        assert_eq!(bars, [(2, 0), (0, 0), (7, 4)]);
        let position = found.position(date("2024-01-18")).unwrap();
        assert!((position - 2.0 - 3.0 / 7.0).abs() < 1e-9, "{position}");
    }

    #[test]
    fn the_axis_labels_where_months_and_years_begin() {
        let found = periods(&[("2023-11-20", 1), ("2024-02-10", 1)], 30, None);
        let names: Vec<_> = found.ticks(8).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["2023-12", "2024-01", "2024-02"]);
        let found = periods(&[("2022-03-20", 1), ("2024-02-10", 1)], 30, None);
        let names: Vec<_> = found.ticks(8).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["2023", "2024"]);
    }
}
