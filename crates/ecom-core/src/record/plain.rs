//! Finds the records of a chunk in one pass, as long as all of them are plain: as wide as the header,
//! with quotes that fit, and nothing between them but empty lines. Most chunks of most files are so.
//!
//! What it finds is what [`Reader`](super::Reader) finds; where it does not know, it says so, and the
//! reader reads the chunk.

use memchr::{memchr, memchr_iter};

use super::batch::{Batch, Row, Span};
use super::source::LineJudge;
use super::syntax::Syntax;
use super::{Field, RECORD_LIMIT, Record};

/// What plain records look like.
pub(super) struct Plain {
    syntax: Syntax,
    header: Record,
    lines: Option<LineJudge>,
    /// True for files in the form of a work file.
    is_usual: bool,
    /// The bytes that mean something: delimiter, terminator, quote, carriage return.
    marks: [u8; 4],
}

/// The records found so far.
struct Found<'a> {
    data: &'a [u8],
    fields: &'a mut Vec<Span>,
    rows: &'a mut Vec<Row>,
    /// Texts without their doubled quotes, which will follow the chunk.
    unquoted: String,
    lines: u64,
    /// The record that is being read: where it begins, its first field, lines that it goes on.
    start: usize,
    first: usize,
    more_lines: u64,
    bare: bool,
}

/// Finds the bytes that mean something, 64 bytes at a time.
struct Scan<'a> {
    data: &'a [u8],
    marks: [u8; 4],
    /// Where the block begins, and a bit for each of its bytes.
    base: usize,
    mask: u64,
}

const BLOCK: usize = 64;

impl Plain {
    /// `None` if the bytes that structure the file could be mistaken for each other.
    pub(super) fn new(syntax: Syntax, header: &Record, lines: Option<&LineJudge>) -> Option<Self> {
        let Syntax { delimiter, quote, terminator, .. } = syntax;
        let marks = [delimiter, terminator, quote.unwrap_or(delimiter), b'\r'];
        let is_clear = delimiter != terminator
            && delimiter != b'\r'
            && quote.is_none_or(|quote| ![delimiter, terminator, b'\r'].contains(&quote));
        let (header, lines) = (header.clone(), lines.cloned());
        let is_usual = [delimiter, terminator, quote.unwrap_or(0)] == *b",\n\"";
        is_clear.then_some(Self { syntax, header, lines, is_usual, marks })
    }

    /// Finds the records of a batch whose text is a chunk, and returns the number of its lines; `None`
    /// if they are not all plain, and nothing of the batch counts. `last` means that the file ends with
    /// the chunk.
    pub(super) fn find(&self, batch: &mut Batch, last: bool) -> Option<u64> {
        let data = batch.text.as_bytes();
        if memchr(0, data).is_some() {
            return None;
        }
        let mut found = Found {
            data,
            fields: &mut batch.fields,
            rows: &mut batch.rows,
            unquoted: String::new(),
            lines: 0,
            start: 0,
            first: 0,
            more_lines: 0,
            bare: true,
        };
        let mut scan = Scan { data, marks: self.marks, base: 0, mask: 0 };
        scan.load(0);
        let (delimiter, terminator) = (self.syntax.delimiter, self.syntax.terminator);
        let mut start = 0;
        while let Some(at) = scan.next() {
            let byte = data[at];
            if byte == delimiter {
                found.fields.push(Span::new(start, at));
                start = at + 1;
                continue;
            }
            let end = if byte == terminator {
                found.fields.push(Span::new(start, at));
                at + 1
            } else if self.syntax.quote == Some(byte) {
                if at > start {
                    // An apostrophe is as often a letter as a quote.
                    if byte == b'\'' && !self.syntax.blanks_before_quotes {
                        continue;
                    }
                    return None;
                }
                let behind = self.quoted(&mut found, at)?;
                if data.get(behind) == Some(&delimiter) {
                    start = behind + 1;
                    scan.go_to(start);
                    continue;
                }
                self.line_end(data, behind, last)?
            } else {
                found.fields.push(Span::new(start, at));
                self.line_end(data, at, last)?
            };
            self.end_record(&mut found, end)?;
            start = end;
            if end > at + 1 {
                scan.go_to(end);
            }
        }
        if found.start < data.len() {
            if !last {
                return None;
            }
            found.fields.push(Span::new(start, data.len()));
            self.end_record(&mut found, data.len())?;
        }
        let Found { lines, unquoted, .. } = found;
        batch.text.push_str(&unquoted);
        Some(lines)
    }

    /// Takes the quoted field that begins at `at`, and returns where it ends.
    fn quoted(&self, found: &mut Found<'_>, at: usize) -> Option<usize> {
        let quote = self.syntax.quote.filter(|_| !self.syntax.blanks_before_quotes)?;
        let (data, start) = (found.data, at + 1);
        found.bare = false;
        let mut copied = None;
        let mut from = start;
        let end = loop {
            let end = from + memchr(quote, &data[from..])?;
            if data.get(end + 1) != Some(&quote) {
                break end;
            }
            // The text up to the quote, with one of the two.
            copied.get_or_insert(found.unquoted.len());
            found.unquoted.push_str(str::from_utf8(&data[from..=end]).ok()?);
            from = end + 2;
        };
        let span = match copied {
            None => Span::quoted(start, end),
            Some(begin) => {
                found.unquoted.push_str(str::from_utf8(&data[from..end]).ok()?);
                Span::quoted(data.len() + begin, data.len() + found.unquoted.len())
            }
        };
        found.fields.push(span);
        let terminator = self.syntax.terminator;
        let breaks = memchr_iter(terminator, &data[start..end]).count();
        found.more_lines += breaks as u64;
        Some(end + 1)
    }

