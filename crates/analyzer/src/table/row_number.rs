//! A number for each record of a table in which no column tells records apart.

use ecom_core::plan::{Role, Route, SqlType, Table, TableName};

use super::draft::{Draft, generated};
use super::key::Key;
use crate::name::sql::free_name;

/// What the new column may be called.
const NAMES: [&str; 3] = ["row_id", "record_number_id", "row_number_id"];

/// The transactions with a number for each record in front, and what the user should know of it.
/// `tried` says in words what is no key.
pub(crate) fn numbered(mut draft: Draft<'_>, tried: &str, route: Route) -> (Table, String) {
    let taken: Vec<_> = draft.columns.iter().map(|column| column.name.as_str()).collect();
    let name = free_name(&NAMES, &taken);
    for column in &mut draft.columns {
        column.role = column.role.filter(|role| *role != Role::LineId);
    }
    let note = format!("no key was found ({tried}): a new column {name} numbers the records");
    let proof = format!("numbered in file order: no key was found ({tried})");
    let key = Key { columns: vec![name.clone()], proof };
    let mut table = draft.table(TableName::Transactions, key, route);
    table.columns.insert(0, generated(name, Some(Role::LineId), SqlType::BigInt));
    (table, note)
}
