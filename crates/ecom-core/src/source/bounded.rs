//! Limits unpacked bytes: a small file that unpacks to a huge one is refused.

use std::io::{self, Read};

use flate2::Crc;

/// Up to this many unpacked bytes are always accepted.
const FREE: u64 = 100 << 20;
/// Beyond that, unpacked bytes may be at most this many times the packed ones.
const RATIO: u64 = 250;

/// Unpacked bytes; `packed` returns the number of packed bytes read so far.
pub(super) struct Bounded<R> {
    inner: R,
    packed: fn(&R) -> u64,
    unpacked: u64,
}

/// Counts the bytes read.
pub(super) struct Counted<R> {
    inner: R,
    pub(super) bytes: u64,
}

/// Compares the unpacked bytes with the size and the checksum in the archive.
pub(super) struct Proven<R> {
    inner: R,
    crc: Crc,
    bytes: u64,
    wanted: (u32, u64),
}

/// True if only a bomb unpacks to that much.
pub(super) fn is_bomb(packed: u64, unpacked: u64) -> bool {
    unpacked > FREE && unpacked / RATIO > packed
}

/// The message about a bomb.
pub(super) fn bomb() -> String {
    format!("it unpacks to more than {} MiB, over {RATIO} times its size", FREE >> 20)
}

pub(super) fn damaged(problem: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem.into())
}

impl<R> Bounded<R> {
    pub(super) fn new(inner: R, packed: fn(&R) -> u64) -> Self {
        Self { inner, packed, unpacked: 0 }
    }
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, bytes: 0 }
    }
}

impl<R> Proven<R> {
    pub(super) fn new(inner: R, crc32: u32, bytes: u64) -> Self {
        Self { inner, crc: Crc::new(), bytes: 0, wanted: (crc32, bytes) }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                damaged("it is damaged: it cannot be unpacked completely")
            }
            _ => error,
        })?;
        self.unpacked += length as u64;
        if is_bomb((self.packed)(&self.inner), self.unpacked) {
            return Err(damaged(bomb()));
        }
        Ok(length)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.bytes += length as u64;
        Ok(length)
    }
}

impl<R: Read> Read for Proven<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(out)?;
        self.crc.update(&out[..length]);
        self.bytes += length as u64;
        let is_end = length == 0 && !out.is_empty();
        if self.bytes > self.wanted.1 || (is_end && (self.crc.sum(), self.bytes) != self.wanted) {
            return Err(damaged("it is damaged: its size or checksum is not that in the archive"));
        }
        Ok(length)
    }
}
