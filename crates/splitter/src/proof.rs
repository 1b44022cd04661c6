//! What the data have of all that the plan claims of a table, counted on the way.

use ecom_core::canonical::Canonical;
use ecom_core::plan::{ForeignKey, Table};

use crate::known::Known;
use crate::seen::Seen;

/// What the data have of one table.
pub(crate) struct Proof<'a> {
    pub(crate) table: &'a Table,
    pub(crate) columns: Vec<Seen>,
    /// Of each source file.
    pub(crate) files: Vec<FileCount>,
    /// Foreign keys of which the plan says that no value is unknown.
    known: Vec<(&'a ForeignKey, Known)>,
    /// Records of a joined table without a counterpart, and records that none refers to.
    pub(crate) join: Option<(u64, u64)>,
    /// Foreign keys of which the number of orphans is known already.
    pub(crate) orphans: Vec<(&'a ForeignKey, u64)>,
}

/// How many records of a file fit their types, and how many lines do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileCount {
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
}

impl<'a> Proof<'a> {
    /// For all that the plan claims of `table`.
    pub(crate) fn new(table: &'a Table) -> Self {
        Self {
            table,
            columns: Seen::of(table),
            files: vec![FileCount::default(); table.files().count()],
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

    /// Sees a line that is no record, or a record that does not fit its types.
    pub(crate) fn reject(&mut self, file: usize) {
        self.files[file].rejected += 1;
    }

    /// Sees what a join came to.
    pub(crate) fn joined(&mut self, counts: (u64, u64)) {
        self.join = Some(counts);
    }

    /// Of all files together.
    pub(crate) fn total(&self) -> FileCount {
        self.files.iter().fold(FileCount::default(), |sum, file| FileCount {
            rows: sum.rows + file.rows,
            rejected: sum.rejected + file.rejected,
        })
    }
}
