//! Derives again the tables that are distinct values of columns of `transactions`: one record per
//! key, in the order of first appearance, with the first value of every other column that is not
//! empty.

use std::path::Path;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::convert::Converter;
use ecom_core::plan::{Plan, Table};
use ecom_core::sort::Sorter;
use ecom_core::source::derived_from;

use crate::line::number;
use crate::source::SourceTable;

/// Memory of one sorter, in bytes.
pub(crate) const BUDGET: usize = 8 << 20;

/// Passes every record of a derived table to `each`: its canonical form and its cells.
pub(crate) fn visit(
    plan: &Plan,
    table: &Table,
    work: &Path,
    each: &mut dyn FnMut(&mut Canonical, &Canonical) -> Result<()>,
) -> Result<()> {
    let mut records = in_order(plan, table, work)?.finish()?;
    let converter = Converter::new(table);
    let (mut values, mut cells, mut canonical) =
        (Canonical::new(), Canonical::new(), Canonical::new());
    let (mut count, mut digits) = (0_u64, String::new());
    while let Some((_, bytes)) = records.next()? {
        values.assign_bytes(bytes).map_err(Failure::refused)?;
        count += 1;
        let id = number(&mut digits, count);
        cells.clear();
        for (column, value) in table.columns.iter().zip(values.values()) {
            cells.push(if column.generated { Some(id) } else { value });
        }
        converter.convert_values(cells.values(), &mut canonical).map_err(|misfit| {
            let name = &table.columns[misfit.column].name;
            Failure::refused(format!("{}: {name}: {}", table.name, misfit.reason))
        })?;
        each(&mut canonical, &cells)?;
    }
    Ok(())
}

/// One record per key, sorted by the number of the first transaction with that key.
fn in_order(plan: &Plan, table: &Table, work: &Path) -> Result<Sorter> {
    let mut by_key = by_key(plan, table, work)?.finish()?;
    // Sorted twice, by key and then by number: neither grouping nor ordering fits into memory.
    let mut in_order = Sorter::new(work, BUDGET);
    let mut push = |group: &Group| {
        let mut record = Canonical::new();
        group.values.iter().for_each(|value| record.push(value.as_deref()));
        in_order.push(&group.first, record.bytes())
    };
    let mut values = Canonical::new();
    let mut group: Option<Group> = None;
    while let Some((key, bytes)) = by_key.next()? {
        let (first, bytes) = bytes.split_at(size_of::<u64>());
        values.assign_bytes(bytes).map_err(Failure::refused)?;
        match &mut group {
            Some(group) if group.key == key => group.merge(&values),
            _ => {
                let values = values.values().map(|value| value.map(str::to_owned)).collect();
                let next = Group { key: key.to_owned(), first: first.to_owned(), values };
                group.replace(next).iter().try_for_each(&mut push)?;
            }
        }
    }
    group.iter().try_for_each(&mut push)?;
    Ok(in_order)
}

/// The cells of every transaction under the key of the derived table, in source order.
fn by_key(plan: &Plan, table: &Table, work: &Path) -> Result<Sorter> {
    let transactions = plan.transactions()?;
    let reference = transactions.foreign_keys.iter().find(|key| key.table == table.name);
    let key = reference.and_then(|key| transactions.position(&key.column)).ok_or_else(|| {
        Failure::refused(format!("transactions does not refer to {}", table.name))
    })?;
    let mut by_key = Sorter::new(work, BUDGET);
    let (mut cells, mut buffer) = (Canonical::new(), Vec::new());
    let columns = derived_from(table, transactions)?;
    let source = SourceTable { plan, table: transactions, work };
    source.read(
        &mut |row, canonical| {
            // A transaction without the key refers to nothing.
            let Some(key) = canonical.value(key) else { return Ok(()) };
            cells.clear();
            for column in &columns {
                // Words for a missing value (`N/A`) are cells, but not values.
                let has_value = |index: &usize| canonical.value(*index).is_some();
                cells.push(column.filter(has_value).and_then(|index| row.cell(index)));
            }
            buffer.clear();
            // Big-endian, so that the records of a key sort by number.
            buffer.extend_from_slice(&row.number.to_be_bytes());
            buffer.extend_from_slice(cells.bytes());
            Ok(by_key.push(unpadded(key).as_bytes(), &buffer)?)
        },
        &mut |_, _| Ok(()),
    )?;
    Ok(by_key)
}

/// The record of one key.
struct Group {
    key: Vec<u8>,
    first: Vec<u8>,
    values: Vec<Option<String>>,
}

impl Group {
    /// Fills values that are still empty.
    fn merge(&mut self, other: &Canonical) {
        for (mine, other) in self.values.iter_mut().zip(other.values()) {
            let empty = mine.as_deref().is_none_or(str::is_empty);
            if empty && other.is_some_and(|other| !other.is_empty()) {
                *mine = other.map(str::to_owned);
            }
        }
    }
}
