//! A work folder with real-time transactions.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::plan::{Plan, Role, Table};
use ecom_core::testing::{WorkFolder, plan, table};
use ecom_core::work::{ManifestFile, Part};

/// The topic of the table.
pub(crate) const TOPIC: &str = "ecommerce-transactions";

/// The source that the messages name.
pub(crate) const SOURCE: &str = "65b3777500000000";

/// A work folder with real-time transactions.
pub(crate) struct Work(WorkFolder);

impl Work {
    /// With `rows` transactions, the first with the id `first`.
    pub(crate) fn of(rows: u64, first: u64) -> Self {
        let mut text = "Order Id,Name,Price,Day\n".to_owned();
        for id in first..first + rows {
            let name = match id % 4 {
                0 => "Tea",
                1 => "\"Salt, Fat, Acid, Heat\"",
                2 => "\"Café \"\"x\"\"\"",
                _ => "",
            };
            writeln!(text, "{id},{name},{}.5,2024-06-{:02}", id % 90, id % 30 + 1).unwrap();
        }
        Self::with(&text, rows)
    }

    pub(crate) fn new(rows: u64) -> Self {
        Self::of(rows, 10_001)
    }

    /// With this real-time file, which the manifest lists with `rows` records.
    pub(crate) fn with(text: &str, rows: u64) -> Self {
        let columns = "Order Id | order_id | BIGINT
            Name  | name  | VARCHAR(40)  | nullable = true
            Price | price | DECIMAL(6,2)
            Day   | day   | DATE         | format = '%Y-%m-%d'";
        let sales = table("transactions", "order_id", columns);
        let sales = Table { sha256: SOURCE.repeat(4), ..sales };
        let work = Self(WorkFolder::new(plan("test", [sales])));
        fs::write(work.file(), text).unwrap();
        work.0.write_manifest();
        work.claim(|file| file.rows = rows);
        work
    }

    /// Makes the names the event types of the records.
    pub(crate) fn with_events(mut self) -> Self {
        self.change_plan(|plan| plan.tables[0].columns[1].role = Some(Role::EventType));
        self
    }

    /// Changes the plan and nothing else.
    pub(crate) fn change_plan(&mut self, change: impl FnOnce(&mut Plan)) {
        self.0.change_plan(change);
    }

    /// Changes the source in the plan and the manifest.
    pub(crate) fn of_source(&mut self, source: &str) {
        self.0.change_plan(|plan| plan.tables[0].sha256 = source.into());
        self.0.change_manifest(|manifest| manifest.source = source.into());
    }

    /// Changes the entry of the file in the manifest.
    pub(crate) fn claim(&self, change: impl Fn(&mut ManifestFile)) {
        self.0.change_manifest(|manifest| {
            change(manifest.files.iter_mut().find(|file| file.part == Part::Realtime).unwrap());
        });
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.file(name)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path("transactions_realtime.csv")
    }

    pub(crate) fn report(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path("reports/streamer.json")).unwrap()).unwrap()
    }
}
