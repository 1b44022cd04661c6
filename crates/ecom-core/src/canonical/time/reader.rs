//! Reads a value by the items of its format.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use super::items::Item;
use super::{names, zones};
use crate::canonical::blank::{is_around, is_blank};
use crate::canonical::digits::in_ascii;

/// A moment, and how precisely it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// In UTC.
    pub at: NaiveDateTime,
    /// Fractional digits, without zeros at the end.
    pub fraction: u8,
    /// True if there is a decimal sign after the seconds.
    pub point: bool,
}

/// The parts of a value; they may not be a day of the calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    /// True for PM.
    after_noon: Option<bool>,
    minute: u32,
    second: u32,
    micros: u32,
    /// Fractional digits, without zeros at the end.
    fraction: u8,
    /// True if there is a decimal sign after the seconds.
    pub point: bool,
    /// Seconds that the zone is ahead of UTC.
    offset: i32,
}

impl Parts {
    /// The moment in UTC; `None` if the day or the time does not exist.
    #[must_use]
    pub fn moment(&self) -> Option<Moment> {
        let date = NaiveDate::from_ymd_opt(self.year, self.month, self.day)?;
        let hour = match self.after_noon {
            None => self.hour,
            Some(late) if (1..=12).contains(&self.hour) => {
                self.hour % 12 + if late { 12 } else { 0 }
            }
            Some(_) => return None,
        };
        let time = NaiveTime::from_hms_micro_opt(hour, self.minute, self.second, self.micros)?;
        let mut at = date.and_time(time);
        if self.offset != 0 {
            at = at.checked_sub_signed(TimeDelta::seconds(self.offset.into()))?;
        }
        in_range(at.date()).then_some(Moment { at, fraction: self.fraction, point: self.point })
    }

    /// The same with month and day exchanged.
    #[must_use]
    pub fn swapped(&self) -> Self {
        Self { month: self.day, day: self.month, ..*self }
    }

    /// True if month and day are the same number.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.month == self.day
    }
}

/// Splits a value by its format; `None` if it is not written in that format.
pub(super) fn read(items: &[Item], text: &str) -> Option<Parts> {
    let text = in_ascii(text);
    // A month means its first day.
    let parts = Parts { day: 1, ..Parts::default() };
    let mut reader = Reader { rest: text.trim_matches(is_around), parts };
    for (index, item) in items.iter().enumerate() {
        reader.item(item, items.get(index + 1))?;
    }
    reader.rest.is_empty().then_some(reader.parts)
}

/// The rest of a text, and what was read so far.
struct Reader<'a> {
    rest: &'a str,
    parts: Parts,
}

impl<'a> Reader<'a> {
    fn item(&mut self, item: &Item, next: Option<&Item>) -> Option<()> {
        match item {
            Item::Year => {
                let year = self.digits(4, 4)?;
                self.parts.year = i32::try_from(year).ok().filter(|year| *year >= 1000)?;
            }
            Item::ShortYear => {
                let year = self.digits(2, 2)?;
                let century = if year < 69 { 2000 } else { 1900 };
                self.parts.year = i32::try_from(century + year).ok()?;
            }
            Item::Month => self.parts.month = self.digits(1, 2)?,
            Item::MonthName => {
                self.parts.month = names::month(self.word()?)?;
                self.skip_point(next);
            }
            Item::Day => {
                self.parts.day = self.digits(1, 2)?;
                self.rest = names::behind_ordinal(self.rest);
            }
            Item::Weekday => {
                let word = self.word()?;
                names::is_weekday(word).then_some(())?;
                self.skip_point(next);
            }
            Item::Hour | Item::HalfHour => self.parts.hour = self.digits(1, 2)?,
            Item::Minute => self.parts.minute = self.digits(2, 2)?,
            Item::Second => self.parts.second = self.digits(2, 2)?,
            Item::Fraction => return self.fraction(),
            Item::HalfDay => {
                let (late, rest) = names::half_day(self.rest.trim_start_matches(is_blank))?;
                self.parts.after_noon = Some(late);
                self.rest = rest;
            }
            Item::Offset => {
                let (offset, rest) = zones::offset(self.rest.trim_start_matches(is_blank))?;
                (self.parts.offset, self.rest) = (offset, rest);
            }
            Item::Zone => {
                let (offset, rest) = zones::named(self.rest.trim_start_matches(is_blank))?;
                (self.parts.offset, self.rest) = (offset, rest);
            }
            Item::Literal(character) => return self.literal(*character, next),
        }
        Some(())
    }

