//! The canonical form: a value as its plan type writes it. In this form the CSV, MySQL, Kafka and
//! HDFS are compared.
//!
//! Numbers have no leading zeros and a decimal its column's scale; dates are ISO; a date-time is
//! `YYYY-MM-DD HH:MM:SS` with the column's digits of a second; a boolean is 1 or 0; text is as it
//! stands. NULL is apart from the empty text. It is the form in which MySQL prints these types.

mod around;
mod boolean;
mod currency;
mod number;
mod time;
mod value;

pub use boolean::BooleanFormat;
pub use currency::Currency;
pub use number::{DecimalSign, NotSo, NumberFormat, Separator, Spelled, in_ascii};
pub(crate) use time::is_month;
pub use time::{Moment, Parts, TimeFormat, TimeFormats};
pub use value::ColumnConverter;

use crate::plan::Table;
use crate::record::Record;

/// A record in canonical form. Reused from record to record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    text: String,
    /// Of each value the index of its first byte behind the tag, and of its terminator.
    values: Vec<(usize, usize)>,
}

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

/// The text as MySQL compares it: without the spaces behind it. The collations of MySQL's tables
/// are PAD SPACE, so a key or a foreign key with and without trailing spaces is the same one.
#[inline]
#[must_use]
pub fn unpadded(text: &str) -> &str {
    // Hardly any value has trailing spaces.
    if text.ends_with(' ') { text.trim_end_matches(' ') } else { text }
}

impl Canonical {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads back what [`Canonical::bytes`] gave.
    pub fn assign_bytes(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        self.clear();
        self.text.push_str(std::str::from_utf8(bytes).map_err(|_| "not a canonical record")?);
        let mut start = 0;
        for end in memchr::memchr_iter(0, bytes) {
            self.values.push((start + 1, end));
            start = end + 1;
        }
        Ok(())
    }

    /// Removes all values.
    pub fn clear(&mut self) {
        self.text.clear();
        self.values.clear();
    }

    /// Appends a value that is in canonical form already, as a store gives it.
    pub fn push(&mut self, value: Option<&str>) {
        let start = self.begin(value.is_some());
        match value {
            Some(value) if value.contains('\0') => {
                self.text.push_str(&value.replace('\0', "\u{2400}"));
            }
            Some(value) => self.text.push_str(value),
            None => {}
        }
        self.end(start);
    }

    /// Keeps the first `count` values.
    pub fn truncate(&mut self, count: usize) {
        if let Some((start, _)) = self.values.get(count) {
            self.text.truncate(start - 1);
            self.values.truncate(count);
        }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True when there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A value, `None` for NULL.
    ///
    /// # Panics
    /// When there is no such value.
    #[inline]
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&str> {
        let (start, end) = self.values[index];
        (self.text.as_bytes()[start - 1] == b'v').then(|| &self.text[start..end])
    }

    /// All values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<&str>> + Clone {
        (0..self.len()).map(|index| self.value(index))
    }

    /// The whole record as bytes that no other record has: each value as `v` and its text, NULL as
    /// `n`, with a NUL behind. This is what a [`crate::checksum::Tally`] counts.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The record's key: the values at `indices`, joined by `|`.
    pub fn key_into(&self, indices: &[usize], key: &mut String) {
        key.clear();
        for (count, index) in indices.iter().enumerate() {
            if count > 0 {
                key.push('|');
            }
            key.push_str(self.value(*index).unwrap_or_default());
        }
    }

    fn begin(&mut self, some: bool) -> usize {
        self.text.push(if some { 'v' } else { 'n' });
        self.text.len()
    }

    fn end(&mut self, start: usize) {
        self.values.push((start, self.text.len()));
        self.text.push('\0');
    }
}

impl Converter {
    /// For the columns of a table, in their order.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        Self { columns: table.columns.iter().map(ColumnConverter::of).collect() }
    }

    /// Converts a record whose fields are the table's columns in order, as in the work folder.
    pub fn convert(&self, record: &Record, canonical: &mut Canonical) -> Result<(), Misfit> {
        self.convert_values(record.values(), canonical)
    }

    /// Converts values that stand in the order of the table's columns.
    pub fn convert_values<'a>(
        &self,
        values: impl IntoIterator<Item = Option<&'a str>>,
        canonical: &mut Canonical,
    ) -> Result<(), Misfit> {
        canonical.clear();
        for ((index, column), value) in self.columns.iter().enumerate().zip(values) {
            column.convert(value, canonical).map_err(|reason| Misfit { column: index, reason })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_equal_text_and_other_shape_have_other_bytes() {
        let bytes = |values: &[Option<&str>]| {
            let mut canonical = Canonical::new();
            for value in values {
                canonical.push(*value);
            }
            canonical.bytes().to_vec()
        };
        assert_ne!(bytes(&[Some("ab"), Some("c")]), bytes(&[Some("a"), Some("bc")]));
        assert_ne!(bytes(&[None]), bytes(&[Some("")]));
        let mut back = Canonical::new();
        back.assign_bytes(&bytes(&[Some("a"), None, Some("")])).unwrap();
        assert_eq!(back.values().collect::<Vec<_>>(), [Some("a"), None, Some("")]);
        back.truncate(5);
        assert_eq!(back.len(), 3);
        back.truncate(1);
        assert_eq!(back.bytes(), bytes(&[Some("a")]));
    }
}
