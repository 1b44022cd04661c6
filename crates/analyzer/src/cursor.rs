//! Takes a date or time apart, one piece after the other.

use chrono::NaiveTime;

use crate::shape::{Clock, DateShape, Parts, Shape, Zone};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Takes a value apart; `None` when it is no date and no time.
pub(crate) fn parse(text: &str) -> Option<(Shape, Parts)> {
    let bytes = text.as_bytes();
    if !(6..=40).contains(&bytes.len()) {
        return None;
    }
    let mut cursor = Cursor::new(bytes);
    let (date, year, first, second) = cursor.date()?;
    let mut parts =
        Parts { year, first, second, time: NaiveTime::MIN, fraction: 0, point: false, offset: 0 };
    let clock = if cursor.done() { None } else { Some(cursor.clock(&mut parts)?) };
    cursor.done().then_some((Shape { date, clock }, parts))
}

/// A place in a text.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// True at the end.
    pub(crate) fn done(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Up to 9 digits and how many there are.
    fn number(&mut self) -> Option<(u32, usize)> {
        let rest = &self.bytes[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let value = rest[..digits].iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        self.at += digits;
        Some((value, digits))
    }

    /// A date: its shape, the year, and the two other numbers.
    pub(crate) fn date(&mut self) -> Option<(DateShape, i32, u32, u32)> {
        if self.peek()?.is_ascii_alphabetic() {
            return self.name_day();
        }
        let (first, digits) = self.number()?;
        let separator = self.peek()?;
        if !matches!(separator, b'-' | b'/' | b'.' | b' ') {
            return None;
        }
        self.at += 1;
        if self.peek()?.is_ascii_alphabetic() {
            let month = self.month_name()?;
            self.take(separator)?;
            let year = self.year()?;
            return (digits <= 2).then_some((DateShape::DayName(separator), year, month, first));
        }
        let (second, second_digits) = self.number()?;
        if separator == b' ' || second_digits > 2 {
            return None;
        }
        self.take(separator)?;
        let (third, third_digits) = self.number()?;
        match (digits, third_digits) {
            (4, 1..=2) => {
                let year = year_in_range(first)?;
                Some((DateShape::YearFirst(separator), year, second, third))
            }
            (1..=2, 4) => {
                let year = year_in_range(third)?;
                let shape = DateShape::YearLast { separator, short: false };
                Some((shape, year, first, second))
            }
            // As `%y` of strftime has it: 69 to 99 are of the last century.
            (1..=2, 2) => {
                let year = third + if third < 69 { 2000 } else { 1900 };
                let shape = DateShape::YearLast { separator, short: true };
                Some((shape, i32::try_from(year).ok()?, first, second))
            }
            _ => None,
        }
    }

    fn name_day(&mut self) -> Option<(DateShape, i32, u32, u32)> {
        let month = self.month_name()?;
        self.take(b' ')?;
        let (day, digits) = self.number()?;
        self.take(b',')?;
        self.take(b' ')?;
        let year = self.year()?;
        (digits <= 2).then_some((DateShape::NameDay, year, month, day))
    }

    fn year(&mut self) -> Option<i32> {
        let (year, digits) = self.number()?;
        if digits == 4 { year_in_range(year) } else { None }
    }

    /// A month by its name or the first three letters of it.
    fn month_name(&mut self) -> Option<u32> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &rest[..length];
        let place = MONTHS.iter().position(|month| {
            word.eq_ignore_ascii_case(month.as_bytes())
                || word.eq_ignore_ascii_case(&month.as_bytes()[..3])
        })?;
        self.at += length;
        Some(u32::try_from(place).ok()? + 1)
    }

    /// A time of day behind a date; fills its parts in.
    pub(crate) fn clock(&mut self, parts: &mut Parts) -> Option<Clock> {
        let joint = self.peek().filter(|byte| matches!(byte, b' ' | b'T'))?;
        self.at += 1;
        let (mut hour, hour_digits) = self.number()?;
        self.take(b':')?;
        let minute = self.two_digits()?;
        let seconds = self.peek() == Some(b':');
        let mut second = 0;
        if seconds {
            self.at += 1;
            second = self.two_digits()?;
        }
        let mut micros = 0;
        if seconds && self.peek() == Some(b'.') {
            self.at += 1;
            (micros, parts.fraction) = self.fraction()?;
            parts.point = true;
        }
        let half = self.half_day();
        if let Some(half) = half {
            hour = half.of_24(hour)?;
        }
        let half = half.map(|half| half.blank);
        let zone = if half.is_some() { Zone::None } else { self.zone(&mut parts.offset)? };
        if hour_digits > 2 {
            return None;
        }
        parts.time = NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?;
        Some(Clock { joint, seconds, half, zone })
    }

    fn two_digits(&mut self) -> Option<u32> {
        self.number().filter(|(_, digits)| *digits == 2).map(|(value, _)| value)
    }

    /// Microseconds and how many digits matter; more than six that matter are too many.
    fn fraction(&mut self) -> Option<(u32, u8)> {
        let start = self.at;
        let (_, digits) = self.number()?;
        let written = &self.bytes[start..start + digits];
        let zeros = written.iter().rev().take_while(|digit| **digit == b'0').count();
        let kept = &written[..digits - zeros];
        let scale = 10_u32.pow(6_u32.checked_sub(u32::try_from(kept.len()).ok()?)?);
        let value = kept.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        Some((value * scale, u8::try_from(kept.len()).ok()?))
    }

    /// AM or PM at the end.
    fn half_day(&mut self) -> Option<HalfDay> {
        let rest = &self.bytes[self.at..];
        let (blank, rest) = match rest {
            [b' ', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let after_noon = match rest {
            [b'A' | b'a', b'M' | b'm'] => false,
            [b'P' | b'p', b'M' | b'm'] => true,
            _ => return None,
        };
        self.at = self.bytes.len();
        Some(HalfDay { after_noon, blank })
    }

    fn zone(&mut self, offset: &mut i32) -> Option<Zone> {
        let zone = match &self.bytes[self.at..] {
            [] => return Some(Zone::None),
            b"Z" => Zone::Zulu,
            b" UTC" => Zone::Utc,
            [sign @ (b'+' | b'-'), hours @ ..] => {
                let digit = |byte: u8| byte.is_ascii_digit().then(|| i32::from(byte - b'0'));
                let &([a, b, b':', c, d] | [a, b, c, d]) = hours else { return None };
                let (hours, minutes) = (digit(a)? * 10 + digit(b)?, digit(c)? * 10 + digit(d)?);
                if hours > 14 || minutes > 59 {
                    return None;
                }
                let seconds = hours * 3600 + minutes * 60;
                *offset = if *sign == b'-' { -seconds } else { seconds };
                Zone::Offset
            }
            _ => return None,
        };
        self.at = self.bytes.len();
        Some(zone)
    }
}

/// AM or PM, and whether a blank stands before it.
#[derive(Clone, Copy)]
struct HalfDay {
    after_noon: bool,
    blank: bool,
}

impl HalfDay {
    /// An hour of 12 as one of 24.
    fn of_24(self, hour: u32) -> Option<u32> {
        let hour = (1..=12).contains(&hour).then_some(hour % 12)?;
        Some(hour + if self.after_noon { 12 } else { 0 })
    }
}

/// The years that MySQL can hold in a date.
fn year_in_range(year: u32) -> Option<i32> {
    (1000..=9999).contains(&year).then(|| i32::try_from(year).ok()).flatten()
}
