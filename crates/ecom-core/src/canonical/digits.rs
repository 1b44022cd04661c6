//! Digits and signs of other scripts.

use std::borrow::Cow;

/// The longest text that can be a number.
pub(super) const LONGEST: usize = 96;

/// A number with ASCII digits and signs, also if it has those of another script: `１２`, `١٢`.
#[must_use]
pub fn in_ascii(text: &str) -> Cow<'_, str> {
    // Hardly any number has letters of several bytes.
    if text.is_ascii() || text.len() > LONGEST || !text.chars().any(|c| digit(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let plain = |found: char| match found {
        '\u{66b}' | '．' => '.',
        '\u{66c}' | '，' => ',',
        '\u{66a}' | '％' => '%',
        '－' => '-',
        '／' => '/',
        '：' => ':',
        _ => digit(found).unwrap_or(found),
    };
    Cow::Owned(text.chars().map(plain).collect())
}

/// The ASCII digit for a digit of another script.
fn digit(found: char) -> Option<char> {
    const ZEROS: [char; 5] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{ff10}'];
    let value = |zero: char| (found as u32).checked_sub(zero as u32).filter(|value| *value < 10);
    ZEROS.into_iter().find_map(value).and_then(|value| char::from_digit(value, 10))
}
