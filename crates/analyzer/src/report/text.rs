//! The report for people: what fits on a screen, or everything if requested.

use std::io::{self, Write};

use chrono::NaiveDate;
use ecom_core::plan::{ForeignKey, Table, TableName};
use ecom_core::show::{counted, thousands};

use super::file;
use super::grid::Grid;
use super::layout::{INDENT, heading, labeled, print};
use super::paint::{Paint, safe, wrap};
use super::statements::{Statement, statements};
use super::words::{begin, by, dialect, share, source, ways};
use super::{Results, kind};
use crate::decide::plan::Decision;
use crate::meaning::role::role_words;

/// Width of a bar.
const BAR: usize = 20;
/// The most files that have a line of their own.
const FILES: usize = 12;

/// Writes the report; if `whole`, with everything that is known about every file.
pub(crate) fn write(results: &Results<'_>, whole: bool, out: &mut impl Write) -> io::Result<()> {
    let paint = Paint::for_stdout();
    write_head(results, paint, out)?;
    let decision = results.decision.ok();
    if whole {
        for one in results.files {
            let table = decision.and_then(|decision| {
                decision.plan.tables.iter().find(|table| !table.derived && one.is_of(table))
            });
            file::write(one, table, paint, out)?;
        }
    } else if !results.files.is_empty() {
        write_files(results, paint, out)?;
    }
    if let Some(decision) = decision {
        if whole {
            decision.plan.tables.iter().try_for_each(|table| write_table(table, paint, out))?;
        } else {
            write_tables(decision, paint, out)?;
        }
        write_cut(decision, paint, out)?;
    }
    let statements = statements(results);
    let (problems, notes): (Vec<_>, Vec<_>) =
        statements.iter().partition(|statement| statement.kind.is_problem());
    write_statements("Look at this first", &problems, paint, out)?;
    write_statements("Good to know", &notes, paint, out)
}

