//! A strict reader: every record has the header's number of fields, quotes as RFC 4180 has them,
//! and text that decodes. What is not so is rejected with line, byte offset, column and reason:
//! the physical line on which the record began; reading goes on with the next line.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use encoding_rs_io::DecodeReaderBytesBuilder;
use memchr::{memchr, memchr_iter};

use super::syntax::{Broken, Syntax};
use super::{RECORD_LIMIT, Record, Reject};
use crate::escape;
use crate::exit::{Failure, io_failure};
use crate::plan::{Dialect, LineEnding};

const CHUNK: usize = 1 << 17;
const TOO_LONG: &str = "record longer than 1 MiB, probably a quote that is never closed";

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
    input: Box<dyn Read>,
    path: PathBuf,
    syntax: Syntax,
    transcoded: bool,
    header: Record,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    line: u64,
    offset: u64,
    raw: (usize, usize),
    scratch: Vec<u8>,
}

impl Reader {
    /// Opens a file and reads its header.
    pub fn open(path: &Path, dialect: &Dialect) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| io_failure("read", path, error))?;
        Self::new(Box::new(file), path, dialect)
    }

    /// Reads from `input`; `path` is the name used in messages.
    pub fn new(input: Box<dyn Read>, path: &Path, dialect: &Dialect) -> Result<Self, Failure> {
        tell(path, dialect);
        let refuse = |problem: &str| Failure::refused(format!("{}: {problem}", path.display()));
        let encoding = encoding_rs::Encoding::for_label(dialect.encoding.as_bytes())
            .ok_or_else(|| refuse(&format!("unknown encoding {:?}", dialect.encoding)))?;
        let transcoded = encoding != encoding_rs::UTF_8;
        let input: Box<dyn Read> = if transcoded {
            let mut builder = DecodeReaderBytesBuilder::new();
            Box::new(builder.encoding(Some(encoding)).build(input))
        } else {
            input
        };
        let byte = |character: char| {
            u8::try_from(character).map_err(|_| refuse(&format!("{character:?} is not one byte")))
        };
        let syntax = Syntax {
            delimiter: byte(dialect.delimiter)?,
            quote: dialect.quote.map(byte).transpose()?,
            terminator: if dialect.line_ending == LineEnding::Cr { b'\r' } else { b'\n' },
        };
        let mut reader = Self {
            input,
            path: path.to_owned(),
            syntax,
            transcoded,
            header: Record::new(),
            buffer: vec![0; CHUNK],
            start: 0,
            end: 0,
            at_end: false,
            line: 1,
            offset: 0,
            raw: (0, 0),
            scratch: Vec::new(),
        };
        reader.read_header(dialect)?;
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

    /// Bytes read so far, for a progress bar; of a file that is not UTF-8, of its UTF-8 form.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.offset
    }

    /// Reads the next record, or says what stands in its place. Blank lines are passed over.
    pub fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        loop {
            record.clear();
            record.line = self.line;
            record.offset = self.offset;
            match self.parse(record)? {
                Ok(0) => return Ok(Next::End),
                Ok(length) => {
                    let blank = record.len() == 1 && record.fields[0].end == 0;
                    let begin = self.start;
                    self.consume(length);
                    self.raw = (begin, begin + length);
                    if blank && !record.fields[0].quoted {
                        continue;
                    }
                    if let Some((reason, place)) = self.defect(record) {
                        return Ok(Next::Reject(self.reject(record, place, reason)));
                    }
                    return Ok(Next::Record);
                }
                Err(Broken { reason, place }) => {
                    let begin = self.start;
                    let length = self.line_length()?;
                    self.consume(length);
                    self.raw = (begin, begin + length);
                    return Ok(Next::Reject(self.reject(record, Some(place), reason.into())));
                }
            }
        }
    }

    /// The bytes of the record that was read last, with its line ending; of a file that is not
    /// UTF-8 in their UTF-8 form.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.buffer[self.raw.0..self.raw.1]
    }

    /// Rejects the record that was read last, for a reason that only the caller can see.
    #[must_use]
    pub fn reject(&self, record: &Record, column: Option<usize>, reason: String) -> Reject {
        let column = column.filter(|place| *place < self.header.len());
        Reject {
            file: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            line: record.line,
            offset: record.offset,
            column: column.map(|place| self.header.field(place).to_owned()),
            reason,
            raw: self.raw().trim_ascii_end().to_owned(),
        }
    }

    fn read_header(&mut self, dialect: &Dialect) -> Result<(), Failure> {
        self.fill()?;
        if !self.transcoded && self.buffer[..self.end].starts_with(b"\xef\xbb\xbf") {
            self.start = 3;
            self.offset = 3;
        }
        for _ in 1..dialect.header_line {
            let length = self.line_length()?;
            self.consume(length);
        }
        let mut header = Record::new();
        let found = self.read(&mut header)?;
        let problem = match found {
            Next::Record if header.line == dialect.header_line || dialect.header_line == 1 => {
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

    /// Parses one record at `start`, reading on as needed; a length of 0 is the end of the file.
    fn parse(&mut self, record: &mut Record) -> Result<Result<usize, Broken>, Failure> {
        loop {
            let data = &self.buffer[self.start..self.end];
            if data.is_empty() && self.at_end {
                return Ok(Ok(0));
            }
            let parsed = self.syntax.parse(data, self.at_end, record, &mut self.scratch);
            match parsed {
                Ok(None) if data.len() <= RECORD_LIMIT => self.fill()?,
                Ok(Some(length)) if length <= RECORD_LIMIT => return Ok(Ok(length)),
                Ok(_) => {
                    let place = record.fields.len();
                    return Ok(Err(Broken { reason: TOO_LONG, place }));
                }
                Err(broken) => return Ok(Err(broken)),
            }
            record.text.clear();
            record.fields.clear();
        }
    }

    /// What is wrong with a record that parsed.
    fn defect(&self, record: &Record) -> Option<(String, Option<usize>)> {
        let (have, want) = (record.len(), self.header.len());
        if want > 0 && have != want {
            return Some((format!("{have} fields where the header has {want}"), None));
        }
        if memchr(0, record.text.as_bytes()).is_some() {
            let place = record.iter().position(|text| text.contains('\0'));
            return Some(("NUL character".into(), place));
        }
        if self.transcoded && record.text.contains(char::REPLACEMENT_CHARACTER) {
            let place = record.iter().position(|text| text.contains(char::REPLACEMENT_CHARACTER));
            return Some(("bytes that do not decode".into(), place));
        }
        None
    }

    /// The length of the physical line at `start`, with its ending. A line longer than the record
    /// limit counts as one line: its rest is passed over.
    fn line_length(&mut self) -> Result<usize, Failure> {
        let mut searched = 0;
        loop {
            let data = &self.buffer[self.start..self.end];
            if let Some(place) = memchr(self.syntax.terminator, &data[searched..]) {
                return Ok(searched + place + 1);
            }
            searched = data.len();
            if self.at_end {
                return Ok(searched);
            }
            if searched > 2 * RECORD_LIMIT {
                // Keep the beginning for the reject, forget the middle.
                let drop_from = self.start + RECORD_LIMIT;
                self.offset += (self.end - drop_from) as u64;
                self.end = drop_from;
                searched = RECORD_LIMIT;
            }
            self.fill()?;
        }
    }

    fn consume(&mut self, length: usize) {
        let data = &self.buffer[self.start..self.start + length];
        let lines = memchr_iter(self.syntax.terminator, data).count();
        self.line += lines as u64;
        self.offset += length as u64;
        self.start += length;
    }

    /// Reads more behind what is in the buffer.
    fn fill(&mut self) -> Result<(), Failure> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.at_end = true,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(io_failure("read", &self.path, error)),
            }
            return Ok(());
        }
    }
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

        #[test]
        fn any_bytes_end_without_panic_and_lines_are_counted(
            text in proptest::collection::vec(
                prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), any::<u8>()], 0..200)
        ) {
            let whole = [b"a,b\n".as_slice(), &text].concat();
            read_with(&Dialect::work(), &whole);
        }
    }
}
