//! The tables that are finished, which foreign keys of later ones refer to.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::plan::{ForeignKey, Plan, Table, TableName};
use ecom_core::report::SourceCount;

use crate::claims::Judge;
use crate::count;
use crate::known::{self, Known};
use crate::observed::Observed;
use crate::orphans::{Missing, OrphanSearch};
use crate::stubs::Output;

/// The finished tables.
pub(crate) struct Parents<'a> {
    plan: &'a Plan,
    folder: &'a Path,
    outputs: Vec<Output<'a>>,
    counts: Vec<SourceCount>,
    derived_are_judged: bool,
}

impl<'a> Parents<'a> {
    /// No table is finished yet.
    pub(crate) fn new(plan: &'a Plan, folder: &'a Path) -> Self {
        Self { plan, folder, outputs: Vec::new(), counts: Vec::new(), derived_are_judged: false }
    }

    /// Adds the file of a table.
    pub(crate) fn add(&mut self, output: Output<'a>) {
        self.outputs.push(output);
    }

    /// Adds what was read of a table.
    pub(crate) fn add_count(&mut self, count: SourceCount) {
        self.counts.push(count);
    }

    /// Says whether the derived tables are made of the records that the plan was made with.
    pub(crate) fn derived_are_judged(&mut self, as_analyzed: bool) {
        self.derived_are_judged = as_analyzed;
    }

    /// The files, and what was read.
    pub(crate) fn into_parts(self) -> (Vec<Output<'a>>, Vec<SourceCount>) {
        (self.outputs, self.counts)
    }

    /// What observes the claims of the plan about a table while its records are read.
    pub(crate) fn observed(&mut self, table: &'a Table) -> Result<Observed<'a>, Failure> {
        let mut observed = Observed::new(table);
        for key in &table.foreign_keys {
            if self.makes(table, key) {
                observed.orphans.push((key, 0));
            } else if self.is_trusted(key) {
                let parent = self.parent(key.table)?;
                let known = Known::new(table, key, &mut self.outputs[parent].file)?;
                observed.count_orphans(key, known);
            }
        }
        Ok(observed)
    }

    /// What finds the orphans of each foreign key that may have some.
    pub(crate) fn searches(&mut self, table: &'a Table) -> Result<Vec<OrphanSearch<'a>>, Failure> {
        let mut searches = Vec::new();
        for key in &table.foreign_keys {
            if self.makes(table, key) || self.is_trusted(key) {
                continue;
            }
            let parent = self.parent(key.table)?;
            let file = &mut self.outputs[parent].file;
            searches.push(OrphanSearch::new(self.folder, table, key, file)?);
        }
        Ok(searches)
    }

    /// Judges the number of orphans of a foreign key, unless one of the tables has other records
    /// than the plan was made with.
    pub(crate) fn judge_orphans(
        &self,
        judge: &Judge<'_>,
        (table, count): (&Table, &SourceCount),
        key: &ForeignKey,
        found: u64,
    ) -> Result<(), Failure> {
        let parent = self.outputs.iter().find(|output| output.file.table().name == key.table);
        // Some got a record already because another table refers to them too.
        let fewer = found < key.orphans && parent.is_some_and(|parent| parent.stubs > 0);
        if fewer || !count::is_as_analyzed(count, table) || !self.is_as_analyzed(key) {
            return Ok(());
        }
        judge.orphans(table, key, found)
    }

    /// Adds a record for every value that is missing, and returns their number.
    pub(crate) fn add_stubs(&mut self, missing: Missing<'_>) -> Result<u64, Failure> {
        let parent = self.parent(missing.key.table)?;
        self.outputs[parent].add_stubs(missing)
    }

    /// True if the plan claims no orphans and the values fit into memory, so that counting them on
    /// the way is enough.
    fn is_trusted(&self, key: &ForeignKey) -> bool {
        let rows = self.count(key.table).map_or(0, |count| count.accepted.count);
        key.orphans == 0 && self.is_as_analyzed(key) && rows <= known::MOST
    }

    /// True if the table referred to has the records that the plan was made with.
    fn is_as_analyzed(&self, key: &ForeignKey) -> bool {
        match self.plan.table(key.table) {
            Some(parent) if parent.derived => self.derived_are_judged,
            Some(parent) => {
                self.count(key.table).is_some_and(|count| count::is_as_analyzed(count, parent))
            }
            None => false,
        }
    }

    /// True if the table referred to is made of the values that refer to it.
    fn makes(&self, table: &Table, key: &ForeignKey) -> bool {
        let is_derived = self.plan.table(key.table).is_some_and(|parent| parent.derived);
        is_derived && table.name == TableName::Transactions
    }

    fn count(&self, name: TableName) -> Option<&SourceCount> {
        self.counts.iter().find(|count| count.table == name)
    }

    fn parent(&self, name: TableName) -> Result<usize, Failure> {
        if name == TableName::Transactions {
            return Err(Failure::refused(
                "a table refers to transactions, but MySQL has only its historical part: drop the \
                 foreign key",
            ));
        }
        let index = self.outputs.iter().position(|output| output.file.table().name == name);
        index.ok_or_else(|| {
            Failure::refused(format!("tables refer to each other in a circle through {name}"))
        })
    }
}
