//! One pass over a file: its records in batches, shown to observers.

use std::sync::Arc;
use std::thread;

use ecom_core::Failure;
use ecom_core::record::{Batch, Batches, Parcel, Reject};
use ecom_core::source::TableReader;

use super::lanes::Lanes;

/// How many rejected records are kept to be shown.
pub(crate) const SHOWN_REJECTS: usize = 5;
/// How many reasons for rejection are distinguished.
const REASONS: usize = 32;

/// Consecutive records of a kind of files.
#[derive(Debug, Default)]
pub(crate) struct RecordBatch {
    records: Batch,
    layout: RecordLayout,
    first: u64,
}

/// How the records of one file become records of its kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordLayout {
    /// The index of the file in its kind.
    pub(crate) part: usize,
    /// For each column its field in this file; `None` if all fields are in order.
    pub(crate) fields: Option<Arc<[usize]>>,
    /// Number of records in earlier files.
    pub(crate) before: u64,
}

/// Something that sees every record of a file, in order.
pub(crate) trait Observer: Send {
    /// Sees the next records.
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure>;
}

/// A source of records.
pub(crate) trait RecordSource {
    /// The next records, or `None` at the end.
    fn next(&mut self) -> Result<Option<Parcel<()>>, Failure>;

    /// Bytes read so far.
    fn position(&self) -> u64;

    /// Takes back records that nobody needs any more.
    fn give_back(&mut self, parcel: Parcel<()>);
}

impl RecordSource for Batches<()> {
    fn next(&mut self) -> Result<Option<Parcel<()>>, Failure> {
        Self::next(self)
    }

    fn position(&self) -> u64 {
        Self::position(self)
    }

    fn give_back(&mut self, parcel: Parcel<()>) {
        Self::give_back(self, parcel);
    }
}

impl RecordSource for TableReader {
    fn next(&mut self) -> Result<Option<Parcel<()>>, Failure> {
        Self::next(self)
    }

    fn position(&self) -> u64 {
        Self::position(self)
    }

    fn give_back(&mut self, parcel: Parcel<()>) {
        Self::give_back(self, parcel);
    }
}

/// The result of a pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct PassResult {
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    /// The first rejected records.
    pub(crate) rejects: Vec<Reject>,
    /// For joined records: records without a counterpart, and counterparts without a record.
    pub(crate) join: Option<(u64, u64)>,
    /// Why records are rejected.
    pub(crate) reasons: Vec<Reason>,
}

/// A reason for rejection, with the number of records and the first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) why: String,
    pub(crate) count: u64,
    pub(crate) line: u64,
}

impl PassResult {
    /// Adds the result of a later pass.
    pub(crate) fn add(&mut self, later: Self) {
        self.rows += later.rows;
        self.rejected += later.rejected;
        let room = SHOWN_REJECTS - self.rejects.len();
        self.rejects.extend(later.rejects.into_iter().take(room));
        for reason in later.reasons {
            match self.reasons.iter_mut().find(|known| known.why == reason.why) {
                Some(known) => known.count += reason.count,
                None => self.reasons.push(reason),
            }
        }
    }

    fn reject(&mut self, reject: &Reject) {
        self.rejected += 1;
        let Reject { reason, line, .. } = reject;
        let known = self.reasons.iter().position(|known| known.why == *reason);
        if let Some(index) = known {
            self.reasons[index].count += 1;
        } else if self.reasons.len() < REASONS {
            self.reasons.push(Reason { why: reason.clone(), count: 1, line: *line });
        }
        if self.rejects.len() < SHOWN_REJECTS {
            self.rejects.push(reject.clone());
        }
    }
}

impl RecordBatch {
    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// A value, `None` for NULL.
    #[inline]
    pub(crate) fn value(&self, row: usize, column: usize) -> Option<&str> {
        let field = self.layout.fields.as_ref().map_or(column, |fields| fields[column]);
        self.records.value(row, field)
    }

    /// How many values a record has.
    pub(crate) fn width(&self) -> usize {
        self.layout.fields.as_ref().map_or_else(|| self.records.width(), |fields| fields.len())
    }

    /// The line on which a record begins.
    #[inline]
    pub(crate) fn line(&self, row: usize) -> u64 {
        self.records.line(row)
    }

    /// The index of the file in its kind.
    pub(crate) fn part(&self) -> usize {
        self.layout.part
    }

    /// The number of a record in its kind, counted from 1.
    #[inline]
    pub(crate) fn number(&self, row: usize) -> u64 {
        self.first + row as u64
    }
}

/// Shows every record of `source` to each observer, on that many threads; calls `tick`
/// regularly with the position of the source.
pub(crate) fn scan(
    source: &mut impl RecordSource,
    layout: &RecordLayout,
    (observers, threads): (Vec<&mut dyn Observer>, usize),
    tick: &mut dyn FnMut(u64) -> Result<(), Failure>,
) -> Result<PassResult, Failure> {
    let lanes = Lanes::new(observers);
    let read = thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| lanes.work());
        }
        let _watch = lanes.watch();
        let read = read_all(source, layout, &lanes, tick);
        lanes.end();
        lanes.work();
        read
    });
    match lanes.failure() {
        Some(failure) => Err(failure),
        None => read,
    }
}

fn read_all(
    source: &mut impl RecordSource,
    layout: &RecordLayout,
    lanes: &Lanes<'_>,
    tick: &mut dyn FnMut(u64) -> Result<(), Failure>,
) -> Result<PassResult, Failure> {
    let mut seen = PassResult::default();
    let mut shown: Vec<Arc<RecordBatch>> = Vec::new();
    loop {
        tick(source.position())?;
        let Some(Parcel { batch, .. }) = source.next()? else { return Ok(seen) };
        batch.rejects().iter().for_each(|(_, reject)| seen.reject(reject));
        let first = layout.before + seen.rows + 1;
        seen.rows += batch.len() as u64;
        let batch = Arc::new(RecordBatch { records: batch, layout: layout.clone(), first });
        shown.push(Arc::clone(&batch));
        if !lanes.push(batch) {
            return Ok(seen);
        }
        for free in shown.extract_if(.., |batch| Arc::strong_count(batch) == 1) {
            if let Some(RecordBatch { records: batch, .. }) = Arc::into_inner(free) {
                source.give_back(Parcel { batch, product: () });
            }
        }
    }
}

/// A batch of these records, with one more column, because a line without any value is no record.
#[cfg(test)]
pub(crate) fn batch_of(records: &[Vec<Option<&str>>]) -> RecordBatch {
    use ecom_core::plan::Dialect;
    use ecom_core::record::{Task, Writer};

    let mut writer = Writer::new(Vec::new());
    let last = || [Some("last")].into_iter();
    let width = records.first().map_or(0, Vec::len);
    writer.write((0..width).map(|_| Some("header")).chain(last())).unwrap();
    for values in records {
        writer.write(values.iter().copied().chain(last())).unwrap();
    }
    let input = Box::new(std::io::Cursor::new(writer.into_inner()));
    let origin = (std::path::Path::new("records"), &Dialect::work());
    let mut batches =
        Batches::new(input, origin, 1, |_| Ok(Task { work: (), order: None })).unwrap();
    let batch = batches.next().unwrap().unwrap().batch;
    assert_eq!(batch.len(), records.len());
    RecordBatch { records: batch, layout: RecordLayout::default(), first: 1 }
}
