//! `load_data.sql`: loads the work files with the plain client.

use std::fmt::Write as _;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::escape::{sql_name, sql_text};
use ecom_core::plan::{Column, Plan, SqlType, Table, TableName};
use ecom_core::schema::{Naming, Schema, TableSchema};
use ecom_core::work::{Manifest, Part};

use crate::create::comment;
use crate::{numbers, times};

/// The file's text, and the tables that it cannot load.
pub(crate) struct LoadFile {
    pub(crate) text: String,
    pub(crate) problems: Vec<String>,
}

/// The whole file. The number of records comes from `manifest`, or from the plan without one.
pub(crate) fn text(
    plan: &Plan,
    schema: &Schema,
    data_dir: &Path,
    manifest: Option<&Manifest>,
    database: &str,
) -> Result<LoadFile, Failure> {
    let folder = data_dir
        .to_str()
        .ok_or_else(|| Failure::usage(format!("--data-dir {}: not UTF-8", data_dir.display())))?;
    let mut load = LoadFile { text: head(plan, folder, database), problems: Vec::new() };
    let mut checks = Vec::new();
    for table in schema.tables().iter().map(TableSchema::table) {
        let name = Part::in_mysql(table.name).file_name(table.name);
        // Writing to a String cannot fail.
        let _ = writeln!(load.text, "\n{}", comment(&format!("{name} into {}", table.name)));
        match statement(table, &format!("{}/{name}", folder.trim_end_matches('/'))) {
            Ok(statement) => {
                let _ = writeln!(load.text, "{statement}\nSHOW WARNINGS LIMIT 5;");
            }
            Err(problem) => {
                let problem = format!("load_data.sql cannot load {}: {problem}", table.name);
                let _ = writeln!(load.text, "{}", comment(&problem));
                load.problems.push(problem);
            }
        }
        checks.push(check(plan, table, manifest));
    }
    let _ = writeln!(load.text, "\n{};", checks.join("\nUNION ALL "));
    Ok(load)
}

fn head(plan: &Plan, folder: &str, database: &str) -> String {
    let title = format!("Loads the work files of the data set {} in {folder}.", plan.data_set);
    format!(
        "{}\n\
         -- Made by schema-gen, do not edit. Run create_tables.sql first, then this file, in the \
         folder that schema-gen ran in:\n\
         --   mysql --local-infile=1 < load_data.sql\n\
         -- mysql-loader does more: it validates, loads all or nothing, and proves every value. \
         This file loads an\n\
         -- empty text in quotes as NULL, as it does a missing value, where a text may be NULL.\n\n\
         SET NAMES utf8mb4;\n\
         SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE';\n\
         SET SESSION lc_time_names = 'en_US';\n\
         USE {};\n",
        comment(&title),
        sql_name(database)
    )
}

/// The statement for one file; the error says what the client cannot read.
fn statement(table: &Table, path: &str) -> Result<String, String> {
    let mut fields = Vec::new();
    let mut sets = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let variable = format!("@v{}", index + 1);
        match expression(column, &variable)? {
            None => fields.push(sql_name(&column.name)),
            Some(expression) => {
                fields.push(variable);
                sets.push(format!("{} = {expression}", sql_name(&column.name)));
            }
        }
    }
    // IGNORE counts physical lines, and a header may contain line breaks.
    let breaks = table.columns.iter().map(|column| column.header.matches('\n').count());
    let mut statement = format!(
        "LOAD DATA LOCAL INFILE {}\nINTO TABLE {}\nCHARACTER SET utf8mb4\n\
         FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY ''\n\
         LINES TERMINATED BY '\\n'\nIGNORE {} LINES\n({})",
        sql_text(path),
        Naming::LIVE.table(table.name),
        1 + breaks.sum::<usize>(),
        fields.join(", ")
    );
    if !sets.is_empty() {
        let _ = write!(statement, "\nSET\n  {}", sets.join(",\n  "));
    }
    statement.push(';');
    Ok(statement)
}

