//! The description of the columns that are joined to a kind of files.

use ecom_core::plan::TableName;

use super::part::FilePart;

/// Another kind of files whose columns are joined to those of a kind.
#[derive(Clone, Debug)]
pub(crate) struct JoinedColumns {
    pub(crate) table: TableName,
    /// The headers of the referring column and of the one it refers to, which is not repeated.
    pub(crate) column: String,
    pub(crate) references: String,
    pub(super) files: Vec<FilePart>,
    /// How many columns the lines themselves have.
    pub(crate) own: usize,
    /// For each joined column its field in its file.
    pub(super) fields: Vec<usize>,
    /// Records without a counterpart, and counterparts without a record.
    pub(crate) without: u64,
    pub(crate) unused: u64,
}
