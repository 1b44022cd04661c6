//! A small shop, as the analyzer and the splitter would leave it.
use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use ecom_core::plan::{Plan, Split, SplitBy, Table, TableName};
use ecom_core::testing::{WorkFolder, plan, reference, table};
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

/// The tables of the shop.
fn tables(customers: bool) -> Vec<Table> {
    let sales = "
        Order    | order_id     | BIGINT
        Day      | day          | DATE         | role = 'event_time'; format = '%m/%d/%Y'
        Customer | customer_id  | VARCHAR(9)   | nullable = true
        Product  | product_name | VARCHAR(20)
        Amount   | amount       | DECIMAL(7,2)
        Note     | note         | TEXT         | nullable = true
        Paid     | paid         | BOOLEAN";
    let mut sales = table("transactions", "order_id", sales);
    let buyers = "
        Id   | customer_id   | VARCHAR(9)
        Name | customer_name | VARCHAR(30) | nullable = true";
    let buyers = table("customers", "customer_id", buyers);
    let products = "
                | product_id   | BIGINT | generated = true
        Product | product_name | VARCHAR(20)";
    let products = Table { derived: true, ..table("products", "product_id", products) };
    sales.foreign_keys.push(reference("product_name", "products.product_name"));
    if customers {
        sales.foreign_keys.insert(0, reference("customer_id", "customers.customer_id"));
    }
    customers.then_some(buyers).into_iter().chain([sales, products]).collect()
}

/// A data set with its plan and its work files.
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
        let split =
            Split { by: SplitBy::Rows, ratio: 0.7, cut: "6".into(), historical: 5, realtime: 2 };
        let plan = Plan { split, ..plan("shop", tables(customers.is_some())) };
        plan.write(&shop.path("plan.toml")).unwrap();
        let full = [("products", Some(PRODUCTS)), ("customers", customers)];
        for (table, text) in full {
            let Some(text) = text else { continue };
            fs::write(shop.path(&format!("{table}_full.csv")), text).unwrap();
        }
        fs::write(shop.path("transactions_historical.csv"), transactions).unwrap();
        shop.manifest();
        shop
    }

    /// Adds a table with its work file.
    pub(crate) fn add(&self, table: Table, text: &str) {
        let name = format!("{}_full.csv", table.name);
        self.change_plan(|plan| plan.tables.push(table));
        self.write(&name, text);
    }

    /// Further tables: refunds refer to sellers, and customers to regions.
    pub(crate) fn with_further() -> Self {
        let shop = Self::new();
        let sellers = "Key | key | BIGINT\nSeller | seller | VARCHAR(9)";
        shop.add(table("sellers", "key", sellers), "Key,Seller\n1,Ida\n2,Max\n");
        let refunds = "Id | id | INT\nSeller | seller | VARCHAR(9) | nullable = true";
        let mut refunds = table("refunds", "id", refunds);
        refunds.foreign_keys.push(reference("seller", "sellers.seller"));
        shop.add(refunds, "Id,Seller\n7,Max\n8,\n9,Max\n");
        let regions = table("regions", "name", "Id | name | VARCHAR(9)");
        shop.add(regions, "Id\nC1\nC2\nC3\n");
        shop.change_plan(|plan| {
            plan.tables[0].foreign_keys.push(reference("customer_id", "regions.name"));
        });
        shop.manifest();
        shop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the manifest again, as the splitter would for the files as they are now, up to the
    /// first record that does not fit the plan.
    pub(crate) fn manifest(&self) {
        let plan = Plan::read(&self.path("plan.toml")).unwrap();
        WorkFolder::at(self.folder.path(), plan).write_manifest();
    }

    /// Writes a work file and a matching manifest.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        self.manifest();
    }

    /// Changes the plan and nothing else.
    pub(crate) fn change_plan(&self, change: impl FnOnce(&mut Plan)) {
        let path = self.path("plan.toml");
        let mut plan = Plan::read(&path).unwrap();
        change(&mut plan);
        plan.write(&path).unwrap();
    }

    /// Gives the amount of a sale another type.
    pub(crate) fn retype_amount(&self, sql_type: &str) {
        self.change_plan(|plan| {
            let sales = plan.tables.iter_mut().find(|table| table.name == TableName::Transactions);
            let amount = sales.unwrap().columns.iter_mut().find(|column| column.name == "amount");
            amount.unwrap().sql_type = sql_type.parse().unwrap();
        });
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

/// The exit code, standard output and standard error of a command.
pub(crate) fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}
