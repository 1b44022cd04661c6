//! A small shop as analyzer and splitter would leave it, and the server that it goes to.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "only tests use it")]

pub(crate) mod database;
pub(crate) mod relay;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use ecom_core::canonical::{Canonical, Converter};
use ecom_core::checksum::Tally;
use ecom_core::plan::{Dialect, Plan, TableName, sha256_of};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::work::{Manifest, ManifestFile, Part};
use tempfile::TempDir;

pub(crate) const CUSTOMERS: &str = "Id,Name\nC1,Ann\nC2,\"O'Neil, Bob\"\nC3,\n";
pub(crate) const PRODUCTS: &str = "product_id,Product\n1,Lamp\n2,\"Größe 4 \"\"x\"\"\"\n";
pub(crate) const TRANSACTIONS: &str = "\
Order,Day,Customer,Product,Amount,Note,Paid
1,1/2/2024,C1,Lamp,10.5,\"tab\there, back\\slash and \"\"quote\"\"\",yes
2,1/3/2024,C2,\"Größe 4 \"\"x\"\"\",.25,\"two
lines\",no
3,1/3/2024,C1,Lamp,-7,,yes
4,1/4/2024,C3,Lamp,0,\"\",no
5,1/5/2024,C3,Lamp,99999.99,\\N,no
";

const PLAN: &str = "
version = 1
data_set = 'shop'
folder = '.'
split = { by = 'rows', ratio = 0.7, cut = '6', historical = 5, realtime = 2 }
CUSTOMERS
[[table]]
name = 'transactions'
file = 'sales.csv'
sha256 = 'ab'
rows = 7
key = ['order_id']
foreign_key = [
    REFERENCE
    { column = 'product_name', table = 'products', references = 'product_name', orphans = 0 },
]
column = [
    { header = 'Order', name = 'order_id', type = 'BIGINT', nullable = false },
    { header = 'Day', name = 'day', role = 'event_time', type = 'DATE', format = '%m/%d/%Y', nullable = false },
    { header = 'Customer', name = 'customer_id', type = 'VARCHAR(9)', nullable = true },
    { header = 'Product', name = 'product_name', type = 'VARCHAR(20)', nullable = false },
    { header = 'Amount', name = 'amount', type = 'DECIMAL(7,2)', nullable = false },
    { header = 'Note', name = 'note', type = 'TEXT', nullable = true },
    { header = 'Paid', name = 'paid', type = 'BOOLEAN', nullable = false },
]
REST
[[table]]
name = 'products'
file = 'sales.csv'
sha256 = 'ab'
rows = 2
derived = true
key = ['product_id']
column = [
    { header = '', name = 'product_id', type = 'BIGINT', nullable = false, generated = true },
    { header = 'Product', name = 'product_name', type = 'VARCHAR(20)', nullable = false },
]
REST
";
const PLAN_CUSTOMERS: &str = "
[[table]]
name = 'customers'
file = 'customers.csv'
sha256 = 'cd'
rows = 3
key = ['customer_id']
column = [
    { header = 'Id', name = 'customer_id', type = 'VARCHAR(9)', nullable = false },
    { header = 'Name', name = 'customer_name', type = 'VARCHAR(30)', nullable = true },
]
REST
";
const REFERENCE: &str =
    "{ column = 'customer_id', table = 'customers', references = 'customer_id', orphans = 0 },";
const PLAN_REST: &str = "
rejected = 0
key_proof = 'proven'
route = { to = ['mysql'], reason = 'all' }
dialect = { delimiter = ',', quote = '\"', encoding = 'UTF-8', bom = false, line_ending = 'LF', header_line = 1 }
";

/// A data set with its plan and its split files.
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
}

impl Shop {
    /// All three tables.
    pub(crate) fn new() -> Self {
        Self::with(Some(CUSTOMERS), TRANSACTIONS)
    }

    pub(crate) fn with(customers: Option<&str>, transactions: &str) -> Self {
        let shop = Self { folder: TempDir::new().unwrap() };
        shop.plan(customers.is_some());
        let full = [("products", Some(PRODUCTS)), ("customers", customers)];
        for (table, text) in full {
            let Some(text) = text else { continue };
            fs::write(shop.path(&format!("{table}_full.csv")), text).unwrap();
        }
        fs::write(shop.path("transactions_historical.csv"), transactions).unwrap();
        shop.manifest();
        shop
    }

