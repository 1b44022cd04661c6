//! Compares two sides record by record, in memory that does not depend on their size.
//!
//! First every record of both sides is read once and counted into one of [`BUCKETS`] by the hash of
//! its key: a bucket holds the count and the sum of the 128-bit hashes of its records. A bucket that
//! is equal on both sides holds the same records; that two others come out alike by chance has a
//! probability below 2^-100. Only where one is not equal, both sides are read again; the records of
//! those buckets alone are sorted by key, merged, and the differences named. So equal stores are
//! proven at reading speed and without a byte of disk.

use std::path::Path;
use std::thread;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::exit::Code;
use ecom_core::sort::Sorter;
use ecom_core::stop::Stop;
use ecom_core::ui::Progress;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::difference::{Counts, Difference, Differences};
use crate::merge;
use crate::side::{Changed, Entry, Side};

/// Into so many parts the keys are divided.
const BUCKETS: usize = 4096;

/// Memory of each of the two sorters of a comparison.
const BUDGET: usize = 8 << 20;

/// How often a store may change while it is read before that is an error.
const ATTEMPTS: usize = 5;

/// After so many records the wish to stop is asked again.
const STEP: u64 = 4096;

/// Two sides and how to compare them.
pub(crate) struct Comparison<'a> {
    /// What went in.
    pub(crate) expected: &'a dyn Side,
    /// What is there.
    pub(crate) found: &'a dyn Side,
    /// The names of a record's values.
    pub(crate) columns: Vec<String>,
    /// Examples to keep of each kind.
    pub(crate) examples: usize,
    /// Where sorted runs may be written.
    pub(crate) folder: &'a Path,
    /// The wish of the user to stop.
    pub(crate) stop: &'a Stop,
    /// Counts the records of both sides.
    pub(crate) progress: &'a Progress,
}

/// What a comparison found.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What went in.
    pub(crate) expected: Tally,
    /// What is there.
    pub(crate) found: Tally,
    /// How many records differ.
    pub(crate) counts: Counts,
    /// The first of them.
    pub(crate) differences: Vec<Difference>,
    /// What is wrong with the store as a whole.
    pub(crate) problem: Option<String>,
}

/// Count and hash sum of the records of one bucket.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Bucket {
    count: u64,
    sum: u128,
}

/// One side after its first reading.
struct Digest {
    tally: Tally,
    buckets: Vec<Bucket>,
}

impl Comparison<'_> {
    /// Compares; begins again when a store changes while it is read.
    pub(crate) fn run(&self) -> Result<Outcome> {
        for _ in 1..ATTEMPTS {
            match self.attempt() {
                Err(error) if error.is::<Changed>() => {}
                result => return result,
            }
        }
        self.attempt().map_err(|error| match error.downcast::<Changed>() {
            Ok(changed) => Failure::from(changed).into(),
            Err(error) => error,
        })
    }

    fn attempt(&self) -> Result<Outcome> {
        self.progress.set(0);
        let problem = self.found.begin()?;
        let (expected, found) = both(|| self.digest(self.expected), || self.digest(self.found))?;
        let differ: Vec<bool> =
            expected.buckets.iter().zip(&found.buckets).map(|(one, other)| one != other).collect();
        let mut differences = Differences::new(self.examples);
        if differ.contains(&true) {
            self.merge(&differ, &mut differences)?;
            if differences.counts.total() == 0 {
                return Err(Changed(self.found.name(crate::side::Place::default())).into());
            }
        }
        let named = differences.examples(
            &self.columns,
            |place| self.expected.name(place),
            |place| self.found.name(place),
        );
        Ok(Outcome {
            expected: expected.tally,
            found: found.tally,
            counts: differences.counts,
            differences: named,
            problem,
        })
    }

    /// Reads one side for the first time.
    fn digest(&self, side: &dyn Side) -> Result<Digest> {
        let mut buckets = vec![Bucket::default(); BUCKETS];
        let mut tally = Tally::default();
        self.visit(side, &mut |entry| {
            tally.add(&entry.record[..entry.core]);
            let bucket = &mut buckets[bucket_of(entry.key)];
            bucket.count += 1;
            bucket.sum = bucket.sum.wrapping_add(xxh3_128(entry.record));
            Ok(())
        })?;
        Ok(Digest { tally, buckets })
    }

    /// Reads both sides again and names what differs in the buckets that differ.
    fn merge(&self, differ: &[bool], differences: &mut Differences) -> Result<()> {
        let sorted = |side: &dyn Side| {
            let mut sorter = Sorter::new(self.folder, BUDGET);
            let mut buffer = Vec::new();
            self.visit(side, &mut |entry| {
                if differ[bucket_of(entry.key)] {
                    merge::push(&mut sorter, entry, &mut buffer)?;
                }
                Ok(())
            })?;
            Ok(sorter.finish()?)
        };
        let (expected, found) = both(|| sorted(self.expected), || sorted(self.found))?;
        Ok(merge::merge(expected, found, differences)?)
    }

    /// Visits every record of a side, with an eye on the user and the progress.
    fn visit(&self, side: &dyn Side, each: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
        let mut count = 0;
        side.visit(&mut |entry| {
            count += 1;
            if count % STEP == 0 {
                self.progress.add(STEP);
                self.stop.check(|| "the comparison is not finished".into())?;
            }
            each(entry)
        })
    }
}

