//! InnoDB's limits. Sources: MySQL 8.4 Reference Manual, "Limits on Table Column Count and Row
//! Size", "InnoDB Limits", "Data Type Storage Requirements"; page size 16 KiB, utf8mb4.

use std::collections::BTreeSet;

use super::TableSchema;
use crate::exit::Failure;
use crate::plan::{Column, SqlType, Table};

/// Columns of one table.
const COLUMNS: usize = 1_017;
/// Columns of one index.
const KEY_COLUMNS: usize = 16;
/// Bytes of one index key.
const KEY: usize = 3_072;
/// Bytes of one row as MySQL counts them: a `VARCHAR` with all its characters, a `TEXT` as pointer.
const ROW: usize = 65_535;
/// Bytes of one row in its page: a long column outside the key takes 40 bytes there.
const PAGE: usize = 8_126;
const LEFT_IN_PAGE: usize = 40;
/// Hidden columns of InnoDB: transaction and roll pointer, and the record's header.
const HIDDEN: usize = 6 + 7 + 5;

/// Refuses a table beyond the limits. Turns the widest `VARCHAR`s of a too wide row into `TEXT`.
pub(super) fn apply(schema: &mut TableSchema) -> Result<(), Failure> {
    let refuse = |problem: String| Err(Failure::refused(problem));
    let name = schema.table.name;
    let count = schema.table.columns.len();
    if count > COLUMNS {
        return refuse(format!("{name} has {count} columns, InnoDB allows {COLUMNS}"));
    }
    if let Some(column) = schema.table.columns.iter().find(|column| !is_identifier(&column.name)) {
        return refuse(format!(
            "{name}.{}: MySQL does not allow such a character in a name",
            column.name
        ));
    }
    let keyed = keyed_columns(schema);
    check_keys(schema, &keyed)?;
    let width = row_bytes(&schema.table);
    while row_bytes(&schema.table) > ROW {
        let columns = schema.table.columns.iter().enumerate();
        let free = columns.filter(|(_, column)| !keyed.contains(&column.name));
        let widest = free.max_by_key(|(position, column)| match column.sql_type {
            SqlType::VarChar(most) => (most, usize::MAX - position),
            _ => (0, 0),
        });
        match widest {
            // The pointer to a TEXT takes 10 bytes: a shorter VARCHAR would gain nothing.
            Some((position, Column { sql_type: SqlType::VarChar(3..), .. })) => {
                let why = format!("the row would be {width} bytes of {ROW}");
                schema.retype(position, SqlType::Text, &why);
            }
            _ => return refuse(format!("a row of {name} is {width} bytes, InnoDB allows {ROW}")),
        }
    }
    let in_page = page_bytes(&schema.table, &schema.table.key);
    if in_page > PAGE {
        return refuse(format!(
            "a row of {name} takes {in_page} bytes in its page, InnoDB allows {PAGE}: it has too \
             many columns"
        ));
    }
    Ok(())
}

/// The columns of the key, of unique keys and of indexes on foreign keys.
fn keyed_columns(schema: &TableSchema) -> BTreeSet<String> {
    let foreign = schema.table.foreign_keys.iter().map(|key| key.column.clone());
    let unique = schema.unique.iter().map(|(column, _)| column.clone());
    schema.table.key.iter().cloned().chain(foreign).chain(unique).collect()
}

fn check_keys(schema: &TableSchema, keyed: &BTreeSet<String>) -> Result<(), Failure> {
    let table = &schema.table;
    let single = keyed.iter().map(std::slice::from_ref);
    for key in std::iter::once(table.key.as_slice()).chain(single) {
        if key.len() > KEY_COLUMNS {
            let (name, count) = (table.name, key.len());
            let problem =
                format!("the key of {name} has {count} columns, MySQL allows {KEY_COLUMNS}");
            return Err(Failure::refused(problem));
        }
        let columns = key.iter().filter_map(|name| table.position(name));
        let mut bytes = 0;
        for column in columns.map(|position| &table.columns[position]) {
            if column.sql_type == SqlType::Text {
                return Err(Failure::refused(format!(
                    "{}.{} is TEXT and in a key, which InnoDB cannot index whole",
                    table.name, column.name
                )));
            }
            bytes += field_bytes(column.sql_type).1;
        }
        if bytes > KEY {
            return Err(Failure::refused(format!(
                "the key ({}) of {} takes {bytes} bytes, InnoDB allows {KEY}: at most 768 \
                 characters of text",
                key.join(", "),
                table.name
            )));
        }
    }
    Ok(())
}

/// Bytes of one row as MySQL counts them.
fn row_bytes(table: &Table) -> usize {
    let nullable = table.columns.iter().filter(|column| column.nullable).count();
    let fields = table.columns.iter().map(|column| match column.sql_type {
        SqlType::Text => 10,
        other => {
            let (length, data) = field_bytes(other);
            length + data
        }
    });
    fields.sum::<usize>() + nullable.div_ceil(8)
}

/// Bytes of one row that InnoDB may have to keep in its page.
fn page_bytes(table: &Table, key: &[String]) -> usize {
    let nullable = table.columns.iter().filter(|column| column.nullable).count();
    let fields = table.columns.iter().map(|column| {
        let (length, data) = field_bytes(column.sql_type);
        let leaves = length > 0 && !key.contains(&column.name);
        length + if leaves { data.min(LEFT_IN_PAGE) } else { data }
    });
    fields.sum::<usize>() + nullable.div_ceil(8) + HIDDEN
}

/// Bytes of a value's length, and the most bytes of the value.
fn field_bytes(sql_type: SqlType) -> (usize, usize) {
    match sql_type {
        SqlType::Boolean => (0, 1),
        SqlType::Int => (0, 4),
        SqlType::BigInt => (0, 8),
        SqlType::Date => (0, 3),
        SqlType::DateTime { fraction } => (0, 5 + usize::from(fraction).div_ceil(2)),
        SqlType::Decimal { precision, scale } => {
            let digits = |count: u8| {
                let (nines, rest) = (usize::from(count / 9), usize::from(count % 9));
                nines * 4 + rest.div_ceil(2)
            };
            (0, digits(precision - scale) + digits(scale))
        }
        SqlType::VarChar(most) => {
            let bytes = usize::from(most) * 4;
            (if bytes > 255 { 2 } else { 1 }, bytes)
        }
        SqlType::Text => (2, ROW),
    }
}

/// Names in MySQL are limited to the Basic Multilingual Plane.
fn is_identifier(name: &str) -> bool {
    name.chars().all(|character| u32::from(character) <= 0xffff)
}
