//! Consecutive records in one piece: their texts in one string, their fields as spans of it.

use super::{Record, Reject};

/// Consecutive records of a file and the rejects between them. Every record has the same number of
/// fields. Reused from batch to batch.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(super) text: String,
    pub(super) fields: Vec<Span>,
    pub(super) rows: Vec<Row>,
    pub(super) width: usize,
    /// Each with the number of records before it.
    pub(super) rejects: Vec<(usize, Reject)>,
    /// What stands before the batch, once that is known: physical lines and bytes.
    pub(super) before: (u64, u64),
}

/// Where a field is in the text. An empty one is NULL if it begins where it ends, and else quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

/// A record without its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Lines and bytes of the batch before it.
    pub(super) line: u64,
    pub(super) offset: u64,
    /// Its bytes, with its line ending.
    pub(super) raw: Span,
    /// True if its bytes are its fields with commas between them and a line feed behind.
    pub(super) bare: bool,
}

impl Span {
    const QUOTED_EMPTY: Self = Self { start: 1, end: 0 };

    /// A batch is far shorter than 4 GiB: a chunk of the file, and what was taken out of its quotes.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a batch is far shorter than 4 GiB")]
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    pub(super) fn quoted(start: usize, end: usize) -> Self {
        if start < end { Self::new(start, end) } else { Self::QUOTED_EMPTY }
    }

    /// True for NULL.
    #[inline]
    pub(super) fn is_null(self) -> bool {
        self.start == self.end
    }

    /// True for NULL and the empty text.
    #[inline]
    pub(super) fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Its first byte and the one behind it.
    #[inline]
    pub(super) fn range(self) -> (usize, usize) {
        (self.start as usize, self.end as usize)
    }

    #[inline]
    pub(super) fn of(self, text: &str) -> &str {
        if self.start < self.end { &text[self.start as usize..self.end as usize] } else { "" }
    }
}

impl Batch {
    /// How many records there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there is no record; there may be rejects.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many fields a record has.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// A field of a record, unquoted; `None` for NULL.
    ///
    /// # Panics
    /// When there is no such field.
    #[inline]
    #[must_use]
    pub fn value(&self, record: usize, field: usize) -> Option<&str> {
        let span = self.fields[record * self.width..][..self.width][field];
        (!span.is_null()).then(|| span.of(&self.text))
    }

    /// Every field of a record in order, `None` for NULL.
    ///
    /// # Panics
    /// When there is no such record.
    #[inline]
    pub fn values(&self, record: usize) -> impl ExactSizeIterator<Item = Option<&str>> + Clone {
        let fields = &self.fields[record * self.width..][..self.width];
        fields.iter().map(|span| (!span.is_null()).then(|| span.of(&self.text)))
    }

    /// The physical line on which a record began; the first line of a file is 1.
    #[inline]
    #[must_use]
    pub fn line(&self, record: usize) -> u64 {
        self.before.0 + self.rows[record].line
    }

    /// The byte of the file at which a record began.
    #[must_use]
    pub fn offset(&self, record: usize) -> u64 {
        self.before.1 + self.rows[record].offset
    }

    /// A record as it stands in the file, with its line ending, in UTF-8.
    #[must_use]
    pub fn raw(&self, record: usize) -> &str {
        self.rows[record].raw.of(&self.text)
    }

    /// A record as it stands in the file, if the [`Writer`](super::Writer) writes it so too.
    #[inline]
    #[must_use]
    pub fn written(&self, record: usize) -> Option<&str> {
        let row = self.rows[record];
        let is_null = |span: &Span| {
            let (start, end) = span.range();
            start + 4 == end && &self.text.as_bytes()[start..end] == b"NULL"
        };
        let fields = &self.fields[record * self.width..][..self.width];
        (row.bare && !fields.iter().any(is_null)).then(|| row.raw.of(&self.text))
    }

