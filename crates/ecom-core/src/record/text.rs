//! The text of a file, as far as it is in memory, and its position in the file.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8};
use memchr::{memchr, memchr_iter};

use super::RECORD_LIMIT;
use super::transcode::{LinesAsUtf8, Transcoder, byte_order_mark, read_some};

/// How much is read at once.
pub(super) const CHUNK: usize = 1 << 17;

/// A file's text in UTF-8, taken line by line and record by record.
pub(super) struct Text {
    input: Box<dyn Read + Send>,
    /// `None` if the file is UTF-8.
    transcoder: Option<Transcoder>,
    terminator: u8,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    line: u64,
    offset: u64,
    as_utf_8: LinesAsUtf8,
    /// Where in the buffer is what was taken last, or the beginning of a line that was too long.
    taken: (usize, usize),
    beginning: Vec<u8>,
}

impl Text {
    /// Reads the beginning of `input`, `chunk` bytes at a time, and takes its byte order mark.
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        encoding: &'static Encoding,
        terminator: u8,
        chunk: usize,
    ) -> io::Result<Self> {
        let mut text = Self::middle(input, encoding, terminator, chunk);
        text.line = 1;
        let mark = if let Some(transcoder) = &mut text.transcoder {
            transcoder.begin(&mut text.input)?
        } else {
            while text.end < 3 && !text.at_end {
                text.fill()?;
            }
            text.start = byte_order_mark(UTF_8, text.ahead());
            text.start
        };
        text.offset = mark as u64;
        Ok(text)
    }

    /// Reads the middle of a file, where no byte order mark is. Its first line has the number 0.
    pub(super) fn middle(
        input: Box<dyn Read + Send>,
        encoding: &'static Encoding,
        terminator: u8,
        chunk: usize,
    ) -> Self {
        let transcoded = encoding != UTF_8;
        Self {
            input,
            transcoder: transcoded.then(|| Transcoder::new(encoding, terminator, chunk)),
            terminator,
            buffer: vec![0; if transcoded { 0 } else { chunk }],
            start: 0,
            end: 0,
            at_end: false,
            line: 0,
            offset: 0,
            as_utf_8: LinesAsUtf8::default(),
            taken: (0, 0),
            beginning: Vec::new(),
        }
    }

    /// Skips lines that were read elsewhere; nothing may be in memory.
    pub(super) fn skip(&mut self, lines: u64, bytes: u64, as_utf_8: LinesAsUtf8) {
        if let Some(first) = as_utf_8.first {
            self.as_utf_8.first.get_or_insert(self.line + first);
        }
        self.as_utf_8.count += as_utf_8.count;
        self.line += lines;
        self.offset += bytes;
    }

    /// What is in memory and was not taken yet.
    #[inline]
    pub(super) fn ahead(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// True if nothing follows what is in memory.
    #[inline]
    pub(super) fn at_end(&self) -> bool {
        self.at_end
    }

    /// The physical line at which the next record begins.
    #[inline]
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The byte of the file at which the next record begins.
    #[inline]
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Lines of UTF-8 in a file of another encoding, among those taken so far.
    pub(super) fn as_utf_8(&self) -> LinesAsUtf8 {
        self.as_utf_8
    }

    /// The encoding of the file.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.transcoder.as_ref().map_or(UTF_8, Transcoder::encoding)
    }

    /// True if the file is in another encoding than UTF-8.
    #[inline]
    pub(super) fn is_transcoded(&self) -> bool {
        self.transcoder.is_some()
    }

    /// The bytes that were taken last; only the beginning of a line that was too long.
    pub(super) fn taken(&self) -> &[u8] {
        if self.beginning.is_empty() {
            &self.buffer[self.taken.0..self.taken.1]
        } else {
            &self.beginning
        }
    }

    /// Takes `length` bytes.
    #[inline]
    pub(super) fn take(&mut self, length: usize) {
        self.beginning.clear();
        self.taken = (self.start, self.start + length.min(RECORD_LIMIT));
        self.pass(length);
    }

    /// Takes a record of `length` bytes; only one with quotes can have several lines.
    #[inline]
    pub(super) fn take_record(&mut self, length: usize, is_one_line: bool) {
        if self.is_transcoded() || !is_one_line {
            return self.take(length);
        }
        let end = self.start + length;
        self.beginning.clear();
        self.taken = (self.start, self.start + length.min(RECORD_LIMIT));
        // The last line may lack its ending.
        self.line += u64::from(self.buffer[end - 1] == self.terminator);
        self.offset += length as u64;
        self.start = end;
    }

    /// Takes the physical line, with its ending.
    pub(super) fn take_line(&mut self) -> io::Result<()> {
        let mut searched = 0;
        loop {
            let ahead = self.ahead();
            if let Some(index) = memchr(self.terminator, &ahead[searched..]) {
                self.take(searched + index + 1);
                return Ok(());
            }
            searched = ahead.len();
            if self.at_end {
                self.take(searched);
                return Ok(());
            }
            if searched > RECORD_LIMIT {
                return self.take_long_line();
            }
            self.fill()?;
        }
    }

    /// True if only these bytes follow the next `length` bytes, as far as a record could reach.
    pub(super) fn only_follow(&mut self, length: usize, bytes: &[u8]) -> io::Result<bool> {
        let limit = length + RECORD_LIMIT;
        loop {
            let ahead = self.ahead();
            let looked_at = &ahead[length..ahead.len().min(limit)];
            if looked_at.iter().any(|byte| !bytes.contains(byte)) {
                return Ok(false);
            }
            if self.at_end || ahead.len() >= limit {
                return Ok(true);
            }
            self.fill()?;
        }
    }

    /// Reads more into the buffer.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if let Some(transcoder) = &mut self.transcoder {
            self.buffer.truncate(self.end);
            self.at_end = !transcoder.read(&mut self.input, &mut self.buffer)?;
            self.end = self.buffer.len();
            return Ok(());
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let count = read_some(&mut self.input, &mut self.buffer[self.end..])?;
        self.at_end = count == 0;
        self.end += count;
        Ok(())
    }

    /// Keeps the beginning of a line and drops its rest while reading.
    fn take_long_line(&mut self) -> io::Result<()> {
        self.beginning = self.ahead()[..RECORD_LIMIT].to_owned();
        loop {
            let found = memchr(self.terminator, self.ahead());
            self.pass(found.map_or(self.end - self.start, |index| index + 1));
            if found.is_some() || self.at_end {
                return Ok(());
            }
            self.fill()?;
        }
    }

    #[inline]
    fn pass(&mut self, length: usize) {
        if self.transcoder.is_some() {
            self.pass_pieces(length);
        } else {
            let passed = &self.buffer[self.start..self.start + length];
            self.line += memchr_iter(self.terminator, passed).count() as u64;
            self.offset += length as u64;
        }
        self.start += length;
    }

    fn pass_pieces(&mut self, length: usize) {
        let Some(transcoder) = &mut self.transcoder else { return };
        let mut rest = &self.buffer[self.start..self.start + length];
        while let Some(piece) = transcoder.take(rest.len()) {
            let (text, behind) = rest.split_at(piece.text);
            if piece.utf_8 {
                self.as_utf_8.count += 1;
                self.as_utf_8.first.get_or_insert(self.line);
            }
            self.line += memchr_iter(self.terminator, text).count() as u64;
            self.offset += piece.bytes as u64;
            rest = behind;
        }
    }
}
