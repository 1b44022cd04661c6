//! What the report says about one file.

use std::io::{self, Write};

use ecom_core::plan::{SqlType, Table};
use ecom_core::show::{counted, thousands};

use super::grid::Grid;
use super::layout::{INDENT, heading, print};
use super::paint::{Paint, bytes, hanging, safe, wrap};
use super::statements::header;
use super::words::{dialect, written};
use crate::meaning::role::role_words;
use crate::profile::file::FileProfile;
use crate::value::column::{ColumnKind, ColumnProfile};

/// Columns of the first records are cut to this width before they fold into a second table.
const READABLE: usize = 16;
/// How many of the most frequent values are listed.
const FREQUENT: usize = 4;

/// Writes what a file holds; `table` is its table in the plan.
pub(crate) fn write(
    file: &FileProfile,
    table: Option<&Table>,
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    let aside = table.map_or("", |table| table.name.as_str());
    heading(&file.name, aside, paint, out)?;
    for line in wrap(&facts(file), paint.width - INDENT) {
        writeln!(out, "{:INDENT$}{line}", "")?;
    }
    writeln!(out)?;
    print(&columns(file, table).lines(INDENT, paint), out)?;
    writeln!(out)?;
    print(&values(file).lines(INDENT, paint), out)?;
    write_formats(file, paint, out)?;
    if file.first.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let count = file.first.len();
    let title = if count == 1 { "First record".into() } else { format!("First {count} records") };
    writeln!(out, "{:INDENT$}{}", "", paint.bold(&title))?;
    for (index, part) in first(file).folded(INDENT, paint, READABLE).iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        print(part, out)?;
    }
    Ok(())
}

fn facts(file: &FileProfile) -> String {
    let rejected = match file.rejected {
        0 => String::new(),
        count => format!(" and {} rejected", thousands(count)),
    };
    let (records, size) = (counted(file.rows, "record"), bytes(file.bytes));
    format!("{records}{rejected}, {size}, {}", dialect(&file.dialect))
}

/// Name, type, role, missing and distinct values of each column.
fn columns(file: &FileProfile, table: Option<&Table>) -> Grid {
    // Joined columns are shown with their own file.
    let own = table.map(|table| {
        let columns = table.columns.iter().filter(|column| column.from.is_none());
        Table { columns: columns.cloned().collect(), ..table.clone() }
    });
    let table = own.as_ref();
    let fields = table.and_then(|table| {
        let headers = file.columns.iter().map(|column| column.header.as_str());
        table.source_fields(headers).ok()
    });
    let planned = |index: usize| {
        let (table, fields) = (table?, fields.as_ref()?);
        let position = fields.iter().position(|field| *field == Some(index))?;
        table.columns.get(position)
    };
    let mut grid = Grid::new().text("Column");
    if table.is_some() {
        grid = grid.whole("SQL name");
    }
    grid = grid.whole("Type").text("Role").number("Nulls").number("Distinct");
    let roles = crate::roles::naming::roles(&file.columns);
    for (index, (column, role)) in file.columns.iter().zip(roles).enumerate() {
        let planned = planned(index);
        let role = planned.map_or(role, |planned| planned.role);
        let mut row = vec![safe(header(column))];
        if table.is_some() {
            row.push(planned.map_or(String::new(), |planned| planned.name.clone()));
        }
        let sql_type = planned.map_or(column.sql_type(), |planned| planned.sql_type);
        let open = if matches!(column.kind, ColumnKind::Undecided { .. }) { "?" } else { "" };
        row.push(format!("{sql_type}{open}"));
        row.push(role.map_or("", role_words).to_owned());
        row.push(thousands(column.missing()));
        let about = if column.counts.distinct_exact { "" } else { "~" };
        row.push(format!("{about}{}", thousands(column.counts.distinct)));
        grid.row(row);
    }
    grid
}

/// Smallest, greatest, longest and most frequent values of each column.
fn values(file: &FileProfile) -> Grid {
    let grid = Grid::new().text("Column").text("Minimum").text("Maximum");
    let mut grid = grid.number("Longest").text("Most frequent");
    for column in &file.columns {
        let shown = |value: &Option<String>| safe(value.as_deref().unwrap_or(""));
        grid.row(vec![
            safe(header(column)),
            shown(&column.minimum),
            shown(&column.maximum),
            thousands(column.longest as u64),
            frequent(column),
        ]);
    }
    grid
}

fn frequent(column: &ColumnProfile) -> String {
    let counts = &column.counts;
    let most = counts.most_frequent.first().map_or(0, |top| top.count);
    if column.values == 0 {
        return "no values".into();
    }
    if counts.distinct_exact && most == 1 {
        return "each once".into();
    }
    if counts.most_frequent.is_empty() {
        return "none stands out".into();
    }
    let least = if counts.frequency_error > 0 { "≥" } else { "" };
    let named = counts.most_frequent.iter().take(FREQUENT);
    let named: Vec<_> =
        named.map(|top| format!("{} ×{least}{}", safe(&top.value), thousands(top.count))).collect();
    named.join(" · ")
}

/// What does not fit into the tables: how dates and times are written.
fn write_formats(file: &FileProfile, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let lines = |remark: String| hanging(&remark, paint.width - INDENT);
    let formats: Vec<_> = file.columns.iter().filter_map(format_remark).flat_map(lines).collect();
    if !formats.is_empty() {
        writeln!(out)?;
    }
    formats.iter().try_for_each(|line| writeln!(out, "{:INDENT$}{line}", ""))
}

/// The format of a column, and what proves it.
fn format_remark(column: &ColumnProfile) -> Option<String> {
    let format = column.format()?;
    let proof = column.format_proof().map_or(String::new(), |proof| format!(", {proof}"));
    let format = match written(format, column.sql_type()) {
        letters if column.sql_type().is_time() => format!("{letters} ({format})"),
        example => example,
    };
    Some(format!("{} is written {}{proof}", safe(header(column)), safe(&format)))
}

fn first(file: &FileProfile) -> Grid {
    let mut grid = Grid::new();
    for column in &file.columns {
        grid = grid.text(&safe(header(column)));
    }
    for (index, column) in file.columns.iter().enumerate() {
        if column.sql_type().is_number() || column.sql_type() == SqlType::Boolean {
            grid.align_right(index);
        }
    }
    for record in &file.first {
        let cell = |value: &Option<String>| value.as_deref().map_or("NULL".into(), safe);
        grid.row(record.iter().map(cell).collect());
    }
    grid
}
