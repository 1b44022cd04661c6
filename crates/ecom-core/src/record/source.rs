//! What is between the records of a source file: blank lines, repeated headers, totals, notes.

use std::iter;

use super::syntax::Syntax;
use super::total::{self, Total};
use super::{Field, Record};

/// What was skipped after the header of a source file. Lines with nothing at all on them are not
/// counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Lines whose fields are all without a value.
    pub blank: u64,
    /// The physical line of the first of them.
    pub first_blank: Option<u64>,
    /// Lines that are the header again.
    pub headers: u64,
    /// The physical line of the first of them.
    pub first_header: Option<u64>,
}

impl PassedOver {
    /// How many lines were skipped.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.blank + self.headers
    }

    /// Adds what was skipped in a part of the file that `before` lines come before.
    pub(super) fn add(&mut self, part: &Self, before: u64) {
        self.blank += part.blank;
        self.headers += part.headers;
        self.first_blank = self.first_blank.or(part.first_blank.map(|line| before + line));
        self.first_header = self.first_header.or(part.first_header.map(|line| before + line));
    }
}

/// Tells the lines of one source file apart.
#[derive(Clone)]
pub(super) struct LineJudge {
    syntax: Syntax,
    /// What a line may be, by its first byte; most are clearly records.
    may_be: [u8; 256],
    /// Columns up to the last one with a name.
    named: usize,
    /// What the first records have in their first column; `None` in the middle of a file.
    first_column: Option<FirstColumn>,
}

/// What a line may be. A blank at its beginning hides that.
const HIDDEN: u8 = 1;
const HEADER: u8 = 2;
const TOTAL: u8 = 4;

/// Whether the first column has texts of several words.
#[derive(Clone, Copy, Debug, Default)]
struct FirstColumn {
    /// Records that were looked at.
    records: u8,
    has_words: bool,
}

/// How many records decide what the first column holds.
const TELLING: u8 = 64;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Record,
    Blank,
    Header,
    Total,
    TotalIfLast,
    /// One text of several words and nothing else.
    Note,
    /// A note or a record: the first records of the file decide, and they are not known here.
    Open,
}

impl LineJudge {
    pub(super) fn new(syntax: Syntax, header: &Record) -> Self {
        let mut may_be = [0; 256];
        for &byte in total::FIRST_BYTES {
            may_be[usize::from(byte)] = TOTAL;
            may_be[usize::from(byte.to_ascii_uppercase())] = TOTAL;
        }
        let first = header.iter().next().unwrap_or_default().trim_start();
        if let Some(&byte) = first.as_bytes().first() {
            may_be[usize::from(byte)] |= HEADER;
        }
        may_be[..=usize::from(b' ')].fill(HIDDEN);
        may_be[usize::from(syntax.delimiter)] = HIDDEN;
        // Blanks and totals of other scripts.
        may_be[0x80..].fill(HIDDEN);
        let named = header.iter().enumerate().filter(|(_, name)| !is_blank(name)).last();
        let named = named.map_or(0, |(index, _)| index + 1);
        Self { syntax, may_be, named, first_column: Some(FirstColumn::default()) }
    }

    /// The same for a part of the file that its first records are not in.
    pub(super) fn elsewhere(&self) -> Self {
        Self { first_column: None, ..self.clone() }
    }

    /// True once the records to come cannot change what a line is.
    pub(super) fn is_settled(&self) -> bool {
        self.first_column.is_none_or(|column| column.records == TELLING)
    }

    /// True if any record with that first field is a record; else [`LineJudge::is_record`] knows.
    #[inline]
    pub(super) fn is_clear(&self, first: &[u8]) -> bool {
        let may_be = first.first().map_or(HIDDEN, |&byte| self.may_be[usize::from(byte)]);
        let is_plain =
            may_be == 0 || (may_be == TOTAL && first.len() > 1 && !total::goes_on(first));
        is_plain && !total::ends_like_part(first)
    }

    /// True if a record is one, whatever was read before; false if it is not, or if that is open.
    pub(super) fn is_record(&self, record: &Record, header: &Record) -> bool {
        self.elsewhere().kind(record, header) == Kind::Record
    }

    /// What a record is.
    #[inline]
    pub(super) fn kind(&mut self, record: &Record, header: &Record) -> Kind {
        let text = record.text.as_bytes();
        let may_be = text.first().map_or(HIDDEN, |&byte| self.may_be[usize::from(byte)]);
        let is_plain = may_be == 0 || (may_be == TOTAL && !total::goes_on(text));
        let kind = if is_plain { Kind::Record } else { look(may_be, record, header) };
        if kind == Kind::Record { self.behind(record, header) } else { kind }
    }

    /// What a record is whose beginning looks like one.
    fn behind(&mut self, record: &Record, header: &Record) -> Kind {
        if total::ends_like_one(record) && total::judge(record, header.len()) == Total::Yes {
            return Kind::Total;
        }
        let Some(column) = &mut self.first_column else {
            return if total::is_note(record) { Kind::Open } else { Kind::Record };
        };
        if column.records > 0 && !column.has_words && total::is_note(record) {
            return Kind::Note;
        }
        if column.records < TELLING {
            column.records += 1;
            column.has_words |= total::holds_words(record);
        }
        Kind::Record
    }

    /// Gives a record the header's width if only columns without a name are missing, or only fields
    /// without a value are too many.
    #[inline]
    pub(super) fn fit(&self, record: &mut Record, width: usize) {
        if record.len() != width {
            fit(record, width, self.named);
        }
    }

    /// The bytes that lines without any value consist of.
    pub(super) fn blanks(&self) -> [u8; 6] {
        let Syntax { delimiter, quote, .. } = self.syntax;
        [b'\r', b'\n', b' ', b'\t', delimiter, quote.unwrap_or(delimiter)]
    }
}

fn look(may_be: u8, record: &Record, header: &Record) -> Kind {
    if may_be & HIDDEN != 0 && record.is_blank() {
        return Kind::Blank;
    }
    if may_be & (HIDDEN | HEADER) != 0 && is_header(record, header) {
        return Kind::Header;
    }
    match total::judge(record, header.len()) {
        Total::No => Kind::Record,
        Total::Yes => Kind::Total,
        Total::IfLast => Kind::TotalIfLast,
    }
}

fn fit(record: &mut Record, width: usize, named: usize) {
    let have = record.len();
    if have < width && have >= named {
        let end = record.text.len();
        record.fields.resize(width, Field { start: end, end, quoted: false });
    } else if have > width && (width..have).all(|index| is_blank(record.field(index))) {
        record.fields.truncate(width);
    }
}

impl Record {
    /// True if no field has a value.
    pub(super) fn is_blank(&self) -> bool {
        self.iter().all(is_blank)
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_start().is_empty()
}

/// True if the names appear again; columns without a name may be missing or too many.
fn is_header(record: &Record, header: &Record) -> bool {
    let width = record.len().max(header.len());
    let fields = |record| padded(record, width);
    fields(record).eq(fields(header))
}

fn padded(record: &Record, width: usize) -> impl Iterator<Item = &str> {
    record.iter().map(str::trim).chain(iter::repeat("")).take(width)
}
