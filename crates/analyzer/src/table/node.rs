//! A table beside the transactions, and a file that is in no table.

use ecom_core::plan::TableName;

use super::draft::Draft;
use crate::profile::file::FileProfile;
use crate::roles::candidate::Candidate;

/// A table beside the transactions.
pub(crate) struct Node<'a> {
    pub(crate) name: TableName,
    pub(crate) draft: Draft<'a>,
    /// False for a table that stays only if it refers to another table or is referred to.
    pub(crate) stays: bool,
    /// True if its file may hold sales.
    pub(crate) sales: bool,
}

impl Node<'_> {
    /// The SQL name of the key, if it is a single column.
    pub(crate) fn single_key(&self) -> Option<&str> {
        match &self.draft.key.as_ref()?.columns[..] {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// A file that is in no table.
pub(crate) struct Left<'a> {
    pub(crate) file: &'a FileProfile,
    pub(crate) sales: bool,
    pub(crate) reason: String,
}

impl<'a> Left<'a> {
    pub(crate) fn new(candidate: &Candidate<'a>, reason: String) -> Self {
        Self { file: candidate.file, sales: candidate.holds_sales(), reason }
    }
}
