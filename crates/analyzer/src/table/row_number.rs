//! A number for each record of a table that has no key.

use ecom_core::plan::{Role, Route, SqlType, Table, TableName};

use super::draft::{Draft, generated};
use super::key::Key;
use crate::name::sql::free_name;

/// Names for the new column.
const NAMES: [&str; 3] = ["row_id", "record_number_id", "row_number_id"];

/// The transactions with a record number as the first column, and a note on it. `tried` lists the
/// candidates that are not keys.
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
