//! The structure of a file: delimiters, quotes, line endings, and where a record ends.

use std::str;

use memchr::{memchr, memchr_iter, memchr2};

use super::{Field, Record};
use crate::plan::{Dialect, LineEnding};

/// The bytes that structure a file.
#[derive(Clone, Copy)]
pub(super) struct Syntax {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) terminator: u8,
    /// True if blanks may surround a quoted field.
    pub(super) blanks_before_quotes: bool,
}

/// The length of a record with its line ending, or `None` if the buffer ends inside it.
pub(super) type Parsed = Result<Option<usize>, Broken>;

/// Why something is not a record, and the index of the field where that was seen.
pub(super) struct Broken {
    pub(super) reason: &'static str,
    pub(super) index: usize,
}

impl Syntax {
    /// The syntax of a dialect.
    ///
    /// # Errors
    /// A delimiter or a quote that is not an ASCII character, as a text.
    pub(super) fn of(dialect: &Dialect) -> Result<Self, String> {
        let byte = |character: char| {
            let byte = u8::try_from(character).ok().filter(u8::is_ascii);
            byte.ok_or_else(|| format!("{character:?} is not one byte"))
        };
        Ok(Self {
            delimiter: byte(dialect.delimiter)?,
            quote: dialect.quote.map(byte).transpose()?,
            terminator: if dialect.line_ending == LineEnding::Cr { b'\r' } else { b'\n' },
            blanks_before_quotes: dialect.blanks_before_quotes,
        })
    }

    /// Parses the record at the beginning of `data` into the empty `record`; `at_end` means that
    /// nothing follows.
    pub(super) fn parse(
        self,
        data: &[u8],
        at_end: bool,
        record: &mut Record,
        scratch: &mut Vec<u8>,
    ) -> Parsed {
        let (line, length) = match memchr(self.terminator, data) {
            Some(index) => (&data[..index], index + 1),
            None if at_end => (data, data.len()),
            None if self.quote.is_none() => return Ok(None),
            None => (data, usize::MAX),
        };
        let line = strip_carriage_returns(line);
        let special =
            self.quote.map_or_else(|| memchr(b'\r', line), |quote| memchr2(quote, b'\r', line));
        match special {
            None if length == usize::MAX => Ok(None),
            None => self.split(line, record).map(|()| Some(length)),
            Some(index) if line[index] == b'\r' && length != usize::MAX => {
                let delimiters = memchr_iter(self.delimiter, &line[..index]).count();
                broken("carriage return inside an unquoted field", delimiters)
            }
            Some(_) => self.parse_quoted(data, at_end, record, scratch),
        }
    }

    /// Splits a line without quotes.
    fn split(self, line: &[u8], record: &mut Record) -> Result<(), Broken> {
        let text = decode(line, |at| memchr_iter(self.delimiter, &line[..at]).count())?;
        record.text.push_str(text);
        let mut start = 0;
        for end in memchr_iter(self.delimiter, line).chain([line.len()]) {
            record.fields.push(Field { start, end, quoted: false });
            start = end + 1;
        }
        Ok(())
    }

    /// Parses a record with a quote or a carriage return in it.
    fn parse_quoted(
        self,
        data: &[u8],
        at_end: bool,
        record: &mut Record,
        scratch: &mut Vec<u8>,
    ) -> Parsed {
        let quote = self.quote.unwrap_or(b'"');
        scratch.clear();
        let mut at = 0;
        loop {
            let index = record.fields.len();
            let start = scratch.len();
            let opening = at + self.blanks(&data[at..]);
            let quoted = data.get(opening) == Some(&quote);
            if quoted {
                match unquote(data, opening + 1, quote, scratch) {
                    Some(behind) => at = behind + self.blanks(&data[behind..]),
                    None if at_end => return broken("quote that is never closed", index),
                    None => return Ok(None),
                }
            } else {
                let rest = &data[at..];
                let end = self.unquoted_end(rest, quote);
                if end == rest.len() && !at_end {
                    return Ok(None);
                }
                at += end;
                scratch.extend_from_slice(
                    self.unquoted(rest, end, quote).map_err(|reason| Broken { reason, index })?,
                );
            }
            record.fields.push(Field { start, end: scratch.len(), quoted });
            // Keeps half a character of one field from joining half of the next.
            scratch.push(self.delimiter);
            let returns = data[at..].iter().take_while(|&&byte| byte == b'\r').count();
            let skip = if self.terminator == b'\r' { 0 } else { returns };
            match data.get(at + skip) {
                Some(&byte) if byte == self.delimiter && skip == 0 => at += 1,
                Some(&byte) if byte == self.terminator => {
                    at += skip + 1;
                    break;
                }
                None if at_end => {
                    at += skip;
                    break;
                }
                None => return Ok(None),
                Some(_) => return broken("text after a closing quote", index),
            }
        }
        let field_at = |byte: usize| {
            record.fields.iter().position(|field| byte < field.end).unwrap_or_default()
        };
        record.text.push_str(decode(scratch, field_at)?);
        Ok(Some(at))
    }

    /// How many blanks there are around a quoted field, if they are allowed.
    fn blanks(self, data: &[u8]) -> usize {
        let blank = |&&byte: &&u8| matches!(byte, b' ' | b'\t') && byte != self.delimiter;
        if self.blanks_before_quotes { data.iter().take_while(blank).count() } else { 0 }
    }

    /// Where an unquoted field ends, or where it has a quote.
    fn unquoted_end(self, rest: &[u8], quote: u8) -> usize {
        // An apostrophe is as often a letter as a quote.
        let quote = if quote == b'\'' { self.delimiter } else { quote };
        let ends = |&byte: &u8| byte == self.delimiter || byte == self.terminator || byte == quote;
        rest.iter().position(ends).unwrap_or(rest.len())
    }

    /// The text of the unquoted field at the beginning of `rest`, or what is wrong with it.
    fn unquoted(self, rest: &[u8], end: usize, quote: u8) -> Result<&[u8], &'static str> {
        let next = rest.get(end).copied();
        let last = next.is_none_or(|byte| byte == self.terminator);
        let text = if last { strip_carriage_returns(&rest[..end]) } else { &rest[..end] };
        if memchr(b'\r', text).is_some() {
            return Err("carriage return inside an unquoted field");
        }
        if next == Some(quote) {
            return Err("quote inside an unquoted field");
        }
        Ok(text)
    }
}

/// Appends the text of the quoted field that begins at `at`, and returns the index after its closing
/// quote.
fn unquote(data: &[u8], mut at: usize, quote: u8, text: &mut Vec<u8>) -> Option<usize> {
    loop {
        let end = at + memchr(quote, &data[at..])?;
        text.extend_from_slice(&data[at..end]);
        if data.get(end + 1) != Some(&quote) {
            return Some(end + 1);
        }
        text.push(quote);
        at = end + 2;
    }
}

fn broken(reason: &'static str, index: usize) -> Parsed {
    Err(Broken { reason, index })
}

fn decode(bytes: &[u8], index: impl FnOnce(usize) -> usize) -> Result<&str, Broken> {
    str::from_utf8(bytes).map_err(|error| Broken {
        reason: "bytes that are not UTF-8",
        index: index(error.valid_up_to()),
    })
}

fn strip_carriage_returns(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r'] = line {
        line = rest;
    }
    line
}
