//! Parses the beginning of a file with one syntax, to see how well it fits. Records and damage are
//! judged like in the reader.

/// How many records are parsed.
const RECORDS: usize = 1000;

/// A syntax that a text may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SampleSyntax {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    pub(crate) blanks_before_quotes: bool,
    /// What ends a line.
    pub(crate) terminator: u8,
}

/// A parsed text.
#[derive(Clone, Debug, Default)]
pub(crate) struct SampleRows {
    /// Lines that are not blank.
    pub(crate) list: Vec<SampleRow>,
    /// Fields in quotes, and those of them that hold a delimiter, a line break or a quote.
    pub(crate) wrapped: usize,
    pub(crate) needed: usize,
}

/// A record, or a line that cannot be parsed.
#[derive(Clone, Debug)]
pub(crate) struct SampleRow {
    pub(crate) line: u64,
    /// Empty if the line is damaged.
    pub(crate) fields: Vec<String>,
    /// For each field whether it is quoted.
    pub(crate) quoted: Vec<bool>,
}

impl SampleRow {
    pub(crate) fn is_damaged(&self) -> bool {
        self.fields.is_empty()
    }

    /// Number of fields that are not blank.
    pub(crate) fn filled(&self) -> usize {
        self.fields.iter().filter(|field| !field.trim().is_empty()).count()
    }

    /// True for a line whose fields are all blank.
    pub(crate) fn is_empty(&self) -> bool {
        !self.is_damaged() && self.filled() == 0
    }
}

impl SampleRows {
    pub(crate) fn damaged(&self) -> usize {
        self.list.iter().filter(|row| row.is_damaged()).count()
    }
}

/// A field: its text, whether it is quoted, and the index after it.
struct SampleField {
    text: Vec<u8>,
    quoted: bool,
    end: usize,
}

/// Parses a text; `whole` means that it is the complete file.
pub(crate) fn take_apart(text: &str, whole: bool, way: SampleSyntax) -> SampleRows {
    let data = text.as_bytes();
    let mut rows = SampleRows::default();
    let (mut at, mut line) = (0, 1);
    while at < data.len() && rows.list.len() < RECORDS {
        let (row, end) = match way.record(data, at) {
            Some((row, end)) => (row, end),
            None => (Vec::new(), way.line_end(data, at)),
        };
        // A sample can end inside a record.
        if end >= data.len() && !whole && rows.list.len() > 1 {
            break;
        }
        let breaks = |part: &[u8]| memchr::memchr_iter(way.terminator, part).count() as u64;
        let blank = data[at..end].iter().all(u8::is_ascii_whitespace);
        // A line of tabs is blank, a line of delimiters is not.
        if !blank || row.len() > 1 {
            rows.wrapped += row.iter().filter(|field| field.quoted).count();
            rows.needed += row.iter().filter(|field| way.needs_quotes(field)).count();
            let quoted = row.iter().map(|field| field.quoted).collect();
            let text = |field: SampleField| String::from_utf8_lossy(&field.text).into_owned();
            rows.list.push(SampleRow { line, fields: row.into_iter().map(text).collect(), quoted });
        }
        line += breaks(&data[at..end]);
        at = end;
    }
    rows
}

impl SampleSyntax {
    /// The record at `at` and the index after it; `None` if it is damaged.
    fn record(self, data: &[u8], mut at: usize) -> Option<(Vec<SampleField>, usize)> {
        let mut fields = Vec::new();
        loop {
            let field = self.field(data, at)?;
            at = field.end;
            fields.push(field);
            match data.get(at) {
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(_) => return Some((fields, at + 1)),
                None => return Some((fields, at)),
            }
        }
    }

    /// The field at `at`, which ends at a delimiter, a terminator or the end.
    fn field(self, data: &[u8], at: usize) -> Option<SampleField> {
        let is_end = |byte: u8| byte == self.delimiter || byte == self.terminator;
        let mut from = at;
        if self.blanks_before_quotes {
            from += data[at..].iter().take_while(|byte| self.is_blank(**byte)).count();
        }
        if self.quote.is_some() && data.get(from).copied() == self.quote {
            return self.quoted_field(data, from + 1);
        }
        let length = data[at..].iter().position(|byte| is_end(*byte) || Some(*byte) == self.quote);
        let end = length.map_or(data.len(), |length| at + length);
        if data.get(end).is_some_and(|byte| !is_end(*byte)) {
            return None;
        }
        let mut text = &data[at..end];
        if self.terminator == b'\n' && data.get(end) != Some(&self.delimiter) {
            while let [rest @ .., b'\r'] = text {
                text = rest;
            }
        }
        let field = SampleField { text: text.to_vec(), quoted: false, end };
        (self.terminator == b'\r' || !text.contains(&b'\r')).then_some(field)
    }

    /// The quoted field whose opening quote is before `at`.
    fn quoted_field(self, data: &[u8], mut at: usize) -> Option<SampleField> {
        let quote = self.quote?;
        let mut text = Vec::new();
        loop {
            let length = memchr::memchr(quote, &data[at..])?;
            text.extend_from_slice(&data[at..at + length]);
            at += length + 1;
            if data.get(at) != Some(&quote) {
                break;
            }
            text.push(quote);
            at += 1;
        }
        let blank = |byte: &u8| {
            (*byte == b'\r' && self.terminator == b'\n')
                || (self.blanks_before_quotes && self.is_blank(*byte))
        };
        at += data[at..].iter().take_while(|byte| blank(byte)).count();
        let ends = data.get(at).is_none_or(|byte| [self.delimiter, self.terminator].contains(byte));
        ends.then_some(SampleField { text, quoted: true, end: at })
    }

    fn is_blank(self, byte: u8) -> bool {
        byte == b' ' || (byte == b'\t' && self.delimiter != b'\t')
    }

    fn needs_quotes(self, field: &SampleField) -> bool {
        let needs =
            |byte: &u8| [self.delimiter, b'\n', b'\r'].contains(byte) || Some(*byte) == self.quote;
        field.quoted && field.text.iter().any(needs)
    }

    fn line_end(self, data: &[u8], at: usize) -> usize {
        memchr::memchr(self.terminator, &data[at..]).map_or(data.len(), |length| at + length + 1)
    }
}
