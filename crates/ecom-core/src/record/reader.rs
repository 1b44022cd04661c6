//! A strict reader: a record has as many fields as the header, quotes as in RFC 4180, and valid text.
//! Anything else is rejected with line, byte offset, column and reason, and reading goes on with the
//! next physical line.
//!
//! The csv crate would accept ragged and half-quoted records without a word, and it has no limit on
//! the size of a record. It holds this reader to account in the tests.
//!
//! A source file is read with [`Reader::source`], which also recognizes what people and programs leave
//! between the records.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, REPLACEMENT};
use memchr::memchr;

use super::plain::Plain;
use super::source::{Kind, LineJudge, PassedOver};
use super::syntax::{Broken, Syntax};
use super::text::{CHUNK, Text};
use super::transcode::LinesAsUtf8;
use super::{RECORD_LIMIT, Record, Reject};
use crate::exit::{Failure, io_failure};
use crate::plan::Dialect;
use crate::{escape, input};

const TOO_LONG: &str = "record longer than 1 MiB, probably a quote that is never closed";
const TOTAL: &str = "a total, not a record";
const NOTE: &str = "a title or a note, not a record: all other fields are empty";

/// What [`Reader::read`] found.
#[derive(Debug)]
pub enum Next {
    /// A record, now in the caller's [`Record`].
    Record,
    /// A line that is not a record.
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
    lines: Option<LineJudge>,
    passed_over: PassedOver,
    scratch: Vec<u8>,
}

/// What a record that was parsed turns out to be.
enum Verdict {
    Record,
    PassedOver,
    Reject(String, Option<usize>),
}

impl Reader {
    /// Opens a work file and reads its header.
    ///
    /// # Errors
    /// The file cannot be read, or it has no valid header.
    pub fn open(path: &Path, dialect: &Dialect) -> Result<Self, Failure> {
        Self::new(open(path)?, path, dialect)
    }

    /// Reads from `input` as [`Reader::open`] does; `path` is the name in messages.
    ///
    /// # Errors
    /// As for [`Reader::open`].
    pub fn new(
        input: Box<dyn Read + Send>,
        path: &Path,
        dialect: &Dialect,
    ) -> Result<Self, Failure> {
        Self::with(input, path, dialect, false, CHUNK)
    }