/// The bucket of a key.
fn bucket_of(key: &[u8]) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "the remainder is small")]
    let bucket = (xxh3_64(key) % BUCKETS as u64) as usize;
    bucket
}

/// Does two things at once.
fn both<A: Send, B: Send>(
    one: impl FnOnce() -> Result<A> + Send,
    other: impl FnOnce() -> Result<B> + Send,
) -> Result<(A, B)> {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join().unwrap_or_else(|_| {
            Err(Failure::new(Code::Unexpected, "a thread of the comparison broke down").into())
        });
        Ok((one?, other?))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use ecom_core::canonical::Canonical;
    use ecom_core::ui::Ui;
    use proptest::prelude::*;

    use super::*;
    use crate::difference::Kind;
    use crate::side::{Each, Place, UNREADABLE};

    /// Records in memory: keys and values, `None` for what is no record.
    #[derive(Default)]
    struct Memory {
        records: Vec<(String, Option<String>)>,
        /// Forgets the last record for so many visits.
        hiding: AtomicUsize,
    }

    impl Side for Memory {
        fn visit(&self, each: &mut Each<'_>) -> Result<()> {
            let hide = |left: usize| left.checked_sub(1);
            let hidden = self.hiding.fetch_update(Ordering::SeqCst, Ordering::SeqCst, hide);
            let seen = self.records.len() - usize::from(hidden.is_ok());
            let mut record = Canonical::new();
            for (line, (key, value)) in (1..).zip(&self.records[..seen]) {
                let place = Place { file: 0, line };
                if let Some(value) = value {
                    record.clear();
                    record.push(Some(key));
                    record.push(Some(value));
                    let bytes = record.bytes();
                    each(Entry { key: key.as_bytes(), record: bytes, core: bytes.len(), place })?;
                } else {
                    let key = [&[UNREADABLE], key.as_bytes()].concat();
                    each(Entry { key: &key, record: b"torn", core: 4, place })?;
                }
            }
            Ok(())
        }

        fn name(&self, place: Place) -> String {
            format!("line {}", place.line)
        }
    }

    fn memory(records: impl IntoIterator<Item = (String, String)>) -> Memory {
        let records = records.into_iter().map(|(key, value)| (key, Some(value)));
        Memory { records: records.collect(), hiding: AtomicUsize::new(0) }
    }

    fn compare(expected: &Memory, found: &Memory, examples: usize) -> Result<Outcome> {
        let folder = tempfile::tempdir().unwrap();
        let comparison = Comparison {
            expected,
            found,
            columns: vec!["key".into(), "value".into()],
            examples,
            folder: folder.path(),
            stop: &Stop::default(),
            progress: &Ui::new("test", ecom_core::settings::CommonArgs::default()).records("", 0),
        };
        comparison.run()
    }

    /// What happens to one record on its way.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Fate {
        Arrives,
        IsLost,
        IsDoubled,
        IsAltered,
        IsInvented,
    }

    fn fate() -> impl Strategy<Value = Fate> {
        prop_oneof![
            20 => Just(Fate::Arrives),
            1 => Just(Fate::IsLost),
            1 => Just(Fate::IsDoubled),
            1 => Just(Fate::IsAltered),
            1 => Just(Fate::IsInvented),
        ]
    }

    proptest! {
        #[test]
        fn exactly_what_was_dropped_doubled_altered_or_added_is_named(
            fates in proptest::collection::vec(fate(), 0..400),
            turn in 0usize..400,
        ) {
            let (mut expected, mut found) = (Vec::new(), Vec::new());
            let mut wanted = BTreeSet::new();
            for (number, fate) in fates.iter().enumerate() {
                let record = (format!("key {number}"), format!("value {}", number % 7));
                let mut name = |kind: Kind| wanted.insert((kind, record.0.clone()));
                if *fate != Fate::IsInvented {
                    expected.push(record.clone());
                }
                match fate {
                    Fate::Arrives => found.push(record),
                    Fate::IsLost => drop(name(Kind::Missing)),
                    Fate::IsDoubled => {
                        name(Kind::Duplicated);
                        found.extend([record.clone(), record]);
                    }
                    Fate::IsAltered => {
                        name(Kind::Altered);
                        found.push((record.0, "another".into()));
                    }
                    Fate::IsInvented => {
                        name(Kind::Extra);
                        found.push(record);
                    }
                }
            }
            if !found.is_empty() {
                let turn = turn % found.len();
                found.rotate_left(turn);
            }
            let outcome = compare(&memory(expected), &memory(found), usize::MAX).unwrap();
            let named: BTreeSet<_> =
                outcome.differences.iter().map(|one| (one.kind, one.key.clone())).collect();
            prop_assert_eq!(outcome.counts.total(), wanted.len() as u64);
            prop_assert_eq!(outcome.expected == outcome.found, wanted.is_empty());
            prop_assert_eq!(named, wanted);
        }
    }

    fn pairs(records: &[(&str, &str)]) -> Memory {
        memory(records.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn an_altered_record_shows_its_column_and_both_places() {
        let expected = pairs(&[("1", "a"), ("2", "b")]);
        let outcome = compare(&expected, &pairs(&[("2", "B"), ("1", "a")]), 10).unwrap();
        let [difference] = outcome.differences.as_slice() else { panic!("{outcome:?}") };
        assert_eq!((difference.kind, difference.key.as_str()), (Kind::Altered, "2"));
        assert_eq!(difference.expected_at.as_deref(), Some("line 2"));
        assert_eq!(difference.found_at.as_deref(), Some("line 1"));
        let [column] = difference.columns.as_slice() else { panic!("{difference:?}") };
        assert_eq!(column.column, "value");
        assert_eq!((column.expected.as_deref(), column.found.as_deref()), (Some("b"), Some("B")));
    }

    #[test]
    fn equal_lines_are_counted() {
        let expected = pairs(&[("hello", ""), ("hello", ""), ("bye", "")]);
        let fewer = compare(&expected, &pairs(&[("hello", ""), ("bye", "")]), 10).unwrap();
        assert_eq!((fewer.counts.missing, fewer.counts.total()), (1, 1));
        let more =
            pairs(&[("hello", ""), ("hello", ""), ("hello", ""), ("hello", ""), ("bye", "")]);
        let more = compare(&expected, &more, 10).unwrap();
        assert_eq!((more.counts.duplicated, more.counts.total()), (2, 2));
    }

    #[test]
    fn a_second_record_under_a_key_is_a_duplicate_also_with_other_values() {
        let expected = pairs(&[("1", "a")]);
        let outcome =
            compare(&expected, &pairs(&[("1", "b"), ("1", "a"), ("1", "c")]), 10).unwrap();
        assert_eq!((outcome.counts.duplicated, outcome.counts.total()), (2, 2));
        let outcome = compare(&expected, &pairs(&[("1", "b"), ("1", "c")]), 10).unwrap();
        let Counts { altered, duplicated, .. } = outcome.counts;
        assert_eq!((altered, duplicated, outcome.counts.total()), (1, 1, 2));
    }

    #[test]
    fn what_is_no_record_is_extra_with_its_reason() {
        let mut found = pairs(&[("1", "a")]);
        found.records.push(("tor".into(), None));
        let outcome = compare(&pairs(&[("1", "a")]), &found, 10).unwrap();
        let [difference] = outcome.differences.as_slice() else { panic!("{outcome:?}") };
        assert_eq!((difference.kind, difference.key.as_str()), (Kind::Extra, "tor"));
        assert_eq!(difference.unreadable.as_deref(), Some("torn"));
    }

    #[test]
    fn the_first_examples_are_kept_and_all_are_counted() {
        let numbers = |range: std::ops::Range<u32>| {
            memory(range.map(|number| (number.to_string(), String::new())))
        };
        let outcome = compare(&numbers(0..5000), &numbers(4999..5000), 3).unwrap();
        assert_eq!(outcome.counts.missing, 4999);
        let places: Vec<_> =
            outcome.differences.iter().map(|one| one.expected_at.as_deref()).collect();
        assert_eq!(places, [Some("line 1"), Some("line 2"), Some("line 3")]);
    }

    #[test]
    fn a_store_that_changes_while_it_is_read_is_read_again() {
        let records = [("1", "a"), ("2", "b")];
        let found = pairs(&records);
        found.hiding.store(1, Ordering::SeqCst);
        let outcome = compare(&pairs(&records), &found, 10).unwrap();
        assert_eq!(outcome.counts.total(), 0);
        assert_eq!(outcome.found.count, 2);
    }
}
