//! The SHA-256 of a file, taken while it is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use sha2::{Digest as _, Sha256};

use crate::exit::{Code, Failure};
use crate::input;
use crate::plan::hexadecimal;

/// The bytes of a file, to be read to their end.
#[derive(Debug)]
pub struct Bytes {
    file: File,
    hasher: Sha256,
    length: u64,
    hash: Sender<(String, u64)>,
}

/// The SHA-256 of a file that is being read.
#[derive(Debug)]
pub struct Hash(Receiver<(String, u64)>);

/// Opens a file. The hash is separate, because the bytes usually move into a reader on another thread.
///
/// # Errors
/// The file cannot be opened. A later error is one of the bytes.
pub fn open(path: &Path) -> Result<(Bytes, Hash), Failure> {
    let file = input::open(path)?;
    let (sender, hash) = channel();
    Ok((Bytes { file, hasher: Sha256::new(), length: 0, hash: sender }, Hash(hash)))
}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(out)?;
        self.hasher.update(&out[..length]);
        self.length += length as u64;
        if length == 0 && !out.is_empty() {
            // Nobody asks for the hash when the caller gave up.
            let _ = self.hash.send((hexadecimal(&self.hasher.clone().finalize()), self.length));
        }
        Ok(length)
    }
}

impl Hash {
    /// The SHA-256 in hexadecimal and the length, once the bytes were read to their end.
    ///
    /// # Errors
    /// The bytes were dropped before their end.
    pub fn finish(self) -> Result<(String, u64), Failure> {
        self.0
            .recv()
            .map_err(|_| Failure::new(Code::Unexpected, "the file was not read to its end"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_bytes_that_were_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..=250).cycle().take((1 << 16) * 3 + 17).collect();
        std::fs::write(file.path(), &bytes).unwrap();
        let (mut input, hash) = open(file.path()).unwrap();
        let mut read = Vec::new();
        input.read_to_end(&mut read).unwrap();
        assert_eq!(read, bytes);
        let wanted = crate::plan::sha256_of(file.path()).unwrap();
        assert_eq!(hash.finish().unwrap(), (wanted, bytes.len() as u64));
    }

    #[test]
    fn there_is_no_hash_of_a_file_that_was_not_read_to_its_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), vec![7; 20]).unwrap();
        let (mut input, hash) = open(file.path()).unwrap();
        input.read_exact(&mut [0; 10]).unwrap();
        drop(input);
        assert!(hash.finish().is_err());
    }
}
