//! Text in another encoding than UTF-8. It is decoded line by line, so that offsets are those of the
//! file, a damaged line spoils no other, and a line of UTF-8 among others is read as such.

use std::collections::VecDeque;
use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter, memrchr};

use super::RECORD_LIMIT;

/// Lines of UTF-8 in a file with a single-byte encoding. They are decoded as UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinesAsUtf8 {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Option<u64>,
}

/// Decodes a file.
pub(super) struct Transcoder {
    encoding: &'static Encoding,
    terminator: u8,
    /// True if the letters beyond ASCII are those of western languages, where two in a row are rare.
    latin: bool,
    chunk: usize,
    raw: Vec<u8>,
    start: usize,
    /// The decoder of a line longer than a record, once its beginning was decoded.
    long: Option<Decoder>,
    pieces: VecDeque<Piece>,
}

/// A part of the text and its number of bytes in the file. It is at most one line, unless its bytes are
/// its text.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) text: usize,
    pub(super) bytes: usize,
    /// True for a line of UTF-8 in a file with a single-byte encoding.
    pub(super) utf_8: bool,
    /// True for ASCII lines.
    plain: bool,
}

impl Transcoder {
    pub(super) fn new(encoding: &'static Encoding, terminator: u8, chunk: usize) -> Self {
        let (letter, _) = encoding.decode_without_bom_handling(b"\xe9");
        Self {
            encoding,
            terminator,
            latin: letter.chars().all(|letter| letter < '\u{250}'),
            chunk,
            raw: Vec::new(),
            start: 0,
            long: None,
            pieces: VecDeque::new(),
        }
    }

    pub(super) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// Reads the beginning of a file and takes its byte order mark; returns the mark's length.
    pub(super) fn begin(&mut self, input: &mut dyn Read) -> io::Result<usize> {
        while self.raw.len() < 3 && self.read_raw(input)? {}
        self.start = byte_order_mark(self.encoding, &self.raw);
        Ok(self.start)
    }

    /// Reads on and appends the text of at least one line, or of a part of a long one; false at the end
    /// of the file.
    pub(super) fn read(&mut self, input: &mut dyn Read, text: &mut Vec<u8>) -> io::Result<bool> {
        let before = text.len();
        loop {
            let more = self.read_raw(input)?;
            self.decode_lines(text);
            if !more {
                let rest = self.raw.len() - self.start;
                if rest > 0 || self.long.is_some() {
                    self.decode_line(rest, rest, text);
                }
                return Ok(false);
            }
            if text.len() > before {
                return Ok(true);
            }
        }
    }

    /// Takes the next piece, or as much of it as `text` bytes are; `None` if they are taken.
    pub(super) fn take(&mut self, text: usize) -> Option<Piece> {
        let piece = self.pieces.front_mut()?;
        if piece.text <= text {
            return self.pieces.pop_front();
        }
        if text == 0 {
            return None;
        }
        // Less than a whole piece is taken only of ASCII lines.
        let bytes = if piece.plain { text } else { 0 };
        piece.text -= text;
        piece.bytes -= bytes;
        Some(Piece { text, bytes, ..*piece })
    }

    fn read_raw(&mut self, input: &mut dyn Read) -> io::Result<bool> {
        self.raw.drain(..std::mem::take(&mut self.start));
        let end = self.raw.len();
        self.raw.resize(end + self.chunk, 0);
        let count = read_some(input, &mut self.raw[end..]);
        self.raw.truncate(end + count.as_ref().map_or(0, |count| *count));
        Ok(count? > 0)
    }

    /// Decodes all complete lines, and the beginning of a long one.
    fn decode_lines(&mut self, text: &mut Vec<u8>) {
        loop {
            if self.copy_ascii(text) {
                continue;
            }
            let rest = &self.raw[self.start..];
            if let Some((end, behind)) = self.line_end(rest) {
                self.decode_line(end, behind, text);
                text.push(self.terminator);
                if let Some(piece) = self.pieces.back_mut() {
                    piece.text += 1;
                }
            } else if rest.len() > RECORD_LIMIT {
                self.decode_part(text);
                return;
            } else {
                return;
            }
        }
    }

