//! A strict reader: every record has the header's number of fields, quotes as RFC 4180 has them,
//! and text that decodes. What is not so is rejected with line, byte offset, column and reason:
//! the physical line on which the record began; reading goes on with the next line.
//!
//! A source file is read with [`Reader::source`]: what people and their programs leave between
//! the records is told from records there.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, REPLACEMENT};
use memchr::memchr;

use super::source::{Kind, PassedOver, Source};
use super::syntax::{Broken, Syntax};
use super::text::{CHUNK, Text};
use super::transcode::LinesAsUtf8;
use super::{RECORD_LIMIT, Record, Reject};
use crate::escape;
use crate::exit::{Failure, io_failure};
use crate::plan::{Dialect, LineEnding};

const TOO_LONG: &str = "record longer than 1 MiB, probably a quote that is never closed";
const TOTAL: &str = "a total, not a record";
const NOTE: &str = "a title or a note, not a record: all other fields are empty";

/// What [`Reader::read`] found.
#[derive(Debug)]
pub enum Next {
    /// A record, now in the caller's [`Record`].
    Record,
    /// A line that is no record.
    Reject(Reject),
    /// The end of the file.
    End,
}

/// Reads the records of one file.
pub struct Reader {
    text: Text,
    path: PathBuf,
    syntax: Syntax,
    header: Record,
    source: Option<Source>,
    passed_over: PassedOver,
    scratch: Vec<u8>,
}

/// What a record that parsed turns out to be.
enum Verdict {
    Record,
    PassedOver,
    Reject(String, Option<usize>),
}

impl Reader {
    /// Opens a file of the work folder and reads its header.
    pub fn open(path: &Path, dialect: &Dialect) -> Result<Self, Failure> {
        Self::new(open(path)?, path, dialect)
    }

    /// Reads from `input` as [`Reader::open`] does; `path` is the name used in messages.
    pub fn new(
        input: Box<dyn Read + Send>,
        path: &Path,
        dialect: &Dialect,
    ) -> Result<Self, Failure> {
        Self::with(input, path, dialect, false, CHUNK)
    }

    /// Opens a source file and reads its header.
    pub fn open_source(path: &Path, dialect: &Dialect) -> Result<Self, Failure> {
        Self::source(open(path)?, path, dialect)
    }

    /// Reads from `input` what is a source file: lines without any value and repeated headers are
    /// skipped and counted, totals are rejected, and fields that only delimiters at the end of
    /// a line make or lack are no defect.
    pub fn source(
        input: Box<dyn Read + Send>,
        path: &Path,
        dialect: &Dialect,
    ) -> Result<Self, Failure> {
        Self::with(input, path, dialect, true, CHUNK)
    }

    /// Reads `chunk` bytes at a time.
    pub(super) fn with(
        input: Box<dyn Read + Send>,
        path: &Path,
        dialect: &Dialect,
        source: bool,
        chunk: usize,
    ) -> Result<Self, Failure> {
        tell(path, dialect);
        let refuse = |problem: &str| Failure::refused(format!("{}: {problem}", path.display()));
        let encoding = Encoding::for_label(dialect.encoding.as_bytes())
            .filter(|encoding| *encoding != REPLACEMENT)
            .ok_or_else(|| refuse(&format!("unknown encoding {:?}", dialect.encoding)))?;
        let byte = |character: char| {
            u8::try_from(character)
                .ok()
                .filter(u8::is_ascii)
                .ok_or_else(|| refuse(&format!("{character:?} is not one byte")))
        };
        let syntax = Syntax {
            delimiter: byte(dialect.delimiter)?,
            quote: dialect.quote.map(byte).transpose()?,
            terminator: if dialect.line_ending == LineEnding::Cr { b'\r' } else { b'\n' },
            blanks_before_quotes: dialect.blanks_before_quotes,
        };
        let text = Text::new(input, encoding, syntax.terminator, chunk)
            .map_err(|error| io_failure("read", path, error))?;
        let mut reader = Self {
            text,
            path: path.to_owned(),
            syntax,
            header: Record::new(),
            source: None,
            passed_over: PassedOver::default(),
            scratch: Vec::new(),
        };
        reader.read_header(dialect, source)?;
        Ok(reader)
    }

    /// The header as it stands.
    #[must_use]
    pub fn header(&self) -> &Record {
        &self.header
    }

