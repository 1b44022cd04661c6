//! A data set in a temporary folder, with its plan.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;
use ecom_core::plan::{self, Dialect, Plan, sha256_of};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::testing;
use tempfile::TempDir;

/// One table of the plan: `columns` are lines `header | name | type | rest`, `rest` in TOML.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) rows: usize,
    pub(crate) rejected: usize,
    pub(crate) key: &'static str,
    pub(crate) columns: &'static str,
    /// More lines of the table in TOML.
    pub(crate) more: &'static str,
}

pub(crate) const REFERENCE: &str = "foreign_key = [{ column = \"buyer\", table = \
    \"customers\", references = \"buyer\", orphans = 0 }]\n";

pub(crate) const BY_DATE: &str =
    "by = \"date\"\nratio = 0.7\ncut = \"2024-06-17\"\nhistorical = 168\nrealtime = 72";

pub(crate) struct Shop {
    folder: TempDir,
    pub(crate) data: PathBuf,
}

impl Table {
    fn of_plan(&self, data: &Path) -> plan::Table {
        let Self { name, file, rows, rejected, key, columns, more } = self;
        let table = plan::Table {
            file: (*file).to_owned(),
            sha256: sha256_of(&data.join(file)).unwrap(),
            rows: *rows as u64,
            rejected: *rejected as u64,
            ..testing::table(name, &key.replace(['[', ']', '"'], ""), columns)
        };
        testing::with(&table, more)
    }
}

impl Shop {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(&data).unwrap();
        for (name, text) in files {
            fs::write(data.join(name), text).unwrap();
        }
        Self { folder, data }
    }

    pub(crate) fn at(data: &Path) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), data: data.to_owned() }
    }

    /// A file of the data set.
    pub(crate) fn source(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// Writes the plan again for the file of `transactions` as it is now.
    pub(crate) fn renew_plan(&self) {
        let old = Plan::read(&self.plan()).unwrap();
        let old = old.transactions().unwrap();
        let text = fs::read_to_string(self.plan()).unwrap();
        let sha256 = sha256_of(&self.data.join(&old.file)).unwrap();
        fs::write(self.plan(), text.replace(&old.sha256, &sha256)).unwrap();
    }

    pub(crate) fn plan(&self) -> PathBuf {
        self.folder.path().join("plan.toml")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(crate) fn write_plan(&self, split: &str, tables: &[Table]) {
        let tables = tables.iter().map(|table| table.of_plan(&self.data));
        let plan = Plan { split: testing::split(split), ..testing::plan("shop", tables) };
        Plan { folder: self.data.clone(), ..plan }.write(&self.plan()).unwrap();
    }

    /// Runs the splitter on the plan, into `out`.
    pub(crate) fn splitter(&self, args: &[&str]) -> Assert {
        self.splitter_into("out", args)
    }

    pub(crate) fn splitter_into(&self, out: &str, args: &[&str]) -> Assert {
        let plan = self.plan();
        let mut all = vec!["--plan", plan.to_str().unwrap(), "--out-dir", out];
        all.extend(args);
        self.bare(&all)
    }

    /// Runs the splitter with nothing but these arguments.
    pub(crate) fn bare(&self, args: &[&str]) -> Assert {
        let mut command = Command::new(env!("CARGO_BIN_EXE_splitter"));
        command.current_dir(self.folder.path()).args(args).assert()
    }

    /// The first cell of every record of an output file.
    pub(crate) fn ids(&self, name: &str) -> Vec<String> {
        let all = records(&self.out().join(name), &Dialect::work());
        all.into_iter().map(|record| record[0].clone().unwrap_or_default()).collect()
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.out().join(name)).unwrap()
    }

    /// Every file of the work folder and its bytes; the lock apart.
    pub(crate) fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let Ok(folder) = fs::read_dir(self.out()) else { return Vec::new() };
        let files = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let files = files.map(|path| (name(&path), fs::read(&path).unwrap()));
        let mut files: Vec<_> = files.filter(|(name, _)| name != ".splitter.lock").collect();
        files.sort();
        files
    }

    /// The names and sizes of the files in the output folder.
    pub(crate) fn names(&self) -> Vec<(String, usize)> {
        self.everything().into_iter().map(|(name, bytes)| (name, bytes.len())).collect()
    }
}