    /// Copies ASCII lines: their bytes are their text.
    fn copy_ascii(&mut self, text: &mut Vec<u8>) -> bool {
        if self.long.is_some() || !self.encoding.is_ascii_compatible() {
            return false;
        }
        let rest = &self.raw[self.start..];
        let ascii = &rest[..Encoding::ascii_valid_up_to(rest)];
        let Some(last) = memrchr(self.terminator, ascii) else { return false };
        text.extend_from_slice(&ascii[..=last]);
        let length = last + 1;
        self.push(Piece { text: length, bytes: length, utf_8: false, plain: true });
        true
    }

    /// Where the line ends, and where the next begins.
    fn line_end(&self, rest: &[u8]) -> Option<(usize, usize)> {
        if self.encoding == UTF_16LE {
            let unit = |index: &usize| index.is_multiple_of(2) && rest.get(index + 1) == Some(&0);
            memchr_iter(self.terminator, rest).find(unit).map(|index| (index, index + 2))
        } else if self.encoding == UTF_16BE {
            let unit = |index: &usize| !index.is_multiple_of(2) && rest[index - 1] == 0;
            memchr_iter(self.terminator, rest).find(unit).map(|index| (index - 1, index + 1))
        } else {
            memchr(self.terminator, rest).map(|index| (index, index + 1))
        }
    }

    /// Decodes a line of `end` bytes; the next line begins at `behind`.
    fn decode_line(&mut self, end: usize, behind: usize, text: &mut Vec<u8>) {
        let before = text.len();
        let line = &self.raw[self.start..self.start + end];
        let utf_8 = self.long.is_none() && end <= RECORD_LIMIT && self.is_utf_8(line);
        if utf_8 {
            text.extend_from_slice(line);
        } else {
            let new = || self.encoding.new_decoder_without_bom_handling();
            let mut decoder = self.long.take().unwrap_or_else(new);
            decode(&mut decoder, line, true, text);
        }
        self.push(Piece { text: text.len() - before, bytes: behind, utf_8, plain: false });
    }

    /// Decodes what was read of a line longer than a record may be.
    fn decode_part(&mut self, text: &mut Vec<u8>) {
        let before = text.len();
        // Whole units of UTF-16, so that the end of the line is found.
        let length = (self.raw.len() - self.start) & !1;
        let part = &self.raw[self.start..self.start + length];
        let new = || self.encoding.new_decoder_without_bom_handling();
        decode(self.long.get_or_insert_with(new), part, false, text);
        self.push(Piece { text: text.len() - before, bytes: length, utf_8: false, plain: false });
    }

    fn push(&mut self, piece: Piece) {
        self.start += piece.bytes;
        self.pieces.push_back(piece);
    }

    /// True if a line of a file with a single-byte encoding is UTF-8.
    fn is_utf_8(&self, line: &[u8]) -> bool {
        if !self.encoding.is_single_byte() || line.is_ascii() {
            return false;
        }
        let Ok(text) = std::str::from_utf8(line) else { return false };
        // A short Thai or Russian word may be valid UTF-8 by chance, but then with odd characters.
        let known = |letter: char| !self.encoding.encode(letter.encode_utf8(&mut [0; 4])).2;
        self.latin || text.chars().any(|letter| !letter.is_ascii() && known(letter))
    }
}

/// The length of the byte order mark at the beginning of a file.
pub(super) fn byte_order_mark(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    match Encoding::for_bom(bytes) {
        Some((found, length)) if found == encoding => length,
        Some((found, length)) if found == UTF_8 && encoding.is_single_byte() => length,
        _ => 0,
    }
}

fn decode(decoder: &mut Decoder, bytes: &[u8], last: bool, text: &mut Vec<u8>) {
    let mut read = 0;
    loop {
        let before = text.len();
        text.resize(before + 3 * (bytes.len() - read) + 16, 0);
        let (result, consumed, written, _) =
            decoder.decode_to_utf8(&bytes[read..], &mut text[before..], last);
        text.truncate(before + written);
        read += consumed;
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

/// Reads what is available; 0 bytes mean the end of the file.
pub(super) fn read_some(input: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
