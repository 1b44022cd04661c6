//! The input hop: the source files against the work files, cell by cell.
//!
//! The part of a record and the rows added for orphans are worked out here again, from the plan alone
//! and without the splitter's code; see the crate's documentation for why.

use std::path::Path;
use std::sync::Mutex;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::plan::{ForeignKey, Plan, Role, SplitBy, Table, TableName};
use ecom_core::sort::{Sorted, Sorter};
use ecom_core::source::reading_order;
use ecom_core::work::Part;

use crate::derived::{self, BUDGET};
use crate::facts::push_cells;
use crate::line::number;
use crate::shared::lock;
use crate::side::{Each, Entry, Location, Side, each_unreadable};
use crate::source::{SourceTable, Totals};
use crate::work_file::WorkFile;

/// The records that the work files of one table must hold.
pub(crate) struct Input<'a> {
    plan: &'a Plan,
    table: &'a Table,
    work: &'a Path,
    totals: Mutex<Totals>,
    /// True if the work file has rows for orphans, which have nothing but the key referred to.
    stubs: bool,
}

/// The work files of one table, one after another.
pub(crate) struct WorkFiles<'a>(pub(crate) Vec<WorkFile<'a>>);

/// Where the real-time part of `transactions` begins.
enum RealtimeStart<'a> {
    Date(usize, &'a str),
    Rows(u64),
    None,
}

impl<'a> Input<'a> {
    /// The records of a table whose work files have `rows` records together.
    pub(crate) fn new(plan: &'a Plan, table: &'a Table, work: &'a Path, rows: u64) -> Self {
        let orphans = plan.tables.iter().flat_map(|child| &child.foreign_keys);
        let orphans = orphans.filter(|key| key.table == table.name).any(|key| key.orphans > 0);
        let stubs = orphans || rows > table.rows;
        Self { plan, table, work, totals: Mutex::default(), stubs }
    }

    /// How many records the source has; known after it was read.
    pub(crate) fn totals(&self) -> Totals {
        *lock(&self.totals)
    }

    fn source(&self) -> SourceTable<'_> {
        SourceTable { plan: self.plan, table: self.table, work: self.work }
    }

    fn cut(&self) -> Result<RealtimeStart<'_>, Failure> {
        let split = &self.plan.split;
        let wrong = || {
            Failure::refused(format!(
                "the plan's cut {:?} is neither a date nor a row number",
                split.cut
            ))
        };
        Ok(match split.by {
            _ if self.table.name != TableName::Transactions => RealtimeStart::None,
            SplitBy::Rows => RealtimeStart::Rows(split.cut.parse().map_err(|_| wrong())?),
            SplitBy::Date => {
                RealtimeStart::Date(self.table.role(Role::EventTime).ok_or_else(wrong)?, &split.cut)
            }
        })
    }

    /// Passes on a row for each orphan's value, with nothing but that value.
    fn stubs(&self, accepted: u64, each: &mut Each<'_>) -> Result<()> {
        let mut handover = Handover::new(self.table);
        let mut rows = accepted;
        let references = references(self.plan, self.table)?;
        for (index, (_, key)) in references.iter().enumerate() {
            let mut missing = self.missing(&references[..=index])?;
            while let Some((_, value)) = missing.next()? {
                rows += 1;
                let value = std::str::from_utf8(value)?;
                let mut digits = String::new();
                let generated = number(&mut digits, rows);
                let cells = self.table.columns.iter().map(|column| match column {
                    column if column.name == key.references => Some(value),
                    column if column.role == Some(Role::SourceFile) => None,
                    column if column.generated => Some(generated),
                    _ => None,
                });
                let mut record = Canonical::new();
                cells.clone().for_each(|cell| record.push(cell));
                handover.pass(&mut record, cells, None, Location::default(), each)?;
            }
        }
        Ok(())
    }

    /// The values of the last of these foreign keys that the table does not have, in the order of
    /// their first appearance. What the earlier keys lack has a row already.
    fn missing(&self, references: &[(&Table, &ForeignKey)]) -> Result<Sorted> {
        let mut values = Sorter::new(self.work, BUDGET);
        let mut push = |table: &Table, column: Option<usize>, is_child: bool| {
            let Some(column) = column else { return Ok(Totals::default()) };
            let source = SourceTable { plan: self.plan, table, work: self.work };
            source.read(
                &mut |row, canonical| {
                    let Some(value) = canonical.value(column) else { return Ok(()) };
                    // To MySQL, values that differ only in trailing blanks are the same key.
                    let value = unpadded(value).as_bytes();
                    // Big-endian, so that sorting bytes sorts numbers.
                    let number = row.number.to_be_bytes();
                    let number = if is_child { &number[..] } else { &[] };
                    Ok(values.push(value, number)?)
                },
                &mut |_, _| Ok(()),
            )
        };
        let Some(((child, key), earlier)) = references.split_last() else {
            return Ok(values.finish()?);
        };
        // A derived table has the values of the column of transactions with the same name.
        let parent = if self.table.derived { self.plan.transactions()? } else { self.table };
        push(parent, parent.position(&key.references), false)?;
        for (table, other) in earlier.iter().filter(|(_, other)| other.references == key.references)
        {
            push(table, table.position(&other.column), false)?;
        }
        push(child, child.position(&key.column), true)?;
        self.absent_values(values.finish()?)
    }

    /// Of sorted values with the numbers of the records that refer to them, those that the table does
    /// not have, sorted by the first number.
    fn absent_values(&self, mut values: Sorted) -> Result<Sorted> {
        let mut firsts = Sorter::new(self.work, BUDGET);
        let mut current: Option<Vec<u8>> = None;
        while let Some((value, number)) = values.next()? {
            if current.as_deref() != Some(value) {
                current = Some(value.to_owned());
                // The table's own values have no number, so they sort before the references to them.
                if !number.is_empty() {
                    firsts.push(number, value)?;
                }
            }
        }
        Ok(firsts.finish()?)
    }
}

