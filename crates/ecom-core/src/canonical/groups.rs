//! Digits in groups: thousands and their separators.

use super::blank::is_blank;

/// The separator of thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names describe themselves")]
pub enum Separator {
    Point,
    Comma,
    /// A blank of any width.
    Blank,
    Apostrophe,
}

/// The number is not written in that way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSo;

pub(super) fn separator(character: char) -> Option<Separator> {
    match character {
        '.' => Some(Separator::Point),
        ',' => Some(Separator::Comma),
        '\'' | '\u{2019}' => Some(Separator::Apostrophe),
        _ if is_blank(character) => Some(Separator::Blank),
        _ => None,
    }
}

/// The separator of digits in regular groups: of three, or of two before the last three as in India.
/// A number with a leading zero is an identifier.
pub(super) fn groups(whole: &str) -> Result<Option<Separator>, NotSo> {
    let mut pieces = whole.split(|c: char| !c.is_ascii_digit());
    let first = pieces.next().unwrap_or_default();
    if whole.len() > 1 && first.starts_with('0') {
        return Err(NotSo);
    }
    let mut separators = whole.chars().filter_map(separator);
    let Some(own) = separators.next() else { return Ok(None) };
    let same = separators.all(|other| other == own);
    let (mut last, mut threes, mut twos) = (first.len(), true, own == Separator::Comma);
    for (index, piece) in pieces.enumerate() {
        if index > 0 {
            (threes, twos) = (threes && last == 3, twos && last == 2);
        }
        last = piece.len();
    }
    let regular = (threes && first.len() <= 3) || (twos && first.len() <= 2);
    if same && regular && !first.is_empty() && last == 3 { Ok(Some(own)) } else { Err(NotSo) }
}
