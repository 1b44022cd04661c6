//! A small data set in a temporary folder, as analyzer and splitter would write it.

pub(crate) mod fake_hdfs;
pub(crate) mod fake_kafka;
pub(crate) mod stores;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use self::tables::{Products, customers, plan_of, sellers};
use assert_cmd::Command;
use ecom_core::canonical::Canonical;
use ecom_core::checksum::Tally;
use ecom_core::exit::Code;
use ecom_core::message::{Encoder, Envelope, EventType};
use ecom_core::plan::{Plan, Table, TableName, sha256_of};
use ecom_core::report::{Delivery, Run};
use ecom_core::work::{Manifest, ManifestFile, Part, REJECTS, Records};
use serde_json::Value;

/// Ten sales: seven before the cut, three after it. They contain a quoted comma, a line break, a tab,
/// an empty text as well as NULL, letters that are not ASCII, a negative and a missing amount.
pub(crate) const SALES: [&str; 10] = [
    "10001,2024-01-01 10:00:00,P1,100.00,true,plain",
    "10002,2024-01-02 10:00:00,P2,100.01,false,\"Salt, Fat, Acid, Heat\"",
    "10003,2024-01-03 10:00:00,P1,-5,yes,\"two\nlines\tand a tab\"",
    "10004,2024-01-04 10:00:00,P2,,,",
    "10005,2024-01-05 10:00:00,P1,999999.5,no,\"\"",
    "10006,2024-01-06 10:00:00,P2,250,true,Crème brûlée 🍮",
    "10007,2024-01-07 10:00:00,P1,99.99,true,\"say \"\"hi\"\"\"",
    "10008,2024-02-01 10:00:00,P2,1.10,false,\"a \\N b\"",
    "10009,2024-02-02 10:00:00,P1,300,true,\"tab\there\"",
    "10010,2024-02-03 10:00:00,P2,0.05,,last",
];

pub(crate) const HEADER: &str = "Order,When,Product,Total,Paid,Note";
const PRODUCTS: [&str; 3] = ["P1,Lamp", "P2,Chair", "P3,Sofa"];
const CUSTOMERS: [&str; 3] = ["C1,Ann", "C2,", "C3,\"O'Neil, Bob\""];
const SELLERS: [&str; 2] = ["S1,Rome", "S2,"];
const LOGS: [&str; 2] = ["[INFO] one\n[WARN] two\n[INFO] three\n", "[INFO] one\n[ERROR] four\n"];

/// The folders of a data set and its plan.
pub(crate) struct DataSet {
    pub(crate) home: tempfile::TempDir,
    pub(crate) plan: Plan,
}

impl DataSet {
    /// With every file that the pipeline writes before it fills the stores.
    pub(crate) fn new() -> Self {
        Self::build(Products::Listed, &PRODUCTS)
    }

    /// With products derived from a column of the sales.
    pub(crate) fn derived() -> Self {
        Self::build(Products::Derived, &["1,P1", "2,P2"])
    }

    /// With sales of a product that is not listed.
    pub(crate) fn with_orphan() -> Self {
        Self::build(Products::OneOnly, &["P1,Lamp", "P2,"])
    }

    /// With customers.
    pub(crate) fn with_customers() -> Self {
        Self::new().and("customers", "customer,name", &CUSTOMERS, customers)
    }

    /// With sellers, a further table, which is the last one in the plan.
    pub(crate) fn with_sellers() -> Self {
        Self::new().and("sellers", "seller,city", &SELLERS, sellers)
    }

    /// With another table, from a file of its own.
    fn and(
        mut self,
        table: &str,
        header: &str,
        rows: &[&str],
        described: impl Fn(&Path) -> Table,
    ) -> Self {
        let source = self.source();
        fs::write(source.join(format!("{table}.csv")), csv(header, rows)).unwrap();
        self.write(&format!("{table}_full.csv"), header, rows);
        self.change_plan(|plan| plan.tables.push(described(&source)));
        self.plan = Plan::read(&self.work().join("plan.toml")).unwrap();
        self.manifest();
        self
    }

    /// Changes the plan's file.
    pub(crate) fn change_plan(&self, change: impl FnOnce(&mut Plan)) {
        let path = self.work().join("plan.toml");
        let mut plan = Plan::read(&path).unwrap();
        change(&mut plan);
        plan.write(&path).unwrap();
    }

