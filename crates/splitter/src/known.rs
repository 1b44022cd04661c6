//! Counts the orphans of a foreign key that has none according to the plan: by the hashes of the
//! values that exist, in memory.

use std::sync::Arc;

use ecom_core::Failure;
use ecom_core::canonical::{Form, unpadded};
use ecom_core::checksum;
use ecom_core::plan::{ForeignKey, Table};

use crate::foreign;
use crate::part::PartFile;

/// The most values that are held, which takes 16 MiB.
pub(crate) const MOST: u64 = 1_000_000;

/// Values are looked up in groups, so that the processor waits for several cache lines at a time.
const TOGETHER: usize = 128;

/// The values that a foreign key may have.
#[derive(Clone)]
pub(crate) struct Known {
    column: usize,
    values: Arc<Hashes>,
    waiting: Vec<u64>,
    orphans: u64,
}

/// A set of hashes: the lower half gives the slot, the upper half is kept in it. A missing value is
/// mistaken for an existing one about once in four billion values.
struct Hashes(Vec<u32>);

impl Known {
    /// For a foreign key of `table`; `parent` is the file of the table that it refers to.
    pub(crate) fn new(
        table: &Table,
        key: &ForeignKey,
        parent: &mut PartFile<'_>,
    ) -> Result<Self, Failure> {
        let column = foreign::column(table, key)?;
        let mut values = Hashes::new(parent.rows());
        foreign::each_target(parent, key, &mut |value| {
            values.insert(hash(value));
            Ok(())
        })?;
        Ok(Self {
            column,
            values: Arc::new(values),
            waiting: Vec::with_capacity(TOGETHER),
            orphans: 0,
        })
    }

    /// Sees a record.
    pub(crate) fn see(&mut self, form: Form<'_>) {
        if let Some(value) = form.value(self.column) {
            self.waiting.push(hash(value));
            if self.waiting.len() == TOGETHER {
                self.look_up();
            }
        }
    }

    /// Takes over what was seen of other records; `other` has then seen nothing.
    pub(crate) fn add(&mut self, other: &mut Self) {
        self.orphans += other.orphans();
        other.waiting.clear();
        other.orphans = 0;
    }

    /// Records whose value does not exist.
    pub(crate) fn orphans(&self) -> u64 {
        self.orphans + self.unknown()
    }

    fn look_up(&mut self) {
        self.orphans += self.unknown();
        self.waiting.clear();
    }

    fn unknown(&self) -> u64 {
        self.waiting.iter().filter(|hash| !self.values.contains(**hash)).count() as u64
    }
}

impl Hashes {
    /// Room for that many values.
    fn new(count: u64) -> Self {
        let count = usize::try_from(count).expect("at most MOST values").max(1);
        Self(vec![0; (count * 2).next_power_of_two()])
    }

    fn insert(&mut self, hash: u64) {
        let slot = self.find(hash);
        self.0[slot] = mark(hash);
    }

    fn contains(&self, hash: u64) -> bool {
        self.0[self.find(hash)] != 0
    }

    /// The slot that holds the hash, or the free one that would.
    fn find(&self, hash: u64) -> usize {
        let (last, mark) = (self.0.len() - 1, mark(hash));
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
        let mut slot = hash as usize & last;
        while self.0[slot] != 0 && self.0[slot] != mark {
            slot = (slot + 1) & last;
        }
        slot
    }
}

/// The upper half of a hash; never 0, which marks a free slot.
fn mark(hash: u64) -> u32 {
    u32::try_from(hash >> 32).expect("32 bits are left").max(1)
}

fn hash(value: &str) -> u64 {
    checksum::hash(unpadded(value).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there_and_nothing_else() {
        for count in [0, 1, 1000] {
            let mut values = Hashes::new(count);
            (0..count).for_each(|value| values.insert(hash(&value.to_string())));
            (0..count).for_each(|value| values.insert(hash(&format!("{value} "))));
            assert!((0..count).all(|value| values.contains(hash(&value.to_string()))));
            assert!((count..3000).all(|value| !values.contains(hash(&value.to_string()))));
        }
    }
}
