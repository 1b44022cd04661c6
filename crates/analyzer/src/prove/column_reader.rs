//! Reads the values of a column for proofs: in canonical form, without trailing spaces, which MySQL
//! ignores.

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::convert::ColumnConverter;
use ecom_core::plan::{Column, SqlType};
use ecom_core::source::join_key;

use crate::read::batch::RecordBatch;

/// One column of a file, read as a plan's column.
pub(crate) struct ColumnReader {
    index: usize,
    converter: ColumnConverter,
    canonical: Canonical,
    /// True if records are joined by this column.
    joins: bool,
}

impl ColumnReader {
    /// The file's column at `index` as `column`.
    pub(crate) fn new(index: usize, column: &Column) -> Self {
        let converter = ColumnConverter::of(column).nullable();
        Self { index, converter, canonical: Canonical::new(), joins: false }
    }

    /// The file's column at `index` as records are joined by it.
    pub(crate) fn of_text(index: usize) -> Self {
        let converter = ColumnConverter::new(SqlType::Text, true, None);
        Self { index, converter, canonical: Canonical::new(), joins: true }
    }

    /// The value's canonical form without trailing spaces; `None` for NULL.
    pub(crate) fn value(
        &mut self,
        batch: &RecordBatch,
        row: usize,
    ) -> Result<Option<&str>, Failure> {
        self.canonical.clear();
        let value = batch.value(row, self.index);
        self.converter.convert(value, &mut self.canonical).map_err(|why| {
            Failure::refused(format!(
                "line {}: the file changed while it was read: {why}",
                batch.line(row)
            ))
        })?;
        let value = self.canonical.value(0);
        Ok(value.map(|text| if self.joins { join_key(text) } else { unpadded(text) }))
    }

    /// The value like [`Self::value`], and how many blanks followed it.
    pub(crate) fn value_and_blanks(
        &mut self,
        batch: &RecordBatch,
        row: usize,
    ) -> Result<(Option<&str>, usize), Failure> {
        let length = self.value(batch, row)?.map_or(0, str::len);
        let value = self.canonical.value(0);
        let blanks = value.map_or(0, |text| text.len() - unpadded(text).len());
        Ok((value.map(|text| &text[..length]), blanks))
    }
}