/// The records of a file, `None` for NULL.
pub(crate) fn records(path: &Path, dialect: &Dialect) -> Vec<Vec<Option<String>>> {
    let mut reader = Reader::open(path, dialect).unwrap();
    let (mut record, mut all) = (Record::new(), Vec::new());
    loop {
        match reader.read(&mut record).unwrap() {
            Next::Record => all.push(record.values().map(|v| v.map(str::to_owned)).collect()),
            Next::Reject(reject) => panic!("{reject}"),
            Next::End => return all,
        }
    }
}

pub(crate) fn small_split() -> &'static str {
    "by = \"date\"\nratio = 0.5\ncut = \"2024-01-02\"\nhistorical = 2\nrealtime = 2"
}

/// A cut at the second of January that leaves so many records on its sides.
pub(crate) fn split_into(historical: usize, realtime: usize) -> String {
    small_split()
        .replace("historical = 2", &format!("historical = {historical}"))
        .replace("realtime = 2", &format!("realtime = {realtime}"))
}

pub(crate) fn customers(file: &'static str, rows: usize, columns: &'static str) -> Table {
    let (name, key) = ("customers", "[\"buyer\"]");
    Table { name, file, rows, rejected: 0, key, columns, more: "" }
}

pub(crate) fn transactions(
    file: &'static str,
    rows: usize,
    key: &'static str,
    columns: &'static str,
    more: &'static str,
) -> Table {
    Table { name: "transactions", file, rows, rejected: 0, key, columns, more }
}

/// Two customers and four transactions, one of them without a date, two not in order.
pub(crate) fn small() -> Shop {
    let shop = Shop::new(&[
        ("c.csv", "Buyer,Name\nann,\"Ann, A.\"\nbob,\n"),
        (
            "t.csv",
            "Id,Buyer,Day,Amount\n1,ann,2024-01-01,5\n2,bob,2024-01-03,7.00\n\
             3,bob,2024-01-02,\"\"\n4,ann,,5.5\n",
        ),
    ]);
    let people = "
        Buyer | buyer | VARCHAR(8)   | role = \"customer_id\"
        Name  | name  | VARCHAR(16)  | nullable = true";
    let sales = "
        Id    | id    | INT          | role = \"order_id\"
        Buyer | buyer | VARCHAR(8)   | role = \"customer_id\"
        Day   | day   | DATE         | role = \"event_time\"; format = \"%Y-%m-%d\"; nullable = true
        Amount| amount| DECIMAL(6,2) | role = \"amount\"; nullable = true";
    let tables =
        [customers("c.csv", 2, people), transactions("t.csv", 4, "[\"id\"]", sales, REFERENCE)];
    shop.write_plan(small_split(), &tables);
    shop
}

/// One customer, and three of six transactions of two others; the plan knows of so many.
pub(crate) fn with_orphans(known: usize) -> Shop {
    let shop = Shop::new(&[
        ("c.csv", "Buyer,Name\nann,Ann\n"),
        (
            "t.csv",
            "Id,Buyer,Day\n1,ann,2024-01-01\n2,zoe,2024-01-01\n3,cy,2024-01-02\n\
             4,zoe,2024-01-02\n5,ann ,2024-01-01\n6,,2024-01-01\n",
        ),
    ]);
    let people = "
        Buyer | buyer | VARCHAR(8)  | role = \"customer_id\"
        Name  | name  | VARCHAR(16) |";
    let sales = "
        Id    | id    | INT         | role = \"order_id\"
        Buyer | buyer | VARCHAR(8)  | role = \"customer_id\"; nullable = true
        Day   | day   | DATE        | role = \"event_time\"; format = \"%Y-%m-%d\"";
    let more = Box::leak(REFERENCE.replace("orphans = 0", &format!("orphans = {known}")).into());
    let tables = [customers("c.csv", 1, people), transactions("t.csv", 6, "[\"id\"]", sales, more)];
    shop.write_plan(&split_into(4, 2), &tables);
    shop
}
