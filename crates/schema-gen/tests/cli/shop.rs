//! A plan in a temporary folder.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use ecom_core::plan::{Plan, Split, SplitBy, Table};
use ecom_core::testing::{plan, reference, table};
use tempfile::TempDir;

pub(crate) struct Shop {
    folder: TempDir,
    plan: Plan,
}

/// Products with a generated id, and transactions that refer to them by name.
pub(crate) const PRODUCTS: &str = "
            | product_id | BIGINT      | generated = true
    Product | product    | VARCHAR(64) | longest = 58; nulls = 0
    Kind    | kind       | VARCHAR(20) | nullable = true; longest = 7; nulls = 1";

pub(crate) const SALES: &str = "
    Id      | id      | INT          | role = \"order_id\"; nulls = 0; minimum = \"-7\"; maximum = \"12\"
    Day     | day     | DATE         | role = \"event_time\"; format = \"%Y-%m-%d\"; nulls = 0; minimum = \"2024-01-01\"; maximum = \"2024-08-27\"
    Product | product | VARCHAR(64)  | longest = 58; nulls = 0
    Paid    | paid    | BOOLEAN      | nullable = true; nulls = 0
    Amount  | amount  | DECIMAL(6,2) | role = \"amount\"; nullable = true; nulls = 2; minimum = \"5\"; maximum = \"3899.99\"";

impl Shop {
    /// Products derived from sales, each with these columns.
    pub(crate) fn new(products: &str, sales: &str) -> Self {
        let derived = Table { derived: true, ..of_sales("products", "product_id", products) };
        let foreign_keys = vec![reference("product", "products.product")];
        let sales = Table { foreign_keys, ..of_sales("transactions", "id", sales) };
        let by_date = Split {
            by: SplitBy::Date,
            ratio: 0.7,
            cut: "2024-06-17".into(),
            historical: 2,
            realtime: 1,
        };
        let plan = Plan { split: by_date, ..plan("shop", [derived, sales]) };
        let shop = Self { folder: tempfile::tempdir().unwrap(), plan };
        shop.write_plan();
        shop
    }

    pub(crate) fn usual() -> Self {
        Self::new(PRODUCTS, SALES)
    }

    /// With further tables.
    pub(crate) fn and_all(mut self, tables: impl IntoIterator<Item = Table>) -> Self {
        self.change_plan(|plan| plan.tables.extend(tables));
        self
    }

    /// Changes the plan.
    pub(crate) fn change_plan(&mut self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan);
        self.write_plan();
    }

    fn write_plan(&self) {
        self.plan.write(&self.path("plan.toml")).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn schema_gen(&self, args: &[&str]) -> Assert {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schema-gen"));
        command.current_dir(self.folder.path()).env_remove("MYSQL_DATABASE");
        command.args(["--plan", "plan.toml"]).args(args).assert()
    }
}

/// A table from the file with the sales.
pub(crate) fn of_sales(name: &str, key: &str, columns: &str) -> Table {
    let table = table(name, key, columns);
    let (file, sha256) = ("sales.csv".into(), "65b37775".into());
    let key_proof = "3 records, 3 values".into();
    Table { file, sha256, key_proof, ..table }
}
