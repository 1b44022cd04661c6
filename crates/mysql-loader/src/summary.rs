//! What was loaded, for people and for programs.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::source::Source;
use crate::staging::Loaded;

/// Characters that names of tables have room for at least.
const LEAST_WIDTH: usize = 14;

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Summary {
    data_set: String,
    database: String,
    /// True when everything was there already.
    unchanged: bool,
    tables: Vec<Line>,
    total: Figures,
}

#[derive(Clone, Debug, Serialize)]
struct Line {
    table: String,
    checksum: String,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Figures {
    rows: u64,
    bytes: u64,
    seconds: f64,
    rows_per_second: f64,
}

impl Summary {
    /// Of the tables and the whole run.
    pub(crate) fn new(
        data_set: &str,
        database: &str,
        unchanged: bool,
        loaded: &[(&Source, Loaded)],
        whole: Duration,
    ) -> Self {
        let line = |(source, loaded): &(&Source, Loaded)| Line {
            table: source.name().to_string(),
            checksum: loaded.tally.checksum.to_string(),
            figures: Figures::new(loaded.tally.count, source.entry.bytes, loaded.time),
        };
        let tables: Vec<Line> = loaded.iter().map(line).collect();
        let sum = |of: fn(&Figures) -> u64| tables.iter().map(|line| of(&line.figures)).sum();
        let total = Figures::new(sum(|one| one.rows), sum(|one| one.bytes), whole);
        let (data_set, database) = (data_set.to_owned(), database.to_owned());
        Self { data_set, database, unchanged, tables, total }
    }

    /// One JSON object.
    pub(crate) fn write_json(&self, output: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *output, self)?;
        writeln!(output)
    }

    /// A table and a sentence.
    pub(crate) fn write_text(&self, output: &mut impl Write) -> io::Result<()> {
        let titles = ("table", "rows", "MB", "seconds", "rows/s");
        let (table, rows, megabytes, seconds, rate) = titles;
        let names = self.tables.iter().map(|line| line.table.chars().count());
        let width = names.max().unwrap_or_default().max(LEAST_WIDTH);
        writeln!(output, "{table:<width$}{rows:>12}{megabytes:>10}{seconds:>10}{rate:>12}")?;
        let total = Line { table: "total".into(), checksum: String::new(), figures: self.total };
        for Line { table, figures, .. } in self.tables.iter().chain([&total]) {
            let Figures { rows, bytes, seconds, rows_per_second } = figures;
            let megabytes = *bytes as f64 / 1e6;
            writeln!(
                output,
                "{table:<width$}{rows:>12}{megabytes:>10.1}{seconds:>10.1}{rows_per_second:>12.0}"
            )?;
        }
        let verb = if self.unchanged { "were there already in" } else { "loaded into" };
        writeln!(
            output,
            "{} rows {verb} {}, every one proven by count and checksum",
            self.total.rows, self.database
        )
    }
}

impl Figures {
    fn new(rows: u64, bytes: u64, time: Duration) -> Self {
        let seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
        let rows_per_second = if seconds > 0.0 { (rows as f64 / seconds).round() } else { 0.0 };
        Self { rows, bytes, seconds, rows_per_second }
    }
}