    /// Reads a source file from `input`: lines without any value and repeated headers are skipped and
    /// counted, totals are rejected, and delimiters too many or too few at the end of a line are not a
    /// defect.
    ///
    /// # Errors
    /// As for [`Reader::open`].
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
        log(path, dialect);
        let (encoding, syntax) = form(path, dialect)?;
        let text = Text::new(input, encoding, syntax.terminator, chunk)
            .map_err(|error| io_failure("read", path, error))?;
        let mut reader = Self {
            text,
            path: path.to_owned(),
            syntax,
            header: Record::new(),
            lines: None,
            passed_over: PassedOver::default(),
            scratch: Vec::new(),
        };
        reader.read_header(dialect, source)?;
        Ok(reader)
    }

    /// A reader of a chunk of the same file that begins with a record. Its first line has the number
    /// 0, its first byte too; it fails where only the records before it would help.
    pub(super) fn elsewhere(&self, chunk: Box<dyn Read + Send>) -> Self {
        let terminator = self.syntax.terminator;
        Self {
            text: Text::middle(chunk, self.text.encoding(), terminator, CHUNK),
            path: self.path.clone(),
            syntax: self.syntax,
            header: self.header.clone(),
            lines: self.lines.as_ref().map(LineJudge::elsewhere),
            passed_over: PassedOver::default(),
            scratch: Vec::new(),
        }
    }

    /// What finds the plain records of a chunk, if the file has any.
    pub(super) fn plain(&self) -> Option<Plain> {
        Plain::new(self.syntax, &self.header, self.lines.as_ref())
    }

    /// The encoding of the file.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.text.encoding()
    }

    /// True once the records to come cannot change what a line is.
    pub(super) fn is_settled(&self) -> bool {
        self.lines.as_ref().is_none_or(LineJudge::is_settled)
    }

    /// Lines and bytes of the file that were taken so far; lines count from 1.
    pub(super) fn place(&self) -> (u64, u64) {
        (self.text.line(), self.text.offset())
    }

    /// Skips a chunk that was read elsewhere; nothing of it may be in memory.
    pub(super) fn skip(
        &mut self,
        (lines, bytes): (u64, u64),
        passed_over: &PassedOver,
        as_utf_8: LinesAsUtf8,
    ) {
        self.passed_over.add(passed_over, self.text.line());
        self.text.skip(lines, bytes, as_utf_8);
    }

    /// The header as it is written.
    #[must_use]
    pub fn header(&self) -> &Record {
        &self.header
    }

    /// The file's path as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the file read so far, for a progress bar.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.text.offset()
    }

    /// What was skipped so far; nothing in a work file.
    #[must_use]
    pub fn passed_over(&self) -> &PassedOver {
        &self.passed_over
    }

    /// Lines of UTF-8 so far in a file with a single-byte encoding.
    #[must_use]
    pub fn lines_as_utf_8(&self) -> LinesAsUtf8 {
        self.text.as_utf_8()
    }

    /// Reads the next record, or returns what was found instead. Blank lines are skipped.
    ///
    /// # Errors
    /// The file cannot be read.
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

    /// The bytes of the record that was read last, with its line ending: in UTF-8, and at most
    /// [`RECORD_LIMIT`] of them.
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
        // Unless the plan names its line, the header is the first line that is not blank.
        while source && dialect.header_line == 1 && matches!(found, Next::Record) {
            if !header.is_blank() {
                break;
            }
            found = self.read(&mut header)?;
        }
        let problem = match found {
            Next::Record if header.line == dialect.header_line || dialect.header_line == 1 => {
                self.lines = source.then(|| LineJudge::new(self.syntax, &header));
                self.header = header;
                return Ok(());
            }
            Next::Record => "the header line is blank".into(),
            Next::Reject(reject) => reject.reason,
            Next::End => "there is no header".into(),
        };
        let (path, line) = (self.path.display(), dialect.header_line);
        Err(Failure::refused(format!("{path}: line {line}: {problem}")))
    }

    /// Parses the next record, reading on as needed; the length 0 means the end of the file.
    fn parse(&mut self, record: &mut Record) -> Result<Result<usize, Broken>, Failure> {
        loop {
            let ahead = self.text.ahead();
            if ahead.is_empty() && self.text.at_end() {
                return Ok(Ok(0));
            }
            let long = ahead.len() > RECORD_LIMIT;
            // The result must not depend on how much happens to be in memory.
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

    /// Judges a record of `length` bytes, and gives it the header's width if another width is no
    /// defect.
    fn judge(&mut self, record: &mut Record, length: usize) -> Result<Verdict, Failure> {
        if let [only] = record.fields[..]
            && only.end == 0
            && !only.quoted
        {
            return Ok(Verdict::PassedOver);
        }
        if let Some(lines) = &mut self.lines {
            let (passed, line) = (&mut self.passed_over, record.line);
            match lines.kind(record, &self.header) {
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
                Kind::Open => return Err(Failure::refused("a note, or a record")),
                Kind::Total => return Ok(Verdict::Reject(TOTAL.into(), None)),
                Kind::Note => return Ok(Verdict::Reject(NOTE.into(), None)),
                Kind::TotalIfLast => {
                    let blanks = lines.blanks();
                    let last = self.text.only_follow(length, &blanks);
                    if last.map_err(|error| io_failure("read", &self.path, error))? {
                        return Ok(Verdict::Reject(TOTAL.into(), None));
                    }
                }
            }
            lines.fit(record, self.header.len());
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
            return Some(("bytes that cannot be decoded".into(), index));
        }
        None
    }

    fn failed(&self, error: io::Error) -> Failure {
        io_failure("read", &self.path, error)
    }
}

/// The encoding and the structure of a file.
pub(super) fn form(path: &Path, dialect: &Dialect) -> Result<(&'static Encoding, Syntax), Failure> {
    let refuse = |problem: &str| Failure::refused(format!("{}: {problem}", path.display()));
    let encoding = Encoding::for_label(dialect.encoding.as_bytes())
        .filter(|encoding| *encoding != REPLACEMENT)
        .ok_or_else(|| refuse(&format!("unknown encoding {:?}", dialect.encoding)))?;
    let syntax = Syntax::of(dialect).map_err(|problem| refuse(&problem))?;
    Ok((encoding, syntax))
}

fn open(path: &Path) -> Result<Box<dyn Read + Send>, Failure> {
    Ok(Box::new(input::open(path)?))
}

fn log(path: &Path, dialect: &Dialect) {
    if let Ok(file) = path.metadata() {
        // In the plan's words.
        let dialect = serde_json::to_string(dialect).unwrap_or_default();
        tracing::info!("reading {}: {} bytes, {dialect}", escape::path(path), file.len());
    }
}
