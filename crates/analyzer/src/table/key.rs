//! The key of a table.

/// A key and how it was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The SQL names of its columns.
    pub(crate) columns: Vec<String>,
    pub(crate) proof: String,
}
