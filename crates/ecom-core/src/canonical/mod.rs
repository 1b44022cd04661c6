//! The canonical form: a value as its type in the plan writes it. Work files, MySQL, Kafka and HDFS
//! are compared in this form.
//!
//! Numbers have no leading zeros, and decimals have the scale of their column. Dates are ISO, a
//! date-time is `YYYY-MM-DD HH:MM:SS` with the fractional digits of its column, a boolean is 1 or 0,
//! and text is unchanged. NULL differs from the empty text. MySQL prints these types in the same form.
//!
//! There is one reader for each kind of value. The analysis finds a format with the reader that every
//! later step converts with, so the two cannot disagree. A number's format is what 1234.56 looks like
//! in it (`1.234,56 €`); a time's format is that of `strftime`, several formats of one column joined
//! by ` | `. What the values leave open is asked, never guessed.

mod around;
mod blank;
mod boolean;
mod currency;
mod digits;
mod groups;
mod number;
mod time;
pub(crate) mod write;

pub use boolean::BooleanFormat;
pub(crate) use boolean::plain as plain_boolean;
pub use currency::Currency;
pub use digits::in_ascii;
pub use groups::{NotSo, Separator};
pub use number::{DecimalSign, NumberFormat, Spelled};
pub use time::{Moment, Parts, TimeFormat, TimeFormats};
pub(crate) use time::{is_iso_date, is_iso_date_time, is_month};

/// A record in canonical form. Reused from record to record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canonical {
    text: String,
    /// Of each value, the indices of its first byte after the tag and of its terminator.
    values: Vec<(usize, usize)>,
}

/// A record in canonical form, alone in a [`Canonical`] or one of several.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    text: &'a str,
    values: &'a [(usize, usize)],
}

/// The text as MySQL compares it: without trailing spaces.
///
/// The collation of the tables, `utf8mb4_bin`, is PAD SPACE: a key with and without trailing spaces is
/// the same key. It folds nothing else, so case and accents matter.
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

    /// Reads back what [`Canonical::bytes`] returned.
    ///
    /// # Errors
    /// The bytes are not UTF-8.
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

    /// Appends a value that is already in canonical form, for example from a store.
    pub fn push(&mut self, value: Option<&str>) {
        let start = self.begin(value.is_some());
        match value {
            Some(value) if value.contains('\0') => self.push_with_nul(value, start),
            Some(value) => self.text.push_str(value),
            None => {}
        }
        self.end(start);
    }

    /// Appends a text without U+0000.
    #[inline]
    pub(crate) fn push_text(&mut self, text: &str) {
        let start = self.begin(true);
        self.text.push_str(text);
        self.end(start);
    }

    /// A text with U+0000, which no work file holds: with a tag of its own, so that it differs from
    /// every text without, and in an escaped form, so that two of them differ from each other.
    fn push_with_nul(&mut self, value: &str, start: usize) {
        self.text.replace_range(start - 1..start, "z");
        self.text.push_str(&value.replace('\\', "\\\\").replace('\0', "\\0"));
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

    /// True if there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A value, `None` for NULL. In a text with U+0000, `\0` stands for it, and `\\` for a backslash.
    ///
    /// # Panics
    /// When there is no such value.
    #[inline]
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&str> {
        let (start, end) = self.values[index];
        (self.text.as_bytes()[start - 1] != b'n').then(|| &self.text[start..end])
    }

    /// All values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<&str>> + Clone {
        (0..self.len()).map(|index| self.value(index))
    }

    /// The whole record as bytes that no other record has: each value is `v` and its text (`z` if it
    /// has U+0000), NULL is `n`, both followed by a NUL byte. This is what a [`crate::checksum::Tally`] counts.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// All values, as one record.
    #[must_use]
    pub fn form(&self) -> Form<'_> {
        self.slice(0, self.values.len())
    }

    /// One of several records that stand here one after the other: `count` values from `first` on.
    ///
    /// # Panics
    /// When there are no such values.
    #[inline]
    #[must_use]
    pub fn slice(&self, first: usize, count: usize) -> Form<'_> {
        Form { text: &self.text, values: &self.values[first..first + count] }
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

    /// Appends the value that `write` appends to a text; on an error nothing is appended.
    pub(crate) fn push_with<E>(
        &mut self,
        write: impl FnOnce(&mut String) -> Result<(), E>,
    ) -> Result<(), E> {
        let length = self.text.len();
        let start = self.begin(true);
        let written = write(&mut self.text);
        match written {
            Ok(()) => self.end(start),
            Err(_) => self.text.truncate(length),
        }
        written
    }

    #[inline]
    fn begin(&mut self, some: bool) -> usize {
        self.text.push(if some { 'v' } else { 'n' });
        self.text.len()
    }

    #[inline]
    fn end(&mut self, start: usize) {
        self.values.push((start, self.text.len()));
        self.text.push('\0');
    }
}

impl<'a> Form<'a> {
    /// A value, as [`Canonical::value`] returns it.
    ///
    /// # Panics
    /// When there is no such value.
    #[inline]
    #[must_use]
    pub fn value(self, index: usize) -> Option<&'a str> {
        let (start, end) = self.values[index];
        (self.text.as_bytes()[start - 1] != b'n').then(|| &self.text[start..end])
    }

    /// The record as bytes, as [`Canonical::bytes`] returns them.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        match self.values {
            [] => &[],
            [only] => &self.text.as_bytes()[only.0 - 1..=only.1],
            [first, .., last] => &self.text.as_bytes()[first.0 - 1..=last.1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_stand_one_after_the_other_are_what_they_are_alone() {
        let records = [vec![Some("ab"), None], vec![Some(""), Some("é")], vec![None, None]];
        let mut all = Canonical::new();
        records.iter().flatten().for_each(|value| all.push(*value));
        for (index, record) in records.iter().enumerate() {
            let mut alone = Canonical::new();
            for value in record {
                alone.push(*value);
            }
            let form = all.slice(2 * index, 2);
            assert_eq!(form.bytes(), alone.bytes());
            assert_eq!(alone.form().bytes(), alone.bytes());
            assert_eq!([form.value(0), form.value(1)], record[..]);
        }
        assert!(Canonical::new().form().bytes().is_empty());
    }

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
        // A store may hold U+0000: it is neither a picture of it nor the end of the value.
        let nuls = ["a\0b", "a\u{2400}b", "a\\0b", "a\\\0b", "a\\\\0b", "ab"];
        let forms: std::collections::BTreeSet<_> =
            nuls.iter().map(|text| bytes(&[Some(text), Some("c")])).collect();
        assert_eq!(forms.len(), nuls.len());
        let mut back = Canonical::new();
        back.assign_bytes(&bytes(&[Some("a"), None, Some("")])).unwrap();
        assert_eq!(back.values().collect::<Vec<_>>(), [Some("a"), None, Some("")]);
        back.truncate(5);
        assert_eq!(back.len(), 3);
        back.truncate(1);
        assert_eq!(back.bytes(), bytes(&[Some("a")]));
    }
}
