//! Cuts a file into chunks that begin and end with a record, as far as that can be seen without parsing:
//! at a line ending with an even number of quotes before it. A wrong cut does no harm, see
//! [`Batches`](super::Batches).

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

/// Reads a file chunk by chunk.
pub(super) struct Cutter {
    input: Box<dyn Read + Send>,
    terminator: u8,
    quote: Option<u8>,
    size: usize,
    /// What was read behind the last cut.
    rest: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    First,
    Within,
    Ended,
}

/// A part of a file.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) bytes: Vec<u8>,
    /// True for the beginning of the file.
    pub(super) first: bool,
    /// True if the file ends with it.
    pub(super) last: bool,
    /// What ended the reading behind it.
    pub(super) error: Option<io::Error>,
}

impl Cutter {
    /// Reads about `size` bytes at a time.
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        terminator: u8,
        quote: Option<u8>,
        size: usize,
    ) -> Self {
        Self { input, terminator, quote, size, rest: Vec::new(), state: State::First }
    }

    /// The next chunk, in `bytes`; `None` at the end of the file.
    pub(super) fn next(&mut self, mut bytes: Vec<u8>) -> Option<Chunk> {
        if self.state == State::Ended {
            return None;
        }
        bytes.clear();
        bytes.append(&mut self.rest);
        let (length, is_end) = (bytes.len() + self.size, &mut false);
        let error = self.fill(&mut bytes, length, is_end).err();
        let first = self.state == State::First;
        self.state = if *is_end || error.is_some() { State::Ended } else { State::Within };
        if self.state == State::Ended {
            let is_nothing = bytes.is_empty() && error.is_none() && !first;
            return (!is_nothing).then_some(Chunk { bytes, first, last: *is_end, error });
        }
        let end = self.border(&bytes);
        self.rest.extend_from_slice(&bytes[end..]);
        bytes.truncate(end);
        Some(Chunk { bytes, first, last: false, error: None })
    }

    fn fill(&mut self, bytes: &mut Vec<u8>, wanted: usize, is_end: &mut bool) -> io::Result<()> {
        let mut length = bytes.len();
        bytes.resize(wanted, 0);
        while length < wanted {
            match self.input.read(&mut bytes[length..]) {
                Ok(0) => {
                    *is_end = true;
                    break;
                }
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    bytes.truncate(length);
                    return Err(error);
                }
            }
        }
        bytes.truncate(length);
        Ok(())
    }

    /// Behind the last line ending that has an even number of quotes before it; behind the last one of
    /// all if that is far, because then a quote is probably damaged.
    fn border(&self, bytes: &[u8]) -> usize {
        let Some(last) = memrchr(self.terminator, bytes) else { return bytes.len() };
        let Some(quote) = self.quote.filter(|quote| memchr(*quote, bytes).is_some()) else {
            return last + 1;
        };
        let quotes = |part: &[u8]| memchr_iter(quote, part).count();
        let (mut end, mut before) = (last, quotes(&bytes[..last]));
        while !before.is_multiple_of(2) {
            match memrchr(self.terminator, &bytes[..end]) {
                Some(earlier) if earlier >= bytes.len() / 2 => {
                    before -= quotes(&bytes[earlier..end]);
                    end = earlier;
                }
                _ => return last + 1,
            }
        }
        end + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str, size: usize) -> Vec<String> {
        let input = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        let mut cutter = Cutter::new(input, b'\n', Some(b'"'), size);
        let next = || cutter.next(vec![7; 3]).map(|chunk| String::from_utf8(chunk.bytes).unwrap());
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn a_chunk_ends_behind_a_line_that_no_quotes_enclose() {
        assert_eq!(chunks("aa\nbb\ncc\ndd", 7), ["aa\nbb\n", "cc\ndd"]);
        assert_eq!(chunks("aa\nbb\n\"c\nc\"\ndd\n", 10), ["aa\nbb\n", "\"c\nc\"\ndd\n"]);
        // A quote that is never closed does not make one chunk of the whole file.
        assert_eq!(chunks("a\"\nbb\ncc\ndd\nee\n", 7), ["a\"\nbb\n", "cc\ndd\n", "ee\n"]);
        assert_eq!(chunks("", 7), [""]);
        for size in 1..20 {
            let text = "aa\n\"b\n\n\"\n\nccccccccc\n\"";
            assert_eq!(chunks(text, size).concat(), text);
        }
    }
}