/// The expression for a field that cannot be loaded into its column as written.
fn expression(column: &Column, variable: &str) -> Result<Option<String>, String> {
    if column.sql_type.is_text() {
        return Ok(words(column, variable));
    }
    let value = trimmed(column, variable);
    let iso = match column.sql_type {
        SqlType::Date => "%Y-%m-%d",
        SqlType::DateTime { .. } => "%Y-%m-%d %H:%M:%S",
        _ => "",
    };
    match (column.sql_type, column.format.as_deref()) {
        // MySQL does not read true and false from a file.
        (SqlType::Boolean, format) => Ok(Some(boolean(&value, format))),
        // MySQL reads ISO dates and times itself.
        (sql_type, Some(format)) if sql_type.is_time() && format != iso => {
            times::expression(&value, format)
                .map(Some)
                .map_err(|problem| format!("column {}: {problem}", column.name))
        }
        (sql_type, Some(format)) if sql_type.is_number() => format
            .parse()
            .map(|format| Some(numbers::expression(&value, &format)))
            .map_err(|problem| format!("column {}: {problem}", column.name)),
        _ if column.nullable => Ok(Some(value)),
        _ => Ok(None),
    }
}

/// A text; NULL if it is empty or a word for a missing value.
fn words(column: &Column, variable: &str) -> Option<String> {
    if !column.nullable {
        return None;
    }
    // Compare the length: to MySQL, a text of spaces is equal to an empty one.
    let mut some = format!("CHAR_LENGTH({variable}) > 0");
    if !column.missing.is_empty() {
        let _ = write!(some, " AND BINARY TRIM({variable}) NOT IN ({})", missing(column));
    }
    Some(format!("IF({some}, {variable}, NULL)"))
}

/// A value other than text, without surrounding blanks; NULL if it is missing.
fn trimmed(column: &Column, variable: &str) -> String {
    let trimmed = format!("TRIM({variable})");
    match (column.nullable, column.missing.is_empty()) {
        (false, _) => trimmed,
        (true, true) => format!("NULLIF({trimmed}, '')"),
        (true, false) => format!("IF({trimmed} IN ('', {}), NULL, {trimmed})", missing(column)),
    }
}

fn missing(column: &Column) -> String {
    let spelled: Vec<_> = column.missing.iter().map(|word| sql_text(word)).collect();
    spelled.join(", ")
}

/// A boolean in the words of its column.
fn boolean(value: &str, format: Option<&str>) -> String {
    let plain = [("true", "false"), ("yes", "no")];
    let lower = format.map(str::to_lowercase);
    let own = lower.as_deref().and_then(|format| format.split_once('/'));
    let pairs = own.as_ref().map_or(&plain[..], std::slice::from_ref);
    let when = |(yes, no): &(&str, &str)| {
        format!(" WHEN {} THEN 1 WHEN {} THEN 0", sql_text(yes), sql_text(no))
    };
    format!("CASE LOWER({value}){} END", pairs.iter().map(when).collect::<String>())
}

/// Counts the rows of a table and compares them with the records of its file.
fn check(plan: &Plan, table: &Table, manifest: Option<&Manifest>) -> String {
    let from_plan = match table.name {
        TableName::Transactions => plan.split.historical,
        _ => table.rows,
    };
    let file = manifest.and_then(|manifest| manifest.file(table.name, Part::in_mysql(table.name)));
    // The manifest is exact; the plan's count is from before the split.
    let wanted = file.map_or(from_plan, |file| file.rows);
    format!(
        "SELECT '{name}' AS table_name, {wanted} AS records, COUNT(*) AS loaded, IF(COUNT(*) = \
         {wanted}, 'complete', 'NOT COMPLETE') AS verdict FROM {quoted}",
        name = table.name,
        quoted = Naming::LIVE.table(table.name)
    )
}
