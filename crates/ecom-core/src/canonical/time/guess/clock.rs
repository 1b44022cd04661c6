//! Finds the items of a time of day.

use super::cursor::Cursor;
use crate::canonical::blank::is_blank;
use crate::canonical::time::items::Item;
use crate::canonical::time::{names, zones};

/// What joins a date and a time of day.
const JOINTS: [&str; 10] =
    [", ", " at ", " um ", " à ", " a las ", " às ", " alle ", " - ", "T", " "];

/// What may follow a time of day.
const BEHIND: [&str; 7] = [" Uhr", " hrs", " hrs.", " hs", " hs.", " h", " h."];

/// This many digits after a point are neither minutes nor seconds.
const SHORTEST_FRACTION: usize = 3;

/// A time of day after a date.
pub(super) fn clock(cursor: &mut Cursor<'_>) -> Option<()> {
    let joint = JOINTS.into_iter().find(|joint| {
        let behind = cursor.rest.strip_prefix(*joint).unwrap_or_default();
        behind.trim_start_matches(is_blank).starts_with(|c: char| c.is_ascii_digit())
    });
    match joint {
        Some(joint) => {
            cursor.literal(joint);
            cursor.rest = cursor.rest[joint.len()..].trim_start_matches(is_blank);
        }
        None => cursor.blanks()?,
    }
    let hour = cursor.items.len();
    if matches!(cursor.count(), 4 | 6) {
        compact_clock(cursor)?;
    } else {
        cursor.number(1, 2, Item::Hour)?;
        minutes(cursor)?;
    }
    if half_day(cursor) {
        cursor.items[hour] = Item::HalfHour;
    } else if !cursor.items.contains(&Item::Minute) {
        return None;
    }
    zone(cursor)?;
    if let Some(behind) = BEHIND.into_iter().find(|behind| cursor.rest == *behind) {
        cursor.literal(behind);
        cursor.rest = "";
    }
    Some(())
}

fn compact_clock(cursor: &mut Cursor<'_>) -> Option<()> {
    let seconds = cursor.count() == 6;
    cursor.items.extend([Item::Hour, Item::Minute]);
    cursor.rest = &cursor.rest[4..];
    if seconds {
        cursor.number(2, 2, Item::Second)?;
        fraction(cursor, true);
    }
    Some(())
}

/// Minutes and seconds after an hour; an hour alone is followed by AM or PM.
pub(super) fn minutes(cursor: &mut Cursor<'_>) -> Option<()> {
    let Some(sign) = cursor.rest.chars().next().filter(|c| matches!(c, ':' | '.' | 'h')) else {
        return Some(());
    };
    cursor.items.push(Item::Literal(sign));
    cursor.rest = &cursor.rest[1..];
    cursor.number(2, 2, Item::Minute)?;
    let seconds = cursor.rest.strip_prefix(sign);
    if let Some(rest) = seconds.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        cursor.items.push(Item::Literal(sign));
        cursor.rest = rest;
        cursor.number(2, 2, Item::Second)?;
        fraction(cursor, sign != '.');
    }
    Some(())
}

/// Every format with seconds accepts a fraction, which a value may lack.
fn fraction(cursor: &mut Cursor<'_>, point: bool) {
    cursor.items.push(Item::Fraction);
    // Oracle writes 10.05.17.123000000.
    let long = cursor.rest.strip_prefix('.').is_some_and(|digits| {
        digits.bytes().take_while(u8::is_ascii_digit).count() >= SHORTEST_FRACTION
    });
    let signs: &[char] = if point || long { &['.', ','] } else { &[','] };
    let digits = cursor.rest.strip_prefix(signs);
    if let Some(digits) = digits.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        cursor.rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    }
}

/// AM or PM; false without one.
pub(super) fn half_day(cursor: &mut Cursor<'_>) -> bool {
    let bare = cursor.rest.trim_start_matches(is_blank);
    let Some((_, rest)) = names::half_day(bare) else { return false };
    if bare.len() < cursor.rest.len() {
        cursor.items.push(Item::Literal(' '));
    }
    cursor.items.push(Item::HalfDay);
    cursor.rest = rest;
    true
}

fn zone(cursor: &mut Cursor<'_>) -> Option<()> {
    let bare = cursor.rest.trim_start_matches(is_blank);
    let blank = bare.len() < cursor.rest.len();
    if bare.is_empty() || BEHIND.contains(&cursor.rest) {
        return Some(());
    }
    if blank {
        cursor.items.push(Item::Literal(' '));
    }
    // `GMT+0100 (Central European Standard Time)`
    let tail = bare.find(" (").filter(|_| bare.ends_with(')')).unwrap_or(bare.len());
    let (bare, tail) = bare.split_at(tail);
    if bare == "Z" || bare == "UTC" {
        cursor.literal(bare);
        cursor.rest = "";
    } else if let Some((_, "")) = zones::offset(bare).filter(|_| bare != "GMT") {
        cursor.items.push(Item::Offset);
        cursor.rest = "";
    } else {
        let (_, rest) = zones::named(bare)?;
        cursor.items.push(Item::Zone);
        cursor.rest = rest;
    }
    if !tail.is_empty() {
        cursor.rest.strip_suffix(tail).unwrap_or(cursor.rest).is_empty().then_some(())?;
        cursor.literal(tail);
        cursor.rest = "";
    }
    Some(())
}
