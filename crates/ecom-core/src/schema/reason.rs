//! Why a column is as it is: where it comes from, what its type leaves free, why it may be NULL.

use crate::escape::line;
use crate::plan::{Column, Role, SqlType};

/// The reasons for a column of a table of so many records, in one safe line; `note` is one more.
pub(super) fn reason(column: &Column, rows: u64, note: Option<&str>) -> String {
    let parts = [
        Some(origin(column)),
        headroom(column),
        format(column),
        nulls(column, rows),
        note.map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn origin(column: &Column) -> String {
    let header = || match column.header.as_str() {
        "" => "its header is empty".to_owned(),
        header => format!("from \"{}\"", line(header)),
    };
    match (column.generated, column.role, column.from) {
        (true, Some(Role::SourceFile), _) => {
            "made by the splitter: the file that the record is from".to_owned()
        }
        (true, ..) => "made by the splitter: 1, 2, 3, …".to_owned(),
        (false, _, None) => header(),
        (false, _, Some(table)) => format!("{} of {table}", header()),
    }
}

/// What the values take of what the type allows.
fn headroom(column: &Column) -> Option<String> {
    let longest = column.longest;
    match column.sql_type {
        _ if column.generated => None,
        SqlType::VarChar(most) => {
            longest.map(|longest| format!("longest value {longest} of {most} characters"))
        }
        SqlType::Text => longest.map(|longest| format!("longest value {longest} characters")),
        SqlType::Boolean => Some("only true, false, yes or no".to_owned()),
        SqlType::Int => Some(number(column, &i32::MAX.to_string())),
        SqlType::BigInt => Some(number(column, &i64::MAX.to_string())),
        SqlType::Decimal { precision, scale } => {
            let nines = |count: u8| "9".repeat(usize::from(count));
            let whole = if precision > scale { nines(precision - scale) } else { "0".to_owned() };
            let point = if scale > 0 { "." } else { "" };
            Some(number(column, &format!("{whole}{point}{}", nines(scale))))
        }
        SqlType::Date | SqlType::DateTime { .. } => {
            range(column).map(|(least, greatest)| format!("{least} to {greatest}"))
        }
    }
}

/// How far the values go of what a number of the type can be.
fn number(column: &Column, limit: &str) -> String {
    match range(column) {
        None => format!("up to {limit}"),
        Some((least, greatest)) if least.starts_with('-') => {
            format!("{least} to {greatest} of ±{limit}")
        }
        Some((_, greatest)) => format!("largest {greatest} of {limit}"),
    }
}

fn range(column: &Column) -> Option<(String, String)> {
    Some((line(column.minimum.as_ref()?), line(column.maximum.as_ref()?)))
}

fn format(column: &Column) -> Option<String> {
    let written = format!("written as {}", line(column.format.as_ref()?));
    Some(match &column.format_proof {
        Some(proof) => format!("{written}, {}", line(proof)),
        None => written,
    })
}

fn nulls(column: &Column, rows: u64) -> Option<String> {
    Some(match column.nulls? {
        0 if column.nullable => format!("none of {rows} missing, but may be NULL"),
        0 => format!("none of {rows} missing"),
        missing => format!("{missing} of {rows} missing"),
    })
}