    /// One table more: its key and its columns as they stand in the plan, and its split file.
    pub(crate) fn add(&self, name: &str, key: &str, columns: &str, text: &str) {
        let plan = fs::read_to_string(self.path("plan.toml")).unwrap();
        let table = format!(
            "{plan}\n[[table]]\nname = '{name}'\nfile = '{name}.csv'\nsha256 = 'ef'\nrows = 2\n\
             key = ['{key}']\n{columns}\n{PLAN_REST}"
        );
        fs::write(self.path("plan.toml"), table).unwrap();
        self.write(&format!("{name}_full.csv"), text);
    }

    /// Refunds, which refer to sellers; customers, who refer to regions; and all that they refer to.
    pub(crate) fn with_further() -> Self {
        let shop = Self::new();
        let columns = "column = [
            { header = 'Id', name = 'id', type = 'INT', nullable = false },
            { header = 'Seller', name = 'seller', type = 'VARCHAR(9)', nullable = true }]
            foreign_key = [{ column = 'seller', table = 'sellers', references = 'seller', orphans = 0 }]";
        // Written before what it refers to is in the plan.
        let sellers = "column = [
            { header = 'Key', name = 'key', type = 'BIGINT', nullable = false },
            { header = 'Seller', name = 'seller', type = 'VARCHAR(9)', nullable = false }]";
        shop.add("sellers", "key", sellers, "Key,Seller\n1,Ida\n2,Max\n");
        shop.add("refunds", "id", columns, "Id,Seller\n7,Max\n8,\n9,Max\n");
        let regions =
            "column = [{ header = 'Id', name = 'name', type = 'VARCHAR(9)', nullable = false }]";
        shop.add("regions", "name", regions, "Id\nC1\nC2\nC3\n");
        let key = "key = ['customer_id']\nforeign_key = [{ column = 'customer_id', table = 'regions', \
                   references = 'name', orphans = 0 }]";
        shop.edit_plan("key = ['customer_id']", key);
        shop.manifest();
        shop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn plan(&self, customers: bool) {
        let (table, reference) = if customers { (PLAN_CUSTOMERS, REFERENCE) } else { ("", "") };
        let plan = PLAN.replace("CUSTOMERS", table).replace("REFERENCE", reference);
        fs::write(self.path("plan.toml"), plan.replace("REST", PLAN_REST)).unwrap();
    }

    /// Writes the manifest anew, as the splitter would for the files as they are now. What does
    /// not fit the plan is left out of the count.
    pub(crate) fn manifest(&self) {
        manifest_in(self.folder.path());
    }

    /// Writes a split file and the manifest that fits it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        self.manifest();
    }

    pub(crate) fn edit_plan(&self, from: &str, to: &str) {
        let plan = fs::read_to_string(self.path("plan.toml")).unwrap();
        assert!(plan.contains(from));
        fs::write(self.path("plan.toml"), plan.replace(from, to)).unwrap();
    }

    /// The tool on this data set.
    pub(crate) fn tool(&self, database: &str) -> Command {
        Command::from_std(self.process(database))
    }

    /// The same, to be started and killed.
    pub(crate) fn process(&self, database: &str) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mysql-loader"));
        command.arg("--plan").arg(self.path("plan.toml")).arg("--data-dir").arg(self.folder.path());
        command.args(["--mysql-database", database]).env("MYSQL_TIMEOUT", "5");
        command
    }
}

/// The manifest of the files in a work folder.
pub(crate) fn manifest_in(folder: &Path) {
    let plan = Plan::read(&folder.join("plan.toml")).unwrap();
    let files = plan.tables.iter().map(|table| {
        let historical = table.name == TableName::Transactions;
        let part = if historical { Part::Historical } else { Part::Full };
        let name = part.file_name(table.name);
        let path = folder.join(&name);
        let mut reader = Reader::open(&path, &Dialect::work()).unwrap();
        let (mut record, mut canonical) = (Record::new(), Canonical::new());
        let (converter, mut tally) = (Converter::new(table), Tally::default());
        loop {
            match reader.read(&mut record).unwrap() {
                Next::End => break,
                Next::Record if converter.convert(&record, &mut canonical).is_ok() => {
                    tally.add(canonical.bytes());
                }
                _ => {}
            }
        }
        ManifestFile {
            table: table.name,
            part,
            rows: tally.count,
            checksum: tally.checksum,
            bytes: fs::metadata(&path).unwrap().len(),
            sha256: sha256_of(&path).unwrap(),
            name,
        }
    });
    let manifest = Manifest {
        data_set: plan.data_set.clone(),
        source: plan.transactions().unwrap().sha256.clone(),
        files: files.collect(),
        rejected: 0,
    };
    manifest.write(folder).unwrap();
}

/// The exit code, standard output and standard error of a command.
pub(crate) fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}
