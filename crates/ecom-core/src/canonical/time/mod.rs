//! Dates and times as people write them: one reader, by a format that a plan can keep.
//!
//! A [`TimeFormat`] is written as for `strftime`. Every tool reads times with the same reader, and
//! [`TimeFormat::guess`] finds the format. Numbers of one or two digits may lack their leading zero,
//! names of months and weekdays may be in any known language, in full or abbreviated, and a blank may
//! have any width.

mod guess;
mod items;
mod names;
mod number;
mod reader;
mod zones;

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDateTime, NaiveTime};

use items::Item;
pub use reader::{Moment, Parts};
pub(crate) use reader::{is_iso_date, is_iso_date_time};
use reader::{iso_date, iso_date_time};

/// One way in which a date or a time is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeFormat {
    kind: Kind,
    iso: Iso,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Items(Vec<Item>),
    Number(number::Count),
}

/// Formats with a faster reader than that of the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Iso {
    Date,
    DateTime,
    No,
}

/// The ways in which the dates or times of a column are written. The first that reads a value wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeFormats(Vec<TimeFormat>);

/// True for the name of a month in a known language, in full or abbreviated.
pub(crate) fn is_month(word: &str) -> bool {
    names::month(word).is_some()
}

/// Separates the formats of a column.
const BETWEEN: &str = " | ";

impl TimeFormat {
    /// The format of a text that is clearly a date or a time. The month comes first if the order of
    /// month and day is open. Seconds get a fraction, which a text may lack. A bare number such as
    /// `20240101` has no format here.
    #[must_use]
    pub fn guess(text: &str) -> Option<Self> {
        guess::guess(text).map(|items| Self::of(Kind::Items(items)))
    }

    /// The format of a number that may be a time between 1990 and 2100: `20240101`, seconds since
    /// 1970, days of a spreadsheet. Whether it is one depends on the name of its column.
    #[must_use]
    pub fn guess_number(text: &str) -> Option<Self> {
        number::guess(text).map(Self::of)
    }

    fn of(kind: Kind) -> Self {
        let is = |format: &str| match &kind {
            Kind::Items(items) => items::parse(format).is_ok_and(|other| other == *items),
            Kind::Number(_) => false,
        };
        let iso = match () {
            () if is("%Y-%m-%d") => Iso::Date,
            () if is("%Y-%m-%d %H:%M:%S") || is("%Y-%m-%d %H:%M:%S%.f") => Iso::DateTime,
            () => Iso::No,
        };
        Self { kind, iso }
    }

    /// Splits a value into its parts; `None` if it is not written in this format.
    #[must_use]
    pub fn parts(&self, text: &str) -> Option<Parts> {
        match &self.kind {
            Kind::Items(items) => reader::read(items, text),
            Kind::Number(_) => None,
        }
    }

    /// The moment of a value, in UTC; `None` if it is not written in this format, or if the day or the
    /// time does not exist.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Moment> {
        let iso = match self.iso {
            Iso::No => None,
            Iso::Date => iso_date(text).map(|date| date.and_time(NaiveTime::MIN)),
            Iso::DateTime => iso_date_time(text),
        };
        if let Some(at) = iso {
            return Some(Moment { at, fraction: 0, point: false });
        }
        match &self.kind {
            Kind::Items(items) => reader::read(items, text)?.moment(),
            Kind::Number(count) => count.read(text),
        }
    }

    /// True if the format has a time of day.
    #[must_use]
    pub fn has_clock(&self) -> bool {
        match &self.kind {
            Kind::Items(items) => items.iter().any(Item::is_hour),
            Kind::Number(_) => true,
        }
    }

    /// The same with month and day exchanged, if both are numbers and the year comes last.
    #[must_use]
    pub fn swapped(&self) -> Option<Self> {
        let Kind::Items(items) = &self.kind else { return None };
        let index = |wanted: Item| items.iter().position(|item| *item == wanted);
        let year = index(Item::Year).or_else(|| index(Item::ShortYear))?;
        let (month, day) = (index(Item::Month)?, index(Item::Day)?);
        let mut items = items.clone();
        items.swap(month, day);
        (year > month && year > day).then(|| Self::of(Kind::Items(items)))
    }

    /// The same with year and day exchanged, if the year has two digits: `24-01-31`.
    #[must_use]
    pub fn year_first(&self) -> Option<Self> {
        let Kind::Items(items) = &self.kind else { return None };
        let indices: Vec<_> = (0..items.len())
            .filter(|index| matches!(items[*index], Item::Month | Item::Day | Item::ShortYear))
            .collect();
        let [first, second, third] = indices[..] else { return None };
        if items[third] != Item::ShortYear {
            return None;
        }
        let mut items = items.clone();
        (items[first], items[second], items[third]) = (Item::ShortYear, Item::Month, Item::Day);
        Some(Self::of(Kind::Items(items)))
    }

    /// The same without a fraction of a second.
    #[must_use]
    pub fn without_fraction(&self) -> Self {
        match &self.kind {
            Kind::Items(items) => {
                let kept = items.iter().filter(|item| **item != Item::Fraction);
                Self::of(Kind::Items(kept.cloned().collect()))
            }
            Kind::Number(_) => self.clone(),
        }
    }

    /// What a column of bare numbers counts, in words: `seconds since 1970`. `None` for any other
    /// format.
    #[must_use]
    pub fn counts(&self) -> Option<&'static str> {
        match &self.kind {
            Kind::Items(_) => None,
            Kind::Number(count) => Some(count.words()),
        }
    }

    /// True for a date without a separator: `20240312`.
    #[must_use]
    pub fn is_compact(&self) -> bool {
        let Kind::Items(items) = &self.kind else { return false };
        !items.iter().any(|item| matches!(item, Item::Literal(_)))
    }
}

impl TimeFormats {
    /// All of these formats.
    #[must_use]
    pub fn new(formats: Vec<TimeFormat>) -> Self {
        Self(formats)
    }

    /// The moment of a value, by the first format that reads it.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Moment> {
        self.0.iter().find_map(|format| format.read(text))
    }

    /// Each of the formats.
    pub fn iter(&self) -> impl Iterator<Item = &TimeFormat> {
        self.0.iter()
    }

    /// True if one of the formats has a time of day.
    #[must_use]
    pub fn has_clock(&self) -> bool {
        self.0.iter().any(TimeFormat::has_clock)
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Items(items) => items.iter().try_for_each(|item| item.fmt(formatter)),
            Kind::Number(count) => formatter.write_str(count.name()),
        }
    }
}

impl FromStr for TimeFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(count) = number::Count::named(text) {
            return Ok(Self::of(Kind::Number(count)));
        }
        items::parse(text)
            .map(|items| Self::of(Kind::Items(items)))
            .map_err(|problem| format!("format {text:?}: {problem}"))
    }
}

impl fmt::Display for TimeFormats {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, format) in self.0.iter().enumerate() {
            formatter.write_str(if index > 0 { BETWEEN } else { "" })?;
            format.fmt(formatter)?;
        }
        Ok(())
    }
}

impl FromStr for TimeFormats {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.split(BETWEEN).map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// Microseconds of a moment.
fn micros(at: NaiveDateTime) -> u32 {
    at.and_utc().timestamp_subsec_micros()
}

#[cfg(test)]
mod tests;
