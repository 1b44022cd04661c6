//! Bare numbers that count time: since 1970, or as a spreadsheet counts days.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};

use super::reader::in_range;
use super::{Kind, Moment, micros};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Seconds,
    Milliseconds,
    Microseconds,
    /// Only whole microseconds are kept.
    Nanoseconds,
    ExcelDays,
}

/// The name in a plan, and the words for people.
const NAMES: [(Count, &str, &str); 5] = [
    (Count::Seconds, "epoch seconds", "seconds since 1970"),
    (Count::Milliseconds, "epoch milliseconds", "milliseconds since 1970"),
    (Count::Microseconds, "epoch microseconds", "microseconds since 1970"),
    (Count::Nanoseconds, "epoch nanoseconds", "nanoseconds since 1970"),
    (Count::ExcelDays, "excel days", "days since 1900, as Excel counts them"),
];

/// The range from 1990 to 2100 in each count.
const PLAUSIBLE: [(Count, i64, i64); 5] = [
    (Count::Seconds, 631_152_000, 4_102_444_800),
    (Count::Milliseconds, 631_152_000_000, 4_102_444_800_000),
    (Count::Microseconds, 631_152_000_000_000, 4_102_444_800_000_000),
    (Count::Nanoseconds, 631_152_000_000_000_000, 4_102_444_800_000_000_000),
    (Count::ExcelDays, 32_874, 73_051),
];

/// Excel's day 61 is the first after a day that never was: 29 February 1900.
const FIRST_DAY: i64 = 61;

impl Count {
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, own, _)| *own == name).map(|(count, ..)| *count)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(count, ..)| *count == self).map_or("", |(_, name, _)| name)
    }

    pub(super) fn words(self) -> &'static str {
        NAMES.iter().find(|(count, ..)| *count == self).map_or("", |(.., words)| words)
    }

    /// The moment that a number counts to.
    pub(super) fn read(self, text: &str) -> Option<Moment> {
        let (whole, fraction) = parts(text)?;
        let at = match self {
            Self::Seconds => {
                let more = i64::from(exact(fraction, 6)?);
                DateTime::from_timestamp_micros(whole.checked_mul(1_000_000)? + more)
            }
            Self::Milliseconds => {
                let more = i64::from(exact(fraction, 3)?);
                DateTime::from_timestamp_micros(whole.checked_mul(1000)? + more)
            }
            Self::Microseconds => {
                exact(fraction, 0)?;
                DateTime::from_timestamp_micros(whole)
            }
            Self::Nanoseconds => {
                exact(fraction, 0)?;
                DateTime::from_timestamp_micros(whole / 1000)
            }
            Self::ExcelDays => return excel(whole, fraction),
        };
        let at = at?.naive_utc();
        in_range(at.date()).then(|| Moment { at, fraction: digits(at), point: false })
    }
}

/// The format of a number that would be a time between 1990 and 2100.
pub(super) fn guess(text: &str) -> Option<Kind> {
    let (whole, fraction) = parts(text)?;
    if fraction.is_empty()
        && let Some(format) = compact(text)
    {
        let items = super::items::parse(format).ok()?;
        let at = super::reader::read(&items, text).and_then(|parts| parts.moment());
        let year = at.map(|moment| chrono::Datelike::year(&moment.at));
        return year.filter(|year| (1990..=2100).contains(year)).map(|_| Kind::Items(items));
    }
    let fits = |(_, first, last): &&(Count, i64, i64)| (*first..=*last).contains(&whole);
    let count = PLAUSIBLE.iter().find(fits)?.0;
    count.read(text).map(|_| Kind::Number(count))
}

/// The format of a date and time without separators, by the number of digits.
fn compact(text: &str) -> Option<&'static str> {
    let year = text.get(..4)?;
    if !("1990"..="2100").contains(&year) {
        return None;
    }
    match text.len() {
        8 => Some("%Y%m%d"),
        12 => Some("%Y%m%d%H%M"),
        14 => Some("%Y%m%d%H%M%S"),
        _ => None,
    }
}

/// The digits before and after the point.
fn parts(text: &str) -> Option<(i64, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() > 19 || !digits(whole) || !digits(fraction) {
        return None;
    }
    Some((whole.parse().ok()?, fraction))
}

/// The digits after a point as a number of `places` digits; `None` if further digits are not 0.
fn exact(fraction: &str, places: usize) -> Option<u32> {
    let kept = fraction.trim_end_matches('0');
    let missing = places.checked_sub(kept.len())?;
    let value = kept.bytes().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some(value * 10_u32.pow(u32::try_from(missing).ok()?))
}

/// A day since 1900 and its fraction, to the second: a spreadsheet is no more precise.
fn excel(days: i64, fraction: &str) -> Option<Moment> {
    if !(FIRST_DAY..=2_958_465).contains(&days) {
        return None;
    }
    let digits = fraction.get(..fraction.len().min(15))?;
    let scale = 10_u64.pow(u32::try_from(digits.len()).ok()?);
    let part: u64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let seconds = (u128::from(part) * 86_400 * 2 + u128::from(scale)) / (2 * u128::from(scale));
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let at = start
        .checked_add_signed(TimeDelta::days(days))?
        .checked_add_signed(TimeDelta::seconds(i64::try_from(seconds).ok()?))?;
    in_range(at.date()).then_some(Moment { at, fraction: 0, point: false })
}

/// How many fractional digits a moment needs.
fn digits(at: NaiveDateTime) -> u8 {
    let micros = micros(at);
    (0..6).find(|digits| micros.is_multiple_of(10_u32.pow(6 - u32::from(*digits)))).unwrap_or(6)
}
