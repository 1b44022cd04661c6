//! Merges two sorted sides key by key and finds what differs.

use ecom_core::Failure;
use ecom_core::sort::{Sorted, Sorter};

use crate::difference::{Differences, Kind, Seen};
use crate::side::{Entry, Location};

/// Adds an entry to a side that will be merged.
pub(crate) fn push(
    sorter: &mut Sorter,
    entry: Entry<'_>,
    buffer: &mut Vec<u8>,
) -> Result<(), Failure> {
    buffer.clear();
    buffer.extend_from_slice(&entry.location.to_bytes());
    buffer.extend_from_slice(entry.record);
    sorter.push(entry.key, buffer)
}

/// Adds every difference between the two sides to `differences`.
pub(crate) fn merge(
    expected: Sorted,
    found: Sorted,
    differences: &mut Differences<'_>,
) -> Result<(), Failure> {
    let mut expected = Cursor::new(expected)?;
    let mut found = Cursor::new(found)?;
    let mut group = Group::default();
    let mut key = Vec::new();
    while let Some(next) = expected.key().into_iter().chain(found.key()).min() {
        key.clear();
        key.extend_from_slice(next);
        group.clear();
        while expected.key() == Some(&key) {
            group.expect(expected.seen());
            expected.advance()?;
        }
        while found.key() == Some(&key) {
            group.find(&key, found.seen(), differences);
            found.advance()?;
        }
        group.finish(&key, differences);
    }
    Ok(())
}

/// The records of one key. Found records are matched as they come, so that a key with a million
/// records needs no more memory than a key with one.
#[derive(Default)]
struct Group {
    /// The different records expected under the key: usually one; more if the lake's form makes keys
    /// equal.
    expected: Vec<Expected>,
    /// Found records that are equal to none of them, kept until it is known which of those are
    /// missing: one to pair with each, and one as an example.
    strangers: Vec<Stranger>,
    /// How many more such records were found.
    more: u64,
}

struct Expected {
    location: Location,
    record: Vec<u8>,
    count: u64,
    found: u64,
    last: Location,
}

struct Stranger {
    location: Location,
    record: Vec<u8>,
}

impl Group {
    fn clear(&mut self) {
        self.expected.clear();
        self.strangers.clear();
        self.more = 0;
    }

    fn expect(&mut self, seen: Seen<'_>) {
        match self.expected.iter_mut().find(|known| known.record == seen.record) {
            Some(known) => known.count += 1,
            None => self.expected.push(Expected {
                location: seen.location,
                record: seen.record.to_vec(),
                count: 1,
                found: 0,
                last: Location::default(),
            }),
        }
    }

    fn find(&mut self, key: &[u8], seen: Seen<'_>, differences: &mut Differences<'_>) {
        if self.expected.is_empty() {
            differences.add(Kind::Extra, 1, key, None, Some(seen));
        } else if let Some(known) =
            self.expected.iter_mut().find(|known| known.record == seen.record)
        {
            known.found += 1;
            known.last = seen.location;
        } else if self.strangers.len() <= self.expected.len() {
            // Further ones can only be duplicates and are counted without being kept.
            self.strangers.push(Stranger { location: seen.location, record: seen.record.to_vec() });
        } else {
            self.more += 1;
        }
    }

    /// Names what is left over. A missing record and an unequal one together are one altered
    /// record; each further unequal one is a duplicate.
    fn finish(&mut self, key: &[u8], differences: &mut Differences<'_>) {
        let mut strangers = self.strangers.iter().map(Stranger::seen);
        for known in &self.expected {
            let equal = Some(Seen { location: known.last, record: &known.record });
            if known.found > known.count {
                let more = known.found - known.count;
                differences.add(Kind::Duplicated, more, key, Some(known.seen()), equal);
            }
            for _ in known.found..known.count {
                match strangers.next() {
                    None => differences.add(Kind::Missing, 1, key, Some(known.seen()), None),
                    stranger => {
                        differences.add(Kind::Altered, 1, key, Some(known.seen()), stranger);
                    }
                }
            }
        }
        let first = self.expected.first().map(Expected::seen);
        for stranger in strangers {
            differences.add(Kind::Duplicated, 1, key, first, Some(stranger));
        }
        if self.more > 0 {
            differences.add(Kind::Duplicated, self.more, key, first, None);
        }
    }
}

impl Expected {
    fn seen(&self) -> Seen<'_> {
        Seen { location: self.location, record: &self.record }
    }
}

impl Stranger {
    fn seen(&self) -> Seen<'_> {
        Seen { location: self.location, record: &self.record }
    }
}

/// A sorted side and its current item.
struct Cursor {
    sorted: Sorted,
    key: Vec<u8>,
    value: Vec<u8>,
    live: bool,
}

impl Cursor {
    fn new(sorted: Sorted) -> Result<Self, Failure> {
        let mut cursor = Self { sorted, key: Vec::new(), value: Vec::new(), live: true };
        cursor.advance()?;
        Ok(cursor)
    }

    fn key(&self) -> Option<&Vec<u8>> {
        self.live.then_some(&self.key)
    }

    fn seen(&self) -> Seen<'_> {
        let (location, record) = self.value.split_first_chunk().expect("push put a location first");
        Seen { location: Location::from_bytes(*location), record }
    }

    fn advance(&mut self) -> Result<(), Failure> {
        self.live = match self.sorted.next()? {
            None => false,
            Some((key, value)) => {
                self.key.clear();
                self.key.extend_from_slice(key);
                self.value.clear();
                self.value.extend_from_slice(value);
                true
            }
        };
        Ok(())
    }
}
