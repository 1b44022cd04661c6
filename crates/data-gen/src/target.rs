//! Where a file goes: to a new file, or beside an existing one to see whether they are equal.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use ecom_core::atomic::AtomicFile;
use ecom_core::exit::{Failure, io_failure};

/// Takes a file's bytes.
#[derive(Debug)]
pub(crate) enum Target {
    /// They are written and get their name at the end.
    New(AtomicFile),
    /// They are compared with the file that is there.
    Existing(Comparison),
}

/// Compares what is written with a file.
#[derive(Debug)]
pub(crate) struct Comparison {
    file: BufReader<File>,
    path: PathBuf,
    buffer: Vec<u8>,
}

impl Target {
    /// Begins `path`; an existing file is only compared unless it may be overwritten.
    pub(crate) fn begin(path: &Path, overwrite: bool) -> Result<Self, Failure> {
        if overwrite || !path.exists() {
            return AtomicFile::create(path).map(Self::New);
        }
        let file = File::open(path).map_err(|error| io_failure("read", path, error))?;
        let file = BufReader::with_capacity(1 << 16, file);
        let (path, buffer) = (path.to_owned(), Vec::new());
        Ok(Self::Existing(Comparison { file, path, buffer }))
    }

    /// Says that nothing more comes; refuses when the existing file has more.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        let Self::Existing(comparison) = self else { return Ok(()) };
        match comparison.file.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(comparison.differs()),
        }
    }

    /// Publishes a new file; true if there was one to publish.
    pub(crate) fn commit(self) -> Result<bool, Failure> {
        match self {
            Self::New(file) => file.commit().map(|()| true),
            Self::Existing(_) => Ok(false),
        }
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::New(file) => file.write(bytes),
            Self::Existing(comparison) => comparison.compare(bytes).map(|()| bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::New(file) => file.flush(),
            Self::Existing(_) => Ok(()),
        }
    }
}

impl Comparison {
    fn compare(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.buffer.resize(bytes.len(), 0);
        match self.file.read_exact(&mut self.buffer) {
            Ok(()) if self.buffer == bytes => Ok(()),
            Ok(()) => Err(self.differs()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.differs()),
            Err(error) => Err(error),
        }
    }

    /// A [`Failure`] inside an I/O error, for the writer above passes on nothing else.
    fn differs(&self) -> io::Error {
        io::Error::other(Failure::refused(format!(
            "{} holds something else: choose another folder, or --force to overwrite it",
            self.path.display()
        )))
    }
}
