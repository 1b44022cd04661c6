//! Count and checksum of a set of records: independent of order, additive over parts.

use std::fmt;
use std::ops::AddAssign;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xxhash_rust::xxh3::xxh3_64;

/// How many records there are, and the sum modulo 2^64 of a 64-bit hash (XXH3) of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records counted.
    pub count: u64,
    /// Sum of the records' hashes.
    pub checksum: Checksum,
}

/// A sum of record hashes, written as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum(pub u64);

impl Tally {
    /// Counts one record, given in the encoding of [`crate::canonical::Canonical::bytes`] or any
    /// other encoding that both sides of a comparison share.
    pub fn add(&mut self, record: &[u8]) {
        self.add_hash(hash(record));
    }

    /// Counts one record, given as its [`hash`].
    pub fn add_hash(&mut self, hash: u64) {
        self.count += 1;
        self.checksum.0 = self.checksum.0.wrapping_add(hash);
    }
}

/// The hash of a record.
#[must_use]
pub fn hash(record: &[u8]) -> u64 {
    xxh3_64(record)
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.checksum.0 = self.checksum.0.wrapping_add(other.checksum.0);
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(records: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for record in records {
            tally.add(record.as_bytes());
        }
        tally
    }

    #[test]
    fn order_does_not_matter_and_parts_add_up() {
        let whole = tally(&["a", "b", "c"]);
        let mut parts = tally(&["c"]);
        parts += tally(&["b", "a"]);
        assert_eq!(whole, parts);
    }

    #[test]
    fn a_changed_a_doubled_and_a_missing_record_are_seen() {
        let whole = tally(&["a", "b"]);
        assert_ne!(whole.checksum, tally(&["a", "B"]).checksum);
        assert_ne!(whole.checksum, tally(&["a", "a"]).checksum);
        assert_ne!(whole, tally(&["a"]));
    }

    #[test]
    fn a_checksum_survives_json() {
        let whole = tally(&["a", "b"]);
        let json = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Tally>(&json).unwrap(), whole);
    }
}
