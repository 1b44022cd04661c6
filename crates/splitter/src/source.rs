//! The records of one table's source files, each in the order of the table's columns.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, Converter};
use ecom_core::plan::{ForeignKey, Plan, Table};
use ecom_core::record::{Next, Record, Reject};
use ecom_core::source::{Field, FileFacts, TableReader};

use crate::orphans::Unwanted;
use crate::proof::Proof;

/// Reads the accepted records of one table.
pub(crate) struct Source<'a> {
    table: &'a Table,
    reader: TableReader,
    fields: ecom_core::source::Fields,
    converter: Converter,
    /// True when a column holds the records' numbers.
    is_numbered: bool,
    unwanted: Option<Unwanted<'a>>,
    proof: Option<Proof<'a>>,
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
    /// Opens the files of a table; `unwanted` are the records to reject as orphans. `temp` is the
    /// folder for what a join sorts.
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
        let (proof, fitting, accepted) = (None, 0, 0);
        Ok(Self {
            table,
            reader,
            fields,
            converter,
            is_numbered,
            unwanted,
            proof,
            fitting,
            accepted,
        })
    }

    /// The same source, of which each record that fits its types is shown to `proof`.
    pub(crate) fn proving(self, proof: Proof<'a>) -> Self {
        Self { proof: Some(proof), ..self }
    }

    /// Columns of the source that the plan has in no column of the table.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &str> {
        self.fields.unused(self.reader.header())
    }

    /// Reads the next record.
    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Found, Failure> {
        match self.reader.read(&mut row.record)? {
            Next::End => return Ok(Found::End),
            Next::Reject(reject) => return Ok(self.misfit(reject)),
            Next::Record => {}
        }
        if self.is_numbered {
            row.number.clear();
            push_number(&mut row.number, self.accepted + 1);
        }
        let converted = self.reader.converted(&mut row.canonical).unwrap_or_else(|| {
            let values = self.fields.cells(&row.record, &row.number, self.reader.file_name());
            self.converter.convert_values(values, &mut row.canonical)
        });
        if let Err(misfit) = converted {
            let field = self.fields.index(misfit.column);
            let reject = self.reader.reject(&row.record, field, misfit.reason);
            return Ok(self.misfit(reject));
        }
        if let Some(proof) = &mut self.proof {
            proof.see(self.reader.file(), &row.canonical);
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
                return Err(Failure::refused(format!(
                    "{}: record {number} is not there any more",
                    self.reader.file_name()
                )));
            }
        }
        Ok(self.unknown(&row, key))
    }

    fn misfit(&mut self, reject: Reject) -> Found {
        if let Some(proof) = &mut self.proof {
            proof.reject(self.reader.file());
        }
        Found::Reject(reject)
    }

    /// Rejects the record that was read last, because its value for a foreign key is unknown.
    fn unknown(&self, row: &Row, key: &ForeignKey) -> Reject {
        let column = self.table.position(&key.column);
        let value = column.and_then(|column| row.canonical.value(column)).unwrap_or_default();
        let value = ecom_core::escape::excerpt(value, 60);
        let reason = format!("{value:?} is not in {}.{}", key.table, key.references);
        let field = column.and_then(|column| self.fields.index(column));
        self.reader.reject(&row.record, field, reason)
    }

    /// The row's cells in the order of the table's columns, as they stand in the source.
    pub(crate) fn values<'r>(
        &'r self,
        row: &'r Row,
    ) -> impl Iterator<Item = Option<&'r str>> + Clone + 'r {
        self.fields.cells(&row.record, &row.number, self.reader.file_name())
    }

    /// The row's cell in one of the table's columns.
    pub(crate) fn value<'r>(&'r self, row: &'r Row, column: usize) -> Option<&'r str> {
        self.fields.cell(column, &row.record, &row.number, self.reader.file_name())
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

    /// Bytes read so far, about.
    pub(crate) fn position(&self) -> u64 {
        self.reader.position()
    }

    /// About how many bytes there are.
    pub(crate) fn size(&self) -> u64 {
        self.reader.size()
    }

    /// What is known of each file, and what was seen of the claims, once all was read.
    pub(crate) fn finish(mut self) -> (Vec<FileFacts>, Option<Proof<'a>>) {
        if let (Some(proof), Some(counts)) = (&mut self.proof, self.reader.join_counts()) {
            proof.joined(counts);
        }
        (self.reader.facts().to_vec(), self.proof)
    }
}

fn push_number(text: &mut String, number: u64) {
    use std::fmt::Write as _;
    // Writing to a String cannot fail.
    let _ = write!(text, "{number}");
}
