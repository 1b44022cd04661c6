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
        // Two pieces that may overlap hold all bytes, so no loop is needed.
        let at = |byte: usize| 8 * (16 - byte);
        let ends = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) if length <= SHORT => {
                let [first, last] =
                    [first, last].map(|piece| u128::from(u64::from_be_bytes(*piece)));
                first << 64 | last << at(length)
            }
            (Some(_), _) => return Self::long(text),
            _ => match (bytes.first_chunk(), bytes.last_chunk(), bytes) {
                (Some(first), Some(last), _) => {
                    let [first, last] =
                        [first, last].map(|piece| u128::from(u32::from_be_bytes(*piece)));
                    first << 96 | last << at(length)
                }
                (.., [first, .., last]) => {
                    let middle = u128::from(bytes[length / 2]) << at(length / 2 + 1);
                    u128::from(*first) << at(1) | middle | u128::from(*last) << at(length)
                }
                (.., [only]) => u128::from(*only) << at(1),
                (.., []) => 0,
            },
        };
        Self(ends | length as u128)
    }

    /// True for a value that is its own key.
    #[inline]
    pub(crate) fn is_short(self) -> bool {
        self.0 & LONG != LONG
    }

    /// The hash of the text that this is the key of.
    #[inline]
    pub(crate) fn hash_of(self, text: &str) -> u64 {
        #[expect(clippy::cast_possible_truncation, reason = "the upper half is the hash")]
        if self.is_short() { xxh3_64(text.as_bytes()) } else { (self.0 >> 64) as u64 }
    }

    fn long(text: &str) -> Self {
        Self(u128::from(xxh3_64(text.as_bytes())) << 64 | LONG)
    }
}

impl Hash for ValueKey {
    /// The product of both halves, each made odd in its own way; its upper half depends on all bits.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        #[expect(clippy::cast_possible_truncation, reason = "halves")]
        let halves = |number: u128| ((number >> 64) as u64, number as u64);
        let (high, low) = halves(self.0);
        let product =
            u128::from(high ^ 0x9e37_79b9_7f4a_7c15) * u128::from(low ^ 0xd6e8_feb8_6659_fd93);
        let (high, low) = halves(product);
        state.write_u64(high ^ low);
    }
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
