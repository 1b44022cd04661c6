//! Brings records into [canonical form](crate::canonical), as the columns of a plan say.

mod column;

pub use column::ColumnConverter;

use crate::canonical::Canonical;
use crate::plan::Table;
use crate::record::Record;

/// The column at fault and why its value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The column's index in the table.
    pub column: usize,
    /// What is wrong.
    pub reason: String,
}

/// Brings the records of one table into canonical form.
#[derive(Debug)]
pub struct Converter {
    columns: Vec<ColumnConverter>,
}

impl Converter {
    /// For the columns of a table, in their order.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        Self { columns: table.columns.iter().map(ColumnConverter::of).collect() }
    }

    /// Converts a record whose fields are the table's columns in order, as in a work file.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub fn convert(&self, record: &Record, canonical: &mut Canonical) -> Result<(), Misfit> {
        self.convert_values(record.values(), canonical)
    }

    /// Converts values in the order of the table's columns.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub fn convert_values<'a>(
        &self,
        values: impl IntoIterator<Item = Option<&'a str>>,
        canonical: &mut Canonical,
    ) -> Result<(), Misfit> {
        canonical.clear();
        self.append_values(values, canonical).map(drop)
    }

    /// The same, behind the values that are there; a record that does not fit leaves nothing. True if
    /// all values were canonical already.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub fn append_values<'a>(
        &self,
        values: impl IntoIterator<Item = Option<&'a str>>,
        canonical: &mut Canonical,
    ) -> Result<bool, Misfit> {
        let (before, mut same) = (canonical.len(), true);
        for ((index, column), value) in self.columns.iter().enumerate().zip(values) {
            same &= column.append(value, canonical).map_err(|reason| {
                canonical.truncate(before);
                Misfit { column: index, reason }
            })?;
        }
        Ok(same)
    }
}
