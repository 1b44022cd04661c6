//! The summary of a load, for people and for programs.

use std::time::Duration;

use ecom_core::report::{Load, LoadFigures, LoadedTable};
use ecom_core::show::{Style, Table, counted};

use crate::staging::Loaded;
use crate::work_file::WorkFile;

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

/// A table and a sentence.
pub(crate) fn text(load: &Load) -> String {
    let table = Table::new(Style::Plain).text("table").number("rows").number("MB");
    let mut table = table.number("seconds").number("rows/s");
    let tables = load.tables.iter().map(|table| (table.table.as_str(), table.figures));
    for (name, figures) in tables.chain([("total", load.total)]) {
        let LoadFigures { rows, bytes, seconds, rows_per_second } = figures;
        table.row([
            name.to_owned(),
            rows.to_string(),
            format!("{:.1}", bytes as f64 / 1e6),
            format!("{seconds:.1}"),
            format!("{rows_per_second:.0}"),
        ]);
    }
    let (table, rows) = (table.render(false), counted(load.total.rows, "row"));
    let verb = match (load.unchanged, load.total.rows) {
        (true, 1) => "was already in",
        (true, _) => "were already in",
        (false, _) => "loaded into",
    };
    format!("{table}{rows} {verb} {}, every one proven by count and checksum\n", load.database)
}

fn figures(rows: u64, bytes: u64, time: Duration) -> LoadFigures {
    let seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    let rows_per_second = if seconds > 0.0 { (rows as f64 / seconds).round() } else { 0.0 };
    LoadFigures { rows, bytes, seconds, rows_per_second }
}
