//! How many different orders there are.
//!
//! Where an order has one record, its key, that is the number of records. Where an order can have several,
//! each order is known by a hash of 64 bits: among a million orders, two have the same with a probability
//! of 1 to 37 million. The hashes are in sorted groups by their first bits, which take little more than
//! their eight bytes.

use std::hash::{DefaultHasher, Hash, Hasher as _};

/// Groups of hashes, by the first bits.
const GROUPS: usize = 1 << 12;

/// The most different orders that are told apart: 32 MB.
const MOST_ORDERS: usize = 3_000_000;

/// The most pairs of an order and a value that are told apart, in all lists together.
const MOST_PAIRS: usize = 1_500_000;

/// Counts orders.
#[derive(Debug)]
pub(super) enum Orders {
    /// The records have no order.
    None,
    /// Each record is an order.
    Records,
    /// An order can have several records.
    Several {
        /// The orders so far.
        all: Hashes,
        /// The orders of each minute, day, region, product and payment method.
        pairs: Hashes,
    },
}

/// A set of hashes, up to a limit.
#[derive(Debug)]
pub(super) struct Hashes {
    groups: Vec<Vec<u64>>,
    count: usize,
    most: usize,
    is_full: bool,
}

impl Orders {
    /// Orders that can have several records.
    pub(super) fn several() -> Self {
        Self::Several { all: Hashes::new(MOST_ORDERS), pairs: Hashes::new(MOST_PAIRS) }
    }

    /// Counts the order of a record; true if it is the first record of its order.
    pub(super) fn add(&mut self, order: Option<&str>) -> bool {
        match (self, order) {
            (Self::None, _) | (_, None) => false,
            (Self::Records, _) => true,
            (Self::Several { all, .. }, Some(order)) => all.insert(hash(order)),
        }
    }

    /// The same within the records that have a value in a list.
    pub(super) fn add_in(&mut self, list: &str, value: impl Hash, order: Option<&str>) -> bool {
        match (self, order) {
            (Self::None, _) | (_, None) => false,
            (Self::Records, _) => true,
            (Self::Several { pairs, .. }, Some(order)) => pairs.insert(hash((list, value, order))),
        }
    }

    /// True if the number of all orders is known.
    pub(super) fn are_counted(&self) -> bool {
        match self {
            Self::None => false,
            Self::Records => true,
            Self::Several { all, .. } => !all.is_full,
        }
    }

    /// True if the orders of each value are known.
    pub(super) fn are_counted_in_lists(&self) -> bool {
        match self {
            Self::None => false,
            Self::Records => true,
            Self::Several { pairs, .. } => !pairs.is_full,
        }
    }
}

impl Hashes {
    fn new(most: usize) -> Self {
        Self { groups: vec![Vec::new(); GROUPS], count: 0, most, is_full: false }
    }

    /// True if the hash was not there before.
    fn insert(&mut self, hash: u64) -> bool {
        let group = &mut self.groups[(hash >> 52) as usize];
        let Err(place) = group.binary_search(&hash) else { return false };
        if self.count == self.most {
            self.is_full = true;
            return false;
        }
        if group.len() == group.capacity() {
            // Twice as much each time would leave half of the memory unused.
            group.reserve_exact(group.len() / 8 + 4);
        }
        group.insert(place, hash);
        self.count += 1;
        true
    }
}

fn hash(value: impl Hash) -> u64 {
    // The same in each run, so that a restart gives the same.
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_with_several_records_counts_once_in_all_and_in_each_value() {
        let mut orders = Orders::several();
        assert!(orders.add(Some("1")) && orders.add(Some("2")) && !orders.add(Some("1")));
        assert!(orders.add_in("day", Some("x"), Some("1")));
        assert!(!orders.add_in("day", Some("x"), Some("1")));
        assert!(orders.add_in("day", Some("y"), Some("1")));
        assert!(orders.add_in("region", Some("x"), Some("1")));
        assert!(!orders.add(None) && !orders.add_in("day", Some("x"), None));
        assert!(!Orders::None.add(Some("1")) && !Orders::None.are_counted());
        assert!(Orders::Records.add(Some("1")) && Orders::Records.are_counted_in_lists());
    }

    #[test]
    fn a_full_set_says_so() {
        let mut hashes = Hashes::new(2);
        assert!(hashes.insert(7) && hashes.insert(3 << 52) && !hashes.insert(7));
        assert!(!hashes.is_full);
        assert!(!hashes.insert(9) && hashes.is_full && !hashes.insert(7));
    }

    #[test]
    fn every_hash_is_found_again() {
        let mut hashes = Hashes::new(100_000);
        assert!((0..50_000_u64).all(|number| hashes.insert(hash(number))));
        assert!((0..50_000_u64).all(|number| !hashes.insert(hash(number))));
        assert_eq!(hashes.count, 50_000);
    }
}
