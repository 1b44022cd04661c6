//! The records that a question is about, read from the work files and the log files.

use std::borrow::Cow;
use std::collections::HashMap;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::analytics::{Place, View};
use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::decimal::Number;
use ecom_core::plan::{Table, TableName};
use ecom_core::sales::{Origin, reference};
use ecom_core::work::{Part, Records};

use crate::checks::Checks;
use crate::logs::Archive;
use crate::side::Side as _;

/// The records of the tables that transactions refer to, by key. They stay in memory, so only tables
/// that a proof names are read.
#[derive(Default)]
pub(super) struct Others(HashMap<TableName, Other>);

struct Other {
    /// The position in transactions of the column that refers to the table.
    reference: usize,
    records: HashMap<String, Canonical>,
}

/// Finds the values of one record.
pub(super) struct Values<'a> {
    record: &'a Canonical,
    part: Part,
    others: &'a Others,
}

impl Values<'_> {
    /// The value at a place.
    pub(super) fn at(&self, place: Place) -> Result<Option<Cow<'_, str>>, Failure> {
        let own = |index: usize| self.record.value(index);
        Ok(match place {
            Place::Table(index) | Place::Log(index) | Place::Sales(Origin::Own(index)) => {
                own(index).map(Cow::Borrowed)
            }
            Place::Sales(Origin::Joined { table, column }) => {
                self.joined(table, column).map(Cow::Borrowed)
            }
            Place::Sales(Origin::Product { quantity, unit_price }) => {
                let numbers = own(quantity).and_then(Number::parse);
                let numbers = numbers.zip(own(unit_price).and_then(Number::parse));
                let product = numbers.map(|(one, other)| one.times(other)).transpose()?;
                product.map(|number| Cow::Owned(number.plain()))
            }
            Place::Sales(Origin::One) => Some(Cow::Borrowed("1")),
            Place::Sales(Origin::Part) => Some(Cow::Borrowed(match self.part {
                Part::Realtime => "real-time",
                _ => "historical",
            })),
            Place::Sales(Origin::CustomerDay { customer, time }) => {
                let day = own(time).and_then(|time| time.get(..10));
                own(customer)
                    .zip(day)
                    .map(|(customer, day)| Cow::Owned(format!("{customer} {day}")))
            }
        })
    }

    fn joined(&self, table: TableName, column: usize) -> Option<&str> {
        let other = self.others.0.get(&table)?;
        let key = unpadded(self.record.value(other.reference)?);
        other.records.get(key)?.value(column)
    }
}

impl Checks<'_> {
    /// Reads the tables that proofs reach through references.
    pub(super) fn others<'p>(
        &self,
        places: impl Iterator<Item = &'p Place>,
    ) -> Result<Others, Failure> {
        let (mut others, sales) = (Others::default(), self.plan.transactions()?);
        for place in places {
            let Place::Sales(Origin::Joined { table: name, .. }) = place else { continue };
            if others.0.contains_key(name) {
                continue;
            }
            let table = self.plan.table_or_refuse(*name)?;
            let key = reference(sales, *name).and_then(|key| {
                Some((sales.position(&key.column)?, table.position(&key.references)?))
            });
            let (reference, key) = key
                .ok_or_else(|| Failure::refused(format!("transactions do not refer to {name}")))?;
            let mut records = Records::open(&self.file(table, Part::Full)?, table)?;
            let mut by_key = HashMap::new();
            while let Some(record) = records.next()? {
                if let Some(key) = record.canonical.value(key) {
                    by_key.insert(unpadded(key).to_owned(), record.canonical.clone());
                }
            }
            others.0.insert(*name, Other { reference, records: by_key });
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
        let table = match view {
            View::LogEvents => return self.log_events(others, each),
            View::Sales => self.plan.transactions()?,
            View::Table(name) => self.plan.table_or_refuse(name)?,
        };
        for part in Part::all_of(table.name) {
            let part = *part;
            self.table_records(table, part, &mut |record| each(&Values { record, part, others }))?;
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
            for value in log_event(&line) {
                record.push(value);
            }
            each(&Values { record: &record, part: Part::Full, others })
        })
    }
}

/// The parts of `2024-11-10 15:30:45.123456 [INFO] [PaymentService] Payment authorized`, in the order
/// of [`ecom_core::sales::LOG_COLUMNS`].
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
