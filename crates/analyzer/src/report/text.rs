//! The report for people.

use std::io::{self, Write};

use chrono::NaiveDate;
use ecom_core::plan::{Plan, SplitBy, Table, Way};

use super::Findings;
use super::grid::Grid;
use super::layout::{INDENT, heading, print};
use super::paint::{Paint, bytes, counted, grouped, pad, safe, wrap};
use crate::decide::Decision;
use crate::report::file;

/// Cells of a bar.
const BAR: usize = 20;

/// Writes the whole report.
pub(crate) fn write(findings: &Findings<'_>, out: &mut impl Write) -> io::Result<()> {
    let paint = Paint::for_stdout();
    write_head(findings, paint, out)?;
    let decision = findings.decision.ok();
    for one in findings.files {
        let table = decision.and_then(|decision| {
            decision.plan.tables.iter().find(|table| !table.derived && one.is_of(table))
        });
        file::write(one, table, paint, out)?;
    }
    if let Some(decision) = decision {
        write_tables(decision, paint, out)?;
        write_cut(decision, paint, out)?;
        write_notes(decision, paint, out)?;
    }
    Ok(())
}

/// What there is, and what was passed over.
fn write_head(findings: &Findings<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let Findings { wishes, files, split, .. } = findings;
    let rows = files.iter().map(|file| file.rows).sum();
    let size = bytes(files.iter().map(|file| file.bytes).sum());
    let mut lines = vec![format!(
        "{}, {}, {size} in {}",
        counted(files.len() as u64, "file"),
        counted(rows, "record"),
        safe(&wishes.folder.display().to_string())
    )];
    if !split.is_empty() {
        lines.push(format!("passed over what the splitter wrote: {}", safe(&split.join(", "))));
    }
    writeln!(out, "{}", paint.bold(&format!("Data set {}", wishes.data_set)))?;
    for line in lines.iter().flat_map(|line| wrap(line, paint.width)) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A text behind a label, wrapped beside it.
pub(super) fn labelled(
    label: &str,
    text: &str,
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    const LABEL: usize = 12;
    let room = paint.width.saturating_sub(INDENT + LABEL);
    let mut label = label;
    for line in wrap(text, room) {
        writeln!(out, "{:INDENT$}{}{line}", "", paint.dim(&pad(label, LABEL, false)))?;
        label = "";
    }
    Ok(())
}

fn write_tables(decision: &Decision, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    for table in &decision.plan.tables {
        let aside = if table.derived { "derived" } else { "" };
        heading(&format!("Table {}", table.name), aside, paint, out)?;
        let file = safe(&table.file);
        let origin =
            if table.derived { format!("distinct values of columns of {file}") } else { file };
        labelled("from", &format!("{origin}, {}", counted(table.rows, "record")), paint, out)?;
        if table.derived {
            labelled("columns", &columns(table), paint, out)?;
        }
        let key = format!("{}: {}", table.key.join(" + "), safe(&table.key_proof));
        labelled("key", &key, paint, out)?;
        for reference in &table.foreign_keys {
            let orphans = match reference.orphans {
                0 => "every value is there".to_owned(),
                orphans => format!("{} not there", counted(orphans, "record")),
            };
            let (column, table, references) =
                (&reference.column, reference.table, &reference.references);
            labelled(
                "refers to",
                &format!("{column} → {table}.{references}: {orphans}"),
                paint,
                out,
            )?;
        }
        let ways: Vec<_> = table.route.to.iter().map(|way| way_name(*way)).collect();
        labelled("goes to", &ways.join(", "), paint, out)?;
        labelled("because", &safe(&table.route.reason), paint, out)?;
    }
    if !decision.others.is_empty() {
        heading("Not part of the plan", "", paint, out)?;
        let mut grid = Grid::new().text("File").text("Why");
        for (file, reason) in &decision.others {
            grid.row(vec![safe(file), safe(reason)]);
        }
        print(&grid.lines(INDENT, paint), out)?;
    }
    Ok(())
}

fn columns(table: &Table) -> String {
    let columns: Vec<_> =
        table.columns.iter().map(|column| format!("{} {}", column.name, column.sql_type)).collect();
    columns.join(", ")
}

fn way_name(way: Way) -> &'static str {
    match way {
        Way::Mysql => "MySQL",
        Way::Kafka => "Kafka",
        Way::Logs => "logs",
    }
}

fn write_cut(decision: &Decision, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let split = &decision.plan.split;
    let by = match split.by {
        SplitBy::Date => "by date",
        SplitBy::Rows => "by rows",
    };
    let percent = split.ratio * 100.0;
    let title = format!("Cut {percent:.0} / {:.0} {by}", 100.0 - percent);
    heading(&title, "", paint, out)?;
    let total = split.historical + split.realtime;
    let sides = [("historical", split.historical), ("real-time", split.realtime)];
    let mut grid = Grid::new().whole("").whole("").number("Records").number("Share").text("Days");
    for ((name, count), days) in sides.into_iter().zip(decision.sides) {
        let share = if total == 0 { 0.0 } else { count as f64 / total as f64 };
        let percent = format!("{:.1} %", share * 100.0);
        grid.row(vec![name.into(), blocks(share, BAR), grouped(count), percent, range(days)]);
    }
    print(&grid.lines(INDENT, paint), out)?;
    labelled("begins", &begin(&decision.plan), paint, out)?;
    labelled("goes to", "historical to MySQL, real-time to Kafka and into the logs", paint, out)
}

/// Where the real-time part begins, in words.
fn begin(plan: &Plan) -> String {
    let split = &plan.split;
    match split.by {
        SplitBy::Date => format!("the real-time part begins on {}", split.cut),
        SplitBy::Rows => format!("the real-time part begins with record {}", split.cut),
    }
}

fn range(days: Option<(NaiveDate, NaiveDate)>) -> String {
    days.map_or(String::new(), |(first, last)| format!("{first} … {last}"))
}

/// A bar of a share of so many cells.
fn blocks(share: f64, cells: usize) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ share ≤ 1")]
    let full = (share * cells as f64).round() as usize;
    let full = full.min(cells);
    format!("{}{}", "█".repeat(full), "░".repeat(cells - full))
}

fn write_notes(decision: &Decision, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    if decision.notes.is_empty() {
        return Ok(());
    }
    heading("Good to know", "", paint, out)?;
    for note in &decision.notes {
        let mut bullet = "•";
        for line in wrap(&safe(note), paint.width.saturating_sub(INDENT + 2)) {
            writeln!(out, "{:INDENT$}{} {line}", "", pad(bullet, 1, false))?;
            bullet = "";
        }
    }
    Ok(())
}
