//! Compares two sides record by record, in memory that does not depend on their size.
//!
//! The first pass reads every record of both sides once and adds it to one of [`BUCKETS`] by the hash
//! of its key: a bucket holds the count and the sum of the 128-bit hashes of its records. A bucket
//! that is equal on both sides holds the same records; the probability that different records have
//! equal sums is below 2^-100. Only if buckets differ, a second pass reads both sides again, sorts and
//! merges the records of those buckets by key, and names the differences. So equal stores are proven
//! at reading speed without using the disk.
//!
//! Both passes must see the same records: MySQL is read in one snapshot, Kafka up to fixed offsets,
//! and each HDFS file up to the length it had in the first pass.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::exit::Code;
use ecom_core::show::thousands;
use ecom_core::sort::Sorter;
use ecom_core::stop::Stop;
use ecom_core::ui::Progress;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::difference::{Counts, Difference, Differences};
use crate::merge;
use crate::respool::MissingLines;
use crate::shared::lock;
use crate::side::{Changed, Entry, Side};

/// The number of groups that keys are divided into.
const BUCKETS: usize = 4096;

/// Memory of each of the two sorters of a comparison.
const BUDGET: usize = 8 << 20;

/// How often to start again if a store changes while it is read.
const ATTEMPTS: usize = 5;

/// Records between two checks for a stop signal.
const STEP: u64 = 4096;

/// How many more records than went in are read of a store: a hostile one has them without end.
const MORE: u64 = 10_000_000;

/// The two sides of a comparison.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    /// What went in.
    pub(crate) expected: &'a dyn Side,
    /// What the store holds.
    pub(crate) found: &'a dyn Side,
    /// The names of a record's values.
    pub(crate) columns: &'a [String],
}

/// Two sides and how to compare them.
pub(crate) struct Comparison<'a> {
    /// What is compared.
    pub(crate) sides: Sides<'a>,
    /// Examples to keep for each kind.
    pub(crate) examples: usize,
    /// The folder for temporary files of the sorter.
    pub(crate) folder: &'a Path,
    /// Asked regularly whether to stop.
    pub(crate) stop: &'a Stop,
    /// Counts the records of both sides.
    pub(crate) progress: &'a Progress,
    /// Takes the keys of all missing records.
    pub(crate) missing: Option<&'a Mutex<MissingLines>>,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What went in.
    pub(crate) expected: Tally,
    /// What the store holds.
    pub(crate) found: Tally,
    /// How many records differ.
    pub(crate) counts: Counts,
    /// The first of them, as examples.
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

/// One side after the first pass.
struct Digest {
    tally: Tally,
    buckets: Vec<Bucket>,
}

impl Comparison<'_> {
    /// Compares, and starts again if a store changes while it is read.
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
        let Sides { expected: expected_side, found: found_side, columns } = self.sides;
        self.progress.set(0);
        let problem = found_side.begin()?;
        let most = AtomicU64::new(u64::MAX);
        let expect = || {
            let digest = self.digest(expected_side, &AtomicU64::new(u64::MAX))?;
            most.store(digest.tally.count + MORE, Ordering::Relaxed);
            Ok(digest)
        };
        let (expected, found) = both(expect, || self.digest(found_side, &most))?;
        let differ: Vec<bool> =
            expected.buckets.iter().zip(&found.buckets).map(|(one, other)| one != other).collect();
        self.missing.map_or(Ok(()), |missing| lock(missing).clear())?;
        let mut differences = Differences::new(self.examples, self.missing);
        if differ.contains(&true) {
            self.merge(&differ, &mut differences)?;
            // Sums that differ over records that are the same: the second pass saw other records.
            if differences.counts.total() == 0 {
                return Err(Changed(found_side.name(crate::side::Location::default())).into());
            }
        }
        let named = differences.examples(
            columns,
            |location| expected_side.name(location),
            |location| found_side.name(location),
        );
        Ok(Outcome {
            expected: expected.tally,
            found: found.tally,
            counts: differences.counts,
            differences: named,
            problem,
        })
    }

    /// The first pass over one side; it ends with an error behind so many records.
    fn digest(&self, side: &dyn Side, most: &AtomicU64) -> Result<Digest> {
        let mut buckets = vec![Bucket::default(); BUCKETS];
        let mut tally = Tally::default();
        self.visit(side, &mut |entry| {
            if tally.count >= most.load(Ordering::Relaxed) {
                let name = side.name(entry.location);
                let message = format!("more than {} records too many: {name}", thousands(MORE));
                return Err(Failure::verification(message).into());
            }
            // Without the facts, so that the checksum is the one in manifest and reports.
            tally.add(&entry.record[..entry.core]);
            let bucket = &mut buckets[bucket_of(entry.key)];
            bucket.count += 1;
            // A sum, not a combined hash: the sides may be in any order, and duplicates count.
            bucket.sum = bucket.sum.wrapping_add(xxh3_128(entry.record));
            Ok(())
        })?;
        Ok(Digest { tally, buckets })
    }

    /// The second pass: finds what differs in the buckets that differ.
    fn merge(&self, differ: &[bool], differences: &mut Differences<'_>) -> Result<()> {
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
        let (expected, found) = both(|| sorted(self.sides.expected), || sorted(self.sides.found))?;
        merge::merge(expected, found, differences)?;
        Ok(differences.check()?)
    }

    /// Visits every record of a side, reports progress and stops on a signal.
    fn visit(&self, side: &dyn Side, each: &mut dyn FnMut(Entry<'_>) -> Result<()>) -> Result<()> {
        let mut count = 0;
        side.visit(&mut |entry| {
            count += 1;
            // Rarely, so that it costs nothing per record.
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

/// Runs two functions at the same time.
fn both<A: Send, B: Send>(
    one: impl FnOnce() -> Result<A> + Send,
    other: impl FnOnce() -> Result<B> + Send,
) -> Result<(A, B)> {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one.join().unwrap_or_else(|_| {
            Err(Failure::new(Code::Unexpected, "a thread of the comparison panicked").into())
        });
        Ok((one?, other?))
    })
}
