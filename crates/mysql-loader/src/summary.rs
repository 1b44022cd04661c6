//! The summary of a load, for people and for programs.

use std::io::{self, Write};
use std::time::Duration;

use ecom_core::report::{Load, LoadFigures, LoadedTable};

use crate::staging::Loaded;
use crate::work_file::WorkFile;

/// The least width of the column of table names.
const LEAST_WIDTH: usize = 14;

/// The tables and the whole run.
pub(crate) fn of(
    data_set: &str,
    database: &str,
    unchanged: bool,
    loaded: &[(&WorkFile, Loaded)],
    whole: Duration,
) -> Load {
    let table = |(file, loaded): &(&WorkFile, Loaded)| LoadedTable {
        table: file.name(),
        checksum: loaded.tally.checksum,
        figures: figures(loaded.tally.count, file.entry.bytes, loaded.time),
    };
    let tables: Vec<LoadedTable> = loaded.iter().map(table).collect();
    let sum = |of: fn(&LoadFigures) -> u64| tables.iter().map(|table| of(&table.figures)).sum();
    let total = figures(sum(|one| one.rows), sum(|one| one.bytes), whole);
    let (data_set, database) = (data_set.to_owned(), database.to_owned());
    Load { data_set, database, unchanged, tables, total }
}

/// Writes one JSON object.
pub(crate) fn write_json(load: &Load, output: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *output, load)?;
    writeln!(output)
}

/// Writes a table and a sentence.
pub(crate) fn write_text(load: &Load, output: &mut impl Write) -> io::Result<()> {
    let titles = ("table", "rows", "MB", "seconds", "rows/s");
    let (table, rows, megabytes, seconds, rate) = titles;
    let names = load.tables.iter().map(|table| table.table.as_str().chars().count());
    let width = names.max().unwrap_or_default().max(LEAST_WIDTH);
    writeln!(output, "{table:<width$}{rows:>12}{megabytes:>10}{seconds:>10}{rate:>12}")?;
    let tables = load.tables.iter().map(|table| (table.table.as_str(), table.figures));
    for (table, figures) in tables.chain([("total", load.total)]) {
        let LoadFigures { rows, bytes, seconds, rows_per_second } = figures;
        let megabytes = bytes as f64 / 1e6;
        writeln!(
            output,
            "{table:<width$}{rows:>12}{megabytes:>10.1}{seconds:>10.1}{rows_per_second:>12.0}"
        )?;
    }
    let verb = if load.unchanged { "were already in" } else { "loaded into" };
    writeln!(
        output,
        "{} rows {verb} {}, every one proven by count and checksum",
        load.total.rows, load.database
    )
}

fn figures(rows: u64, bytes: u64, time: Duration) -> LoadFigures {
    let seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    let rows_per_second = if seconds > 0.0 { (rows as f64 / seconds).round() } else { 0.0 };
    LoadFigures { rows, bytes, seconds, rows_per_second }
}
