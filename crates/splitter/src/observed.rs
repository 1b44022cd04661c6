//! What the data say about each claim of the plan about a table, counted while records are read.

use ecom_core::canonical::Form;
use ecom_core::plan::{ForeignKey, Table};

use crate::known::Known;
use crate::seen::Seen;

/// What the data say about one table.
pub(crate) struct Observed<'a> {
    pub(crate) table: &'a Table,
    pub(crate) values: Values,
    /// Of each source file.
    pub(crate) files: Vec<FileRecords>,
    /// Foreign keys that have no unknown value, as the plan claims: those of [`Values::known`].
    keys: Vec<&'a ForeignKey>,
    /// Records of a joined table without a counterpart, and records that none refers to.
    pub(crate) join: Option<(u64, u64)>,
    /// Foreign keys whose number of orphans is known already.
    pub(crate) orphans: Vec<(&'a ForeignKey, u64)>,
}

/// What the values of records say, in whatever parts they are seen.
#[derive(Clone)]
pub(crate) struct Values {
    pub(crate) columns: Vec<Seen>,
    known: Vec<Known>,
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
            values: Values { columns: Seen::of(table), known: Vec::new() },
            files: vec![FileRecords::default(); table.files().count()],
            keys: Vec::new(),
            join: None,
            orphans: Vec::new(),
        }
    }

    /// Counts the orphans of a foreign key too.
    pub(crate) fn count_orphans(&mut self, key: &'a ForeignKey, known: Known) {
        self.keys.push(key);
        self.values.known.push(known);
    }

    /// Counts a record that fits its types.
    pub(crate) fn see_record(&mut self, file: usize) {
        self.files[file].rows += 1;
    }

    /// Foreign keys with the number of records whose value is unknown.
    pub(crate) fn orphans(&self) -> impl Iterator<Item = (&'a ForeignKey, u64)> {
        let known = self.keys.iter().zip(&self.values.known);
        let known = known.map(|(key, known)| (*key, known.orphans()));
        known.chain(self.orphans.iter().copied())
    }

    /// Counts a line that is not a record, or a record that does not fit its types.
    pub(crate) fn see_reject(&mut self, file: usize) {
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

impl Values {
    /// Sees a record that fits its types.
    pub(crate) fn see(&mut self, form: Form<'_>) {
        for column in &mut self.columns {
            column.see(form.value(column.index));
        }
        for known in &mut self.known {
            known.see(form);
        }
    }

    /// Takes over what was seen of other records; `other` has then seen nothing.
    pub(crate) fn add(&mut self, other: &mut Self) {
        self.columns.iter_mut().zip(&mut other.columns).for_each(|(own, other)| own.add(other));
        self.known.iter_mut().zip(&mut other.known).for_each(|(own, other)| own.add(other));
    }
}
