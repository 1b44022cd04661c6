//! What becomes of records that refer to a customer or product that is not there.

use ecom_core::Failure;
use ecom_core::plan::{ForeignKey, Table, TableName};
use ecom_core::words::counted;

use crate::cli::OnOrphan;
use crate::orphans::{Join, UnwantedList};
use crate::run::Run;
use crate::source::Source;

impl<'a> Run<'a> {
    /// The foreign keys of a table of which the plan does not prove that every value exists.
    fn doubtful(&self, table: &'a Table) -> Vec<&'a ForeignKey> {
        let trusted = |key: &&ForeignKey| {
            let parent = self.plan.table(key.table);
            let read = self.counts.iter().find(|count| count.table == key.table);
            let as_analyzed = parent.zip(read).is_some_and(|(parent, read)| {
                parent.rejected == read.rejected && parent.rows == read.accepted.count
            });
            parent.is_some_and(|parent| parent.derived) || (key.orphans == 0 && as_analyzed)
        };
        table.foreign_keys.iter().filter(|key| !trusted(key)).collect()
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
        let source = Source::open(self.plan, table, None)?;
        self.pass(table, source, false, |source, row| {
            joins.iter_mut().try_for_each(|join| join.see(source.fitting(), &row.canonical))
        })?;
        let list = UnwantedList::new(self.folder, joins)?;
        Ok((list.count > 0).then_some(list))
    }

    /// Refuses orphans, or gives each unknown value a row of its own.
    pub(crate) fn resolve(
        &mut self,
        table: &'a Table,
        joins: Vec<Join<'a>>,
    ) -> Result<(), Failure> {
        for join in joins {
            let mut missing = join.missing()?;
            if missing.records == 0 {
                continue;
            }
            let (key, records) = (missing.key, missing.records);
            if self.on_orphan == OnOrphan::Fail {
                let number = missing.next()?.map_or(1, |(number, _)| number);
                let first = Source::open(self.plan, table, None)?.orphan(number, key)?;
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
        let place = self.full.iter().position(|output| output.file.table().name == name);
        place.ok_or_else(|| {
            Failure::refused(format!("a table refers to {name}, which refers to it"))
        })
    }
}

fn refer(records: u64) -> String {
    let verb = if records == 1 { "refers" } else { "refer" };
    format!("{} {verb} to", counted(records, "record"))
}
