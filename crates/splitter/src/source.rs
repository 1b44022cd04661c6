//! The records of one table's source files, each in the order of the table's columns.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::Form;
use ecom_core::plan::{ForeignKey, Plan, Table};
use ecom_core::record::{Parcel, Reject};
use ecom_core::source::{Field, FileFacts, Parts, TableReader};

use crate::observed::Observed;
use crate::orphans::Unwanted;
use crate::prepare::{Prepare, Prepared};

/// Reads the records of one table, and separates the accepted ones from the rejects.
pub(crate) struct SourceReader<'a> {
    table: &'a Table,
    reader: TableReader<Prepare>,
    parcel: Parcel<Prepared>,
    /// Of the parcel, how many records and how many rejects were read.
    at: usize,
    rejects: usize,
    /// True if a column holds the records' numbers.
    is_numbered: bool,
    /// The number of the record that was read last among the accepted ones, from 1 on: the value of a
    /// generated column.
    number: String,
    unwanted: Option<Unwanted<'a>>,
    observed: Option<Observed<'a>>,
    /// Records that fit their types: those accepted and the orphans.
    fitting: u64,
    accepted: u64,
}

/// How a source is read.
pub(crate) struct Way<'a> {
    /// The folder in which a join sorts.
    pub(crate) temp: &'a Path,
    pub(crate) threads: usize,
    /// True if the records will be written.
    pub(crate) writes: bool,
}

/// What [`SourceReader::read`] found.
pub(crate) enum Found {
    Record,
    Reject(Reject),
    End,
}

impl<'a> SourceReader<'a> {
    /// Opens the files of a table. `unwanted` are the records to reject as orphans; each record that
    /// fits its types is shown to `observed`.
    pub(crate) fn open(
        plan: &Plan,
        table: &'a Table,
        way: &Way<'_>,
        unwanted: Option<Unwanted<'a>>,
        observed: Option<Observed<'a>>,
    ) -> Result<Self, Failure> {
        let begin = observed.as_ref().map(|observed| observed.values.clone());
        let (owned, writes) = (table.clone(), way.writes);
        let parts = Parts::of(plan, table)?;
        let reader = TableReader::working(&parts, way.temp, way.threads, move |headers, file| {
            Ok(Prepare::new(&owned, headers.fields(&owned)?, file, writes, begin.clone()))
        })?;
        let is_numbered = reader.fields(table)?.as_slice().contains(&Field::Number);
        Ok(Self {
            table,
            reader,
            parcel: Parcel::default(),
            at: 0,
            rejects: 0,
            is_numbered,
            number: String::new(),
            unwanted,
            observed,
            fitting: 0,
            accepted: 0,
        })
    }

