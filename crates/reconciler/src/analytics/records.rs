//! The records that a question is about, read from the work files.

use std::collections::HashMap;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::analytics::{ColumnName, View};
use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::plan::{Plan, Table, TableName};
use ecom_core::work::{Part, Records};

use crate::checks::Checks;
use crate::logs::Archive;
use crate::side::Side as _;

/// Where the value of a column is found.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In the record.
    Own(usize),
    /// In the record of another table that this one refers to: the place of the reference and of
    /// the value.
    Other { table: TableName, reference: usize, column: usize },
}

/// The values of records of other tables, by key. They stay in memory, so only tables that a proof
/// names are read.
#[derive(Default)]
pub(super) struct Others(HashMap<TableName, HashMap<String, Canonical>>);

/// Finds the values of one record.
pub(super) struct Values<'a> {
    record: &'a Canonical,
    others: &'a Others,
}

impl Place {
    /// The place of a column in the records of a view.
    pub(super) fn of(plan: &Plan, view: View, name: &ColumnName) -> Result<Self, Failure> {
        let lacks = || Failure::refused(format!("{name} is not in the data set"));
        if view == View::LogEvents {
            return log_column(&name.name).map(Self::Own).ok_or_else(lacks);
        }
        let (table, column) = name.find(plan, view).ok_or_else(lacks)?;
        let own = view.table(plan).ok_or_else(lacks)?;
        if table.name == own.name {
            return Ok(Self::Own(column));
        }
        let key = own.foreign_keys.iter().find(|key| key.table == table.name).ok_or_else(lacks)?;
        let reference = own.position(&key.column).ok_or_else(lacks)?;
        Ok(Self::Other { table: table.name, reference, column })
    }
}

impl Values<'_> {
    /// The value at a place.
    pub(super) fn at(&self, place: &Place) -> Option<&str> {
        match place {
            Place::Own(index) => self.record.value(*index),
            Place::Other { table, reference, column } => {
                let key = unpadded(self.record.value(*reference)?);
                self.others.0.get(table)?.get(key)?.value(*column)
            }
        }
    }
}

impl Checks<'_> {
    /// Reads the tables that proofs reach through references.
    pub(super) fn others<'p>(
        &self,
        places: impl Iterator<Item = &'p Place>,
    ) -> Result<Others, Failure> {
        let mut others = Others::default();
        for place in places {
            let Place::Other { table, .. } = place else { continue };
            if others.0.contains_key(table) {
                continue;
            }
            let (name, table) = (*table, self.plan.table_or_refuse(*table)?);
            let references = self.plan.transactions()?.foreign_keys.iter();
            let mut references = references.filter(|key| key.table == name);
            let key = references.next().and_then(|key| table.position(&key.references));
            let mut records = Records::open(&self.file(table, Part::Full)?, table)?;
            let mut by_key = HashMap::new();
            while let (Some(key), Some(record)) = (key, records.next()?) {
                if let Some(key) = record.canonical.value(key) {
                    by_key.insert(unpadded(key).to_owned(), record.canonical.clone());
                }
            }
            others.0.insert(name, by_key);
        }
        Ok(others)
    }

    /// Passes every record of a view to `each`.
    pub(super) fn records(
        &self,
        view: View,
        others: &Others,
        each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
    ) -> Result<()> {
        if view == View::LogEvents {
            return self.log_events(others, each);
        }
        let table = view.table(self.plan).ok_or_else(|| {
            Failure::refused(format!("the plan has no table for the view {view}"))
        })?;
        for part in Part::all_of(table.name) {
            self.table_records(table, *part, &mut |record| each(&Values { record, others }))?;
        }
        Ok(())
    }

    fn table_records(
        &self,
        table: &Table,
        part: Part,
        each: &mut dyn FnMut(&Canonical) -> Result<()>,
    ) -> Result<()> {
        let mut records = Records::open(&self.file(table, part)?, table)?;
        while let Some(record) = records.next()? {
            if record.number % 4096 == 0 {
                self.stop.check(|| "the results were not computed".into())?;
            }
            each(record.canonical)?;
        }
        Ok(())
    }

    fn log_events(
        &self,
        others: &Others,
        each: &mut dyn FnMut(&Values<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut record = Canonical::new();
        Archive::open(self.work)?.visit(&mut |entry| {
            record.clear();
            let line = String::from_utf8_lossy(entry.record);
            log_event(&line).into_iter().for_each(|value| record.push(value));
            each(&Values { record: &record, others })
        })
    }
}

/// The columns of the view of the logs, in the order of [`log_event`].
fn log_column(name: &str) -> Option<usize> {
    ["logged_at", "level", "service", "message"].into_iter().position(|known| known == name)
}

/// The parts of `2024-11-10 15:30:45.123456 [INFO] [PaymentService] Payment authorized`.
fn log_event(line: &str) -> [Option<&str>; 4] {
    let parts = || {
        let (at, rest) = line.split_once(" [")?;
        let (level, rest) = rest.split_once("] [")?;
        let (service, message) = rest.split_once("] ")?;
        Some([at, level, service, message])
    };
    parts().map_or([None; 4], |parts| parts.map(Some))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_has_its_parts() {
        let line = "2024-11-10 15:30:45.123456 [INFO] [PaymentService] Paid [now] $1";
        let parts = ["2024-11-10 15:30:45.123456", "INFO", "PaymentService", "Paid [now] $1"];
        assert_eq!(log_event(line), parts.map(Some));
        assert_eq!(log_event("something else"), [None; 4]);
    }
}
