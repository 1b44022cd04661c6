//! The most frequent values of a stream in bounded memory.
//!
//! Misra and Gries, "Finding repeated elements" (1982): every counter is at most the true count and
//! at least the true count less the error, which is at most the number of values divided by the
//! number of counters.

use super::shown::push_shown;

const COUNTERS: usize = 512;
/// Four slots for each counter, so that a value without a counter is usually recognized at the
/// first slot.
const SLOTS: usize = 4 * COUNTERS;
const EMPTY: u16 = u16::MAX;

/// Counters for the values that may be frequent.
pub(crate) struct Frequent {
    counters: Vec<Counter>,
    /// How many of the counters are in use; the others keep their memory.
    used: usize,
    slots: Box<[u16; SLOTS]>,
    error: u64,
}

#[derive(Default)]
struct Counter {
    hash: u64,
    count: u64,
    /// Empty as long as the count is within the error, because it is not needed then.
    text: String,
}

impl Frequent {
    /// Starts with exact counts.
    pub(crate) fn from_exact<'a>(counts: impl Iterator<Item = (u64, &'a str, u64)>) -> Self {
        let mut counted: Vec<_> = counts.collect();
        counted.sort_unstable_by_key(|(hash, _, count)| (std::cmp::Reverse(*count), *hash));
        let error = counted.get(COUNTERS).map_or(0, |(_, _, count)| *count);
        let mut frequent = Self {
            counters: Vec::with_capacity(COUNTERS),
            used: 0,
            slots: Box::new([EMPTY; SLOTS]),
            error,
        };
        for (hash, text, count) in counted.into_iter().take_while(|(_, _, count)| *count > error) {
            frequent.insert(hash, text, count - error);
        }
        frequent
    }

    /// Counts one value.
    pub(crate) fn add(&mut self, hash: u64, text: &str) {
        let mut slot = slot(hash);
        // Linear probing: a used slot may belong to another hash.
        while self.slots[slot] != EMPTY {
            let counter = &mut self.counters[usize::from(self.slots[slot])];
            if counter.hash == hash {
                counter.count += 1;
                if counter.text.is_empty() {
                    push_shown(&mut counter.text, text);
                }
                return;
            }
            slot = (slot + 1) % SLOTS;
        }
        if self.used < COUNTERS {
            // A value that occurred once is shown only if no count is too small.
            self.insert(hash, if self.error == 0 { text } else { "" }, 1);
        } else {
            self.decrement();
        }
    }

    /// How much a count may be too small at most.
    pub(crate) fn error(&self) -> u64 {
        self.error
    }

    /// The values that are certainly more frequent than any value not returned.
    pub(crate) fn certain(&self) -> impl Iterator<Item = (&str, u64)> {
        let used = self.counters[..self.used].iter();
        used.filter(|counter| counter.count > self.error)
            .map(|counter| (counter.text.as_str(), counter.count))
    }

    fn insert(&mut self, hash: u64, text: &str, count: u64) {
        if self.used == self.counters.len() {
            self.counters.push(Counter::default());
        }
        let counter = &mut self.counters[self.used];
        counter.hash = hash;
        counter.count = count;
        counter.text.clear();
        push_shown(&mut counter.text, text);
        self.fill_slot(self.used);
        self.used += 1;
    }

    fn fill_slot(&mut self, number: usize) {
        let mut slot = slot(self.counters[number].hash);
        while self.slots[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        self.slots[slot] = u16::try_from(number).unwrap_or(EMPTY);
    }

    /// Decrements every counter for a value that has none, and frees those that reach zero.
    fn decrement(&mut self) {
        self.error += 1;
        let mut kept = 0;
        for number in 0..self.used {
            self.counters[number].count -= 1;
            if self.counters[number].count > 0 {
                self.counters.swap(kept, number);
                kept += 1;
            }
        }
        if kept < self.used {
            self.used = kept;
            self.slots.fill(EMPTY);
            (0..kept).for_each(|number| self.fill_slot(number));
        }
    }
}

/// The slot where the search for a hash begins.
fn slot(hash: u64) -> usize {
    (hash >> 32) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;
    use xxhash_rust::xxh3::xxh3_64;

    #[test]
    fn counts_stay_within_their_bounds() {
        let mut frequent = Frequent::from_exact(std::iter::empty());
        let mut truth = HashMap::new();
        // Value n occurs about 100,000 / n times, well mixed.
        for step in 0..500_000_u64 {
            let random = xxh3_64(&step.to_le_bytes());
            let value =
                (20_000 / (random % 20_000 + 1)).to_string() + "/" + &(random >> 60).to_string();
            frequent.add(xxh3_64(value.as_bytes()), &value);
            *truth.entry(value).or_insert(0) += 1;
        }
        assert!(frequent.error() <= 500_000 / COUNTERS as u64);
        for (value, count) in frequent.certain() {
            let wanted = truth[value];
            assert!(count <= wanted && count + frequent.error() >= wanted, "{value}");
        }
        let (value, _) = truth.iter().max_by_key(|(_, count)| **count).unwrap();
        assert!(frequent.certain().any(|(found, _)| found == value));
    }

    #[test]
    fn values_that_all_differ_leave_nothing_certain() {
        let mut frequent = Frequent::from_exact(std::iter::empty());
        for value in 0..100_000_u64 {
            frequent.add(xxh3_64(&value.to_le_bytes()), &value.to_string());
        }
        assert_eq!(frequent.certain().count(), 0);
    }
}
