//! Which tables of a plan refer to which.

use std::collections::BTreeSet;

use crate::exit::Failure;
use crate::plan::{ForeignKey, Plan, Table, TableName};

/// The tables of a plan, those that others refer to first.
pub(crate) fn dependency_order(plan: &Plan) -> Result<Vec<&Table>, Failure> {
    let mut ordered: Vec<&Table> = Vec::new();
    let mut waiting: Vec<&Table> = plan.tables.iter().collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|table| {
            let mut wanted = table.foreign_keys.iter().map(|key| key.table);
            let ready = wanted.all(|name| ordered.iter().any(|done| done.name == name));
            if ready {
                ordered.push(table);
            }
            !ready
        });
        if waiting.len() == before {
            return Err(circle(&waiting));
        }
    }
    Ok(ordered)
}

/// The refusal of tables that all wait for one of the others.
fn circle(waiting: &[&Table]) -> Failure {
    let next = |name: TableName| {
        let table = waiting.iter().find(|table| table.name == name)?;
        let mut wanted = table.foreign_keys.iter().map(|key| key.table);
        wanted.find(|wanted| waiting.iter().any(|other| other.name == *wanted))
    };
    let mut path: Vec<TableName> = Vec::new();
    let mut current = waiting.first().map(|table| table.name);
    // The first table may wait for the circle without being part of it.
    while let Some(name) = current.filter(|name| !path.contains(name)) {
        path.push(name);
        current = next(name);
    }
    let begin = path.iter().position(|name| Some(*name) == current).unwrap_or_default();
    let tables = match &path[begin..] {
        [one, other] => format!("{one} and {other} refer to each other"),
        tables => {
            let names: Vec<_> =
                tables.iter().chain(&tables[..1]).map(ToString::to_string).collect();
            format!("{} refer to each other in a circle", names.join(" → "))
        }
    };
    Failure::refused(format!("{tables}: drop one foreign key"))
}

/// Refuses a reference to `transactions`: MySQL holds only their historical part, so the records of
/// the real-time part would be missing.
pub(super) fn check_none_to_transactions(plan: &Plan) -> Result<(), Failure> {
    for table in &plan.tables {
        if let Some(key) =
            table.foreign_keys.iter().find(|key| key.table == TableName::Transactions)
        {
            return Err(Failure::refused(format!(
                "{}.{} refers to transactions, but MySQL holds only their historical part: drop \
                 this foreign key",
                table.name, key.column
            )));
        }
    }
    Ok(())
}

/// Columns of `table` outside its key that others refer to, each with the first that does.
pub(super) fn referred_columns(plan: &Plan, table: &Table) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for from in &plan.tables {
        for key in from.foreign_keys.iter().filter(|key| key.table == table.name) {
            let is_key = table.key == [key.references.as_str()];
            if !is_key && found.iter().all(|(column, _)| *column != key.references) {
                found.push((key.references.clone(), format!("{}.{}", from.name, key.column)));
            }
        }
    }
    found
}

/// Names for the foreign keys of a table that are unique in the plan: table and column, and a number
/// where `a_b` with `c` would get the name of `a` with `b_c`.
pub(super) fn key_names(table: &Table, taken: &mut BTreeSet<String>) -> Vec<String> {
    let name = |key: &ForeignKey| {
        let plain = format!("{}_{}", table.name, key.column);
        let numbered = (2_u32..).map(|number| format!("{plain}_{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        names.find(|name| taken.insert(name.clone())).unwrap_or(plain)
    };
    table.foreign_keys.iter().map(name).collect()
}
