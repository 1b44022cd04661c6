//! Records of delimited text: a strict reader, a writer, and rejects.
//!
//! Nothing between two delimiters is NULL; a quoted empty field is an empty text. Work files keep the
//! difference, which the csv crate does not know.

mod batch;
mod batches;
mod chunks;
mod plain;
mod reader;
mod reject;
mod source;
mod syntax;
#[cfg(test)]
mod tests;
mod text;
mod total;
mod transcode;
mod upcoming;
mod worker;
mod writer;

pub use batch::Batch;
pub use batches::{Batches, Parcel, Task, Work};
pub use reader::{Next, Reader};
pub use reject::Reject;
pub use source::PassedOver;
pub use transcode::LinesAsUtf8;
pub use writer::{Writer, push_line};

/// The most bytes that one record may have.
pub const RECORD_LIMIT: usize = 1 << 20;

/// One record: its fields as text and where it began. Reused from record to record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    text: String,
    fields: Vec<Field>,
    line: u64,
    offset: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    start: usize,
    end: usize,
    quoted: bool,
}

impl Record {
    /// An empty record.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// True if there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The text of a field, unquoted.
    ///
    /// # Panics
    /// When there is no such field.
    #[must_use]
    pub fn field(&self, index: usize) -> &str {
        let field = self.fields[index];
        &self.text[field.start..field.end]
    }

    /// The field's text; `None` for NULL.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&str> {
        let field = self.fields[index];
        (field.start < field.end || field.quoted).then(|| &self.text[field.start..field.end])
    }

    /// The text of every field in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.fields.iter().map(|field| &self.text[field.start..field.end])
    }

    /// Every field in order, `None` for NULL.
    pub fn values(&self) -> impl ExactSizeIterator<Item = Option<&str>> + Clone {
        (0..self.fields.len()).map(|index| self.value(index))
    }

    /// The physical line on which the record began; the first line of a file is 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The byte of the file at which the record began.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Appends a field; `None` is NULL.
    pub fn push(&mut self, value: Option<&str>) {
        let start = self.text.len();
        self.text.push_str(value.unwrap_or_default());
        self.fields.push(Field { start, end: self.text.len(), quoted: value.is_some() });
    }

    /// Brings the fields into another order: the field at `indices[n]` gets the index `n`.
    ///
    /// # Panics
    /// When there is no such field.
    pub fn arrange(&mut self, indices: &[usize]) {
        let fields = indices.iter().map(|index| self.fields[*index]).collect();
        self.fields = fields;
    }

    /// Removes all fields.
    pub fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }
}
