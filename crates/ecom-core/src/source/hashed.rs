//! Reads a file and takes its SHA-256 on another thread.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use sha2::{Digest as _, Sha256};

use crate::ahead::{Ahead, Feed};
use crate::exit::{Code, Failure};
use crate::input;
use crate::plan::hexadecimal;

const CHUNK: usize = 256 << 10;
const CHUNKS_AHEAD: usize = 4;

/// The bytes of a file, to be read to their end.
#[derive(Debug)]
pub struct Bytes {
    ahead: Ahead<Chunk>,
    chunk: Chunk,
    at: usize,
}

/// The SHA-256 of a file that is being read.
#[derive(Debug)]
pub struct Hash(Receiver<(String, u64)>);

/// Some bytes, or the error that ended the reading, which the parser reports.
#[derive(Debug, Default)]
struct Chunk {
    bytes: Vec<u8>,
    error: Option<io::Error>,
}

/// Opens a file. The hash is separate, because the bytes usually move into a reader.
///
/// # Errors
/// The file cannot be opened. A later error is one of the bytes.
pub fn open(path: &Path) -> Result<(Bytes, Hash), Failure> {
    let file = input::open(path)?;
    let (sender, hash) = channel();
    let ahead = Ahead::start(CHUNKS_AHEAD, move |feed| {
        // Nobody asks for the hash when the caller gave up.
        let _ = sender.send(read_all(file, feed));
        Ok(())
    });
    Ok((Bytes { ahead, chunk: Chunk::default(), at: 0 }, Hash(hash)))
}

fn read_all(mut file: File, feed: &Feed<Chunk>) -> (String, u64) {
    let (mut hasher, mut length) = (Sha256::new(), 0);
    loop {
        let mut chunk = feed.empty();
        chunk.bytes.resize(CHUNK, 0);
        let (read, error) = match read_full(&mut file, &mut chunk.bytes) {
            Ok(read) => (read, None),
            Err(error) => (0, Some(error)),
        };
        chunk.bytes.truncate(read);
        chunk.error = error;
        hasher.update(&chunk.bytes);
        length += read as u64;
        let is_last = read == 0;
        if !feed.send(chunk) || is_last {
            return (hexadecimal(&hasher.finalize()), length);
        }
    }
}

fn read_full(file: &mut File, chunk: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < chunk.len() {
        match file.read(&mut chunk[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.chunk.bytes.len() {
            let Some(next) = self.ahead.next().map_err(io::Error::other)? else { return Ok(0) };
            self.ahead.give_back(std::mem::replace(&mut self.chunk, next));
            self.at = 0;
            if let Some(error) = self.chunk.error.take() {
                return Err(error);
            }
        }
        let length = out.len().min(self.chunk.bytes.len() - self.at);
        out[..length].copy_from_slice(&self.chunk.bytes[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

impl Hash {
    /// The SHA-256 in hexadecimal and the length, once the bytes were read to their end.
    ///
    /// # Errors
    /// The reading thread panicked.
    pub fn finish(self) -> Result<(String, u64), Failure> {
        self.0.recv().map_err(|_| Failure::new(Code::Unexpected, "the reading thread panicked"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_bytes_that_were_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..=250).cycle().take(CHUNK * 3 + 17).collect();
        std::fs::write(file.path(), &bytes).unwrap();
        let (mut input, hash) = open(file.path()).unwrap();
        let mut read = Vec::new();
        input.read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        let wanted = crate::plan::sha256_of(file.path()).unwrap();
        assert_eq!(hash.finish().unwrap(), (wanted, bytes.len() as u64));
    }

    #[test]
    fn a_reader_that_gives_up_does_not_hang() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), vec![7; CHUNK * 20]).unwrap();
        let (mut input, hash) = open(file.path()).unwrap();
        input.read_exact(&mut [0; 10]).unwrap();
        drop(input);
        hash.finish().unwrap();
    }
}
