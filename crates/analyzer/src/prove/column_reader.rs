//! Reads the values of a column for proofs: in canonical form, without trailing spaces, which MySQL
//! ignores.

use ecom_core::Failure;
use ecom_core::canonical::{self, Canonical};
use ecom_core::convert::ColumnConverter;
use ecom_core::plan::{Column, SqlType};
use ecom_core::source::join_key;

use crate::read::batch::RecordBatch;

/// Whole numbers of at most this many digits fit every type for whole numbers.
const DIGITS: usize = 9;

/// One column of a file, read as a plan's column.
pub(crate) struct ColumnReader {
    index: usize,
    converter: ColumnConverter,
    canonical: Canonical,
    plain: Plain,
    /// True if records are joined by this column.
    joins: bool,
}

/// Which values are their own canonical form, without a look at each part of them.
#[derive(Clone, Copy)]
enum Plain {
    /// Texts of at most so many bytes.
    Text(usize),
    /// Whole numbers of a few digits.
    Whole,
    No,
}

impl ColumnReader {
    /// The file's column at `index` as `column`.
    pub(crate) fn new(index: usize, column: &Column) -> Self {
        let converter = ColumnConverter::of(column).nullable();
        let plain = match column.sql_type {
            // Any text can be a word that stands for a missing value.
            _ if !column.missing.is_empty() => Plain::No,
            SqlType::Int | SqlType::BigInt if column.format.is_none() => Plain::Whole,
            sql_type => Plain::of(sql_type),
        };
        Self { index, converter, canonical: Canonical::new(), plain, joins: false }
    }

    /// The file's column at `index` as records are joined by it.
    pub(crate) fn of_text(index: usize) -> Self {
        let converter = ColumnConverter::new(SqlType::Text, true, None);
        let plain = Plain::of(SqlType::Text);
        Self { index, converter, canonical: Canonical::new(), plain, joins: true }
    }

    /// The value's canonical form without trailing spaces; `None` for NULL.
    #[inline]
    pub(crate) fn value<'a>(
        &'a mut self,
        batch: &'a RecordBatch,
        row: usize,
    ) -> Result<Option<&'a str>, Failure> {
        let joins = self.joins;
        let value = self.whole(batch, row)?;
        Ok(value.map(|text| if joins { join_key(text) } else { unpadded(text) }))
    }

    /// The value like [`Self::value`], and how many blanks followed it.
    #[inline]
    pub(crate) fn value_and_blanks<'a>(
        &'a mut self,
        batch: &'a RecordBatch,
        row: usize,
    ) -> Result<(Option<&'a str>, usize), Failure> {
        let joins = self.joins;
        let Some(whole) = self.whole(batch, row)? else { return Ok((None, 0)) };
        let unpadded = unpadded(whole);
        let value = if joins { join_key(whole) } else { unpadded };
        Ok((Some(value), whole.len() - unpadded.len()))
    }

    /// The value's canonical form.
    #[inline]
    fn whole<'a>(
        &'a mut self,
        batch: &'a RecordBatch,
        row: usize,
    ) -> Result<Option<&'a str>, Failure> {
        let value = batch.value(row, self.index);
        match value {
            Some(text) if self.plain.holds(text) => Ok(value),
            _ => self.convert(value, batch.line(row)),
        }
    }

    fn convert(&mut self, value: Option<&str>, line: u64) -> Result<Option<&str>, Failure> {
        self.canonical.clear();
        self.converter.convert(value, &mut self.canonical).map_err(|why| {
            Failure::refused(format!("line {line}: the file changed while it was read: {why}"))
        })?;
        Ok(self.canonical.value(0))
    }
}

/// [`canonical::unpadded`] at the cost of one look at the last byte.
#[inline]
fn unpadded(text: &str) -> &str {
    if text.as_bytes().last() == Some(&b' ') { canonical::unpadded(text) } else { text }
}

impl Plain {
    fn of(sql_type: SqlType) -> Self {
        match sql_type {
            // A text has at most as many characters as bytes.
            SqlType::VarChar(length) => Self::Text(length.into()),
            SqlType::Text => Self::Text(u16::MAX.into()),
            _ => Self::No,
        }
    }

    #[inline]
    fn holds(self, text: &str) -> bool {
        match self {
            Self::Text(most) => text.len() <= most,
            Self::Whole => {
                (1..=DIGITS).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_digit())
                    && !text.starts_with('0')
            }
            Self::No => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::batch::batch_of;
    use crate::table::draft::generated;

    fn read(column: &Column, text: Option<&str>) -> Result<Option<String>, String> {
        let batch = batch_of(&[vec![text]]);
        let mut reader = ColumnReader::new(0, column);
        let value = reader.value(&batch, 0).map_err(|failure| failure.to_string())?;
        Ok(value.map(str::to_owned))
    }

    fn converted(column: &Column, text: Option<&str>) -> Result<Option<String>, String> {
        let mut canonical = Canonical::new();
        ColumnConverter::of(column).nullable().convert(text, &mut canonical)?;
        Ok(canonical.value(0).map(|text| unpadded(text).to_owned()))
    }

    #[test]
    fn a_plain_value_is_what_the_converter_makes_of_it() {
        let texts = ["", "a", "a ", " a", "NA", "0", "-0", "007", "12", " 12", "1234567890", "äöü"];
        for sql_type in ["INT", "BIGINT", "VARCHAR(3)", "TEXT", "DATE", "DECIMAL(9,2)"] {
            for missing in [vec![], vec!["NA".to_owned()]] {
                let mut column = generated("x".into(), None, sql_type.parse().unwrap());
                column.missing = missing;
                for text in texts.iter().map(|text| Some(*text)).chain([None]) {
                    let (found, wanted) = (read(&column, text), converted(&column, text));
                    assert_eq!(found.as_ref().ok(), wanted.as_ref().ok(), "{sql_type} {text:?}");
                }
            }
        }
    }
}
