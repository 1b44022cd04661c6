//! The records of one source file, each in the order of its table's columns.

use std::path::PathBuf;

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, Converter};
use ecom_core::plan::{ForeignKey, Plan, Table};
use ecom_core::record::{Next, Record, Reject};

use crate::ahead::Ahead;
use crate::orphans::Unwanted;

/// Reads the accepted records of one table.
pub(crate) struct Source<'a> {
    table: &'a Table,
    path: PathBuf,
    reader: Ahead,
    position: u64,
    fields: Vec<Option<usize>>,
    converter: Converter,
    unwanted: Option<Unwanted<'a>>,
    fitting: u64,
    accepted: u64,
}

/// One record. Reused from record to record.
#[derive(Default)]
pub(crate) struct Row {
    /// The record as it stands in the source.
    pub(crate) record: Record,
    /// Its values in canonical form, in the order of the table's columns.
    pub(crate) canonical: Canonical,
    /// Its number among the accepted records, the first is 1: the value of a generated column.
    pub(crate) number: String,
}

/// What [`Source::read`] found.
pub(crate) enum Found {
    Row,
    Reject(Reject),
    End,
}

impl<'a> Source<'a> {
    /// Opens the file of a table; `unwanted` are the records to reject as orphans.
    pub(crate) fn open(
        plan: &Plan,
        table: &'a Table,
        unwanted: Option<Unwanted<'a>>,
    ) -> Result<Self, Failure> {
        let path = plan.folder.join(&table.file);
        let reader = Ahead::open(&path, &table.dialect)?;
        let fields = table.source_fields(reader.header().iter()).map_err(|missing| {
            Failure::refused(format!(
                "{} has no column {missing:?}, which the plan has in {}: run analyzer again",
                path.display(),
                table.name
            ))
        })?;
        let converter = Converter::new(table);
        Ok(Self {
            table,
            path,
            reader,
            position: 0,
            fields,
            converter,
            unwanted,
            fitting: 0,
            accepted: 0,
        })
    }

    /// Reads the next record.
    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Found, Failure> {
        match self.reader.read(&mut row.record)? {
            Next::End => return Ok(Found::End),
            Next::Reject(reject) => return Ok(Found::Reject(reject)),
            Next::Record => self.position = row.record.offset(),
        }
        row.number.clear();
        push_number(&mut row.number, self.accepted + 1);
        let values = values(&self.fields, &row.record, &row.number);
        if let Err(misfit) = self.converter.convert_values(values, &mut row.canonical) {
            let field = self.fields[misfit.column];
            return Ok(Found::Reject(self.reader.reject(&row.record, field, misfit.reason)));
        }
        self.fitting += 1;
        if let Some(unwanted) = &mut self.unwanted
            && let Some(key) = unwanted.take(self.fitting)?
        {
            return Ok(Found::Reject(self.unknown(row, key)));
        }
        self.accepted += 1;
        Ok(Found::Row)
    }

    /// What is wrong with the record of that number among those that fit, which refers to nothing.
    pub(crate) fn orphan(mut self, number: u64, key: &ForeignKey) -> Result<Reject, Failure> {
        let mut row = Row::default();
        while self.fitting < number {
            if let Found::End = self.read(&mut row)? {
                return Err(not_analyzed(&self.path, self.reader.sha256(), self.table));
            }
        }
        Ok(self.unknown(&row, key))
    }

    /// Rejects the record that was read last, because its value for a foreign key is unknown.
    fn unknown(&self, row: &Row, key: &ForeignKey) -> Reject {
        let column = self.table.position(&key.column);
        let value = column.and_then(|column| row.canonical.value(column)).unwrap_or_default();
        let value = ecom_core::escape::excerpt(value, 60);
        let reason = format!("{value:?} is not in {}.{}", key.table, key.references);
        let field = column.and_then(|column| self.fields[column]);
        self.reader.reject(&row.record, field, reason)
    }

    /// The row's cells in the order of the table's columns, as they stand in the source.
    pub(crate) fn values<'r>(
        &'r self,
        row: &'r Row,
    ) -> impl Iterator<Item = Option<&'r str>> + Clone + 'r {
        values(&self.fields, &row.record, &row.number)
    }

    /// The number of the record that was read last among those that fit their types.
    pub(crate) fn fitting(&self) -> u64 {
        self.fitting
    }

    /// Records accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Bytes read so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The header as it stands in the file.
    pub(crate) fn header(&self) -> &Record {
        self.reader.header()
    }

    /// Ends the reading: refuses when the file was not the one that was analyzed.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.reader.sha256() {
            Some(found) if found == self.table.sha256 => Ok(()),
            found => Err(not_analyzed(&self.path, found, self.table)),
        }
    }
}

fn not_analyzed(path: &std::path::Path, found: Option<&str>, table: &Table) -> Failure {
    let found = found.unwrap_or("unknown");
    Failure::refused(format!(
        "{} is not the file that was analyzed (SHA-256 {}… instead of {}…): run analyzer again",
        path.display(),
        found.get(..16).unwrap_or(found),
        table.sha256.get(..16).unwrap_or(&table.sha256),
    ))
}

fn values<'r>(
    fields: &'r [Option<usize>],
    record: &'r Record,
    number: &'r str,
) -> impl Iterator<Item = Option<&'r str>> + Clone + 'r {
    fields.iter().map(move |field| match field {
        Some(place) => record.value(*place),
        None => Some(number),
    })
}

fn push_number(text: &mut String, number: u64) {
    use std::fmt::Write as _;
    // Writing to a String cannot fail.
    let _ = write!(text, "{number}");
}
