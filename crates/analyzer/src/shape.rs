//! How one date or time is written. Only forms that leave no doubt are known; nothing is completed
//! or guessed, and a number such as `20240101` is no date.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// The way in which a value is written. All values of a column share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) date: DateShape,
    pub(crate) clock: Option<Clock>,
}

/// How the date is written; the byte is the separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateShape {
    /// `2024-12-31`
    YearFirst(u8),
    /// `12/31/2024` or `31/12/2024`; with a year of two digits where `short`.
    YearLast { separator: u8, short: bool },
    /// `31-Dec-2024`
    DayName(u8),
    /// `Dec 31, 2024`
    NameDay,
}

/// How the time of day is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock {
    /// What joins it to the date: `T` or a blank.
    pub(crate) joint: u8,
    pub(crate) seconds: bool,
    /// With AM or PM, and whether a blank stands before it.
    pub(crate) half: Option<bool>,
    pub(crate) zone: Zone,
}

/// What stands behind the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    None,
    /// `Z`
    Zulu,
    /// ` UTC`
    Utc,
    /// `+02:00` or `+0200`
    Offset,
}

/// A value in parts, not yet a day of the calendar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    pub(crate) year: i32,
    /// The two other numbers in the order in which they stand; month first where it is named.
    pub(crate) first: u32,
    pub(crate) second: u32,
    pub(crate) time: NaiveTime,
    /// Digits of a second without zeros at the end.
    pub(crate) fraction: u8,
    /// True where a point and digits of a second stand.
    pub(crate) point: bool,
    /// Seconds that the zone is ahead of UTC.
    pub(crate) offset: i32,
}

impl Parts {
    /// The moment, with the month first or second; `None` when the calendar has no such day.
    pub(crate) fn moment(&self, month_first: bool) -> Option<NaiveDateTime> {
        let (month, day) =
            if month_first { (self.first, self.second) } else { (self.second, self.first) };
        let date = NaiveDate::from_ymd_opt(self.year, month, day)?;
        let moment = date.and_time(self.time);
        if self.offset == 0 {
            return Some(moment);
        }
        let shifted = moment.checked_sub_signed(TimeDelta::seconds(self.offset.into()))?;
        let year = chrono::Datelike::year(&shifted);
        (1000..=9999).contains(&year).then_some(shifted)
    }
}
