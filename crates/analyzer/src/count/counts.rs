//! How many different values a column has and which are the most frequent. Both are exact while
//! they fit into memory, and estimates marked as such after that.

use serde::Serialize;

use super::frequent::Frequent;
use super::hyperloglog::HyperLogLog;
use super::value_key::ValueKey;
use super::value_table::ValueTable;

/// How many of the most frequent values a report lists at most.
const TOP: usize = 10;

/// Counts the values of one column, long ones by a 64-bit hash. The probability that two of ten
/// thousand values have the same hash is below one in ten billion. A count that equals the number of
/// values proves that all of them differ.
pub(crate) struct ValueCounter {
    values: u64,
    limit: Limit,
    state: CountState,
}

/// The limits of exact counting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

enum CountState {
    Exact(ValueTable),
    Estimate { distinct: Box<HyperLogLog>, frequent: Frequent },
}

/// The result of counting.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct CountSummary {
    /// How many different values there are.
    pub(crate) distinct: u64,
    /// True when `distinct` is exact, false when it is an estimate (standard error 0.8 %).
    pub(crate) distinct_exact: bool,
    /// The most frequent values, most frequent first.
    pub(crate) most_frequent: Vec<ValueCount>,
    /// By how much a count in `most_frequent` may be too small; 0 if they are exact.
    pub(crate) frequency_error: u64,
}

/// A value and how often it occurs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ValueCount {
    pub(crate) value: String,
    pub(crate) count: u64,
}

impl Limit {
    /// An equal share of the memory for all columns of a file.
    pub(crate) fn for_columns(columns: usize) -> Self {
        let bytes = (64 << 20) / columns.max(1);
        // The number of entries of a map that is full to 7/8, just before it grows.
        let slots = 1 << (bytes / 48).clamp(256, 1 << 17).ilog2();
        Self { entries: slots / 8 * 7, bytes: (bytes / 3).min(2 << 20) }
    }
}

impl ValueCounter {
    pub(crate) fn new(limit: Limit) -> Self {
        let state = CountState::Exact(ValueTable::new());
        Self { values: 0, limit, state }
    }

    /// Counts one value, given with its key, if this value was counted before and is remembered,
    /// and returns its class; otherwise does nothing.
    #[inline]
    pub(crate) fn add_known(&mut self, key: ValueKey, value: &str) -> Option<u16> {
        let CountState::Exact(table) = &mut self.state else { return None };
        if !table.is(key, value) {
            return None;
        }
        let entry = table.get_mut(key)?;
        entry.count += 1;
        self.values += 1;
        Some(entry.class)
    }

    /// Counts one value, given with its key, and remembers its class.
    pub(crate) fn add(&mut self, key: ValueKey, value: &str, class: u16) {
        self.values += 1;
        match &mut self.state {
            CountState::Exact(table) => {
                if let Some(entry) = table.get_mut(key) {
                    entry.count += 1;
                    return;
                }
                if table.len() == self.limit.entries || table.bytes() > self.limit.bytes {
                    self.estimate();
                    self.add_estimate(key.hash_of(value), value);
                    return;
                }
                table.insert(key, value, class);
            }
            CountState::Estimate { .. } => self.add_estimate(key.hash_of(value), value),
        }
    }

    /// True if it is proven that no two of the counted values are equal.
    pub(crate) fn all_differ(&self) -> bool {
        matches!(&self.state, CountState::Exact(table) if table.len() as u64 == self.values)
    }

    pub(crate) fn summary(&self) -> CountSummary {
        match &self.state {
            CountState::Exact(table) => CountSummary {
                distinct: table.len() as u64,
                distinct_exact: true,
                most_frequent: top(table.iter().map(|(_, value, count)| (value, count))),
                frequency_error: 0,
            },
            CountState::Estimate { distinct, frequent } => CountSummary {
                distinct: distinct.estimate().min(self.values),
                distinct_exact: false,
                most_frequent: top(frequent.certain()),
                frequency_error: frequent.error(),
            },
        }
    }

    fn add_estimate(&mut self, hash: u64, value: &str) {
        if let CountState::Estimate { distinct, frequent } = &mut self.state {
            distinct.add(hash);
            frequent.add(hash, value);
        }
    }

    /// Turns exact counts into estimates.
    fn estimate(&mut self) {
        let CountState::Exact(table) = &self.state else { return };
        let mut distinct = Box::<HyperLogLog>::default();
        let counted = table.iter().map(|(key, value, count)| (key.hash_of(value), value, count));
        counted.clone().for_each(|(hash, ..)| distinct.add(hash));
        let frequent = Frequent::from_exact(counted);
        self.state = CountState::Estimate { distinct, frequent };
    }
}

/// The most frequent values; equally frequent ones in ascending order.
fn top<'a>(values: impl Iterator<Item = (&'a str, u64)>) -> Vec<ValueCount> {
    let mut best: Vec<(&str, u64)> = Vec::with_capacity(TOP + 1);
    for (value, count) in values {
        let index = best.partition_point(|(other, most)| (*most, value) >= (count, *other));
        if index < TOP {
            best.truncate(TOP - 1);
            best.insert(index, (value, count));
        }
    }
    best.into_iter().map(|(value, count)| ValueCount { value: value.to_owned(), count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limit = Limit { entries: 100, bytes: 1 << 20 };

    fn count(limit: Limit, values: impl IntoIterator<Item = String>) -> ValueCounter {
        let mut counts = ValueCounter::new(limit);
        for value in values {
            counts.add(ValueKey::of(&value), &value, 0);
        }
        counts
    }

    #[test]
    fn few_values_are_counted_exactly() {
        let words = ["b", "a", "c", "a", "b", "a", "d"].map(str::to_owned);
        let summary = count(SMALL, words).summary();
        assert_eq!((summary.distinct, summary.distinct_exact), (4, true));
        let found: Vec<_> =
            summary.most_frequent.iter().map(|top| (top.value.as_str(), top.count)).collect();
        assert_eq!(found, [("a", 3), ("b", 2), ("c", 1), ("d", 1)]);
    }

    #[test]
    fn more_than_the_limit_is_an_estimate_that_says_so() {
        let many = (0..200_000).map(|n| n.to_string());
        let often = (0..50_000).map(|_| "often".to_owned());
        let counts = count(
            SMALL,
            many.zip(often.chain(std::iter::repeat("rare".into())))
                .flat_map(|(one, two)| [one, two]),
        );
        let summary = counts.summary();
        assert!(!summary.distinct_exact && !counts.all_differ());
        assert!((196_000..204_000).contains(&summary.distinct), "{}", summary.distinct);
        let top: Vec<_> = summary.most_frequent.iter().map(|top| top.value.as_str()).collect();
        assert_eq!(top, ["rare", "often"]);
        let rare = summary.most_frequent[0].count;
        assert!(rare <= 150_000 && rare + summary.frequency_error >= 150_000);
    }

    #[test]
    fn all_values_differ_or_not() {
        assert!(count(SMALL, (0..100).map(|n| n.to_string())).all_differ());
        assert!(!count(SMALL, ["a", "a"].map(str::to_owned)).all_differ());
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let summary = count(SMALL, ["é".repeat(200)]).summary();
        assert_eq!(summary.most_frequent[0].value, format!("{}…", "é".repeat(128)));
    }
}
