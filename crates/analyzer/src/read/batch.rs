//! One pass over a file: the calling thread reads, other threads observe the records.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use ecom_core::Failure;
use ecom_core::record::{Next, Reader, Record, Reject};

use super::lanes::Lanes;

/// The size of a batch, in bytes of text and in records.
const TEXT: usize = 1 << 18;
const RECORDS: usize = 4096;

/// How many rejected records are kept to be shown.
pub(crate) const SHOWN_REJECTS: usize = 5;
/// How many reasons for rejection are distinguished.
const REASONS: usize = 32;

/// Consecutive records, stored without an allocation for each.
#[derive(Debug, Default)]
pub(crate) struct RecordBatch {
    text: String,
    fields: Vec<FieldSpan>,
    lines: Vec<u64>,
    width: usize,
    first: u64,
    part: usize,
}

/// How the records of one file become records of its kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecordLayout<'a> {
    /// The index of the file in its kind.
    pub(crate) part: usize,
    /// For each column its field in this file; `None` if all fields are in order.
    pub(crate) fields: Option<&'a [usize]>,
    /// Number of records in earlier files.
    pub(crate) before: u64,
}

#[derive(Clone, Copy, Debug)]
struct FieldSpan {
    start: u32,
    end: u32,
    null: bool,
}

/// Something that sees every record of a file, in order.
pub(crate) trait Observer: Send {
    /// Sees the next records.
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure>;
}

/// A source of records.
pub(crate) trait RecordSource {
    /// How many fields a record has.
    fn width(&self) -> usize;

    /// Reads the next record, or the reason why there is none.
    fn read(&mut self, record: &mut Record) -> Result<Next, Failure>;
}

impl RecordSource for Reader {
    fn width(&self) -> usize {
        self.header().len()
    }

    fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        Reader::read(self, record)
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

    fn reject(&mut self, reject: Reject) {
        self.rejected += 1;
        let Reject { reason, line, .. } = &reject;
        let known = self.reasons.iter().position(|known| known.why == *reason);
        if let Some(index) = known {
            self.reasons[index].count += 1;
        } else if self.reasons.len() < REASONS {
            self.reasons.push(Reason { why: reason.clone(), count: 1, line: *line });
        }
        if self.rejects.len() < SHOWN_REJECTS {
            self.rejects.push(reject);
        }
    }
}

impl RecordBatch {
    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// A value, `None` for NULL.
    pub(crate) fn value(&self, row: usize, column: usize) -> Option<&str> {
        let field = self.fields[row * self.width + column];
        (!field.null).then(|| &self.text[field.start as usize..field.end as usize])
    }

    /// How many values a record has.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The line on which a record begins.
    pub(crate) fn line(&self, row: usize) -> u64 {
        self.lines[row]
    }

    /// The index of the file in its kind.
    pub(crate) fn part(&self) -> usize {
        self.part
    }

    /// The number of a record in its kind, counted from 1.
    pub(crate) fn number(&self, row: usize) -> u64 {
        self.first + row as u64
    }

    fn begin(&mut self, width: usize, first: u64, part: usize) {
        self.text.clear();
        self.fields.clear();
        self.lines.clear();
        (self.width, self.first, self.part) = (width, first, part);
    }

    fn push(&mut self, record: &Record, fields: Option<&[usize]>) {
        match fields {
            None => record.values().for_each(|value| self.push_value(value)),
            Some(fields) => fields.iter().for_each(|index| self.push_value(record.value(*index))),
        }
        self.lines.push(record.line());
    }

    fn push_value(&mut self, value: Option<&str>) {
        let start = offset(&self.text);
        self.text.push_str(value.unwrap_or_default());
        self.fields.push(FieldSpan { start, end: offset(&self.text), null: value.is_none() });
    }

    fn is_full(&self) -> bool {
        self.text.len() >= TEXT || self.lines.len() >= RECORDS
    }
}

/// A batch is never longer than its limit and one record.
fn offset(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Shows every record of `reader` to each observer; calls `tick` regularly.
pub(crate) fn scan(
    reader: &mut impl RecordSource,
    layout: RecordLayout<'_>,
    observers: Vec<&mut dyn Observer>,
    tick: &mut dyn FnMut() -> Result<(), Failure>,
) -> Result<PassResult, Failure> {
    let lanes = Lanes::new(observers);
    let read = thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(|| lanes.work());
        }
        let _watch = lanes.watch();
        let read = read_all(reader, layout, &lanes, tick);
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
    reader: &mut impl RecordSource,
    layout: RecordLayout<'_>,
    lanes: &Lanes<'_>,
    tick: &mut dyn FnMut() -> Result<(), Failure>,
) -> Result<PassResult, Failure> {
    let width = layout.fields.map_or_else(|| reader.width(), <[usize]>::len);
    let mut seen = PassResult::default();
    let mut record = Record::new();
    let mut pool: Vec<Arc<RecordBatch>> = Vec::new();
    loop {
        tick()?;
        let mut shared = take_free(&mut pool);
        // No thread uses the batch, so this is the only owner.
        let Some(batch) = Arc::get_mut(&mut shared) else { continue };
        batch.begin(width, layout.before + seen.rows + 1, layout.part);
        let more = fill(reader, layout, batch, (&mut record, &mut seen))?;
        if !lanes.push(shared.clone()) || !more {
            return Ok(seen);
        }
        pool.push(shared);
    }
}

/// A batch that no thread uses any more, or a new one.
fn take_free(pool: &mut Vec<Arc<RecordBatch>>) -> Arc<RecordBatch> {
    match pool.iter_mut().position(|batch| Arc::get_mut(batch).is_some()) {
        Some(index) => pool.swap_remove(index),
        None => Arc::default(),
    }
}

/// Fills a batch; returns false at the end of the file.
fn fill(
    reader: &mut impl RecordSource,
    layout: RecordLayout<'_>,
    batch: &mut RecordBatch,
    (record, seen): (&mut Record, &mut PassResult),
) -> Result<bool, Failure> {
    while !batch.is_full() {
        match reader.read(record)? {
            Next::Record => {
                batch.push(record, layout.fields);
                seen.rows += 1;
            }
            Next::Reject(reject) => seen.reject(reject),
            Next::End => return Ok(false),
        }
    }
    Ok(true)
}

/// A batch of these records.
#[cfg(test)]
pub(crate) fn batch_of(records: &[Vec<Option<&str>>]) -> RecordBatch {
    let mut batch = RecordBatch::default();
    batch.begin(records.first().map_or(0, Vec::len), 1, 0);
    for values in records {
        let mut record = Record::new();
        values.iter().for_each(|value| record.push(*value));
        batch.push(&record, None);
    }
    batch
}
