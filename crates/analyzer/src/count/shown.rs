//! The part of a value that is kept to be shown.

/// The most bytes of a value that are kept.
const SHOWN: usize = 256;

/// Appends the beginning of a value, with an ellipsis if it is cut off.
pub(crate) fn push_shown(text: &mut String, value: &str) {
    if value.len() <= SHOWN {
        text.push_str(value);
        return;
    }
    text.push_str(&value[..value.floor_char_boundary(SHOWN)]);
    text.push('…');
}
