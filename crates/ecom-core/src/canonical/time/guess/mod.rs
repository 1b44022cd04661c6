//! Finds the format of a text that is clearly a date or a time.

mod clock;
mod cursor;
mod date;

use self::clock::{clock, half_day, minutes};
use self::cursor::Cursor;
use self::date::{between, date, month_name};
use super::items::Item;
use super::names::is_weekday;
use super::{reader, zones};
use crate::canonical::blank::is_around;
use crate::canonical::digits::in_ascii;

/// The longest text that can be a time.
const LONGEST: usize = 96;

/// What may follow a date.
const YEARS: [&str; 6] = [" г.", " года", " г", " r.", " roku", "."];

/// The items of a format that reads the text; month first if the order is open.
pub(super) fn guess(text: &str) -> Option<Vec<Item>> {
    let text = in_ascii(text);
    let text = text.trim_matches(is_around);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(6..=LONGEST).contains(&text.len()) || digits < 3 {
        return None;
    }
    let start = Cursor::new(text);
    let found = behind_weekday(start.clone()).or_else(|| whole(start))?;
    let parts = reader::read(&found, text)?;
    (parts.moment().or_else(|| parts.swapped().moment())).map(|_| found)
}

/// A weekday, then date and time.
fn behind_weekday(mut cursor: Cursor<'_>) -> Option<Vec<Item>> {
    let word = cursor.word()?;
    if !is_weekday(word) {
        return None;
    }
    cursor.items.push(Item::Weekday);
    cursor.rest = cursor.rest.strip_prefix('.').unwrap_or(cursor.rest);
    if cursor.rest.starts_with(',') {
        cursor.literal(",");
        cursor.rest = &cursor.rest[1..];
    }
    cursor.blanks()?;
    year_at_end(cursor.clone()).or_else(|| whole(cursor))
}

/// `Jan 13 10:05:17 2024`, with or without a zone before the year.
fn year_at_end(mut cursor: Cursor<'_>) -> Option<Vec<Item>> {
    month_name(&mut cursor)?;
    cursor.blanks()?;
    cursor.number(1, 2, Item::Day)?;
    cursor.blanks()?;
    cursor.number(1, 2, Item::Hour)?;
    minutes(&mut cursor)?;
    cursor.blanks()?;
    if cursor.count() == 0 {
        let offset = zones::offset(cursor.rest).map(|(_, rest)| (Item::Offset, rest));
        let zone = || zones::named(cursor.rest).map(|(_, rest)| (Item::Zone, rest));
        let (item, rest) = offset.or_else(zone)?;
        cursor.items.push(item);
        cursor.rest = rest;
        cursor.blanks()?;
    }
    cursor.number(4, 4, Item::Year)?;
    cursor.finish()
}

/// A date, with or without a time of day before or after it.
fn whole(cursor: Cursor<'_>) -> Option<Vec<Item>> {
    date_first(cursor.clone()).or_else(|| clock_first(cursor))
}

/// `10:05 13/01/2024`
fn clock_first(mut cursor: Cursor<'_>) -> Option<Vec<Item>> {
    let hour = cursor.items.len();
    cursor.number(1, 2, Item::Hour)?;
    cursor.rest.starts_with(':').then_some(())?;
    minutes(&mut cursor)?;
    if half_day(&mut cursor) {
        cursor.items[hour] = Item::HalfHour;
    }
    between(&mut cursor)?;
    date(&mut cursor)?;
    cursor.finish()
}

/// A date, and a time of day if there is more.
fn date_first(mut cursor: Cursor<'_>) -> Option<Vec<Item>> {
    date(&mut cursor)?;
    let ends = |mark: &&str| {
        let behind = cursor.rest.strip_prefix(*mark);
        behind.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
    };
    if let Some(mark) = YEARS.into_iter().find(ends) {
        cursor.literal(mark);
        cursor.rest = &cursor.rest[mark.len()..];
    }
    if !cursor.rest.is_empty() {
        clock(&mut cursor)?;
    }
    cursor.finish()
}