    /// The file's name as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the file that were read so far, for a progress bar.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.text.offset()
    }

    /// What was skipped so far; nothing is in a file of the work folder.
    #[must_use]
    pub fn passed_over(&self) -> &PassedOver {
        &self.passed_over
    }

    /// Lines of UTF-8 in a file of a single-byte encoding, so far.
    #[must_use]
    pub fn lines_as_utf_8(&self) -> LinesAsUtf8 {
        self.text.as_utf_8()
    }

    /// Reads the next record, or says what stands in its place. Blank lines are skipped.
    pub fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        loop {
            record.clear();
            record.line = self.text.line();
            record.offset = self.text.offset();
            match self.parse(record)? {
                Ok(0) => return Ok(Next::End),
                Ok(length) => {
                    let is_one_line = record.fields.iter().all(|field| !field.quoted);
                    let verdict = self.judge(record, length)?;
                    self.text.take_record(length, is_one_line);
                    match verdict {
                        Verdict::Record => return Ok(Next::Record),
                        Verdict::PassedOver => {}
                        Verdict::Reject(reason, index) => {
                            return Ok(Next::Reject(self.reject(record, index, reason)));
                        }
                    }
                }
                Err(Broken { reason, index }) => {
                    self.text.take_line().map_err(|error| self.failed(error))?;
                    return Ok(Next::Reject(self.reject(record, Some(index), reason.into())));
                }
            }
        }
    }

    /// The bytes of the record that was read last, with its line ending; of a file that is not
    /// UTF-8 in their UTF-8 form, of a line longer than [`RECORD_LIMIT`] so many.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.text.taken()
    }

    /// Rejects the record that was read last, for a reason that only the caller can see.
    #[must_use]
    pub fn reject(&self, record: &Record, column: Option<usize>, reason: String) -> Reject {
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        let column = column.filter(|index| *index < self.header.len());
        let column = column.map(|index| self.header.field(index));
        Reject::new(&file, record, column, reason, self.raw())
    }

    fn read_header(&mut self, dialect: &Dialect, source: bool) -> Result<(), Failure> {
        for _ in 1..dialect.header_line {
            self.text.take_line().map_err(|error| self.failed(error))?;
        }
        let mut header = Record::new();
        let mut found = self.read(&mut header)?;
        // Without a line of its own the header is the first that has something on it.
        while source && dialect.header_line == 1 && matches!(found, Next::Record) {
            if !header.is_blank() {
                break;
            }
            found = self.read(&mut header)?;
        }
        let problem = match found {
            Next::Record if header.line == dialect.header_line || dialect.header_line == 1 => {
                self.source = source.then(|| Source::new(self.syntax, &header));
                self.header = header;
                return Ok(());
            }
            Next::Record => "the header's line is blank".into(),
            Next::Reject(reject) => reject.reason,
            Next::End => "there is no header".into(),
        };
        let (path, line) = (self.path.display(), dialect.header_line);
        Err(Failure::refused(format!("{path}: line {line}: {problem}")))
    }

    /// Parses the next record, reading on as needed; a length of 0 is the end of the file.
    fn parse(&mut self, record: &mut Record) -> Result<Result<usize, Broken>, Failure> {
        loop {
            let ahead = self.text.ahead();
            if ahead.is_empty() && self.text.at_end() {
                return Ok(Ok(0));
            }
            let long = ahead.len() > RECORD_LIMIT;
            // What is found must not hang on how much happens to be in memory.
            let window = if long { &ahead[..=RECORD_LIMIT] } else { ahead };
            let at_end = self.text.at_end() && !long;
            match self.syntax.parse(window, at_end, record, &mut self.scratch) {
                Ok(None) if !long => self.text.fill().map_err(|error| self.failed(error))?,
                Ok(Some(length)) if length <= RECORD_LIMIT => return Ok(Ok(length)),
                Ok(_) => {
                    let index = record.fields.len();
                    return Ok(Err(Broken { reason: TOO_LONG, index }));
                }
                Err(broken) => return Ok(Err(broken)),
            }
            record.text.clear();
            record.fields.clear();
        }
    }

    /// Says what a record of `length` bytes is, and gives it the header's width where that is no
    /// defect.
    fn judge(&mut self, record: &mut Record, length: usize) -> Result<Verdict, Failure> {
        if let [only] = record.fields[..]
            && only.end == 0
            && !only.quoted
        {
            return Ok(Verdict::PassedOver);
        }
        if let Some(source) = &mut self.source {
            let (passed, line) = (&mut self.passed_over, record.line);
            match source.kind(record, &self.header) {
                Kind::Record => {}
                Kind::Blank => {
                    passed.blank += 1;
                    passed.first_blank.get_or_insert(line);
                    return Ok(Verdict::PassedOver);
                }
                Kind::Header => {
                    passed.headers += 1;
                    passed.first_header.get_or_insert(line);
                    return Ok(Verdict::PassedOver);
                }
                Kind::Total => return Ok(Verdict::Reject(TOTAL.into(), None)),
                Kind::Note => return Ok(Verdict::Reject(NOTE.into(), None)),
                Kind::TotalIfLast => {
                    let blanks = source.blanks();
                    let last = self.text.only_follow(length, &blanks);
                    if last.map_err(|error| io_failure("read", &self.path, error))? {
                        return Ok(Verdict::Reject(TOTAL.into(), None));
                    }
                }
            }
            source.fit(record, self.header.len());
        }
        let defect = self.defect(record);
        Ok(defect.map_or(Verdict::Record, |(reason, index)| Verdict::Reject(reason, index)))
    }

    /// What is wrong with a record that parsed.
    fn defect(&self, record: &Record) -> Option<(String, Option<usize>)> {
        let (have, want) = (record.len(), self.header.len());
        if want > 0 && have != want {
            return Some((format!("{have} fields where the header has {want}"), None));
        }
        if memchr(0, record.text.as_bytes()).is_some() {
            let index = record.iter().position(|text| text.contains('\0'));
            return Some(("NUL character".into(), index));
        }
        if self.text.is_transcoded() && record.text.contains(char::REPLACEMENT_CHARACTER) {
            let index = record.iter().position(|text| text.contains(char::REPLACEMENT_CHARACTER));
            return Some(("bytes that do not decode".into(), index));
        }
        None
    }

    fn failed(&self, error: io::Error) -> Failure {
        io_failure("read", &self.path, error)
    }
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    Ok(Box::new(File::open(path).map_err(|error| io_failure("read", path, error))?))
}