    /// Where the line ends whose last field ends at `at`; carriage returns before the terminator do
    /// not count.
    fn line_end(&self, data: &[u8], at: usize, last: bool) -> Option<usize> {
        let is_return = |byte: &&u8| **byte == b'\r' && self.syntax.terminator != b'\r';
        let end = at + data[at..].iter().take_while(is_return).count();
        match data.get(end) {
            Some(&byte) if byte == self.syntax.terminator => Some(end + 1),
            None if last => Some(end),
            _ => None,
        }
    }

    /// Ends a record whose fields are there; the next one begins at `end`.
    fn end_record(&self, found: &mut Found<'_>, end: usize) -> Option<()> {
        let (data, start, first) = (found.data, found.start, found.first);
        let fields = &found.fields[first..];
        if let [only] = fields
            && only.is_null()
        {
            found.fields.truncate(first);
        } else {
            let is_wide = fields.len() == self.header.len() && end - start <= RECORD_LIMIT;
            if !is_wide || !self.is_record(found, fields) {
                return None;
            }
            let raw = Span::new(start, end);
            // No carriage return either.
            let ends = data[end - 1] == b'\n'
                && fields.last().is_some_and(|last| last.range().1 == end - 1);
            let bare = self.is_usual && found.bare && ends;
            found.rows.push(Row { line: found.lines, offset: start as u64, raw, bare });
        }
        let is_ended = data[end - 1] == self.syntax.terminator;
        found.lines += found.more_lines + u64::from(is_ended);
        (found.start, found.first, found.more_lines, found.bare) =
            (end, found.fields.len(), 0, true);
        Some(())
    }

    /// True if the fields are those of a record, whatever was read before; false if that is open.
    fn is_record(&self, found: &Found<'_>, fields: &[Span]) -> bool {
        let Some(lines) = &self.lines else { return true };
        let text = |span: Span| {
            let (start, end) = span.range();
            let length = found.data.len();
            if start < length {
                &found.data[start..end]
            } else {
                &found.unquoted.as_bytes()[start - length..end - length]
            }
        };
        let [first, others @ ..] = fields else { return false };
        let first = if first.is_empty() { &[] } else { text(*first) };
        let may_be_note = others.len() > 2 && others.iter().all(|span| span.is_empty());
        if lines.is_clear(first) && !may_be_note {
            return true;
        }
        let mut record = Record::new();
        for span in fields {
            let start = record.text.len();
            if !span.is_empty() {
                record.text.push_str(str::from_utf8(text(*span)).unwrap_or_default());
            }
            record.fields.push(Field { start, end: record.text.len(), quoted: !span.is_null() });
            record.text.push(char::from(self.syntax.delimiter));
        }
        lines.is_record(&record, &self.header)
    }
}

impl Scan<'_> {
    /// The next byte that means something.
    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.mask == 0 {
            if self.base + BLOCK >= self.data.len() {
                return None;
            }
            self.load(self.base + BLOCK);
        }
        let at = self.base + self.mask.trailing_zeros() as usize;
        self.mask &= self.mask - 1;
        Some(at)
    }

    /// Goes on at `at`, which lies ahead.
    #[inline]
    fn go_to(&mut self, at: usize) {
        let base = at & !(BLOCK - 1);
        if base != self.base {
            self.load(base);
        }
        self.mask &= u64::MAX << (at - base);
    }

    #[inline]
    fn load(&mut self, base: usize) {
        self.base = base;
        let ahead = self.data.get(base..).unwrap_or_default();
        self.mask = if let Some(block) = ahead.first_chunk() {
            marked(block, self.marks)
        } else {
            let mut block = [0; BLOCK];
            block[..ahead.len()].copy_from_slice(ahead);
            marked(&block, self.marks)
        };
    }
}

/// A bit for each byte that is one of the marks; 0 is none of them.
#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "without a branch it is a few wide comparisons")]
fn marked(block: &[u8; BLOCK], [a, b, c, d]: [u8; 4]) -> u64 {
    let mut flags = [0; BLOCK];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        *flag = u8::from((byte == a) | (byte == b) | (byte == c) | (byte == d));
    }
    let (words, _) = flags.as_chunks::<8>();
    let mut mask = 0;
    for (index, word) in words.iter().enumerate() {
        // Brings the last bit of every byte together in the first byte.
        let bits = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (8 * index);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_has_its_bit() {
        for at in 0..BLOCK {
            let mut block = [b'x'; BLOCK];
            block[at] = b',';
            block[(at + 7) % BLOCK] = b'\n';
            let wanted = 1 << at | 1 << ((at + 7) % BLOCK);
            assert_eq!(marked(&block, [b',', b'\n', b'"', b'\r']), wanted);
        }
        assert_eq!(marked(&[0xff; BLOCK], [b',', b'\n', b'"', b'\r']), 0);
    }
}
