//! Writes RFC 4180: commas, quotes where necessary, LF.
//!
//! Unlike the csv crate, it writes NULL (nothing) and an empty text (`""`) differently. The text `NULL` is quoted
//! too, because `LOAD DATA` reads the bare word as NULL.

use std::io::{self, Write};

use memchr::memchr_iter;

/// Writes records; wrap what is not buffered in a `BufWriter`.
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    line: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes to `output`.
    pub fn new(output: W) -> Self {
        Self { output, line: Vec::new() }
    }

    /// Writes one record. `None` becomes nothing at all, an empty text becomes `""`.
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn write<'a>(
        &mut self,
        values: impl IntoIterator<Item = Option<&'a str>>,
    ) -> io::Result<()> {
        self.line.clear();
        push_line(&mut self.line, values);
        self.output.write_all(&self.line)
    }

    /// Writes records that are lines already, see [`push_line`].
    ///
    /// # Errors
    /// The output cannot be written.
    pub fn write_lines(&mut self, lines: &[u8]) -> io::Result<()> {
        self.output.write_all(lines)
    }

    /// The output.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.output
    }

    /// The output, once everything was written.
    pub fn into_inner(self) -> W {
        self.output
    }
}

/// Appends one record as [`Writer::write`] writes it.
pub fn push_line<'a>(line: &mut Vec<u8>, values: impl IntoIterator<Item = Option<&'a str>>) {
    for (index, value) in values.into_iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        if let Some(text) = value {
            push_field(line, text.as_bytes());
        }
    }
    line.push(b'\n');
}

fn push_field(line: &mut Vec<u8>, text: &[u8]) {
    // Fields are short: counting without a branch is faster than searching for each byte.
    let special = text.iter().filter(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')).count();
    let plain = special == 0 && !text.is_empty() && text != b"NULL";
    if plain {
        line.extend_from_slice(text);
        return;
    }
    line.push(b'"');
    let mut start = 0;
    for quote in memchr_iter(b'"', text) {
        line.extend_from_slice(&text[start..=quote]);
        line.push(b'"');
        start = quote + 1;
    }
    line.extend_from_slice(&text[start..]);
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_is_quoted() {
        let mut writer = Writer::new(Vec::new());
        let record = [Some("a b"), Some("x, y"), Some("5\""), Some(""), None, Some("1\n2")];
        writer.write(record).unwrap();
        writer.write([Some("NULL"), Some("NULLS"), Some("null")]).unwrap();
        let text = String::from_utf8(writer.into_inner()).unwrap();
        assert_eq!(text, "a b,\"x, y\",\"5\"\"\",\"\",,\"1\n2\"\n\"NULL\",NULLS,null\n");
    }
}
