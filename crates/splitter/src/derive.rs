//! Tables made of the distinct values of columns of `transactions`: one record per key, in the order
//! of first appearance. Every other column has the first value that is not empty.
//!
//! Where the source has no id, the table gets one: its records are numbered by first appearance, which
//! appended records never change. The transactions then refer to the unique name, and their values
//! stay as they were.
//!
//! The first keys stay in memory, up to a limit; the records of further keys are sorted on disk.

use std::collections::HashMap;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, Form, unpadded};
use ecom_core::checksum::Tally;
use ecom_core::convert::Converter;
use ecom_core::plan::Table;
use ecom_core::sort::Sorter;
use ecom_core::source::derived_from;

use crate::observed::Observed;
use crate::part::{PartFile, SORT_BUDGET, add_values};

/// About how much memory the held keys may take.
const HELD_BYTES: usize = 6 << 20;
/// About how much a key takes in addition to its text.
const HELD_OVERHEAD: usize = 160;

/// Collects the distinct records of one derived table.
pub(crate) struct Derived<'a> {
    table: &'a Table,
    folder: &'a Path,
    /// The index of the key among the columns of `transactions`.
    key: usize,
    /// For every column of the table its index among the columns of `transactions`.
    columns: Vec<Option<usize>>,
    held: HashMap<Vec<u8>, Group>,
    held_bytes: usize,
    limit: usize,
    overflow: Sorter,
    buffer: Canonical,
}

/// The record of one key so far.
#[derive(Default)]
struct Group {
    first: u64,
    values: Vec<Option<String>>,
    complete: bool,
}

impl<'a> Derived<'a> {
    /// For the derived `table`.
    pub(crate) fn new(
        folder: &'a Path,
        table: &'a Table,
        transactions: &Table,
    ) -> Result<Self, Failure> {
        let reference = transactions.foreign_keys.iter().find(|key| key.table == table.name);
        let key = reference.and_then(|key| transactions.position(&key.column));
        let key = key.ok_or_else(|| {
            Failure::refused(format!(
                "the plan derives {} from transactions, which have no foreign key to it",
                table.name
            ))
        })?;
        Ok(Self {
            table,
            folder,
            key,
            columns: derived_from(table, transactions)?,
            held: HashMap::new(),
            held_bytes: 0,
            limit: HELD_BYTES,
            overflow: Sorter::new(folder, SORT_BUDGET),
            buffer: Canonical::new(),
        })
    }

    /// Sees one record of `transactions`: its number, its values by the index of their column, and
    /// its canonical form.
    pub(crate) fn see<'v>(
        &mut self,
        number: u64,
        cell: impl Fn(usize) -> Option<&'v str>,
        canonical: Form<'_>,
    ) -> Result<(), Failure> {
        // NULL refers to nothing.
        let Some(key) = canonical.value(self.key) else { return Ok(()) };
        let key = unpadded(key).as_bytes();
        // A word that stands for a missing value is not a value.
        let value = |index: usize| {
            let is_value = canonical.value(index).is_some_and(|text| !text.is_empty());
            cell(index).filter(|_| is_value)
        };
        let values = || self.columns.iter().map(|index| index.and_then(value));
        if let Some(group) = self.held.get_mut(key) {
            if !group.complete {
                group.merge(values());
                group.complete = is_complete(self.columns.iter(), &group.values);
            }
        } else if self.held_bytes < self.limit {
            let mut group = Group { first: number, ..Group::default() };
            group.merge(values());
            group.complete = is_complete(self.columns.iter(), &group.values);
            let text: usize = group.values.iter().flatten().map(String::len).sum();
            self.held_bytes += key.len() + text + HELD_OVERHEAD;
            self.held.insert(key.to_owned(), group);
        } else {
            self.buffer.clear();
            self.buffer.push(Some(&number.to_string()));
            values().for_each(|value| self.buffer.push(value));
            self.overflow.push(key, self.buffer.bytes())?;
        }
        Ok(())
    }

    /// Writes the table, and returns its file, the tally of its values and what was observed.
    pub(crate) fn write(self) -> Result<(PartFile<'a>, Tally, Observed<'a>), Failure> {
        let (folder, table) = (self.folder, self.table);
        let mut observed = Observed::new(table);
        let mut part = PartFile::create(folder, table, ecom_core::work::Part::Full)?;
        let mut in_order = self.in_order()?.finish()?;
        let converter = Converter::new(table);
        let (mut values, mut canonical) = (Canonical::new(), Canonical::new());
        let (mut tally, mut buffer) = (Tally::default(), Vec::new());
        let mut number = 0_u64;
        while let Some((_, bytes)) = in_order.next()? {
            values.assign_bytes(bytes).map_err(Failure::refused)?;
            number += 1;
            let id = number.to_string();
            let columns = table.columns.iter().zip(values.values());
            let record = columns
                .map(|(column, value)| if column.generated { Some(id.as_str()) } else { value });
            converter.convert_values(record.clone(), &mut canonical).map_err(|misfit| {
                let column = &table.columns[misfit.column].name;
                let name = table.name;
                Failure::refused(format!(
                    "{name}: record {number}: column {column}: {}",
                    misfit.reason
                ))
            })?;
            add_values(&mut tally, &mut buffer, record.clone());
            observed.see_record(0);
            observed.values.see(canonical.form());
            part.write(record, &canonical)?;
        }
        Ok((part, tally, observed))
    }

    /// The records of all keys, in the order of first appearance.
    fn in_order(self) -> Result<Sorter, Failure> {
        let mut in_order = Sorter::new(self.folder, SORT_BUDGET);
        let mut buffer = Canonical::new();
        for group in self.held.into_values() {
            group.push_to(&mut in_order, &mut buffer)?;
        }
        let mut sorted = self.overflow.finish()?;
        let (mut values, mut last) = (Canonical::new(), None::<(Vec<u8>, Group)>);
        while let Some((key, bytes)) = sorted.next()? {
            values.assign_bytes(bytes).map_err(Failure::refused)?;
            if last.as_ref().is_none_or(|(earlier, _)| earlier != key) {
                let first = values.value(0).and_then(|number| number.parse().ok());
                let first = first.expect("a record number comes first");
                let group = Group { first, ..Group::default() };
                if let Some((_, done)) = last.replace((key.to_owned(), group)) {
                    done.push_to(&mut in_order, &mut buffer)?;
                }
            }
            if let Some((_, group)) = &mut last {
                group.merge(values.values().skip(1));
            }
        }
        if let Some((_, done)) = last {
            done.push_to(&mut in_order, &mut buffer)?;
        }
        Ok(in_order)
    }
}

