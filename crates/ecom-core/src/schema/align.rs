//! One type for a column and the column that it refers to.

use super::TableSchema;
use crate::exit::Failure;
use crate::plan::{ForeignKey, SqlType};

/// Gives both ends of a reference between numbers the wider type: MySQL requires equal types.
pub(super) fn foreign_keys(tables: &mut [TableSchema]) -> Result<(), Failure> {
    // A column with a wider type may be the target of a reference, or refer to another column.
    while pass(tables)? {}
    Ok(())
}

/// Checks every foreign key once; true if a type was changed.
fn pass(tables: &mut [TableSchema]) -> Result<bool, Failure> {
    let mut changed = false;
    for from in 0..tables.len() {
        for key in tables[from].table.foreign_keys.clone() {
            changed |= align(tables, from, &key)?;
        }
    }
    Ok(changed)
}

fn align(tables: &mut [TableSchema], from: usize, key: &ForeignKey) -> Result<bool, Failure> {
    let column = tables[from].table.position(&key.column);
    let to = tables.iter().position(|to| to.table.name == key.table);
    let target = to.and_then(|to| tables[to].table.position(&key.references));
    let (Some(column), Some(to), Some(target)) = (column, to, target) else { return Ok(false) };
    let mine = tables[from].table.columns[column].sql_type;
    let other = tables[to].table.columns[target].sql_type;
    let here = format!("{}.{}", tables[from].table.name, key.column);
    let there = format!("{}.{}", key.table, key.references);
    match (mine, other) {
        (SqlType::Int, SqlType::BigInt) => {
            tables[from].retype(column, other, &format!("as {there}"));
        }
        (SqlType::BigInt, SqlType::Int) => {
            tables[to].retype(target, mine, &format!("as {here}"));
        }
        _ if mine == other || (mine.is_text() && other.is_text()) => return Ok(false),
        _ => {
            return Err(Failure::refused(format!(
                "{here} is {mine} and cannot refer to {there}, which is {other}: give both one type \
                 in the plan"
            )));
        }
    }
    Ok(true)
}
