//! Finds the items of a date.

use super::cursor::Cursor;
use crate::canonical::blank::is_blank;
use crate::canonical::time::items::Item;
use crate::canonical::time::names::{behind_ordinal, month, split_word};

/// Words between day, month and year.
const WORDS: [&str; 4] = ["de", "del", "do", "of"];

/// What follows year, month and day in China, Japan and Korea.
const EASTERN: [[&str; 3]; 2] = [["年", "月", "日"], ["년", "월", "일"]];

/// A date of any kind.
pub(super) fn date(cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.rest.starts_with(char::is_alphabetic) {
        month_name(cursor)?;
        between(cursor)?;
        day(cursor)?;
        between(cursor)?;
        return year(cursor);
    }
    let digits = cursor.count();
    match digits {
        4 => year_first(cursor),
        8 => compact(cursor),
        1 | 2 => year_last(cursor),
        _ => None,
    }
}

/// `2024-12-31`, `2024-Dec-31`
fn year_first(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.number(4, 4, Item::Year)?;
    if let Some(marks) = EASTERN.iter().find(|marks| cursor.rest.starts_with(marks[0])) {
        return eastern(cursor, *marks);
    }
    let separator = between(cursor)?;
    if cursor.rest.starts_with(char::is_alphabetic) {
        month_name(cursor)?;
        between(cursor)?;
    } else {
        is_separator(separator).then_some(())?;
        cursor.number(1, 2, Item::Month)?;
        (between(cursor)? == separator).then_some(())?;
    }
    day(cursor)
}

/// `2024年12月31日`, from the character for the year on.
fn eastern(cursor: &mut Cursor<'_>, [year, month, day]: [&'static str; 3]) -> Option<()> {
    for (mark, item) in [(year, Some(Item::Month)), (month, Some(Item::Day)), (day, None)] {
        cursor.rest = cursor.rest.strip_prefix(mark)?;
        cursor.literal(mark);
        if let Some(item) = item {
            if cursor.rest.starts_with(is_blank) {
                cursor.blanks()?;
            }
            cursor.number(1, 2, item)?;
        }
    }
    Some(())
}

/// `20241231T103000`; the `T` shows that it is a time.
fn compact(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.rest.get(8..)?.starts_with(['T', ' ']).then_some(())?;
    cursor.items.extend([Item::Year, Item::Month, Item::Day]);
    cursor.rest = &cursor.rest[8..];
    Some(())
}

/// `12/31/2024`, `31. Dezember 2024`, `31st of December, 2024`
fn year_last(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.items.len();
    day(cursor)?;
    let separator = between(cursor)?;
    if cursor.rest.starts_with(char::is_alphabetic) {
        month_name(cursor)?;
        between(cursor)?;
        return year(cursor);
    }
    is_separator(separator).then_some(())?;
    cursor.items[start] = Item::Month;
    day(cursor)?;
    (between(cursor)? == separator).then_some(())?;
    year(cursor)
}

/// A day, also as `1st`.
fn day(cursor: &mut Cursor<'_>) -> Option<()> {
    cursor.number(1, 2, Item::Day)?;
    cursor.rest = behind_ordinal(cursor.rest);
    Some(())
}

fn year(cursor: &mut Cursor<'_>) -> Option<()> {
    match cursor.count() {
        4 => cursor.number(4, 4, Item::Year),
        2 => cursor.number(2, 2, Item::ShortYear),
        _ => None,
    }
}

/// The name of a month, in full or abbreviated.
pub(super) fn month_name(cursor: &mut Cursor<'_>) -> Option<()> {
    month(cursor.word()?)?;
    cursor.items.push(Item::MonthName);
    // The point of an abbreviation, but not a separator as in 12.Mar.2024.
    let behind = cursor.rest.strip_prefix('.');
    if let Some(rest) = behind.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit())) {
        cursor.rest = rest;
    }
    Some(())
}

/// What separates two pieces of a date: a sign, blanks, or a word such as `de`.
pub(super) fn between<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let all = cursor.rest;
    if let Some(first) = all.chars().next().filter(|c| matches!(c, '-' | '/' | '.' | ',')) {
        cursor.items.push(Item::Literal(first));
        cursor.rest = &all[1..];
    }
    if cursor.rest.starts_with(is_blank) {
        cursor.blanks()?;
        let (word, rest) = split_word(cursor.rest);
        if WORDS.contains(&word) && rest.starts_with(is_blank) {
            cursor.literal(word);
            cursor.rest = rest;
            cursor.blanks()?;
        }
    }
    let passed = &all[..all.len() - cursor.rest.len()];
    (!passed.is_empty()).then_some(passed)
}

/// What may separate three numbers of a date.
fn is_separator(between: &str) -> bool {
    matches!(between, "-" | "/" | "." | " " | ". ")
}