    /// Headers of the source that no column of the table has.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &str> {
        self.reader.work().fields().unused(self.reader.header())
    }

    /// Reads the next record.
    pub(crate) fn read(&mut self) -> Result<Found, Failure> {
        loop {
            let batch = &self.parcel.batch;
            if let Some((before, reject)) = batch.rejects().get(self.rejects)
                && *before <= self.at
            {
                let reject = reject.clone();
                self.rejects += 1;
                return Ok(self.misfit(reject));
            }
            if self.at < batch.len() {
                self.at += 1;
                if let Some(found) = self.judge(self.at - 1)? {
                    return Ok(Found::Reject(found));
                }
                return Ok(Found::Record);
            }
            self.take_observed();
            let Some(next) = self.reader.next()? else { return Ok(Found::End) };
            let done = std::mem::replace(&mut self.parcel, next);
            self.reader.give_back(done);
            (self.at, self.rejects) = (0, 0);
        }
    }

    /// Judges a record of the parcel: a reject if it does not fit or is unwanted.
    fn judge(&mut self, index: usize) -> Result<Option<Reject>, Failure> {
        if self.is_numbered {
            self.number.clear();
            push_number(&mut self.number, self.accepted + 1);
            let Parcel { batch, product } = &mut self.parcel;
            self.reader.work().add(batch, index, &self.number, product);
        }
        if let Some(misfit) = self.parcel.product.misfit(index) {
            let field = self.reader.work().fields().index(misfit.column);
            let reject = self.reject(index, field, misfit.reason);
            self.see_reject();
            return Ok(Some(reject));
        }
        if let Some(observed) = &mut self.observed {
            observed.see_record(self.reader.file());
        }
        self.fitting += 1;
        if let Some(unwanted) = &mut self.unwanted
            && let Some(key) = unwanted.take(self.fitting)?
        {
            return Ok(Some(self.unknown(key)));
        }
        self.accepted += 1;
        Ok(None)
    }

    /// Reads up to the record with that number among those that fit, and rejects it as an orphan.
    pub(crate) fn orphan(mut self, number: u64, key: &ForeignKey) -> Result<Reject, Failure> {
        while self.fitting < number {
            if let Found::End = self.read()? {
                return Err(Failure::refused(format!(
                    "{}: record {number} no longer exists",
                    self.reader.file_name()
                )));
            }
        }
        Ok(self.unknown(key))
    }

    fn misfit(&mut self, reject: Reject) -> Found {
        self.see_reject();
        Found::Reject(reject)
    }

    fn see_reject(&mut self) {
        if let Some(observed) = &mut self.observed {
            observed.see_reject(self.reader.file());
        }
    }

    /// Rejects the record that was read last, because its value for a foreign key is unknown.
    fn unknown(&self, key: &ForeignKey) -> Reject {
        let column = self.table.position(&key.column);
        let value = column.and_then(|column| self.form().value(column)).unwrap_or_default();
        let value = ecom_core::escape::excerpt(value, 60);
        let reason = format!("{value:?} is not in {}.{}", key.table, key.references);
        let field = column.and_then(|column| self.reader.work().fields().index(column));
        self.reject(self.at - 1, field, reason)
    }

    fn reject(&self, index: usize, field: Option<usize>, reason: String) -> Reject {
        let column = field.and_then(|field| self.reader.column(field));
        self.parcel.batch.reject(index, self.reader.file_name(), column, reason)
    }

    /// Adds what was observed of the parcel.
    fn take_observed(&mut self) {
        if let (Some(all), Some(part)) = (&mut self.observed, &mut self.parcel.product.observed) {
            all.values.add(part);
        }
    }

    /// The record that was read last, in canonical form, in the order of the table's columns.
    pub(crate) fn form(&self) -> Form<'_> {
        self.parcel.product.form(self.at - 1)
    }

    /// The hash of its values as they are in the source, see [`crate::part::hash_values`].
    pub(crate) fn values_hash(&self) -> u64 {
        self.parcel.product.values_hash(self.at - 1)
    }

    /// The hash of its canonical form, and its line in a work file.
    pub(crate) fn line(&self) -> (u64, &[u8]) {
        self.parcel.product.line(&self.parcel.batch, self.at - 1)
    }

    /// Its value in one of the table's columns, as it is in the source.
    pub(crate) fn value(&self, column: usize) -> Option<&str> {
        let work = self.reader.work();
        work.fields().value_in(column, &self.parcel.batch, self.at - 1, (&self.number, work.file()))
    }

    /// Its number among those that fit their types.
    pub(crate) fn fitting(&self) -> u64 {
        self.fitting
    }

    /// Records accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Which file the last record came from.
    pub(crate) fn file(&self) -> usize {
        self.reader.file()
    }

    /// The names of all files.
    pub(crate) fn file_names(&self) -> &[String] {
        self.reader.file_names()
    }

    /// About how many bytes were read so far.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position()
    }

    /// About how many bytes there are to read.
    pub(crate) fn size(&self) -> u64 {
        self.reader.size()
    }

    /// What is known of each file, and what was observed, once all was read.
    pub(crate) fn finish(mut self) -> (Vec<FileFacts>, Option<Observed<'a>>) {
        if let Some(observed) = &mut self.observed {
            observed.join = self.reader.join_counts();
        }
        (self.reader.facts().to_vec(), self.observed)
    }
}

fn push_number(text: &mut String, number: u64) {
    use std::fmt::Write as _;
    // Writing to a String cannot fail.
    let _ = write!(text, "{number}");
}
