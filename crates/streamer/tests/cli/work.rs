//! A work folder as the splitter leaves it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::canonical::{Canonical, Converter};
use ecom_core::checksum::{Checksum, Tally};
use ecom_core::plan::{Dialect, Plan, TableName, sha256_of};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::work::{Manifest, ManifestFile, Part};
use tempfile::TempDir;

/// The topic of the table.
pub(crate) const TOPIC: &str = "ecommerce-transactions";

/// The source that the messages name.
pub(crate) const SOURCE: &str = "65b3777500000000";

/// A work folder with real-time transactions.
pub(crate) struct Work {
    folder: TempDir,
}

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

    /// With that real-time file.
    pub(crate) fn with(text: &str, rows: u64) -> Self {
        let work = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(work.file(), text).unwrap();
        fs::write(work.path("plan.toml"), PLAN).unwrap();
        let plan = Plan::read(&work.path("plan.toml")).unwrap();
        let file = ManifestFile {
            table: TableName::Transactions,
            part: Part::Realtime,
            rows,
            checksum: work.checksum(&plan),
            bytes: text.len() as u64,
            sha256: sha256_of(&work.file()).unwrap(),
            name: Part::Realtime.file_name(TableName::Transactions),
        };
        let source = plan.transactions().unwrap().sha256.clone();
        let manifest = Manifest { data_set: plan.data_set, source, files: vec![file], rejected: 0 };
        manifest.write(work.folder()).unwrap();
        work
    }

    /// Of the records up to the first that does not fit the plan.
    fn checksum(&self, plan: &Plan) -> Checksum {
        let mut reader = Reader::open(&self.file(), &Dialect::work()).unwrap();
        let converter = Converter::new(plan.transactions().unwrap());
        let (mut record, mut canonical) = (Record::new(), Canonical::new());
        let mut tally = Tally::default();
        while let Next::Record = reader.read(&mut record).unwrap()
            && converter.convert(&record, &mut canonical).is_ok()
        {
            tally.add(canonical.bytes());
        }
        tally.checksum
    }

    /// Changes what the manifest says of the file.
    pub(crate) fn claim(&self, change: impl Fn(&mut ManifestFile)) {
        let mut manifest = Manifest::read(self.folder()).unwrap();
        change(&mut manifest.files[0]);
        manifest.write(self.folder()).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path("transactions_realtime.csv")
    }

    pub(crate) fn report(&self) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path("reports/streamer.json")).unwrap()).unwrap()
    }
}

const PLAN: &str = r#"
version = 1
data_set = "test"
folder = "/"
split = { by = "rows", ratio = 0.0, cut = "1", historical = 0, realtime = 1 }

[[table]]
name = "transactions"
file = "sales.csv"
sha256 = "65b377750000000065b377750000000065b377750000000065b3777500000000"
rows = 1
rejected = 0
dialect = { delimiter = ",", quote = '"', encoding = "UTF-8", bom = false, line_ending = "LF", header_line = 1 }
key = ["order_id"]
key_proof = "unique"
route = { to = ["kafka"], reason = "a test" }
column = [
    { header = "Order Id", name = "order_id", type = "BIGINT", nullable = false },
    { header = "Name", name = "name", type = "VARCHAR(40)", nullable = true },
    { header = "Price", name = "price", type = "DECIMAL(6,2)", nullable = false },
    { header = "Day", name = "day", type = "DATE", format = "%Y-%m-%d", nullable = false },
]
"#;
