//! A plan written by hand in a temporary folder.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use tempfile::TempDir;

pub(crate) struct Shop {
    folder: TempDir,
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
    /// Tables of the columns `header | name | type | rest in TOML`.
    pub(crate) fn new(products: &str, sales: &str) -> Self {
        let mut text = "version = 1\ndata_set = \"shop\"\nfolder = \"/data\"\n[split]\nby = \
                        \"date\"\nratio = 0.7\ncut = \"2024-06-17\"\nhistorical = 2\nrealtime = 1\n"
            .to_owned();
        table(&mut text, "products", "product_id", "derived = true", products);
        let reference = "foreign_key = [{ column = \"product\", table = \"products\", references = \
                         \"product\", orphans = 0 }]";
        table(&mut text, "transactions", "id", reference, sales);
        let shop = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(shop.path("plan.toml"), text).unwrap();
        shop
    }

    pub(crate) fn usual() -> Self {
        Self::new(PRODUCTS, SALES)
    }

    /// One table more, of the same file.
    pub(crate) fn and(self, name: &str, key: &str, more: &str, columns: &str) -> Self {
        let mut text = self.read("plan.toml");
        table(&mut text, name, key, more, columns);
        fs::write(self.path("plan.toml"), text).unwrap();
        self
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

fn table(text: &mut String, name: &str, key: &str, more: &str, columns: &str) {
    writeln!(
        text,
        "[[table]]\nname = {name:?}\nfile = \"sales.csv\"\nsha256 = \"65b37775\"\nrows = 3\n\
         rejected = 0\nkey = [{key:?}]\nkey_proof = \"3 records, 3 values\"\n{more}\nroute = {{ to \
         = [\"mysql\"], reason = \"all\" }}\ndialect = {{ delimiter = \",\", quote = '\"', encoding \
         = \"UTF-8\", bom = false, line_ending = \"LF\", header_line = 1 }}"
    )
    .unwrap();
    for line in columns.trim().lines() {
        let parts: Vec<_> = line.split('|').map(str::trim).collect();
        let [header, name, sql_type, rest] = parts[..] else { panic!("{line}") };
        let nullable = if rest.contains("nullable") { "" } else { "nullable = false" };
        let rest = rest.replace("; ", "\n");
        let header = header.replace("\\n", "\n");
        writeln!(
            text,
            "[[table.column]]\nheader = {header:?}\nname = {name:?}\ntype = {sql_type:?}\n{rest}\n\
             {nullable}"
        )
        .unwrap();
    }
}