    /// A character of the format. A blank of the format may be several in the text, or none before
    /// what needs no blank.
    fn literal(&mut self, character: char, next: Option<&Item>) -> Option<()> {
        if is_blank(character) {
            let rest = self.rest.trim_start_matches(is_blank);
            let may_lack = matches!(next, Some(Item::HalfDay | Item::Offset | Item::Zone));
            let found = rest.len() < self.rest.len() || may_lack;
            self.rest = rest;
            return found.then_some(());
        }
        let first = self.rest.chars().next()?;
        let same = first == character || first.eq_ignore_ascii_case(&character);
        self.rest = &self.rest[first.len_utf8()..];
        same.then_some(())
    }

    /// A number with that many digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let bytes = self.rest.as_bytes();
        let (mut value, mut count) = (0, 0);
        while let Some(byte) = bytes.get(count).filter(|byte| byte.is_ascii_digit())
            && count < most
        {
            value = value * 10 + u32::from(byte - b'0');
            count += 1;
        }
        self.rest = &self.rest[count..];
        (count >= least).then_some(value)
    }

    fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = names::split_word(self.rest);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// The point of an abbreviation, unless the format itself has one there.
    fn skip_point(&mut self, next: Option<&Item>) {
        if next != Some(&Item::Literal('.')) {
            self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
        }
    }

    /// The fraction of a second, if there is one: at most six digits matter.
    fn fraction(&mut self) -> Option<()> {
        let Some(behind) = self.rest.strip_prefix(['.', ',']) else { return Some(()) };
        let count = behind.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 {
            return Some(());
        }
        let (digits, rest) = behind.split_at(count);
        let kept = digits.trim_end_matches('0');
        let scale = 10_u32.pow(6_u32.checked_sub(u32::try_from(kept.len()).ok()?)?);
        let value = kept.bytes().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        self.parts.micros = value * scale;
        self.parts.fraction = u8::try_from(kept.len()).ok()?;
        self.parts.point = true;
        self.rest = rest;
        Some(())
    }
}

/// The years that MySQL can hold in a date.
pub(crate) fn in_range(date: NaiveDate) -> bool {
    (1000..=9999).contains(&date.year())
}

/// A date in canonical form.
pub(super) fn iso_date(text: &str) -> Option<NaiveDate> {
    let (year, month, day) = day_of(text.as_bytes())?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// A time in canonical form, without a fraction.
pub(super) fn iso_date_time(text: &str) -> Option<NaiveDateTime> {
    let (hour, minute, second) = clock_of(text.as_bytes())?;
    iso_date(text.get(..10)?)?.and_hms_opt(hour, minute, second)
}

/// True for a date in canonical form.
pub(crate) fn is_iso_date(text: &str) -> bool {
    day_of(text.as_bytes()).is_some()
}

/// True for a time in canonical form, without a fraction.
pub(crate) fn is_iso_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    clock_of(bytes).is_some() && day_of(&bytes[..10]).is_some()
}

/// Year, month and day, if there is such a day.
fn day_of(bytes: &[u8]) -> Option<(u32, u32, u32)> {
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (year >= 1000 && (1..=days).contains(&day)).then_some((year, month, day))
}

/// Hour, minute and second behind a day, if there is such a time.
fn clock_of(bytes: &[u8]) -> Option<(u32, u32, u32)> {
    if bytes.len() != 19 || bytes[10] != b' ' || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let (hour, minute) = (number(&bytes[11..13])?, number(&bytes[14..16])?);
    let second = number(&bytes[17..])?;
    (hour < 24 && minute < 60 && second < 60).then_some((hour, minute, second))
}

#[inline]
fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}
