//! What is kept of a value to be shown to people.

/// The most bytes of a value that are kept to be shown.
const SHOWN: usize = 256;

/// Appends what is kept of a value to be shown: its first bytes, with an ellipsis when it is cut.
pub(crate) fn push_shown(text: &mut String, value: &str) {
    if value.len() <= SHOWN {
        text.push_str(value);
        return;
    }
    text.push_str(&value[..value.floor_char_boundary(SHOWN)]);
    text.push('…');
}
