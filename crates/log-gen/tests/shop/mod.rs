//! A work folder with transactions and their plan, made for a test.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use ecom_core::checksum::Checksum;
use ecom_core::plan::{
    Column, Dialect, Plan, Role, Route, Split, SplitBy, Table, TableName, sha256_of,
};
use ecom_core::record::Writer;
use ecom_core::work::{Manifest, ManifestFile, Part};
use serde_json::Value;
use tempfile::TempDir;

/// A work folder, and an output folder beside it.
pub(crate) struct Shop {
    folder: TempDir,
    pub(crate) records: Vec<Sale>,
}

/// What a transaction should be told to be.
pub(crate) struct Sale {
    pub(crate) order: String,
    pub(crate) customer: String,
    pub(crate) product: String,
    pub(crate) quantity: u64,
    pub(crate) amount: String,
    pub(crate) time: String,
    pub(crate) method: &'static str,
    pub(crate) status: &'static str,
}

const COLUMNS: [(&str, &str, Option<Role>); 10] = [
    ("transaction_id", "VARCHAR(10)", Some(Role::OrderId)),
    ("customer_id", "VARCHAR(10)", Some(Role::CustomerId)),
    ("product_id", "TEXT", Some(Role::ProductId)),
    ("quantity", "INT", Some(Role::Quantity)),
    ("unit_price", "DECIMAL(8,2)", Some(Role::UnitPrice)),
    ("total_amount", "DECIMAL(10,2)", Some(Role::Amount)),
    ("transaction_date", "DATETIME", Some(Role::EventTime)),
    ("payment_method", "VARCHAR(20)", Some(Role::PaymentMethod)),
    ("note", "TEXT", None),
    ("status", "VARCHAR(20)", Some(Role::Status)),
];

impl Shop {
    /// A shop of so many orders, one about every ten minutes.
    pub(crate) fn new(orders: u64) -> Self {
        let names = COLUMNS.map(|(name, ..)| name);
        Self::with_roles(orders, &names)
    }

    /// The same, where only these columns have their roles.
    pub(crate) fn with_roles(orders: u64, named: &[&str]) -> Self {
        let column = |(name, sql_type, role): (&str, &str, Option<Role>)| {
            column(name, sql_type, role.filter(|_| named.contains(&name)))
        };
        let sales: Vec<Sale> = (1..=orders).map(sale).collect();
        let rows = sales.iter().map(|sale| {
            let price = format!("{}.99", sale.quantity);
            [&sale.order, &sale.customer, &sale.product, &sale.quantity.to_string(), &price]
                .map(String::clone)
                .into_iter()
                .chain([sale.amount[1..].to_owned(), sale.time.clone()])
                .chain([sale.method, "a \"note\", quoted", sale.status].map(str::to_owned))
                .collect()
        });
        let rows: Vec<Vec<String>> = rows.collect();
        Self::write(COLUMNS.map(column).into(), "transaction_id", &rows, sales)
    }

    /// Two orders of three and one records, told apart by `row_id`; dates without time.
    pub(crate) fn of_lines() -> Self {
        let columns = vec![
            Column { generated: true, ..column("row_id", "BIGINT", Some(Role::LineId)) },
            column("order", "VARCHAR(9)", Some(Role::OrderId)),
            column("product", "VARCHAR(20)", Some(Role::ProductName)),
            column("amount", "DECIMAL(8,2)", Some(Role::Amount)),
            Column {
                format: Some("%m/%d/%Y".into()),
                ..column("day", "DATE", Some(Role::EventTime))
            },
        ];
        let row = |id: &str, order: &str, amount: &str| {
            [id, order, "Tea, green", amount, "8/17/2024"].map(str::to_owned).to_vec()
        };
        let rows = [
            row("1", "A", "1.11"),
            row("2", "A", "2.22"),
            row("3", "A", "3.33"),
            row("4", "B", "9"),
        ];
        Self::write(columns, "row_id", &rows, Vec::new())
    }

    fn write(columns: Vec<Column>, key: &str, rows: &[Vec<String>], records: Vec<Sale>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shop = Self { folder, records };
        fs::create_dir(shop.work()).unwrap();
        let mut writer = Writer::new(Vec::new());
        writer.write(columns.iter().map(|column| Some(column.name.as_str()))).unwrap();
        for row in rows {
            writer.write(row.iter().map(|cell| Some(cell.as_str()))).unwrap();
        }
        fs::write(shop.csv(), writer.into_inner()).unwrap();
        let header = |mut column: Column| {
            if !column.generated {
                column.header.clone_from(&column.name);
            }
            column
        };
        let table = Table {
            name: TableName::Transactions,
            file: "transactions.csv".into(),
            sha256: "0".repeat(64),
            rows: rows.len() as u64,
            member: None,
            rejected: 0,
            passed_over: 0,
            encoding_reason: None,
            further_files: Vec::new(),
            join: None,
            derived: false,
            dialect: Dialect::work(),
            key: vec![key.into()],
            key_proof: "made for a test".into(),
            route: Route { to: Vec::new(), reason: "a test".into() },
            foreign_keys: Vec::new(),
            columns: columns.into_iter().map(header).collect(),
        };
        let split =
            Split { by: SplitBy::Rows, ratio: 0.7, cut: "1".into(), historical: 0, realtime: 0 };
        let plan = Plan {
            version: 1,
            data_set: "shop".into(),
            folder: "/nowhere".into(),
            split,
            left_out: Vec::new(),
            tables: vec![table],
        };
        plan.write(&shop.work().join("plan.toml")).unwrap();
        shop
    }