    /// The folder of the source files.
    pub(crate) fn source(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn build(products: Products, full: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let source = home.path().join("data");
        fs::create_dir_all(&source).unwrap();
        let text = format!("{HEADER}\n{}\nbroken\n", SALES.join("\n"));
        fs::write(source.join("sales.csv"), text).unwrap();
        let rows = if products == Products::OneOnly { 1 } else { PRODUCTS.len() };
        if products != Products::Derived {
            fs::write(source.join("products.csv"), csv("product,name", &PRODUCTS[..rows])).unwrap();
        }
        let work = home.path().join("work");
        fs::create_dir_all(work.join("logs")).unwrap();
        for (number, text) in LOGS.iter().enumerate() {
            fs::write(work.join(format!("logs/ecommerce_app_{number}.log")), text).unwrap();
        }
        let plan = plan_of(&source, products);
        plan.write(&work.join("plan.toml")).unwrap();
        let data_set = Self { home, plan };
        data_set.write("transactions_historical.csv", HEADER, &SALES[..7]);
        data_set.write("transactions_realtime.csv", HEADER, &SALES[7..]);
        let derived = products == Products::Derived;
        let header = if derived { "product_id,Product" } else { "product,name" };
        data_set.write("products_full.csv", header, full);
        let rejects = "file,line,byte_offset,column,reason,raw\n\
            sales.csv,13,0,,1 fields where the header has 6,broken\n";
        fs::write(data_set.work().join(REJECTS), rejects).unwrap();
        data_set.manifest();
        data_set
    }

    /// The work folder.
    pub(crate) fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    /// Empties the route of every table in the plan.
    pub(crate) fn forget_routes(&self) {
        self.change_plan(|plan| plan.tables.iter_mut().for_each(|table| table.route.to.clear()));
    }

    /// Splits again so that the real-time part is empty.
    pub(crate) fn all_historical(&self) {
        self.write("transactions_historical.csv", HEADER, &SALES);
        self.write("transactions_realtime.csv", HEADER, &[]);
        self.manifest();
    }

    /// Writes a work file.
    pub(crate) fn write(&self, name: &str, header: &str, rows: &[&str]) {
        fs::write(self.work().join(name), csv(header, rows)).unwrap();
    }

    /// Writes the manifest for the present work files.
    pub(crate) fn manifest(&self) {
        let names = self.plan.tables.iter().map(|table| table.name);
        let parts = names.flat_map(|name| Part::all_of(name).iter().map(move |part| (name, *part)));
        let file = |(table, part): (TableName, Part)| {
            let path = self.work().join(part.file_name(table));
            let mut tally = Tally::default();
            self.records(table, part).iter().for_each(|record| tally.add(record.bytes()));
            ManifestFile {
                name: part.file_name(table),
                table,
                part,
                rows: tally.count,
                checksum: tally.checksum,
                bytes: fs::metadata(&path).unwrap().len(),
                sha256: sha256_of(&path).unwrap(),
            }
        };
        let manifest = Manifest {
            data_set: self.plan.data_set.clone(),
            source: self.plan.transactions().unwrap().sha256.clone(),
            files: parts.map(file).collect(),
            rejected: 1,
        };
        manifest.write(&self.work()).unwrap();
    }

    /// The Kafka messages of a table's streamed part with their keys; `events` are those of a key.
    pub(crate) fn messages(
        &self,
        table: TableName,
        events: impl Fn(&str) -> Vec<EventType>,
    ) -> Vec<Message> {
        let records = self.records(table, Part::in_kafka(table));
        let table = self.plan.table(table).unwrap();
        let encoder = Encoder::new(table);
        let mut messages = Vec::new();
        for (record_number, record) in (1..).zip(&records) {
            let mut key = String::new();
            record.key_into(&table.key_positions(), &mut key);
            for event_type in events(&key) {
                let envelope = Envelope {
                    event_type: event_type.as_str().to_owned(),
                    record_number,
                    streaming_timestamp: "2024-11-10T15:30:45.123456Z".into(),
                    source: table.sha256[..16].to_owned(),
                };
                let mut value = Vec::new();
                encoder.append(record, &envelope, &mut value);
                messages.push((key.clone(), String::from_utf8(value).unwrap()));
            }
        }
        messages
    }

    /// One message per record, as the streamer sends by default.
    pub(crate) fn drawn_messages(&self, table: TableName) -> Vec<Message> {
        self.messages(table, |key| vec![EventType::of_key(key)])
    }

    /// Writes the streamer's report of a table.
    pub(crate) fn report_stream(&self, table: TableName) {
        let report = Run::begin("0.0.0", "shop").end(Code::Success, 0, Delivery::default());
        report.write(&self.work(), Delivery::subject(table)).unwrap();
    }

    /// The records of a work file in canonical form.
    pub(crate) fn records(&self, table: TableName, part: Part) -> Vec<Canonical> {
        let path = self.work().join(part.file_name(table));
        let mut records = Records::open(&path, self.plan.table(table).unwrap()).unwrap();
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            all.push(record.canonical.clone());
        }
        all
    }

    /// The tool on this data set, with --quiet.
    pub(crate) fn reconciler(&self, hop: &str) -> Command {
        let mut command = self.speaking_reconciler(hop);
        command.arg("--quiet");
        command
    }

    /// The tool on this data set.
    pub(crate) fn speaking_reconciler(&self, hop: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reconciler"));
        command.current_dir(self.home.path()).env("NO_COLOR", "1");
        // No agent of Flume, and none of this machine's stores.
        command.env("FLUME_LOG_AGENT_PORT", "1").env("FLUME_KAFKA_AGENT_PORT", "1");
        command.env("ECOM_VAR_DIR", self.home.path().join("var"));
        command.args(["--plan", "work/plan.toml", "--hop", hop]);
        command
    }
}

/// A key and a value.
pub(crate) type Message = (String, String);

/// The exit code, standard output and standard error of a run.
pub(crate) fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Runs with `--format json`.
pub(crate) fn json(command: &mut Command) -> (i32, Value, String) {
    let (code, stdout, stderr) = run(command.args(["--format", "json"]));
    let value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    (code, value, stderr)
}

/// The differences of one check as `kind key`, followed by the columns that differ.
pub(crate) fn differences(verdict: &Value, hop: &str, subject: &str) -> Vec<String> {
    let checks = verdict["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["hop"] == hop && check["subject"] == subject);
    let check = check.unwrap_or_else(|| panic!("no check {hop} {subject} in {verdict:#}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |difference: &Value| {
        let mut line = format!("{} {}", text(&difference["kind"]), text(&difference["key"]));
        for column in difference["columns"].as_array().into_iter().flatten() {
            let (expected, found) = (&column["expected"], &column["found"]);
            line = format!("{line} {}: {expected} → {found}", text(&column["column"]));
        }
        line
    };
    check["differences"].as_array().unwrap().iter().map(one).collect()
}

fn csv(header: &str, rows: &[&str]) -> String {
    let lines: Vec<_> = [header].iter().chain(rows).map(|line| format!("{line}\n")).collect();
    lines.concat()
}
