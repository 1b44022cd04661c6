//! The records of one table's source files, each in the order of the table's columns.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::Canonical;
use ecom_core::convert::Converter;
use ecom_core::plan::{ForeignKey, Plan, Table};
use ecom_core::record::{Next, Record, Reject};
use ecom_core::source::{Field, Fields, FileFacts, TableReader};

use crate::observed::Observed;
use crate::orphans::Unwanted;

/// Reads the records of one table, and separates the accepted ones from the rejects.
pub(crate) struct SourceReader<'a> {
    table: &'a Table,
    reader: TableReader,
    fields: Fields,
    converter: Converter,
    /// True if a column holds the records' numbers.
    is_numbered: bool,
    unwanted: Option<Unwanted<'a>>,
    observed: Option<Observed<'a>>,
    /// Records that fit their types: those accepted and the orphans.
    fitting: u64,
    accepted: u64,
}

/// One record. Reused from record to record.
#[derive(Default)]
pub(crate) struct SourceRecord {
    /// Its fields as they are in the source.
    pub(crate) fields: Record,
    /// Its values in canonical form, in the order of the table's columns.
    pub(crate) canonical: Canonical,
    /// Its number among the accepted records, from 1 on: the value of a generated column.
    pub(crate) number: String,
}

/// What [`SourceReader::read`] found.
pub(crate) enum Found {
    Record,
    Reject(Reject),
    End,
}

impl<'a> SourceReader<'a> {
    /// Opens the files of a table. `unwanted` are the records to reject as orphans, `temp` is the
    /// folder in which a join sorts.
    pub(crate) fn open(
        plan: &Plan,
        table: &'a Table,
        temp: &Path,
        unwanted: Option<Unwanted<'a>>,
    ) -> Result<Self, Failure> {
        let reader = TableReader::converting(plan, table, temp)?;
        let fields = reader.fields(table)?;
        let converter = Converter::new(table);
        let is_numbered = fields.as_slice().contains(&Field::Number);
        Ok(Self {
            table,
            reader,
            fields,
            converter,
            is_numbered,
            unwanted,
            observed: None,
            fitting: 0,
            accepted: 0,
        })
    }

    /// The same reader, which shows each record that fits its types to `observed`.
    pub(crate) fn observing(self, observed: Observed<'a>) -> Self {
        Self { observed: Some(observed), ..self }
    }

    /// Headers of the source that no column of the table has.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &str> {
        self.fields.unused(self.reader.header())
    }

    /// Reads the next record.
    pub(crate) fn read(&mut self, record: &mut SourceRecord) -> Result<Found, Failure> {
        match self.reader.read(&mut record.fields)? {
            Next::End => return Ok(Found::End),
            Next::Reject(reject) => return Ok(self.misfit(reject)),
            Next::Record => {}
        }
        if self.is_numbered {
            record.number.clear();
            push_number(&mut record.number, self.accepted + 1);
        }
        let converted = self.reader.converted(&mut record.canonical).unwrap_or_else(|| {
            let values =
                self.fields.values(&record.fields, &record.number, self.reader.file_name());
            self.converter.convert_values(values, &mut record.canonical)
        });
        if let Err(misfit) = converted {
            let field = self.fields.index(misfit.column);
            let reject = self.reader.reject(&record.fields, field, misfit.reason);
            return Ok(self.misfit(reject));
        }
        if let Some(observed) = &mut self.observed {
            observed.see(self.reader.file(), &record.canonical);
        }
        self.fitting += 1;
        if let Some(unwanted) = &mut self.unwanted
            && let Some(key) = unwanted.take(self.fitting)?
        {
            return Ok(Found::Reject(self.unknown(record, key)));
        }
        self.accepted += 1;
        Ok(Found::Record)
    }

    /// Reads up to the record with that number among those that fit, and rejects it as an orphan.
    pub(crate) fn orphan(mut self, number: u64, key: &ForeignKey) -> Result<Reject, Failure> {
        let mut record = SourceRecord::default();
        while self.fitting < number {
            if let Found::End = self.read(&mut record)? {
                return Err(Failure::refused(format!(
                    "{}: record {number} no longer exists",
                    self.reader.file_name()
                )));
            }
        }
        Ok(self.unknown(&record, key))
    }

    fn misfit(&mut self, reject: Reject) -> Found {
        if let Some(observed) = &mut self.observed {
            observed.reject(self.reader.file());
        }
        Found::Reject(reject)
    }

    /// Rejects the record that was read last, because its value for a foreign key is unknown.
    fn unknown(&self, record: &SourceRecord, key: &ForeignKey) -> Reject {
        let column = self.table.position(&key.column);
        let value = column.and_then(|column| record.canonical.value(column)).unwrap_or_default();
        let value = ecom_core::escape::excerpt(value, 60);
        let reason = format!("{value:?} is not in {}.{}", key.table, key.references);
        let field = column.and_then(|column| self.fields.index(column));
        self.reader.reject(&record.fields, field, reason)
    }

    /// The record's values as they are in the source, in the order of the table's columns.
    pub(crate) fn values<'r>(
        &'r self,
        record: &'r SourceRecord,
    ) -> impl Iterator<Item = Option<&'r str>> + Clone + 'r {
        self.fields.values(&record.fields, &record.number, self.reader.file_name())
    }

    /// The record's value in one of the table's columns.
    pub(crate) fn value<'r>(&'r self, record: &'r SourceRecord, column: usize) -> Option<&'r str> {
        self.fields.value(column, &record.fields, &record.number, self.reader.file_name())
    }

    /// The number of the record that was read last among those that fit their types.
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
