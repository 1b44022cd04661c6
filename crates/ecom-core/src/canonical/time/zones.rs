//! Time zones: how far a clock is ahead of UTC.

use crate::canonical::blank::is_blank;

/// Abbreviations with a single meaning, with their hours ahead of UTC. BST and IST have several.
const ZONES: [(&str, i32); 20] = [
    ("UTC", 0),
    ("GMT", 0),
    ("Z", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("WET", 0),
    ("WEST", 1),
    ("CET", 1),
    ("CEST", 2),
    ("MEZ", 1),
    ("MESZ", 2),
    ("EET", 2),
    ("EEST", 3),
    ("MSK", 3),
];

/// The seconds of `Z`, `UTC`, `+02:00`, `+0200`, `+02` or `GMT+2` at the beginning of a text, and what
/// follows.
pub(super) fn offset(text: &str) -> Option<(i32, &str)> {
    let word = text
        .get(..3)
        .filter(|word| word.eq_ignore_ascii_case("UTC") || word.eq_ignore_ascii_case("GMT"));
    let rest = &text[word.map_or(0, str::len)..];
    match signed(rest.trim_start_matches(is_blank), word.is_some()) {
        Some(found) => Some(found),
        None if word.is_some() => Some((0, rest)),
        None => Some((0, text.strip_prefix(['Z', 'z'])?)),
    }
}

/// The seconds of an abbreviation, and what follows.
pub(super) fn named(text: &str) -> Option<(i32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(length);
    let (_, hours) = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word))?;
    Some((hours * 3600, rest))
}

/// A sign, two digits of hours, and mostly two of minutes.
fn signed(text: &str, short: bool) -> Option<(i32, &str)> {
    let ahead = text.starts_with('+');
    let digits = text.strip_prefix(['+', '-', '\u{2212}'])?;
    let two = |text: &str| {
        let number = text.get(..2).filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?;
        number.parse::<i32>().ok()
    };
    let (hours, rest) = match two(digits) {
        Some(hours) => (hours, &digits[2..]),
        None if short => {
            let first = digits.chars().next()?;
            (i32::try_from(first.to_digit(10)?).ok()?, &digits[1..])
        }
        None => return None,
    };
    let behind = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = match two(behind) {
        Some(minutes) => (minutes, &behind[2..]),
        None => (0, rest),
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    Some((if ahead { seconds } else { -seconds }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_read_in_every_spelling() {
        for (text, seconds) in [
            ("Z", 0),
            ("UTC", 0),
            ("+02:00", 7200),
            ("-0130", -5400),
            ("+02", 7200),
            ("GMT+2", 7200),
            ("UTC +05:30", 19800),
            ("\u{2212}0500", -18000),
        ] {
            assert_eq!(offset(text), Some((seconds, "")), "{text}");
        }
        for text in ["", "+2", "+15:00", "+02:60", "CET", "+a"] {
            assert!(offset(text).is_none_or(|(_, rest)| !rest.is_empty()), "{text}");
        }
        assert_eq!(named("CEST"), Some((7200, "")));
        assert_eq!(named("BST"), None);
    }
}
