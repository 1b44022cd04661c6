//! Who buys and what is bought: a few a lot, most of them little.

use crate::draw::{Draw, Subject};

/// Draws the numbers 0 … `count` - 1 by Zipf's law; a number's rank does not follow from its value.
///
/// The weight of rank r (1 is the first) is 1 / (r + flatness): the Zipf-Mandelbrot law with the
/// exponent 1. No table and no floating point is needed: an octave 2^k … 2^(k+1) - 1 of
/// x = r + flatness is drawn first, all equally likely, and then an x in it, which is accepted with
/// the probability 2^k / x.
#[derive(Clone, Debug)]
pub(crate) struct Popularity {
    count: u64,
    flatness: u64,
    first_octave: u32,
    octaves: u64,
    factor: u64,
    offset: u64,
}

impl Popularity {
    /// For `count` numbers, at most 2^32. The higher the flatness, the smaller the lead of the first.
    pub(crate) fn new(count: u64, flatness: u64, seed: u64, stream: u64) -> Self {
        let mut draw = Draw::new(seed, Subject::Ranks, stream);
        let mut factor = 1 + draw.below(count);
        while greatest_common_divisor(factor, count) != 1 {
            factor = 1 + factor % count;
        }
        let first_octave = (1 + flatness).ilog2();
        let octaves = u64::from((count + flatness).ilog2() - first_octave + 1);
        let offset = draw.below(count);
        Self { count, flatness, first_octave, octaves, factor, offset }
    }

    /// Draws a number below the count.
    pub(crate) fn draw(&self, draw: &mut Draw) -> u64 {
        let rank = self.rank(draw);
        (rank * self.factor + self.offset) % self.count
    }

    /// Draws a rank; 0 is the most likely.
    fn rank(&self, draw: &mut Draw) -> u64 {
        loop {
            let octave = 1 << (u64::from(self.first_octave) + draw.below(self.octaves));
            let x = octave + draw.below(octave);
            let known = (self.flatness + 1..=self.flatness + self.count).contains(&x);
            if known && draw.below(x) < octave {
                return x - self.flatness - 1;
            }
        }
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "small numbers")]
mod tests {
    use super::*;

    #[test]
    fn the_law_is_zipfs() {
        let popularity = Popularity::new(1000, 0, 1, 0);
        let mut draw = Draw::new(1, Subject::Transactions, 0);
        let mut counts = vec![0_u32; 1000];
        for _ in 0..149_709 {
            counts[popularity.rank(&mut draw) as usize] += 1;
        }
        // The sum of 1/r over 1,000 ranks is 7.48547, so rank r is expected 20,000 / r times.
        for (rank, wanted) in [(1, 20_000), (2, 10_000), (3, 6_667), (10, 2_000), (100, 200)] {
            let found = counts[rank - 1];
            let slack = wanted / 50 + 50;
            assert!(found.abs_diff(wanted) < slack, "rank {rank}: {found} instead of {wanted}");
        }
    }

    #[test]
    fn every_number_is_reached_and_no_other() {
        for count in [1, 2, 3, 7, 60] {
            let popularity = Popularity::new(count, 3, 5, 1);
            let mut draw = Draw::new(5, Subject::Transactions, 0);
            let mut seen = vec![false; count as usize];
            for _ in 0..20_000 {
                seen[popularity.draw(&mut draw) as usize] = true;
            }
            assert!(seen.iter().all(|seen| *seen), "{count}");
        }
    }
}
