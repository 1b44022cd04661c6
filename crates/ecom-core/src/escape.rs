//! Makes text from data safe to show: no control character reaches a terminal or a log line.

use std::fmt::Write as _;

/// `text` with every control character, line break and bidirectional override shown as `\n`,
/// `\t`, `\u{1b}` and so on.
#[must_use]
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    line_into(&mut out, text);
    out
}

/// Appends [`line()`] of `text` to `out`.
pub(crate) fn line_into(out: &mut String, text: &str) {
    for character in text.chars() {
        if is_unsafe(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
}

/// Bytes that may not be UTF-8, as one safe line: invalid bytes are shown as `\xNN`.
#[must_use]
pub fn bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        line_into(&mut out, chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// A path as one safe line.
#[must_use]
pub fn path(path: &std::path::Path) -> String {
    line(&path.to_string_lossy())
}

/// [`line()`], cut after `most` characters with an ellipsis.
#[must_use]
pub fn excerpt(text: &str, most: usize) -> String {
    let mut safe = line(text);
    if let Some((cut, _)) = safe.char_indices().nth(most) {
        safe.truncate(cut);
        safe.push('…');
    }
    safe
}

/// `name` as an SQL identifier in backticks.
#[must_use]
pub fn sql_name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// `text` as an SQL string literal in single quotes.
#[must_use]
pub fn sql_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// `text` as one word of a shell's command line, with quotes only where it needs them.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:,@%".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// True for characters that a terminal obeys: control characters, line breaks, direction marks.
#[must_use]
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_letters_kept() {
        assert_eq!(line("Café\t\u{1b}[31mred\n"), "Café\\t\\u{1b}[31mred\\n");
        assert_eq!(line("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(line("a\u{61c}b"), "a\\u{61c}b");
    }

    #[test]
    fn bytes_that_do_not_decode_are_shown_in_hexadecimal() {
        assert_eq!(bytes(b"caf\xe9!"), "caf\\xe9!");
    }

    #[test]
    fn an_excerpt_counts_characters() {
        assert_eq!(excerpt("äöüß", 4), "äöüß");
        assert_eq!(excerpt("äöüßx", 4), "äöüß…");
    }

    #[test]
    fn sql_quotes_are_doubled() {
        assert_eq!(sql_name("a`b"), "`a``b`");
        assert_eq!(sql_text(r"Levi's \o/"), r"'Levi''s \\o/'");
    }
}
