//! A work folder with transactions and their plan.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use ecom_core::plan::Table;
use ecom_core::record::Writer;
use ecom_core::testing::{WorkFolder, plan, table};
use serde_json::Value;
use tempfile::TempDir;

/// A work folder, and an output folder beside it.
pub(crate) struct Shop {
    folder: TempDir,
    work: WorkFolder,
    pub(crate) records: Vec<Sale>,
}

/// What the lines about a transaction should contain.
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

const COLUMNS: &str = "
    transaction_id   | transaction_id   | VARCHAR(10)   | role = 'order_id'
    customer_id      | customer_id      | VARCHAR(10)   | role = 'customer_id'
    product_id       | product_id       | TEXT          | role = 'product_id'
    quantity         | quantity         | INT           | role = 'quantity'
    unit_price       | unit_price       | DECIMAL(8,2)  | role = 'unit_price'
    total_amount     | total_amount     | DECIMAL(10,2) | role = 'amount'
    transaction_date | transaction_date | DATETIME      | role = 'event_time'; format = '%Y-%m-%d %H:%M:%S'
    payment_method   | payment_method   | VARCHAR(20)   | role = 'payment_method'
    note             | note             | TEXT
    status           | status           | VARCHAR(20)   | role = 'status'";

impl Shop {
    /// A shop with `orders` orders, one about every ten minutes.
    pub(crate) fn new(orders: u64) -> Self {
        Self::build(orders, |_| true)
    }

    /// The same, but only these columns have a role.
    pub(crate) fn with_roles(orders: u64, named: &[&str]) -> Self {
        Self::build(orders, |name| named.contains(&name))
    }

    fn build(orders: u64, has_role: impl Fn(&str) -> bool) -> Self {
        let mut table = table("transactions", "transaction_id", COLUMNS);
        for column in table.columns.iter_mut().filter(|column| !has_role(&column.name)) {
            column.role = None;
        }
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
        Self::write(table, &rows, sales)
    }

    /// Two orders, with three records and one record; the key is `row_id`, and dates have no time.
    pub(crate) fn of_lines() -> Self {
        let columns = "| row_id | BIGINT | role = 'line_id'; generated = true
            order   | order   | VARCHAR(9)   | role = 'order_id'
            product | product | VARCHAR(20)  | role = 'product_name'
            amount  | amount  | DECIMAL(8,2) | role = 'amount'
            day     | day     | DATE         | role = 'event_time'; format = '%m/%d/%Y'";
        let row = |id: &str, order: &str, amount: &str| {
            [id, order, "Tea, green", amount, "8/17/2024"].map(str::to_owned).to_vec()
        };
        let rows = [
            row("1", "A", "1.11"),
            row("2", "A", "2.22"),
            row("3", "A", "3.33"),
            row("4", "B", "9"),
        ];
        Self::write(table("transactions", "row_id", columns), &rows, Vec::new())
    }

    fn write(table: Table, rows: &[Vec<String>], records: Vec<Sale>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::new(Vec::new());
        writer.write(table.work_header().map(Some)).unwrap();
        for row in rows {
            writer.write(row.iter().map(|cell| Some(cell.as_str()))).unwrap();
        }
        let work = WorkFolder::at(&folder.path().join("work"), plan("shop", [table]));
        let shop = Self { folder, work, records };
        fs::write(shop.csv(), writer.into_inner()).unwrap();
        shop
    }

    /// The same shop, with this product in the first order and that one in the second.
    pub(crate) fn with_product(self, first: &str, second: impl AsRef<str>) -> Self {
        let text = fs::read_to_string(self.csv()).unwrap();
        let text = text.replacen("P002", &format!("\"{first}\""), 1);
        fs::write(self.csv(), text.replacen("P003", second.as_ref(), 1)).unwrap();
        self
    }

    /// Writes the manifest of the work files.
    pub(crate) fn write_manifest(&self) {
        self.work.write_manifest();
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.work.path().to_owned()
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

    /// Files that a run should not leave behind.
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