impl Side for Input<'_> {
    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let mut handover = Handover::new(self.table);
        if self.table.derived {
            let mut rows = 0;
            derived::visit(self.plan, self.table, self.work, &mut |canonical, cells| {
                rows += 1;
                handover.pass(canonical, cells.values(), None, Location::default(), each)
            })?;
            return if self.stubs { self.stubs(rows, each) } else { Ok(()) };
        }
        let cut = self.cut()?;
        let mut accepted = 0;
        // Both closures call `each`, but never at the same time.
        let each = std::cell::RefCell::new(each);
        let totals = self.source().read(
            &mut |row, canonical| {
                accepted = row.number;
                let part = cut.part(row.number, canonical);
                handover.pass(canonical, row.cells(), part, row.location, *each.borrow_mut())
            },
            &mut |reject, location| {
                each_unreadable(&reject.raw, &reject.reason, location, *each.borrow_mut())
            },
        )?;
        *lock(&self.totals) = totals;
        if self.stubs {
            self.stubs(accepted, each.into_inner())?;
        }
        Ok(())
    }

    fn name(&self, location: Location) -> String {
        let file = self.table.files().nth(location.file as usize);
        let file = file.map_or_else(|| self.table.file.clone(), |file| file.shown());
        match location.line {
            0 => format!("{file} (derived)"),
            line => format!("{file}:{line}"),
        }
    }
}

impl Side for WorkFiles<'_> {
    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        for (file, split) in (0..).zip(&self.0) {
            split.visit(&mut |entry| {
                each(Entry { location: Location { file, ..entry.location }, ..entry })
            })?;
        }
        Ok(())
    }

    fn name(&self, location: Location) -> String {
        self.0.get(location.file as usize).map_or(String::new(), |split| split.name(location))
    }
}

/// Passes records on with their cells.
struct Handover {
    keys: Vec<usize>,
    key: String,
}

impl Handover {
    fn new(table: &Table) -> Self {
        Self { keys: table.key_positions(), key: String::new() }
    }

    fn pass<'v>(
        &mut self,
        record: &mut Canonical,
        cells: impl Iterator<Item = Option<&'v str>>,
        part: Option<Part>,
        location: Location,
        each: &mut Each<'_>,
    ) -> Result<()> {
        record.key_into(&self.keys, &mut self.key);
        let core = record.bytes().len();
        push_cells(record, cells, part);
        each(Entry { key: self.key.as_bytes(), record: record.bytes(), core, location })
    }
}

impl RealtimeStart<'_> {
    /// The part of the record with that number.
    fn part(&self, number: u64, canonical: &Canonical) -> Option<Part> {
        let realtime = match self {
            Self::None => return None,
            Self::Rows(first) => number >= *first,
            Self::Date(column, first) => {
                // Canonical times start with an ISO date, which sorts as text. Records without a
                // date are historical.
                let day = canonical.value(*column).and_then(|time| time.get(..10));
                day.is_some_and(|day| day >= *first)
            }
        };
        Some(if realtime { Part::Realtime } else { Part::Historical })
    }
}

/// The foreign keys that refer to a table, with their tables, in the order in which the splitter adds
/// rows for them. A derived table lacks nothing that transactions refer to.
fn references<'a>(
    plan: &'a Plan,
    table: &'a Table,
) -> Result<Vec<(&'a Table, &'a ForeignKey)>, Failure> {
    let mut found = Vec::new();
    for child in reading_order(plan)? {
        if !table.derived || child.name != TableName::Transactions {
            let keys = child.foreign_keys.iter().filter(|key| key.table == table.name);
            found.extend(keys.map(|key| (child, key)));
        }
    }
    Ok(found)
}
