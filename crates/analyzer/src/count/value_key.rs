//! A value as the key of a map: a short one as it is, a long one by its hash.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// The most bytes of a value that is its own key.
const SHORT: usize = 15;
/// The last byte of the key of a longer value; of the others it is their length.
const LONG: u128 = 0xff;

/// Identifies a value. The keys of short values are in the order of the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ValueKey(u128);

impl ValueKey {
    /// The key of a text.
    #[inline]
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let length = bytes.len();
        if length > SHORT {
            return Self::long(text);
        }
        // Two pieces that may overlap hold all bytes, so no loop is needed.
        let behind = |byte: usize| 8 * (16 - byte);
        let whole = if let (Some(first), Some(last)) =
            (bytes.first_chunk::<8>(), bytes.last_chunk())
        {
            let (first, last) = (u64::from_be_bytes(*first), u64::from_be_bytes(*last));
            u128::from(first) << 64 | u128::from(last) << behind(length)
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk()) {
            let (first, last) = (u32::from_be_bytes(*first), u32::from_be_bytes(*last));
            u128::from(first) << 96 | u128::from(last) << behind(length)
        } else if let (Some(first), Some(last)) = (bytes.first(), bytes.last()) {
            let middle = u128::from(bytes[length / 2]) << behind(length / 2 + 1);
            u128::from(*first) << behind(1) | middle | u128::from(*last) << behind(length)
        } else {
            0
        };
        Self(whole | length as u128)
    }

    /// True for a value that is its own key.
    #[inline]
    pub(crate) fn is_short(self) -> bool {
        self.0 & LONG != LONG
    }

    /// The hash of the text that this is the key of.
    #[inline]
    pub(crate) fn hash_of(self, text: &str) -> u64 {
        if self.is_short() { xxh3_64(text.as_bytes()) } else { half(self.0 >> 64) }
    }

    /// A hash of the key for a table.
    #[inline]
    pub(crate) fn hashed(self) -> usize {
        // The upper half of a product depends on all bits of its factors.
        let product = u128::from(half(self.0 >> 64) ^ 0x9e37_79b9_7f4a_7c15)
            * u128::from(half(self.0) ^ 0xd6e8_feb8_6659_fd93);
        #[expect(clippy::cast_possible_truncation, reason = "any part of a hash is a hash")]
        let hash = (half(product >> 64) ^ half(product)) as usize;
        hash
    }

    fn long(text: &str) -> Self {
        Self(u128::from(xxh3_64(text.as_bytes())) << 64 | LONG)
    }
}

impl Hash for ValueKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.hashed());
    }
}

/// The lower half.
#[inline]
fn half(number: u128) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "half of it is wanted")]
    let half = number as u64;
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn short_values_have_their_own_key_in_their_order(
            one in "[ab]{0,15}|\\PC{0,4}",
            other in "[ab]{0,15}|\\PC{0,4}",
        ) {
            let (key, second) = (ValueKey::of(&one), ValueKey::of(&other));
            if one.len() <= SHORT && other.len() <= SHORT {
                proptest::prop_assert_eq!(key.cmp(&second), one.cmp(&other));
            }
            proptest::prop_assert_eq!(key.is_short(), one.len() <= SHORT);
            proptest::prop_assert_eq!(key.hash_of(&one), xxh3_64(one.as_bytes()));
        }
    }

    #[test]
    fn a_long_value_is_known_by_its_hash() {
        let (one, other) = ("a".repeat(16), "a".repeat(17));
        assert_eq!(ValueKey::of(&one), ValueKey::of(&one.clone()));
        assert_ne!(ValueKey::of(&one), ValueKey::of(&other));
        assert!(!ValueKey::of(&one).is_short());
    }
}
