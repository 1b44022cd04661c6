//! Reads a file and takes its SHA-256 on the way, both on a thread of their own.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest as _, Sha256};

use crate::exit::{Code, Failure, io_failure};
use crate::plan::hexadecimal;

const CHUNK: usize = 256 << 10;
const CHUNKS_AHEAD: usize = 4;

/// The bytes of a file, to be read to their end.
#[derive(Debug)]
pub struct Bytes {
    full: Receiver<io::Result<Vec<u8>>>,
    empty: Sender<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
}

/// What is known when a file was read to its end.
#[derive(Debug)]
pub struct Hash(JoinHandle<(String, u64)>);

/// Opens a file.
pub fn open(path: &Path) -> Result<(Bytes, Hash), Failure> {
    let file = File::open(path).map_err(|error| io_failure("read", path, error))?;
    let (full_sender, full) = sync_channel(CHUNKS_AHEAD);
    let (empty, empty_receiver) = channel();
    let reader = thread::spawn(move || read_all(file, &full_sender, &empty_receiver));
    Ok((Bytes { full, empty, chunk: Vec::new(), at: 0 }, Hash(reader)))
}

fn read_all(
    mut file: File,
    full: &SyncSender<io::Result<Vec<u8>>>,
    empty: &Receiver<Vec<u8>>,
) -> (String, u64) {
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    loop {
        let mut chunk = empty.try_recv().unwrap_or_default();
        chunk.resize(CHUNK, 0);
        let read = read_full(&mut file, &mut chunk);
        let last = !matches!(read, Ok(1..));
        let sent = read.map(|length| {
            chunk.truncate(length);
            hasher.update(&chunk);
            bytes += length as u64;
            chunk
        });
        // The other side has gone when the caller gave up: nobody asks for the hash then.
        if full.send(sent).is_err() || last {
            return (hexadecimal(&hasher.finalize()), bytes);
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
        if self.at == self.chunk.len() {
            // The thread ends behind an empty chunk or an error; from then on the file is at its end.
            let Ok(next) = self.full.recv() else { return Ok(0) };
            let done = std::mem::replace(&mut self.chunk, next?);
            self.at = 0;
            // The thread may have ended already.
            let _ = self.empty.send(done);
        }
        let length = out.len().min(self.chunk.len() - self.at);
        out[..length].copy_from_slice(&self.chunk[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

impl Hash {
    /// The SHA-256 in hexadecimal and the length, once the bytes were read to their end.
    pub fn finish(self) -> Result<(String, u64), Failure> {
        self.0.join().map_err(|_| Failure::new(Code::Unexpected, "the reading thread panicked"))
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
