//! The order in which the tables of a plan are read.

use crate::exit::Failure;
use crate::plan::{Plan, Table, TableName};
use crate::schema::dependency_order;

/// The tables with files of their own: those that others refer to first. A derived table is finished
/// once the transactions were read.
///
/// # Errors
/// Tables refer to each other in a circle.
pub fn reading_order(plan: &Plan) -> Result<Vec<&Table>, Failure> {
    let mut waiting = dependency_order(plan)?;
    waiting.retain(|table| !table.derived);
    let mut ordered: Vec<&Table> = Vec::new();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|table| {
            let is_done = |name| ordered.iter().any(|done: &&Table| done.name == name);
            let has_read = is_done(TableName::Transactions);
            let is_derived = |name| plan.table(name).is_some_and(|parent| parent.derived);
            let makes = table.name == TableName::Transactions;
            let ready = table.foreign_keys.iter().all(|key| {
                if is_derived(key.table) { makes || has_read } else { is_done(key.table) }
            });
            if ready {
                ordered.push(table);
            }
            !ready
        });
        if waiting.len() == before {
            return Err(Failure::refused(format!(
                "{} refers to a table derived from transactions, which refer to it: drop one foreign \
                 key",
                waiting[0].name
            )));
        }
    }
    Ok(ordered)
}
