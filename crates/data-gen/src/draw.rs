//! Random draws that are the same on every machine: the key stream of `ChaCha8`, and only integers.

use rand::rngs::ChaCha8Rng;
use rand::{Rng as _, SeedableRng as _};

/// What a stream of draws is for; each subject has its own streams.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Subject {
    Customer = 1,
    Product = 2,
    Transactions = 3,
    Calendar = 4,
    Ranks = 5,
}

/// Draws from one of the 2^64 streams of a seed.
#[derive(Debug)]
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// The draws for the `number`th `subject`; `number` is below 2^56.
    pub(crate) fn new(seed: u64, subject: Subject, number: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut draw = Self(ChaCha8Rng::from_seed(key));
        draw.turn_to(subject, number);
        draw
    }

    /// Moves to the beginning of another stream of the same seed.
    pub(crate) fn turn_to(&mut self, subject: Subject, number: u64) {
        self.0.set_stream((subject as u64) << 56 | number);
    }

    /// An integer below `limit`, which is not 0. The bias is less than `limit` / 2^64.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let wide = u128::from(self.0.next_u64()) * u128::from(limit);
        u64::try_from(wide >> 64).expect("64 bits are left")
    }

    /// True in `hundredths` of 100 cases.
    pub(crate) fn chance(&mut self, hundredths: u64) -> bool {
        self.below(100) < hundredths
    }

    /// One of several, all equally likely.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[usize::try_from(self.below(from.len() as u64)).expect("below a length")]
    }

    /// One of several, with probabilities in proportion to their weights.
    pub(crate) fn weighted<'a, T>(&mut self, from: &'a [T], weight: impl Fn(&T) -> u64) -> &'a T {
        let mut point = self.below(from.iter().map(&weight).sum());
        for item in from {
            match point.checked_sub(weight(item)) {
                Some(rest) => point = rest,
                None => return item,
            }
        }
        unreachable!("the point is below the sum of the weights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_whenever_it_is_turned_to() {
        let mut first = Draw::new(7, Subject::Customer, 12);
        let wanted = [first.below(1000), first.below(1000), first.below(1000)];
        let mut other = Draw::new(7, Subject::Product, 3);
        other.below(10);
        other.turn_to(Subject::Customer, 12);
        assert_eq!([other.below(1000), other.below(1000), other.below(1000)], wanted);
        other.turn_to(Subject::Customer, 13);
        assert_ne!([other.below(1000), other.below(1000), other.below(1000)], wanted);
    }

    #[test]
    fn weights_are_kept() {
        let mut draw = Draw::new(1, Subject::Transactions, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            counts[*draw.weighted(&[0_usize, 1, 2], |&item| [70, 0, 30][item])] += 1;
        }
        assert!((6_800..7_200).contains(&counts[0]) && counts[1] == 0, "{counts:?}");
    }
}
