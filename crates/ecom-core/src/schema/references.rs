//! Which tables of a plan refer to which.

use crate::exit::Failure;
use crate::plan::{Plan, Table};

/// The tables of a plan, those that others refer to first.
pub fn dependency_order(plan: &Plan) -> Result<Vec<&Table>, Failure> {
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
            let (one, other) = (waiting[0].name, waiting[0].foreign_keys[0].table);
            let problem = format!("{one} and {other} refer to each other: drop one foreign key");
            return Err(Failure::refused(problem));
        }
    }
    Ok(ordered)
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
