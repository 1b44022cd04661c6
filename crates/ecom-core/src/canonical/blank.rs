//! Invisible characters.

/// True for blanks of any width.
pub(super) fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' | '\u{200a}')
}

/// True for blanks and for characters without width, which may surround a value.
pub(super) fn is_around(character: char) -> bool {
    is_blank(character) || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}
