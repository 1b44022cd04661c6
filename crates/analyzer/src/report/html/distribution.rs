//! How the numbers and times of a file are distributed. Only the page needs this, so only the page
//! reads the files again.
//!
//! The first pass found the smallest and greatest number of each column, so the bins are known
//! before the second pass begins. Memory: 32 KiB for a column of numbers, and an entry for each
//! hour of a column of times.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use ecom_core::Failure;
use ecom_core::plan::{Column, SqlType};

use crate::profile::file::FileProfile;
use crate::profile::observe::{Context, observe};
use crate::prove::column_reader::ColumnReader;
use crate::read::batch::{Observer, RecordBatch};
use crate::table::draft::planned;
use crate::value::column::{ColumnKind, ColumnProfile};

/// The most bins for numbers; a chart combines several.
const BINS: f64 = 4000.0;
const HOUR: i64 = 3600;

/// How the values of a column are distributed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Distribution {
    Numbers(Bins),
    /// Number of records in each hour, counted from 1970; a date counts in its first hour.
    Times(BTreeMap<i64, u64>),
}

/// Numbers, counted in bins of the same width.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bins {
    /// Where the first bin begins.
    pub(crate) start: f64,
    pub(crate) width: f64,
    pub(crate) counts: Vec<u64>,
    /// True if each bin is one whole number.
    pub(crate) whole: bool,
}

/// Counts the values of one column.
struct DistributionCounter {
    reader: ColumnReader,
    found: Distribution,
}

/// The distribution of each column of a file; `None` for text, whose most frequent values are
/// known.
pub(crate) fn distributions(
    file: &FileProfile,
    context: &Context<'_>,
) -> Result<Vec<Option<Distribution>>, Failure> {
    let columns = file.columns.iter().enumerate();
    let mut counters: Vec<_> =
        columns.map(|(index, column)| DistributionCounter::new(index, column)).collect();
    let observers: Vec<_> =
        counters.iter_mut().flatten().map(|counter| counter as &mut dyn Observer).collect();
    if !observers.is_empty() {
        observe(file, observers, "drawing", context)?;
    }
    Ok(counters.into_iter().map(|counter| counter.map(|counter| counter.found)).collect())
}

impl DistributionCounter {
    fn new(index: usize, column: &ColumnProfile) -> Option<Self> {
        if column.values == 0 || !matches!(column.kind, ColumnKind::Known { .. }) {
            return None;
        }
        let planned = planned(column, String::new(), None);
        let found = match planned.sql_type {
            sql_type if sql_type.is_number() => Distribution::Numbers(Bins::of(column, &planned)?),
            sql_type if sql_type.is_time() => Distribution::Times(BTreeMap::new()),
            _ => return None,
        };
        Some(Self { reader: ColumnReader::new(index, &planned), found })
    }
}

impl Observer for DistributionCounter {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            let Some(text) = self.reader.value(batch, row)? else { continue };
            match &mut self.found {
                Distribution::Numbers(bins) => bins.add(text),
                Distribution::Times(hours) => {
                    if let Some(hour) = hour(text) {
                        *hours.entry(hour).or_default() += 1;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Bins {
    fn of(column: &ColumnProfile, planned: &Column) -> Option<Self> {
        let number = |text: &Option<String>| number(text.as_deref()?, planned);
        let (least, greatest) = (number(&column.minimum)?, number(&column.maximum)?);
        let is_whole = matches!(planned.sql_type, SqlType::Int | SqlType::BigInt);
        // A power of ten, so that bars of 2, 20 or 50 consist of whole bins.
        let mut width = 10_f64.powf(((greatest - least) / BINS).log10().ceil());
        if is_whole || !width.is_normal() {
            width = width.max(1.0);
        }
        let start = (least / width).floor() * width;
        let count = bin(greatest - start, width) + 1;
        let whole = is_whole && width.to_bits() == 1.0_f64.to_bits();
        Some(Self { start, width, counts: vec![0; count], whole })
    }

    fn add(&mut self, text: &str) {
        let Ok(value) = text.parse::<f64>() else { return };
        let last = self.counts.len() - 1;
        self.counts[bin(value - self.start, self.width).min(last)] += 1;
    }
}

/// The index of the bin at that distance from the beginning of the first one.
fn bin(distance: f64, width: f64) -> usize {
    // A value on the edge belongs to the bin that begins there, in spite of rounding.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most BINS")]
    let bin = ((distance / width) * (1.0 + 4.0 * f64::EPSILON)).clamp(0.0, 2.0 * BINS) as usize;
    bin
}

/// The next of 1, 2, 5, 10, 20, 50 and so on; 1 if the width is not positive.
pub(crate) fn nice(width: f64) -> f64 {
    if width <= 0.0 || !width.is_finite() {
        return 1.0;
    }
    let power = 10_f64.powf(width.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= width);
    factor.unwrap_or(10.0) * power
}

/// A number of the profile, either as it is in the file or in plain form.
fn number(text: &str, planned: &Column) -> Option<f64> {
    let mut canonical = ecom_core::canonical::Canonical::new();
    let converter =
        ecom_core::convert::ColumnConverter::new(planned.sql_type, true, planned.format.as_deref());
    let converted = converter.convert(Some(text), &mut canonical).ok();
    let plain = converted.and_then(|()| canonical.value(0)).unwrap_or(text);
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Hours from 1970 to a date or time in canonical form.
fn hour(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let day = NaiveDate::from_ymd_opt(year, part(5, 7)?, part(8, 10)?)?;
    let time = NaiveTime::from_hms_opt(part(11, 13).unwrap_or(0), 0, 0)?;
    Some(NaiveDateTime::new(day, time).and_utc().timestamp().div_euclid(HOUR))
}

/// The day of that hour.
pub(crate) fn day(hour: i64) -> Option<NaiveDate> {
    chrono::DateTime::from_timestamp(hour.checked_mul(HOUR)?, 0).map(|time| time.date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_width_is_a_round_number() {
        for (width, wanted) in [(0.0, 1.0), (0.003, 0.005), (1.0, 1.0), (1.2, 2.0), (730.0, 1000.0)]
        {
            assert!((nice(width) - wanted).abs() < wanted * 1e-9, "{width}: {}", nice(width));
        }
    }

    #[test]
    fn a_value_on_a_border_belongs_to_the_bin_that_begins_there() {
        for value in 0..1000_u32 {
            let wanted = value as usize;
            assert_eq!(bin(f64::from(value) * 0.1, 0.1), wanted, "{value}");
        }
    }

    #[test]
    fn hours_are_counted_from_1970() {
        assert_eq!((hour("1970-01-02"), hour("1970-01-01 05:59:59")), (Some(24), Some(5)));
        assert_eq!((hour("1969-12-31 23:30:00.5"), hour("no time")), (Some(-1), None));
        assert_eq!(day(-1), NaiveDate::from_ymd_opt(1969, 12, 31));
    }
}
