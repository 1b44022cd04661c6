//! Another kind of files whose columns stand behind those of a kind.

use ecom_core::plan::TableName;

use super::part::FilePart;

/// Another kind of files whose columns stand behind those of a kind.
#[derive(Clone, Debug)]
pub(crate) struct JoinedColumns {
    pub(crate) table: TableName,
    /// The headers of the column that refers and of the one referred to, which is not repeated.
    pub(crate) column: String,
    pub(crate) references: String,
    pub(super) files: Vec<FilePart>,
    /// How many columns stand in front.
    pub(crate) own: usize,
    /// Of each of the others its field in its file.
    pub(super) fields: Vec<usize>,
    /// Records without a counterpart, and counterparts without a record.
    pub(crate) without: u64,
    pub(crate) unused: u64,
}
