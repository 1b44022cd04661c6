//! What a comparison finds between records in memory.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use ecom_core::canonical::Canonical;
use ecom_core::ui::Ui;
use proptest::prelude::*;

use super::*;
use crate::difference::Kind;
use crate::side::{Each, Location, UNREADABLE};

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
            let location = Location { file: 0, line };
            if let Some(value) = value {
                record.clear();
                record.push(Some(key));
                record.push(Some(value));
                let bytes = record.bytes();
                each(Entry { key: key.as_bytes(), record: bytes, core: bytes.len(), location })?;
            } else {
                let key = [&[UNREADABLE], key.as_bytes()].concat();
                each(Entry { key: &key, record: b"torn", core: 4, location })?;
            }
        }
        Ok(())
    }

    fn name(&self, location: Location) -> String {
        format!("line {}", location.line)
    }
}

fn memory(records: impl IntoIterator<Item = (String, String)>) -> Memory {
    let records = records.into_iter().map(|(key, value)| (key, Some(value)));
    Memory { records: records.collect(), hiding: AtomicUsize::new(0) }
}

fn compare(expected: &Memory, found: &Memory, examples: usize) -> Result<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    let columns = ["key".to_owned(), "value".to_owned()];
    let comparison = Comparison {
        sides: Sides { expected, found, columns: &columns },
        examples,
        folder: folder.path(),
        stop: &Stop::default(),
        progress: &Ui::new("test", ecom_core::settings::CommonArgs::default()).records("", 0),
        missing: None,
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
fn an_altered_record_shows_its_column_and_both_locations() {
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
    let more = pairs(&[("hello", ""), ("hello", ""), ("hello", ""), ("hello", ""), ("bye", "")]);
    let more = compare(&expected, &more, 10).unwrap();
    assert_eq!((more.counts.duplicated, more.counts.total()), (2, 2));
}

#[test]
fn a_second_record_with_a_key_is_a_duplicate_even_with_other_values() {
    let expected = pairs(&[("1", "a")]);
    let outcome = compare(&expected, &pairs(&[("1", "b"), ("1", "a"), ("1", "c")]), 10).unwrap();
    assert_eq!((outcome.counts.duplicated, outcome.counts.total()), (2, 2));
    let outcome = compare(&expected, &pairs(&[("1", "b"), ("1", "c")]), 10).unwrap();
    let Counts { altered, duplicated, .. } = outcome.counts;
    assert_eq!((altered, duplicated, outcome.counts.total()), (1, 1, 2));
}

#[test]
fn what_is_not_a_record_is_extra_with_its_reason() {
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
    let locations: Vec<_> =
        outcome.differences.iter().map(|one| one.expected_at.as_deref()).collect();
    assert_eq!(locations, [Some("line 1"), Some("line 2"), Some("line 3")]);
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