/// What was read, and what was skipped.
fn write_head(results: &Results<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let Results { wishes, .. } = results;
    let folder = safe(&wishes.folder.display().to_string());
    let mut lines = vec![format!("{} in {folder}", results.size())];
    if !results.split.is_empty() {
        let files = safe(&results.split.join(", "));
        lines.push(format!("skipped files that the splitter wrote: {files}"));
    }
    writeln!(out, "{}", paint.bold(&format!("Data set {}", wishes.data_set)))?;
    let lines = lines.iter().flat_map(|line| wrap(line, paint.width));
    lines.into_iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A line for each file.
fn write_files(results: &Results<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    heading("Files", "", paint, out)?;
    let rejected = results.files.iter().any(|file| file.rejected > 0);
    let mut grid = Grid::new().text("File").number("Records");
    if rejected {
        grid = grid.number("Rejected");
    }
    let mut grid = grid.number("Columns").text("Written");
    for file in results.files.iter().take(FILES) {
        let mut row = vec![safe(&kind(file)), thousands(file.rows)];
        if rejected {
            row.push(thousands(file.rejected));
        }
        row.extend([file.columns.len().to_string(), dialect(&file.dialect)]);
        grid.row(row);
    }
    print(&grid.lines(INDENT, paint), out)?;
    match results.files.len().saturating_sub(FILES) {
        0 => Ok(()),
        more => writeln!(out, "{:INDENT$}and {}", "", counted(more as u64, "more file")),
    }
}

/// A line for each table and each reference, and the roles of the columns of the transactions.
fn write_tables(decision: &Decision, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    heading("Tables", "", paint, out)?;
    let mut grid = Grid::new().text("Table").number("Records").text("Key").text("From");
    grid = grid.whole("Goes to");
    let tables = &decision.plan.tables;
    for table in tables {
        let (key, from) = (table.key.join(" + "), safe(&source(table)));
        grid.row(vec![table.name.to_string(), thousands(table.rows), key, from, ways(table)]);
    }
    print(&grid.lines(INDENT, paint), out)?;
    write_references(tables, paint, out)?;
    if let Some(table) = decision.plan.table(TableName::Transactions) {
        let roles = table.columns.iter().filter_map(|column| {
            let role = role_words(column.role?);
            let same = role.replace(' ', "_") == column.name;
            Some(if same { role.to_owned() } else { format!("{role} {}", column.name) })
        });
        labeled("columns", &roles.collect::<Vec<_>>().join(", "), paint, out)?;
    }
    Ok(())
}

/// The references: those without orphans together, each of the others on a line of its own.
fn write_references(tables: &[Table], paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let of = |table: &Table| -> Vec<_> {
        let name = table.name;
        let shown = |key: &ForeignKey| format!("{name}.{} → {}", key.column, key.table);
        table.foreign_keys.iter().map(|key| (shown(key), key.orphans)).collect()
    };
    let (whole, others): (Vec<_>, Vec<_>) =
        tables.iter().flat_map(of).partition(|(_, orphans)| *orphans == 0);
    let mut label = "references";
    for (reference, orphans) in others {
        let text = format!("{reference}: {}", counted(orphans, "orphan"));
        labeled(label, &text, paint, out)?;
        label = "";
    }
    if whole.is_empty() {
        return Ok(());
    }
    let whole: Vec<_> = whole.into_iter().map(|(reference, _)| reference).collect();
    labeled(label, &format!("{}: no orphans", whole.join(", ")), paint, out)
}

/// The references of a table, each with its target.
fn references(table: &Table) -> impl Iterator<Item = String> {
    table.foreign_keys.iter().map(|key| {
        let orphans = match key.orphans {
            0 => "no orphans".to_owned(),
            orphans => counted(orphans, "orphan"),
        };
        format!("{} → {}.{}: {orphans}", key.column, key.table, key.references)
    })
}

/// Everything about a table.
fn write_table(table: &Table, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let aside = if table.derived { "derived" } else { "" };
    heading(&format!("Table {}", table.name), aside, paint, out)?;
    let file = safe(&source(table));
    labeled("from", &format!("{file}, {}", counted(table.rows, "record")), paint, out)?;
    if table.derived {
        labeled("columns", &columns(table), paint, out)?;
    }
    let key = format!("{}: {}", table.key.join(" + "), safe(&table.key_proof));
    labeled("key", &key, paint, out)?;
    for reference in references(table) {
        labeled("refers to", &reference, paint, out)?;
    }
    labeled("goes to", &ways(table), paint, out)?;
    labeled("because", &safe(&table.route.reason), paint, out)
}

fn columns(table: &Table) -> String {
    let columns: Vec<_> =
        table.columns.iter().map(|column| format!("{} {}", column.name, column.sql_type)).collect();
    columns.join(", ")
}

fn write_cut(decision: &Decision, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let split = &decision.plan.split;
    let percent = split.ratio * 100.0;
    let title = format!("Cut {percent:.0} / {:.0} {}", 100.0 - percent, by(split.by));
    heading(&title, "", paint, out)?;
    let total = split.historical + split.realtime;
    let sides = [("historical", split.historical), ("real-time", split.realtime)];
    let mut grid = Grid::new().whole("").whole("").number("Records").number("Share").text("Days");
    for ((name, count), days) in sides.into_iter().zip(decision.sides) {
        let share = share(count, total);
        let percent = format!("{:.1} %", share * 100.0);
        grid.row(vec![name.into(), blocks(share, BAR), thousands(count), percent, range(days)]);
    }
    print(&grid.lines(INDENT, paint), out)?;
    labeled("begins", &begin(&decision.plan), paint, out)?;
    labeled(
        "goes to",
        "the historical part to MySQL, the real-time part to Kafka and the logs",
        paint,
        out,
    )
}

fn range(days: Option<(NaiveDate, NaiveDate)>) -> String {
    days.map_or(String::new(), |(first, last)| format!("{first} … {last}"))
}

/// A bar that shows a share.
fn blocks(share: f64, cells: usize) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ share ≤ 1")]
    let full = (share * cells as f64).round() as usize;
    let full = full.min(cells);
    format!("{}{}", "█".repeat(full), "░".repeat(cells - full))
}

/// Sentences below a heading, if there are any.
fn write_statements(
    title: &str,
    statements: &[&Statement],
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    if statements.is_empty() {
        return Ok(());
    }
    heading(title, "", paint, out)?;
    for statement in statements {
        let mut bullet = "•";
        for line in wrap(&safe(&statement.text), paint.width.saturating_sub(INDENT + 2)) {
            let line = if statement.kind.is_problem() { paint.warn(&line) } else { line };
            writeln!(out, "{:INDENT$}{bullet} {line}", "")?;
            bullet = " ";
        }
    }
    Ok(())
}