fn tell(path: &Path, dialect: &Dialect) {
    if let Ok(file) = path.metadata() {
        // In the plan's words.
        let dialect = serde_json::to_string(dialect).unwrap_or_default();
        tracing::info!("reads {}: {} bytes, {dialect}", escape::path(path), file.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Found = (Vec<Vec<String>>, Vec<(u64, u64, String)>);

    fn read_with(dialect: &Dialect, text: &[u8]) -> Found {
        let input = Box::new(io::Cursor::new(text.to_vec()));
        let mut reader = Reader::new(input, Path::new("sales.csv"), dialect).unwrap();
        let (mut records, mut rejects) = (Vec::new(), Vec::new());
        let mut record = Record::new();
        loop {
            match reader.read(&mut record).unwrap() {
                Next::Record => records.push(record.iter().map(str::to_owned).collect()),
                Next::Reject(reject) => rejects.push((reject.line, reject.offset, reject.reason)),
                Next::End => return (records, rejects),
            }
        }
    }

    fn read(text: &str) -> Found {
        read_with(&Dialect::work(), text.as_bytes())
    }

    #[test]
    fn quoted_commas_quotes_and_line_breaks_are_text() {
        let (records, rejects) = read("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",z");
        assert_eq!(records, [["x, y", "say \"hi\""], ["two\nlines", "z"]]);
        assert!(rejects.is_empty());
    }

    #[test]
    fn carriage_returns_at_line_ends_are_no_text_and_make_no_records() {
        let (records, rejects) = read("a,b\r\r\n1,2\r\r\n\r\r\n\"3\",\"4\"\r\r\n");
        assert_eq!(records, [["1", "2"], ["3", "4"]]);
        assert!(rejects.is_empty());
    }

    #[test]
    fn a_violation_rejects_one_line_and_reading_goes_on() {
        let (records, rejects) = read("a,b\n1\n\"x\"y,2\n3,5\" disk\n4,\"open\n5,6\n");
        assert_eq!(records, [["5", "6"]]);
        let found: Vec<_> = rejects.iter().map(|(line, offset, _)| (*line, *offset)).collect();
        assert_eq!(found, [(2, 4), (3, 6), (4, 13), (5, 23)]);
        assert_eq!(rejects[0].2, "1 fields where the header has 2");
        assert_eq!(rejects[1].2, "text behind a closing quote");
        assert_eq!(rejects[2].2, "quote inside an unquoted field");
        assert_eq!(rejects[3].2, "quote that is never closed");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_rejected_with_their_column() {
        let input = Box::new(io::Cursor::new(b"a,b\n1,caf\xe9\n2,ok\n".to_vec()));
        let mut reader = Reader::new(input, Path::new("f.csv"), &Dialect::work()).unwrap();
        let mut record = Record::new();
        let Next::Reject(reject) = reader.read(&mut record).unwrap() else { panic!() };
        assert_eq!(
            (reject.column.as_deref(), reject.raw.as_slice()),
            (Some("b"), &b"1,caf\xe9"[..])
        );
        assert!(matches!(reader.read(&mut record).unwrap(), Next::Record));
        assert_eq!((record.line(), record.offset()), (3, 11));
    }

    #[test]
    fn null_and_empty_are_told_apart() {
        let mut reader = Reader::new(
            Box::new(io::Cursor::new(b"a,b\n,\"\"\n".to_vec())),
            Path::new("f.csv"),
            &Dialect::work(),
        )
        .unwrap();
        let mut record = Record::new();
        reader.read(&mut record).unwrap();
        assert_eq!((record.value(0), record.value(1)), (None, Some("")));
    }

    #[test]
    fn an_unclosed_quote_costs_one_line_however_long_the_file() {
        let mut text = b"a,b\n1,\"open\n".to_vec();
        for _ in 0..600_000 {
            text.extend_from_slice(b"2,3\n");
        }
        let (records, rejects) = read_with(&Dialect::work(), &text);
        assert_eq!((records.len(), rejects.len()), (600_000, 1));
    }

    #[test]
    fn a_line_without_end_is_one_reject_in_bounded_memory() {
        let mut text = b"a,b\n".to_vec();
        text.resize(9 << 20, b'x');
        text.extend_from_slice(b"\n1,2\n");
        let (records, rejects) = read_with(&Dialect::work(), &text);
        assert_eq!((records.len(), rejects.len()), (1, 1));
    }

    #[test]
    fn a_byte_order_mark_other_delimiters_and_encodings_are_read() {
        let (records, _) = read_with(&Dialect::work(), b"\xef\xbb\xbfa,b\n1,2\n");
        assert_eq!(records, [["1", "2"]]);
        let latin = Dialect { delimiter: ';', encoding: "windows-1252".into(), ..Dialect::work() };
        let (records, _) = read_with(&latin, b"a;b\n1;caf\xe9\n");
        assert_eq!(records, [["1", "caf\u{e9}"]]);
    }

    #[test]
    fn a_file_without_a_header_is_refused() {
        let empty = Box::new(io::empty());
        let error = Reader::new(empty, Path::new("f.csv"), &Dialect::work()).err().unwrap();
        assert_eq!(error.to_string(), "f.csv: line 1: there is no header");
    }

    proptest! {
        #![proptest_config(crate::fuzz::cases(256))]

        #[test]
        fn whatever_the_writer_writes_the_reader_reads(
            rows in proptest::collection::vec(
                proptest::collection::vec(proptest::option::of("[a-z,\"\n\r é]{0,8}"), 3), 1..20)
        ) {
            let mut writer = super::super::Writer::new(Vec::new());
            writer.write(["a", "b", "c"].map(Some)).unwrap();
            for row in &rows {
                writer.write(row.iter().map(Option::as_deref)).unwrap();
            }
            let text = writer.into_inner();
            let mut reader =
                Reader::new(Box::new(io::Cursor::new(text)), Path::new("f"), &Dialect::work())
                    .unwrap();
            let mut record = Record::new();
            for row in &rows {
                prop_assert!(matches!(reader.read(&mut record).unwrap(), Next::Record));
                prop_assert_eq!(record.values().collect::<Vec<_>>(),
                    row.iter().map(Option::as_deref).collect::<Vec<_>>());
            }
            prop_assert!(matches!(reader.read(&mut record).unwrap(), Next::End));
        }
    }
}
