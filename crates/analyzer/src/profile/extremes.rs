//! The smallest and greatest of the values of a column, and whether each is greater than the one
//! before.

use std::cmp::Ordering;

use crate::count::value_key::ValueKey;

/// The order of the values of a column as texts.
pub(super) struct Extremes {
    pub(super) minimum: String,
    pub(super) maximum: String,
    /// The keys of both.
    keys: (ValueKey, ValueKey),
    /// True while each value is greater than the one before: by length, then by bytes, like numbers
    /// and most serial numbers.
    ascending: bool,
    /// The length and the key of the last value, and a long value itself.
    previous: (usize, ValueKey),
    previous_text: String,
}

impl Extremes {
    pub(super) fn new() -> Self {
        Self {
            minimum: String::new(),
            maximum: String::new(),
            keys: (ValueKey::of(""), ValueKey::of("")),
            ascending: true,
            previous: (0, ValueKey::of("")),
            previous_text: String::new(),
        }
    }

    /// Adds a value, which is not empty.
    #[inline]
    pub(super) fn observe(&mut self, key: ValueKey, text: &str) {
        self.observe_range(key, text);
        if self.ascending {
            self.observe_next(key, text);
        }
    }

    /// Adds a value that does not count for the order.
    #[inline]
    pub(super) fn observe_range(&mut self, key: ValueKey, text: &str) {
        let (least, greatest) = self.keys;
        let is_short = key.is_short() && least.is_short() && greatest.is_short();
        if !(is_short && least <= key && key <= greatest) {
            self.widen(key, text);
        }
    }

    /// A value occurred again.
    #[inline]
    pub(super) fn repeat(&mut self) {
        self.ascending = false;
    }

    pub(super) fn are_ascending(&self) -> bool {
        self.ascending
    }

    fn observe_next(&mut self, key: ValueKey, text: &str) {
        let (length, previous) = self.previous;
        let order = text.len().cmp(&length).then_with(|| {
            // Texts of one length are either both short or both long.
            if key.is_short() { key.cmp(&previous) } else { text.cmp(&self.previous_text) }
        });
        self.ascending = order == Ordering::Greater;
        self.previous = (text.len(), key);
        if !key.is_short() {
            text.clone_into(&mut self.previous_text);
        }
    }

    fn widen(&mut self, key: ValueKey, text: &str) {
        let is_first = self.maximum.is_empty();
        if is_first || text < self.minimum.as_str() {
            text.clone_into(&mut self.minimum);
            self.keys.0 = key;
        }
        if is_first || text > self.maximum.as_str() {
            text.clone_into(&mut self.maximum);
            self.keys.1 = key;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn order_and_range_are_those_of_the_texts(
            values in proptest::collection::vec("[ab]{1,3}|[ab]{14,17}|\\PC{1,3}", 1..9),
            sorted in proptest::bool::ANY,
        ) {
            let mut values = values;
            if sorted {
                values.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
            }
            let mut extremes = Extremes::new();
            for text in &values {
                extremes.observe(ValueKey::of(text), text);
            }
            proptest::prop_assert_eq!(Some(&extremes.minimum), values.iter().min());
            proptest::prop_assert_eq!(Some(&extremes.maximum), values.iter().max());
            let ascending = values.is_sorted_by(|a, b| (a.len(), a) < (b.len(), b));
            proptest::prop_assert_eq!(extremes.are_ascending(), ascending);
        }
    }
}
