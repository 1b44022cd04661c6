//! Runs the real binary against an in-process broker.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ecom_core::canonical::{Canonical, Converter};
use ecom_core::checksum::Tally;
use ecom_core::plan::{Dialect, Plan, TableName, sha256_of};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::work::{Manifest, ManifestFile, Part};
use tempfile::TempDir;

/// A work folder with `rows` real-time transactions.
struct Work {
    folder: TempDir,
}

impl Work {
    fn new(rows: u64) -> Self {
        let work = Self { folder: tempfile::tempdir().unwrap() };
        let mut text = "Order Id,Name,Price,Day\n".to_owned();
        for row in 1..=rows {
            let name = ["Tea", "\"Salt, Fat, Acid, Heat\"", "Café \"\"x\"\"", ""][row as usize % 4];
            let name = if name.contains("\"\"") { format!("\"{name}\"") } else { name.into() };
            writeln!(text, "{},{name},{}.5,2024-06-{:02}", 10_000 + row, row % 90, row % 30 + 1)
                .unwrap();
        }
        work.write(&text, rows);
        work
    }

    fn write(&self, text: &str, rows: u64) {
        let name = Part::Realtime.file_name(TableName::Transactions);
        fs::write(self.path(&name), text).unwrap();
        fs::write(self.path("plan.toml"), PLAN).unwrap();
        let plan = Plan::read(&self.path("plan.toml")).unwrap();
        let table = plan.transactions().unwrap();
        let mut tally = Tally::default();
        let mut reader = Reader::open(&self.path(&name), &Dialect::work()).unwrap();
        let (mut record, mut canonical) = (Record::new(), Canonical::new());
        while matches!(reader.read(&mut record).unwrap(), Next::Record) {
            if Converter::new(table).convert(&record, &mut canonical).is_ok() {
                tally.add(canonical.bytes());
            }
        }
        let file = ManifestFile {
            table: TableName::Transactions,
            part: Part::Realtime,
            rows,
            checksum: tally.checksum,
            bytes: text.len() as u64,
            sha256: sha256_of(&self.path(&name)).unwrap(),
            name,
        };
        let (data_set, source) = (plan.data_set.clone(), table.sha256.clone());
        Manifest { data_set, source, files: vec![file], rejected: 0 }
            .write(self.folder.path())
            .unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("transactions_realtime.csv")
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

fn streamer(servers: &str, file: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streamer"));
    command.arg(file).args(args).env("KAFKA_BOOTSTRAP_SERVERS", servers);
    command.env_remove("RUST_LOG").env("KAFKA_TIMEOUT", "20");
    command
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

mod broker {
    use super::*;
    use krafka::testing::FakeBroker;

    #[tokio::test(flavor = "multi_thread")]
    async fn every_record_is_sent_once_and_a_second_run_sends_nothing() {
        let broker = FakeBroker::start().await.unwrap();
        broker.create_topic("ecommerce-transactions", 3);
        let work = Work::new(100);
        let run = || {
            streamer(&broker.bootstrap_servers(), &work.file(), &["--delay", "0"]).output().unwrap()
        };
        let output = tokio::task::block_in_place(run);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        println!("{}", told(&output));
        assert_eq!(broker.all_records("ecommerce-transactions").unwrap().len(), 100);
        let output = tokio::task::block_in_place(run);
        println!("{}", told(&output));
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert_eq!(broker.all_records("ecommerce-transactions").unwrap().len(), 100);
    }
}