    /// What was rejected between the records: the number of the batch's records before it, and what it
    /// is.
    #[must_use]
    pub fn rejects(&self) -> &[(usize, Reject)] {
        &self.rejects
    }

    /// Rejects a record of the file `file`, for a reason that only the caller can see.
    #[must_use]
    pub fn reject(
        &self,
        record: usize,
        file: &str,
        column: Option<&str>,
        reason: String,
    ) -> Reject {
        Reject {
            file: file.to_owned(),
            line: self.line(record),
            offset: self.offset(record),
            column: column.map(str::to_owned),
            reason,
            raw: self.raw(record).as_bytes().trim_ascii_end().to_owned(),
        }
    }

    /// Replaces `copy` by a record.
    pub fn copy_into(&self, record: usize, copy: &mut Record) {
        copy.clear();
        self.values(record).for_each(|value| copy.push(value));
        (copy.line, copy.offset) = (self.line(record), self.offset(record));
    }

    /// Appends fields to every record; `more` is called for one record after the other, and appends
    /// `count` values.
    ///
    /// # Errors
    /// That of `more`.
    pub(crate) fn widen<E>(
        &mut self,
        count: usize,
        mut more: impl FnMut(&mut dyn FnMut(Option<&str>)) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut fields = Vec::with_capacity(self.rows.len() * (self.width + count));
        for record in 0..self.rows.len() {
            fields.extend_from_slice(&self.fields[record * self.width..][..self.width]);
            more(&mut |value| fields.push(push(&mut self.text, value)))?;
            self.rows[record].bare = false;
        }
        self.width += count;
        self.fields = fields;
        Ok(())
    }

    /// Names the file of the rejects.
    pub(crate) fn name_rejects(&mut self, file: &str) {
        self.rejects.iter_mut().for_each(|(_, reject)| file.clone_into(&mut reject.file));
    }

    /// Empties the batch for records of `width` fields.
    pub(super) fn begin(&mut self, width: usize) {
        self.fields.clear();
        self.rows.clear();
        self.rejects.clear();
        (self.width, self.before) = (width, (0, 0));
    }

    /// Appends a record that is not part of the text yet; `raw` are its bytes.
    pub(super) fn push(&mut self, record: &Record, raw: &[u8]) {
        let start = self.text.len();
        self.text.push_str(&record.text);
        self.fields.extend(record.fields.iter().map(|field| {
            let (from, to) = (start + field.start, start + field.end);
            if field.quoted { Span::quoted(from, to) } else { Span::new(from, to) }
        }));
        let start = self.text.len();
        self.text.push_str(&String::from_utf8_lossy(raw));
        let raw = Span::new(start, self.text.len());
        self.rows.push(Row { line: record.line, offset: record.offset, raw, bare: false });
    }

    /// Appends a reject behind the records that there are.
    pub(super) fn push_reject(&mut self, reject: Reject) {
        self.rejects.push((self.rows.len(), reject));
    }

    /// Says what stands before the batch, which was read as if it were a file: its first line has the
    /// number 0.
    pub(super) fn place(&mut self, lines: u64, bytes: u64) {
        self.before = (lines, bytes);
        for (_, reject) in &mut self.rejects {
            reject.line += lines;
            reject.offset += bytes;
        }
    }

    /// Brings the fields of every record into another order: the field at `order[n]` gets the index
    /// `n`.
    pub(super) fn arrange(&mut self, order: &[usize]) {
        let records = self.fields.chunks_exact(self.width);
        self.fields = records.flat_map(|record| order.iter().map(|index| record[*index])).collect();
        self.width = order.len();
        self.rows.iter_mut().for_each(|row| row.bare = false);
    }
}

fn push(text: &mut String, value: Option<&str>) -> Span {
    let start = text.len();
    text.push_str(value.unwrap_or_default());
    match value {
        Some(_) => Span::quoted(start, text.len()),
        None => Span::new(start, start),
    }
}
