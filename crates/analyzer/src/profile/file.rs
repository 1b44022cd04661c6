//! What the files of one kind hold.

use std::path::PathBuf;

use ecom_core::plan::{Dialect, FurtherFile, Table};
use ecom_core::record::Reject;

use super::joined::JoinedColumns;
use super::notes;
use super::part::FilePart;
use crate::read::batch::{PassResult, Reason};
use crate::value::column::ColumnProfile;

/// What the files of one kind hold; most kinds have a single file.
#[derive(Clone)]
pub(crate) struct FileProfile {
    /// The name of the first file as people know it; `archive.zip/orders.csv` for a member.
    pub(crate) name: String,
    /// The path of the first file.
    pub(crate) path: PathBuf,
    /// Size of all files.
    pub(crate) bytes: u64,
    /// SHA-256 of the first file.
    pub(crate) sha256: String,
    /// Of the first.
    pub(crate) dialect: Dialect,
    /// Records of all files.
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    /// Lines without any value or with the header again.
    pub(crate) passed_over: u64,
    /// The files in the order in which they are read; there is at least one.
    pub(crate) parts: Vec<FilePart>,
    /// Notes on the files, in sentences.
    pub(crate) notes: Vec<String>,
    /// Another kind of files whose columns are joined to these.
    pub(crate) joined: Option<JoinedColumns>,
    pub(crate) rejects: Vec<Reject>,
    /// Why records are rejected, most frequent reason first.
    pub(crate) reasons: Vec<Reason>,
    pub(crate) columns: Vec<ColumnProfile>,
    /// The first records.
    pub(crate) first: Vec<Vec<Option<String>>>,
}

impl FileProfile {
    pub(super) fn of(
        parts: Vec<FilePart>,
        notes: Vec<String>,
        seen: PassResult,
        columns: Vec<ColumnProfile>,
        first: Vec<Vec<Option<String>>>,
    ) -> Self {
        let one = &parts[0];
        let sum = |of: fn(&FilePart) -> u64| parts.iter().map(of).sum();
        let mut reasons = seen.reasons;
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        Self {
            name: one.shown(),
            path: one.origin().named_path(),
            bytes: sum(|part| part.bytes),
            sha256: one.sha256.clone(),
            dialect: one.dialect.clone(),
            rows: seen.rows,
            rejected: seen.rejected,
            passed_over: sum(|part| part.passed_over),
            notes,
            joined: None,
            rejects: seen.rejects,
            reasons,
            columns,
            first,
            parts,
        }
    }

    /// Leaves out columns without a name and without values. Such a column stays if a column
    /// without a name follows, because these are distinguished by their order.
    pub(super) fn leave_out_empty_columns(&mut self) {
        let is_unnamed = |column: &ColumnProfile| column.header.trim().is_empty();
        let last = self.columns.iter().rposition(|one| is_unnamed(one) && one.values > 0);
        // From the end, so that the remaining indices stay valid.
        for index in (last.map_or(0, |last| last + 1)..self.columns.len()).rev() {
            if self.rows == 0 || self.columns.len() == 1 || !is_unnamed(&self.columns[index]) {
                continue;
            }
            self.columns.remove(index);
            let first = self.first.iter_mut().filter(|record| record.len() > index);
            first.for_each(|record| drop(record.remove(index)));
            for part in &mut self.parts {
                part.fields.remove(index);
            }
            self.notes.push(notes::left_out_column(&self.name, index + 1));
        }
    }

    /// The first file; most kinds have only one.
    pub(crate) fn first_part(&self) -> &FilePart {
        &self.parts[0]
    }

    /// The other files, as the plan has them.
    pub(crate) fn further_files(&self) -> Vec<FurtherFile> {
        self.parts.iter().skip(1).map(FilePart::further).collect()
    }

    /// True if the first file of the table is the first of these files.
    pub(crate) fn is_of(&self, table: &Table) -> bool {
        let first = self.first_part();
        first.file == table.file && first.member == table.member
    }
}