    /// The same shop where the first order is of one product and the second of another.
    pub(crate) fn with_product(self, first: &str, second: impl AsRef<str>) -> Self {
        let text = fs::read_to_string(self.csv()).unwrap();
        let text = text.replacen("P002", &format!("\"{first}\""), 1);
        fs::write(self.csv(), text.replacen("P003", second.as_ref(), 1)).unwrap();
        self
    }

    /// Writes the manifest of the split.
    pub(crate) fn write_manifest(&self) {
        let file = ManifestFile {
            name: Part::Realtime.file_name(TableName::Transactions),
            table: TableName::Transactions,
            part: Part::Realtime,
            rows: self.records.len() as u64,
            checksum: Checksum(0),
            bytes: fs::metadata(self.csv()).unwrap().len(),
            sha256: sha256_of(&self.csv()).unwrap(),
        };
        let source = "0".repeat(64);
        let manifest = Manifest { data_set: "shop".into(), source, files: vec![file], rejected: 0 };
        manifest.write(&self.work()).unwrap();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub(crate) fn csv(&self) -> PathBuf {
        self.work().join("transactions_realtime.csv")
    }

    pub(crate) fn spool(&self) -> PathBuf {
        self.folder.path().join("incoming")
    }

    pub(crate) fn words(&self, more: &[&str]) -> Vec<String> {
        let mut words = vec![self.csv().to_str().unwrap().to_owned()];
        if !more.contains(&"--output-dir") {
            words.extend(["--output-dir".into(), self.spool().to_str().unwrap().into()]);
        }
        words.extend(more.iter().map(|word| (*word).to_owned()));
        words
    }

    pub(crate) fn run(&self, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_log-gen"));
        command.args(self.words(more));
        command
    }

    /// The files that Flume would see, with their lines.
    pub(crate) fn spooled(&self) -> Vec<(String, Vec<String>)> {
        logs_in(&self.spool())
    }

    /// The copies in the work folder, with their lines.
    pub(crate) fn archived(&self) -> Vec<(String, Vec<String>)> {
        logs_in(&self.work().join("logs"))
    }

    /// What should not be left behind.
    pub(crate) fn hidden(&self) -> Vec<String> {
        let mut hidden = names_in(&self.spool());
        hidden.extend(names_in(&self.work().join("logs")));
        hidden.retain(|name| name.starts_with('.') && name != ".request.json");
        hidden
    }

    /// Every file with its content and time.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let time = fs::metadata(&path).unwrap().modified().unwrap();
                    found.push((path.clone(), fs::read(path).unwrap(), time));
                }
            }
        }
        found.sort();
        found
    }

    pub(crate) fn truth(&self) -> Value {
        let text = fs::read(self.work().join("reports/log-gen.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }
}

/// The log files in a folder, with their lines.
pub(crate) fn logs_in(folder: &Path) -> Vec<(String, Vec<String>)> {
    let mut names = names_in(folder);
    names.retain(|name| !name.starts_with('.'));
    let lines = |name: String| {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        assert!(text.ends_with('\n'), "{name} ends in the middle of a line");
        (name, text.split_terminator('\n').map(str::to_owned).collect())
    };
    names.into_iter().map(lines).collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn column(name: &str, sql_type: &str, role: Option<Role>) -> Column {
    Column {
        header: String::new(),
        name: name.into(),
        from: None,
        role,
        sql_type: sql_type.parse().unwrap(),
        format: sql_type.starts_with("DATETIME").then(|| "%Y-%m-%d %H:%M:%S".into()),
        format_proof: None,
        missing: Vec::new(),
        nullable: false,
        nulls: None,
        minimum: None,
        maximum: None,
        longest: None,
        generated: false,
    }
}

fn sale(number: u64) -> Sale {
    let quantity = 1 + number % 4;
    let cents = quantity * 1299;
    let minutes = number * 10;
    let status = match number % 20 {
        7 => "Failed",
        13 => "Cancelled",
        _ => "Delivered",
    };
    Sale {
        order: format!("T{number:04}"),
        customer: format!("C{:03}", number % 17),
        product: format!("P{:03}", 1 + number % 9),
        quantity,
        amount: format!("${}.{:02}", cents / 100, cents % 100),
        time: format!(
            "2024-{:02}-{:02} {:02}:{:02}:00",
            1 + minutes / 40_320,
            1 + minutes / 1440 % 28,
            minutes / 60 % 24,
            minutes % 60
        ),
        method: ["Card", "PayPal"][(number % 2) as usize],
        status,
    }
}
