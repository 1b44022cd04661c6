//! Batches hold what a reader finds, on however many threads, in whatever chunks.

use proptest::prelude::*;

use super::*;
use crate::exit::describe;
use crate::fuzz;
use crate::record::batches::Way as BatchWay;
use crate::record::{Batch, Batches, Task, Work, Writer};

/// Sees which batches the work was done on.
struct Lines;

impl Work for Lines {
    type Product = Vec<u64>;

    fn work(&self, batch: &Batch, product: &mut Vec<u64>) {
        product.clear();
        product
            .extend((0..batch.len()).map(|record| batch.values(record).flatten().count() as u64));
    }
}

/// Everything that batches hold.
fn in_batches(bytes: &[u8], dialect: &Dialect, way: BatchWay) -> Result<Found, String> {
    let input = Box::new(Cursor::new(bytes.to_vec()));
    let prepare = |_: &Record| Ok(Task { work: Lines, order: None });
    let mut batches = Batches::with(input, (Path::new("sales.csv"), dialect), way, prepare)
        .map_err(|failure| failure.to_string())?;
    let mut found = Found::default();
    let mut copy = Record::new();
    while let Some(parcel) = batches.next().unwrap() {
        let batch = &parcel.batch;
        for record in 0..batch.len() {
            let values: Vec<_> = batch.values(record).map(|one| one.map(str::to_owned)).collect();
            batch.copy_into(record, &mut copy);
            assert!(copy.values().eq(values.iter().map(Option::as_deref)));
            assert_eq!((copy.line(), copy.offset()), (batch.line(record), batch.offset(record)));
            assert_eq!(parcel.product[record], values.iter().flatten().count() as u64);
            if let Some(text) = batch.written(record) {
                let mut writer = Writer::new(Vec::new());
                writer.write(batch.values(record)).unwrap();
                assert_eq!(text.as_bytes(), writer.into_inner());
            }
            found.records.push(Seen {
                line: batch.line(record),
                offset: batch.offset(record),
                values,
                raw: batch.raw(record).as_bytes().to_owned(),
            });
        }
        let before = batch.rejects().iter().map(|(before, _)| *before);
        assert!(before.clone().is_sorted() && before.clone().all(|before| before <= batch.len()));
        for (before, reject) in batch.rejects() {
            assert!((0..batch.len()).all(|one| (one < *before) == (batch.line(one) < reject.line)));
        }
        found.rejects.extend(batch.rejects().iter().map(|(_, reject)| reject.clone()));
        batches.give_back(parcel);
    }
    assert!(batches.next().unwrap().is_none());
    found.passed_over = *batches.passed_over();
    found.as_utf_8 = batches.lines_as_utf_8();
    found.position = batches.position();
    Ok(found)
}

proptest! {
    #![proptest_config(fuzz::cases(60))]

    #[test]
    fn batches_hold_what_a_reader_finds(
        file in prop_oneof![borders::files(), borders::files_behind(60..90_usize)],
        source in any::<bool>(),
        chunks in prop::collection::vec(1..600_usize, 6),
    ) {
        let wanted = try_read(&file.bytes, &file.dialect, Way { source, ..STRICT });
        for chunk in chunks.into_iter().chain([1 << 17]) {
            for threads in [1, 2, 3] {
                let way = BatchWay { source, threads, chunk };
                let found = in_batches(&file.bytes, &file.dialect, way);
                prop_assert_eq!(&found, &wanted, "{:?}", way);
            }
        }
    }

    #[test]
    fn any_bytes_are_the_same_in_batches(
        bytes in any_bytes::bytes(), dialect in any_bytes::dialects(), source in any::<bool>(),
        chunk in 1..100_usize, threads in 1..4_usize,
    ) {
        let mut bytes = bytes;
        if source {
            // Enough records for the workers to begin.
            bytes.splice(0..0, b"a,b\n".iter().copied().cycle().take(70 * 4));
        }
        let wanted = try_read(&bytes, &dialect, Way { source, ..STRICT });
        let found = in_batches(&bytes, &dialect, BatchWay { source, threads, chunk });
        prop_assert_eq!(found, wanted);
    }
}

#[test]
fn a_note_is_one_if_the_first_records_say_so_however_far_back_they_are() {
    let note = "a note of some words,,,\n";
    let words = "two words,1,2,3\n";
    for (first, wanted) in [("1,2,3,4\n", 1), (words, 0)] {
        let text = format!("a,b,c,d\n{}{note}{}", first.repeat(2000), "5,6,7,8\n".repeat(2000));
        let way = BatchWay { source: true, threads: 2, chunk: 4096 };
        let found = in_batches(text.as_bytes(), &Dialect::work(), way).unwrap();
        assert_eq!(found.rejects.len(), wanted);
        assert_eq!(found, read(text.as_bytes(), &Dialect::work(), SOURCE));
    }
}

#[test]
fn an_error_comes_behind_the_records_before_it_and_a_caller_may_give_up() {
    struct Broken(u32);

    impl Read for Broken {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => out[..8].copy_from_slice(b"a,b\n1,2\n"),
                2..200 => out[..8].copy_from_slice(b"3,4\n5,6\n"),
                _ => return Err(io::Error::other("worn out")),
            }
            Ok(8)
        }
    }

    for threads in [1, 2] {
        let way = BatchWay { source: true, threads, chunk: 64 };
        let open = || {
            let task = |_: &Record| Ok(Task { work: (), order: Some(vec![1, 0]) });
            let named = (Path::new("sales.csv"), &Dialect::work());
            Batches::with(Box::new(Broken(0)), named, way, task).unwrap()
        };
        let (mut batches, mut records) = (open(), 0);
        let failure = loop {
            match batches.next() {
                Ok(Some(parcel)) => {
                    records += parcel.batch.len();
                    assert!(
                        parcel.batch.is_empty()
                            || ["2", "4", "6"].contains(&parcel.batch.value(0, 0).unwrap())
                    );
                }
                Ok(None) => panic!("no error"),
                Err(failure) => break failure,
            }
        };
        assert_eq!(records, 1 + 2 * 198);
        assert_eq!(describe(&failure.into()), "cannot read sales.csv: worn out");
        let mut given_up = open();
        given_up.next().unwrap();
    }
}
