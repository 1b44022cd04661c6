//! The values of a column with their counts, as long as they fit into memory.

use super::shown::push_shown;
use super::value_key::ValueKey;

/// How many slots an empty table gets.
const SLOTS: usize = 64;

/// Values in order of appearance, and where to find them.
pub(super) struct ValueTable {
    /// The number of an entry, counted from 1; 0 is a free slot. At most half of them are used.
    slots: Vec<u32>,
    entries: Vec<Entry>,
    text: String,
}

/// A value and how often it occurs.
pub(super) struct Entry {
    key: ValueKey,
    pub(super) count: u64,
    start: u32,
    length: u16,
    pub(super) class: u16,
}

impl ValueTable {
    pub(super) fn new() -> Self {
        Self { slots: vec![0; SLOTS], entries: Vec::new(), text: String::new() }
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Bytes of their texts.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The entry with that key.
    #[inline]
    pub(super) fn get_mut(&mut self, key: ValueKey) -> Option<&mut Entry> {
        let mask = self.slots.len() - 1;
        let mut at = key.hashed() & mask;
        loop {
            let index = (self.slots[at] as usize).checked_sub(1)?;
            if self.entries[index].key == key {
                return Some(&mut self.entries[index]);
            }
            at = (at + 1) & mask;
        }
    }

    /// True for the entry of that key if its text is the whole of this one.
    #[inline]
    pub(super) fn is(&mut self, key: ValueKey, value: &str) -> bool {
        key.is_short()
            || self
                .get_mut(key)
                .map(|entry| (entry.start, entry.length))
                .is_some_and(|place| text_at(&self.text, place) == value)
    }

    /// Adds a value that is not there yet, and that occurred once.
    pub(super) fn insert(&mut self, key: ValueKey, value: &str, class: u16) {
        // The limits of the counter keep the text far below 4 GiB, and a shown value is short.
        let start = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        push_shown(&mut self.text, value);
        let length = u16::try_from(self.text.len() - start as usize).unwrap_or(u16::MAX);
        self.entries.push(Entry { key, count: 1, start, length, class });
        if self.entries.len() * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            (0..self.entries.len()).for_each(|index| self.fill_slot(index));
        } else {
            self.fill_slot(self.entries.len() - 1);
        }
    }

    /// Each value as shown, with its key and its count.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ValueKey, &str, u64)> + Clone {
        let entries = self.entries.iter();
        entries.map(|one| (one.key, text_at(&self.text, (one.start, one.length)), one.count))
    }

    fn fill_slot(&mut self, index: usize) {
        let mask = self.slots.len() - 1;
        let mut at = self.entries[index].key.hashed() & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = u32::try_from(index + 1).unwrap_or(u32::MAX);
    }
}

fn text_at(text: &str, (start, length): (u32, u16)) -> &str {
    &text[start as usize..start as usize + usize::from(length)]
}
