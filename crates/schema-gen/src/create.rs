//! `create_tables.sql`: every line with its reason as a comment.

use std::fmt::Write as _;

use ecom_core::escape::{line, sql_name};
use ecom_core::plan::{Plan, Table};
use ecom_core::schema::{Naming, Schema, TABLE_OPTIONS, TableSchema, create_database};
use ecom_core::show::counted;

use crate::reason::reason;

/// The column in which comments start if the line is short enough.
const COMMENT_COLUMN: usize = 56;
/// How many files of one table are named.
const FILES: usize = 3;

/// The whole file.
pub(crate) fn text(plan: &Plan, schema: &Schema, database: &str) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "-- Tables of the data set {}, made from its plan by schema-gen: do not edit.\n\
         -- mysql-loader loads the tables, and so does the plain client with load_data.sql.\n\n\
         SET NAMES utf8mb4;\n\
         {};\nUSE {};\n",
        plan.data_set,
        create_database(database),
        sql_name(database)
    );
    for table in schema.tables() {
        push_table(&mut text, table);
    }
    text
}

/// `text` as a comment: one line that cannot end an enclosing `/* */`.
pub(crate) fn comment(text: &str) -> String {
    format!("-- {}", line(text).replace("*/", "* /"))
}

/// The files that the records come from, and the table that is joined with them.
fn origin(table: &Table) -> String {
    let source = if table.derived { "distinct values of" } else { "from" };
    let files: Vec<_> = table.files().map(|file| file.shown()).collect();
    let shown = files.iter().take(FILES).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match files.len().saturating_sub(FILES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let joined = table.join.as_ref().map(|join| format!(", joined with {}", join.table));
    format!("{source} {shown}{more}{}", joined.unwrap_or_default())
}

fn push_table(text: &mut String, schema: &TableSchema) {
    let table = schema.table();
    let about = format!("{}: {}, {}", table.name, counted(table.rows, "record"), origin(table));
    let name = Naming::LIVE.table(table.name);
    let proof = format!("SHA-256 {}; {}", table.identity(), table.route.reason);
    let (about, proof) = (comment(&about), comment(&proof));
    let _ = writeln!(text, "{about}\n{proof}\nCREATE TABLE IF NOT EXISTS {name} (");
    let columns =
        schema.columns().map(|column| (column.sql, reason(column.column, table.rows, column.note)));
    let keys = schema.keys(&Naming::LIVE).into_iter().map(|key| (key.sql, key.reason));
    let mut definitions = columns.chain(keys).peekable();
    while let Some((sql, reason)) = definitions.next() {
        let comma = if definitions.peek().is_some() { "," } else { "" };
        let sql = format!("  {sql}{comma}");
        let _ = writeln!(text, "{sql:COMMENT_COLUMN$} {}", comment(&reason));
    }
    let _ = writeln!(text, ") {TABLE_OPTIONS};\n");
}
