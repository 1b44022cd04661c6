//! What becomes of records that refer to a customer or product that is not there.

use ecom_core::Failure;
use ecom_core::plan::{ForeignKey, Table, TableName};
use ecom_core::words::counted;

use crate::cli::OnOrphan;
use crate::known::{self, Known};
use crate::orphans::{Join, UnwantedList};
use crate::proof::Proof;
use crate::run::{Count, Run};
use crate::source::Source;

impl<'a> Run<'a> {
    /// The foreign keys of a table of which the plan does not say that every value exists, or whose
    /// values are too many to be held in memory.
    fn doubtful(&self, table: &'a Table) -> Vec<&'a ForeignKey> {
        let keys = table.foreign_keys.iter();
        keys.filter(|key| !self.makes(table, key) && !self.is_trusted(key)).collect()
    }

    /// True when the plan says that every value exists, which can be checked in memory.
    fn is_trusted(&self, key: &ForeignKey) -> bool {
        let rows = self.counts.iter().find(|count| count.table == key.table);
        let rows = rows.map_or(0, |count| count.accepted.count);
        key.orphans == 0 && self.is_as_analyzed(key) && rows <= known::MOST
    }

    /// True when the table referred to has the records that the plan was made with.
    fn is_as_analyzed(&self, key: &ForeignKey) -> bool {
        let parent = self.plan.table(key.table);
        if parent.is_some_and(|parent| parent.derived) {
            return self.derived_are_judged;
        }
        let read = self.counts.iter().find(|count| count.table == key.table);
        parent.zip(read).is_some_and(|(parent, read)| {
            parent.rejected == read.rejected && parent.rows == read.accepted.count
        })
    }

    /// True when the table referred to is made of the values that refer to it.
    fn makes(&self, table: &Table, key: &ForeignKey) -> bool {
        let is_derived = self.plan.table(key.table).is_some_and(|parent| parent.derived);
        is_derived && table.name == TableName::Transactions
    }

    /// What the plan claims of a table, to be proven on the way.
    pub(crate) fn proof(&mut self, table: &'a Table) -> Result<Proof<'a>, Failure> {
        let mut proof = Proof::new(table);
        for key in &table.foreign_keys {
            if self.makes(table, key) {
                proof.orphans.push((key, 0));
            } else if self.is_trusted(key) {
                let parent = self.parent(key.table)?;
                let known = Known::new(table, key, &mut self.full[parent].file)?;
                proof.count_orphans(key, known);
            }
        }
        Ok(proof)
    }

    /// Judges the number of orphans of a foreign key, unless one of the tables has other records than
    /// the plan was made with.
    fn judge_orphans(
        &self,
        (table, count): (&Table, &Count),
        key: &ForeignKey,
        found: u64,
    ) -> Result<(), Failure> {
        let parent = self.full.iter().find(|output| output.file.table().name == key.table);
        // Some got a row already because another table refers to them too.
        let fewer = found < key.orphans && parent.is_some_and(|parent| parent.stubs > 0);
        if fewer || !count.is_as_analyzed(table) || !self.is_as_analyzed(key) {
            return Ok(());
        }
        self.judge.orphans(table, key, found)
    }

    /// What is needed to find orphans on the way.
    pub(crate) fn joins(&mut self, table: &'a Table) -> Result<Vec<Join<'a>>, Failure> {
        if self.on_orphan == OnOrphan::Reject { Ok(Vec::new()) } else { self.all_joins(table) }
    }

    fn all_joins(&mut self, table: &'a Table) -> Result<Vec<Join<'a>>, Failure> {
        let mut joins = Vec::new();
        for key in self.doubtful(table) {
            let parent = self.parent(key.table)?;
            joins.push(Join::new(self.folder, table, key, &mut self.full[parent].file)?);
        }
        Ok(joins)
    }

    /// Finds the orphans before they are read, because they are to be rejected.
    pub(crate) fn unwanted(
        &mut self,
        table: &'a Table,
    ) -> Result<Option<UnwantedList<'a>>, Failure> {
        if self.on_orphan != OnOrphan::Reject {
            return Ok(None);
        }
        let mut joins = self.all_joins(table)?;
        if joins.is_empty() {
            return Ok(None);
        }
        let source = Source::open(self.plan, table, self.folder, None)?;
        let count = self.pass(table, source, false, |source, row| {
            joins.iter_mut().try_for_each(|join| join.see(source.fitting(), &row.canonical))
        })?;
        let list = UnwantedList::new(self.folder, joins)?;
        for (key, found) in &list.orphans {
            self.judge_orphans((table, &count), key, *found)?;
        }
        Ok((list.count > 0).then_some(list))
    }

    /// Refuses orphans, or gives each unknown value a row of its own.
    pub(crate) fn resolve(
        &mut self,
        (table, count): (&'a Table, &Count),
        joins: Vec<Join<'a>>,
    ) -> Result<(), Failure> {
        for join in joins {
            let mut missing = join.missing()?;
            self.judge_orphans((table, count), missing.key, missing.records)?;
            if missing.records == 0 {
                continue;
            }
            let (key, records) = (missing.key, missing.records);
            if self.on_orphan == OnOrphan::Fail {
                let number = missing.next()?.map_or(1, |(number, _)| number);
                let first =
                    Source::open(self.plan, table, self.folder, None)?.orphan(number, key)?;
                return Err(Failure::refused(format!(
                    "{first}: {} no row of {}: nothing was changed",
                    refer(records),
                    key.table
                )));
            }
            let parent = self.parent(key.table)?;
            let stubs = self.full[parent].add_stubs(missing)?;
            self.ui.status(format!(
                "{} {stubs} unknown {}: each got a row with only its {}",
                refer(records),
                key.table,
                key.references
            ));
        }
        Ok(())
    }

    fn parent(&self, name: TableName) -> Result<usize, Failure> {
        if name == TableName::Transactions {
            return Err(Failure::refused(
                "a table refers to transactions, of which MySQL has only the historical part: drop \
                 the foreign key",
            ));
        }
        let index = self.full.iter().position(|output| output.file.table().name == name);
        index.ok_or_else(|| {
            Failure::refused(format!("a table refers to {name}, which refers to it"))
        })
    }
}

fn refer(records: u64) -> String {
    let verb = if records == 1 { "refers" } else { "refer" };
    format!("{} {verb} to", counted(records, "record"))
}
