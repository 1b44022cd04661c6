//! Sums of records with the same value, for a limited number of values.

use std::collections::{BTreeMap, HashMap};

/// The longest value that is kept apart, in bytes: longer ones are cut.
const LONGEST: usize = 200;

/// What records have in sum, in the last decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// Orders.
    pub(super) orders: u64,
    /// Quantities.
    pub(super) units: i128,
    /// Amounts.
    pub(super) amount: i128,
}

/// The sums of each value.
#[derive(Debug)]
pub(super) struct Groups {
    sums: HashMap<Box<str>, Sum>,
    /// Of the records without a value.
    null: Option<Sum>,
    /// Of those whose value came when there was no more room.
    others: Option<Sum>,
    most: usize,
}

/// The sums of the newest times, by a number or text that sorts like the time.
#[derive(Debug)]
pub(super) struct Newest<K> {
    sums: BTreeMap<K, Sum>,
    most: usize,
}

impl Sum {
    /// Adds another sum.
    pub(super) fn add(&mut self, more: Self) {
        self.orders += more.orders;
        self.units += more.units;
        self.amount += more.amount;
    }
}

impl Groups {
    /// For so many different values.
    pub(super) fn new(most: usize) -> Self {
        Self { sums: HashMap::new(), null: None, others: None, most }
    }

    /// Adds a record with this value.
    pub(super) fn add(&mut self, value: Option<&str>, sum: Sum) {
        let Some(value) = value else {
            return self.null.get_or_insert_default().add(sum);
        };
        let value = cut(value);
        if let Some(held) = self.sums.get_mut(value) {
            held.add(sum);
        } else if self.sums.len() < self.most {
            self.sums.insert(value.into(), sum);
        } else {
            self.others.get_or_insert_default().add(sum);
        }
    }

    /// The values with the greatest amounts, ties by value; without any amounts, by orders.
    pub(super) fn greatest(&self, most: usize) -> Vec<(Option<&str>, Sum)> {
        let named = self.sums.iter().map(|(value, sum)| (Some(&**value), *sum));
        let mut all: Vec<_> = named.chain(self.null.map(|sum| (None, sum))).collect();
        let order = |(value, sum): &(Option<&str>, Sum), (other, than): &(Option<&str>, Sum)| {
            let greater = (than.amount, than.orders).cmp(&(sum.amount, sum.orders));
            // Records without a value come last among equals.
            greater.then_with(|| (value.is_none(), *value).cmp(&(other.is_none(), *other)))
        };
        if all.len() > most {
            all.select_nth_unstable_by(most, order);
            all.truncate(most);
        }
        all.sort_unstable_by(order);
        all
    }

    /// What there was no more room for.
    pub(super) fn others(&self) -> Option<Sum> {
        self.others
    }
}

impl<K: Ord + Clone> Newest<K> {
    /// For so many times.
    pub(super) fn new(most: usize) -> Self {
        Self { sums: BTreeMap::new(), most }
    }

    /// Adds a record of this time. An older time than all that there is room for can never be among the
    /// newest again, whatever the order in which records come.
    pub(super) fn add(&mut self, time: &K, sum: Sum) {
        self.sums.entry(time.clone()).or_default().add(sum);
        if self.sums.len() > self.most {
            self.sums.pop_first();
        }
    }

    /// The times, oldest first.
    pub(super) fn sums(&self) -> impl DoubleEndedIterator<Item = (&K, Sum)> {
        self.sums.iter().map(|(time, sum)| (time, *sum))
    }
}

/// The beginning of a long value, up to the end of a character.
pub(super) fn cut(value: &str) -> &str {
    &value[..value.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(orders: u64, amount: i128) -> Sum {
        Sum { orders, units: 1, amount }
    }

    #[test]
    fn the_greatest_come_first_and_ties_are_in_the_order_of_their_values() {
        let mut groups = Groups::new(10);
        for (value, amount) in
            [(Some("b"), 5), (None, 5), (Some("a"), 5), (Some("c"), 9), (Some("c"), -1)]
        {
            groups.add(value, sum(1, amount));
        }
        let found = groups.greatest(3);
        let names: Vec<_> = found.iter().map(|(value, sum)| (*value, sum.amount)).collect();
        assert_eq!(names, [(Some("c"), 8), (Some("a"), 5), (Some("b"), 5)]);
        assert_eq!(groups.greatest(9).last(), Some(&(None, sum(1, 5))));
        assert_eq!(groups.others(), None);
    }

    #[test]
    fn values_without_room_are_summed_as_one_and_long_ones_are_cut() {
        let mut groups = Groups::new(1);
        let long = "é".repeat(1000);
        groups.add(Some(&long), sum(1, 1));
        groups.add(Some(&(long.clone() + "x")), sum(1, 1));
        groups.add(Some("x"), sum(1, 3));
        groups.add(Some("y"), sum(1, 4));
        let found = groups.greatest(12);
        assert_eq!((found.len(), found[0].1.amount), (1, 2));
        assert_eq!(found[0].0.map(str::len), Some(LONGEST));
        assert_eq!(groups.others().map(|sum| (sum.orders, sum.amount)), Some((2, 7)));
    }

    #[test]
    fn the_newest_times_are_the_same_in_any_order() {
        let of = |times: &[i64]| {
            let mut newest = Newest::new(3);
            for time in times {
                newest.add(time, sum(1, (*time).into()));
            }
            newest.sums().map(|(time, sum)| (*time, sum.amount)).collect::<Vec<_>>()
        };
        let wanted = [(5, 5), (7, 14), (9, 9)];
        assert_eq!(of(&[1, 7, 9, 5, 3, 7]), wanted);
        assert_eq!(of(&[7, 9, 7, 5, 3, 1]), wanted);
        assert_eq!(of(&[5, 3, 1, 7, 7, 9]), wanted);
    }
}
