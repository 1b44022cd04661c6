//! What the data say about each claim of the plan about a table, counted while records are read.

use ecom_core::canonical::Canonical;
use ecom_core::plan::{ForeignKey, Table};

use crate::known::Known;
use crate::seen::Seen;

/// What the data say about one table.
pub(crate) struct Observed<'a> {
    pub(crate) table: &'a Table,
    pub(crate) columns: Vec<Seen>,
    /// Of each source file.
    pub(crate) files: Vec<FileRecords>,
    /// Foreign keys that have no unknown value, as the plan claims.
    known: Vec<(&'a ForeignKey, Known)>,
    /// Records of a joined table without a counterpart, and records that none refers to.
    pub(crate) join: Option<(u64, u64)>,
    /// Foreign keys whose number of orphans is known already.
    pub(crate) orphans: Vec<(&'a ForeignKey, u64)>,
}

/// What one file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileRecords {
    /// Records that fit their types.
    pub(crate) rows: u64,
    /// Lines that are not records, and records that do not fit their types.
    pub(crate) rejected: u64,
}

impl<'a> Observed<'a> {
    /// For everything that the plan claims about `table`.
    pub(crate) fn new(table: &'a Table) -> Self {
        Self {
            table,
            columns: Seen::of(table),
            files: vec![FileRecords::default(); table.files().count()],
            known: Vec::new(),
            join: None,
            orphans: Vec::new(),
        }
    }

    /// Counts the orphans of a foreign key too.
    pub(crate) fn count_orphans(&mut self, key: &'a ForeignKey, known: Known) {
        self.known.push((key, known));
    }

    /// Sees a record that fits its types.
    pub(crate) fn see(&mut self, file: usize, canonical: &Canonical) {
        self.files[file].rows += 1;
        for column in &mut self.columns {
            column.see(canonical.value(column.index));
        }
        for (_, known) in &mut self.known {
            known.see(canonical);
        }
    }

    /// Foreign keys with the number of records whose value is unknown.
    pub(crate) fn orphans(&self) -> impl Iterator<Item = (&'a ForeignKey, u64)> {
        let known = self.known.iter().map(|(key, known)| (*key, known.orphans()));
        known.chain(self.orphans.iter().copied())
    }

    /// Sees a line that is not a record, or a record that does not fit its types.
    pub(crate) fn reject(&mut self, file: usize) {
        self.files[file].rejected += 1;
    }

    /// Of all files together.
    pub(crate) fn total(&self) -> FileRecords {
        self.files.iter().fold(FileRecords::default(), |sum, file| FileRecords {
            rows: sum.rows + file.rows,
            rejected: sum.rejected + file.rejected,
        })
    }
}
