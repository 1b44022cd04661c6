//! Formats JSON text again. Numbers and strings stay as they were written (`12.50` does not become
//! `12.5`); only characters that control a terminal become `\u` escapes of the same meaning.

use std::fmt::Write as _;

use ecom_core::escape;
use ecom_core::show::Style;

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// On one line.
    Compact,
    /// Indented by two spaces, in color if `true`.
    Indented(bool),
}

/// Appends `text`, which is valid JSON, to `out`.
pub(crate) fn write(text: &str, layout: Layout, out: &mut String) {
    let bytes = text.as_bytes();
    let indented = layout != Layout::Compact;
    let mut depth = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let mut length = 1;
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'"' => {
                length = string_length(&bytes[at..]);
                let is_name = next_token(bytes, at + length) == Some(b':');
                push_string(&text[at..at + length], is_name, layout, out);
            }
            b'{' | b'[' => {
                out.push(char::from(byte));
                // In ASCII a closing bracket is the opening one plus two: `{` is 7b, `}` is 7d.
                if next_token(bytes, at + 1) != Some(byte + 2) {
                    depth += 1;
                    new_line(indented, depth, out);
                }
            }
            b'}' | b']' => {
                if last_token(bytes, at) != Some(byte - 2) {
                    depth -= 1;
                    new_line(indented, depth, out);
                }
                out.push(char::from(byte));
            }
            b',' => {
                out.push(',');
                new_line(indented, depth, out);
            }
            b':' => out.push_str(if indented { ": " } else { ":" }),
            // Numbers, true, false and null are ASCII.
            _ => out.push(char::from(byte)),
        }
        at += length;
    }
}

/// Appends any text as a JSON string that is safe to print.
pub(crate) fn write_text(text: &str, out: &mut String) {
    let quoted = serde_json::Value::from(text).to_string();
    push_string(&quoted, false, Layout::Compact, out);
}

/// The length in bytes of the string at the beginning of `bytes`, including its quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn next_token(bytes: &[u8], at: usize) -> Option<u8> {
    bytes[at..].iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// The last byte of the token before `at`. Call it only outside of strings.
fn last_token(bytes: &[u8], at: usize) -> Option<u8> {
    bytes[..at].iter().rev().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn push_string(text: &str, is_name: bool, layout: Layout, out: &mut String) {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if escape::is_unsafe(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    let style = if is_name { Style::Cyan } else { Style::Green };
    out.push_str(&style.paint(&safe, layout == Layout::Indented(true)));
}

fn new_line(indented: bool, depth: usize, out: &mut String) {
    if indented {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(text: &str, layout: Layout) -> String {
        let mut out = String::new();
        write(text, layout, &mut out);
        out
    }

    #[test]
    fn numbers_and_texts_stay_as_they_were_written() {
        let text =
            r#"{"price":12.50,"name":"Salt, \"Fat\": {é}","tags":[],"box":{ },"n":[1,null]}"#;
        let expected = r#"{
  "price": 12.50,
  "name": "Salt, \"Fat\": {é}",
  "tags": [],
  "box": {},
  "n": [
    1,
    null
  ]
}"#;
        assert_eq!(laid_out(text, Layout::Indented(false)), expected);
        assert_eq!(laid_out(expected, Layout::Compact), text.replace("{ }", "{}"));
    }

    #[test]
    fn characters_that_control_a_terminal_become_escapes_of_the_same_meaning() {
        let text = "{\"a\":\"x\u{9b}31m\u{202e}\u{7f}\"}";
        let shown = laid_out(text, Layout::Compact);
        assert_eq!(shown, "{\"a\":\"x\\u009b31m\\u202e\\u007f\"}");
        let meaning = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(meaning(&shown), meaning(text));
    }

    #[test]
    fn only_names_and_texts_are_colored() {
        let expected = "{\n  \u{1b}[36m\"a\"\u{1b}[0m: \u{1b}[32m\"x\"\u{1b}[0m,\n  \u{1b}[36m\"b\"\u{1b}[0m: 1\n}";
        assert_eq!(laid_out(r#"{"a":"x","b":1}"#, Layout::Indented(true)), expected);
    }

    #[test]
    fn a_bracket_in_a_text_is_text() {
        let text = r#"{"a":"{","b":["["],"c":"\\"}"#;
        assert_eq!(laid_out(&laid_out(text, Layout::Indented(false)), Layout::Compact), text);
    }

    #[test]
    fn any_text_becomes_a_json_string() {
        let mut out = String::new();
        write_text("a\"\u{1b}[31m\u{202e}", &mut out);
        assert_eq!(out, r#""a\"\u001b[31m\u202e""#);
    }
}
