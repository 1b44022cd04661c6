//! Facts for scripts.

use std::fmt::Write as _;

use ecom_core::Failure;
use ecom_core::escape::sql_name;
use ecom_core::lake_text;
use ecom_core::plan::{Column, Plan, Role, SqlType, Table};
use ecom_core::schema::{Schema, TableSchema};

/// One line per table: name, split column, SELECT list, separated by tabs.
pub(crate) fn tables(schema: &Schema) -> String {
    let mut text = String::new();
    for table in schema.tables().iter().map(TableSchema::table) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}\t{}\t{}", table.name, split_column(table), select_list(table));
    }
    text
}

/// The SQL name of the column of `transactions` with this role, a tab, and its value as the lake has it.
/// `None` is not an error: scripts ask whether there is one, and no is an answer.
///
/// # Errors
/// Exit code 2 if there is no such role, 4 if the plan has no transactions.
pub(crate) fn column_with_role(plan: &Plan, role: &str) -> Result<Option<String>, Failure> {
    let known: Role = serde_json::from_value(role.into())
        .map_err(|_| Failure::usage(format!("--list-role {role}: not a role")))?;
    let table = plan.transactions()?;
    let column = table.role(known).map(|position| &table.columns[position]);
    Ok(column.map(|column| format!("{}\t{}", column.name, lake_form(column))))
}

/// The column by which Sqoop can split the rows: the key, if it is a single integer.
fn split_column(table: &Table) -> &str {
    let [key] = table.key.as_slice() else { return "" };
    let column = table.position(key).map(|position| &table.columns[position]);
    column
        .filter(|column| matches!(column.sql_type, SqlType::Int | SqlType::BigInt))
        .map_or("", |column| column.name.as_str())
}

/// Every column as the lake has it, under the names c1, c2, …
///
/// Sqoop makes a Java class of these names. It cannot compile one with a column that is called
/// `delimiters` or `__cur_result_set`, like its own, or that Java reads as another column's name; the
/// files have no names.
fn select_list(table: &Table) -> String {
    let columns = table.columns.iter().map(lake_form).zip(1..);
    columns.map(|(value, number)| format!("{value} AS c{number}")).collect::<Vec<_>>().join(", ")
}

/// SQL for the value of a column as the lake has it. Times are texts here, too: as a
/// `java.sql.Timestamp`, a time that Java's zone or calendar does not have would become another one.
fn lake_form(column: &Column) -> String {
    let name = sql_name(&column.name);
    match column.sql_type {
        kind if kind.is_text() => lake_text::sql_form(&name),
        SqlType::Date | SqlType::DateTime { .. } => format!("CAST({name} AS CHAR)"),
        _ => name,
    }
}
