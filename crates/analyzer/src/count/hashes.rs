//! Hashes of values, in a set and sorted.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use ecom_core::Failure;
use ecom_core::sort::Sorter;

/// A set of 128-bit hashes.
pub(crate) type Hashes = HashSet<u128, BuildHasherDefault<Identity>>;

/// Uses keys that already are hashes as they are.
#[derive(Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum << 8 | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write_usize(&mut self, hash: usize) {
        self.0 = hash as u64;
    }

    fn write_u128(&mut self, hash: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
        let half = hash as u64;
        self.0 = half;
    }
}

/// Adds a hash and a value to the sorter.
pub(crate) fn push(sorter: &mut Sorter, hash: u128, value: &[u8]) -> Result<(), Failure> {
    sorter.push(&hash.to_be_bytes(), value)
}