impl Group {
    /// Takes the values over that are not there yet.
    fn merge<'v>(&mut self, values: impl Iterator<Item = Option<&'v str>>) {
        if self.values.is_empty() {
            self.values = values.map(|value| value.map(str::to_owned)).collect();
            return;
        }
        for (mine, other) in self.values.iter_mut().zip(values) {
            let empty = mine.as_deref().is_none_or(str::is_empty);
            if empty && other.is_some_and(|other| !other.is_empty()) {
                *mine = other.map(str::to_owned);
            }
        }
    }

    fn push_to(&self, sorter: &mut Sorter, buffer: &mut Canonical) -> Result<(), Failure> {
        buffer.clear();
        self.values.iter().for_each(|value| buffer.push(value.as_deref()));
        sorter.push(&self.first.to_be_bytes(), buffer.bytes())
    }
}

/// True if no later record can add anything.
fn is_complete<'f>(
    columns: impl Iterator<Item = &'f Option<usize>>,
    values: &[Option<String>],
) -> bool {
    let full = |value: &Option<String>| value.as_deref().is_some_and(|text| !text.is_empty());
    columns.zip(values).all(|(index, value)| index.is_none() || full(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecom_core::plan::{Plan, TableName};
    use ecom_core::record::{Next, Record};
    use ecom_core::testing::{plan as plan_of, reference, table};

    fn plan() -> Plan {
        let both = "Name | name | TEXT | nullable = true\nKind | kind | TEXT | nullable = true";
        let sales = Table {
            foreign_keys: vec![reference("name", "products.name")],
            ..table("transactions", "row", both)
        };
        let id = "| id | BIGINT | generated = true";
        let products = Table { derived: true, ..table("products", "id", &format!("{id}\n{both}")) };
        plan_of("d", [products, sales])
    }

    /// The table made from (name, kind), with at most `limit` bytes of keys in memory.
    fn derived(rows: &[(Option<&str>, Option<&str>)], limit: usize) -> Vec<String> {
        let (folder, plan) = (tempfile::tempdir().unwrap(), plan());
        let transactions = plan.transactions().unwrap();
        let products = plan.table(TableName::Products).unwrap();
        let mut derived = Derived::new(folder.path(), products, transactions).unwrap();
        derived.limit = limit;
        for (number, (name, kind)) in (1..).zip(rows) {
            let mut canonical = Canonical::new();
            canonical.push(*name);
            canonical.push(*kind);
            derived.see(number, |index| [*name, *kind][index], canonical.form()).unwrap();
        }
        let (mut file, ..) = derived.write().unwrap();
        let mut reader = file.reader().unwrap();
        let (mut record, mut found) = (Record::new(), Vec::new());
        while let Next::Record = reader.read(&mut record).unwrap() {
            found.push(record.iter().collect::<Vec<_>>().join("|"));
        }
        found
    }

    #[test]
    fn one_record_per_key_in_order_of_appearance_with_the_first_values_that_are_not_empty() {
        let rows = [
            (Some("pen"), None),
            (Some("ink "), Some("")),
            (None, Some("nothing")),
            (Some("pen "), Some("paper")),
            (Some("ink"), Some("wet")),
            (Some("pen"), Some("other")),
            (Some("Pen"), None),
        ];
        let wanted = ["1|pen|paper", "2|ink |wet", "3|Pen|"];
        for limit in [0, 1, 200, usize::MAX] {
            assert_eq!(derived(&rows, limit), wanted, "{limit}");
        }
    }

    #[test]
    fn the_memory_limit_does_not_change_the_table() {
        let names: Vec<String> = (0..900).map(|n| format!("n{}", n * n % 257)).collect();
        let kinds = [None, Some("a"), Some(""), Some("b")];
        let kinds = kinds.iter().cycle();
        let rows: Vec<_> =
            names.iter().zip(kinds).map(|(name, kind)| (Some(name.as_str()), *kind)).collect();
        let wanted = derived(&rows, usize::MAX);
        for limit in [0, 1_000, 10_000] {
            assert_eq!(derived(&rows, limit), wanted);
        }
    }
}
