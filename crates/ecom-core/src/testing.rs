//! Plans and work folders for tests, written in few lines.
//!
//! ```
//! use ecom_core::plan::{Plan, Table};
//! use ecom_core::testing::{WorkFolder, plan, reference, table};
//! use ecom_core::work::Part;
//!
//! let customers = table("customers", "id", "
//!     Id   | id   | INT
//!     Name | name | VARCHAR(30) | nullable = true");
//! let sales = table("transactions", "order_id", "
//!     Order    | order_id | BIGINT | role = 'order_id'
//!     Day      | day      | DATE   | role = 'event_time'; format = '%Y-%m-%d'
//!     Customer | customer | INT    | nullable = true");
//! let sales = Table { foreign_keys: vec![reference("customer", "customers.id")], ..sales };
//! let work = WorkFolder::new(plan("shop", [customers, sales]));
//! work.write("customers", Part::Full, &["7,Ann"]);
//! work.write("transactions", Part::Realtime, &["1,2024-01-01,7", "2,2024-01-02,"]);
//! work.write_manifest();
//! assert_eq!(work.manifest().files[2].rows, 2);
//! ```
//!
//! The functions return the plan's own types with usual values: change a field for anything else.

pub mod hostile;
pub mod hostile_hdfs;
pub mod hostile_kafka;
pub mod hostile_mysql;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::checksum::Tally;
use crate::plan::{
    Column, Dialect, FILE_NAME, ForeignKey, Plan, Route, Split, SplitBy, Table, TableName, VERSION,
    Way, sha256_of,
};
use crate::work::{Manifest, ManifestFile, Part, Records};

/// A plan of these tables: `transactions` are cut by rows, before the first one.
#[must_use]
pub fn plan(data_set: &str, tables: impl IntoIterator<Item = Table>) -> Plan {
    let split =
        Split { by: SplitBy::Rows, ratio: 0.7, cut: "1".into(), historical: 0, realtime: 1 };
    Plan {
        version: VERSION,
        data_set: data_set.into(),
        folder: "/nowhere".into(),
        split,
        left_out: Vec::new(),
        tables: tables.into_iter().collect(),
    }
}

/// A table with a key (`id`, or `order, line`) and [`columns`], from the file `NAME.csv`. It goes
/// everywhere.
#[must_use]
pub fn table(name: &str, key: &str, columns: &str) -> Table {
    Table {
        name: table_name(name),
        file: format!("{name}.csv"),
        member: None,
        sha256: "5a".repeat(32),
        rows: 3,
        rejected: 0,
        passed_over: 0,
        derived: false,
        dialect: Dialect::work(),
        encoding_reason: None,
        further_files: Vec::new(),
        join: None,
        key: key.split(',').map(|name| name.trim().to_owned()).collect(),
        key_proof: "made for a test".into(),
        route: Route { to: vec![Way::Mysql, Way::Kafka, Way::Logs], reason: "a test".into() },
        foreign_keys: Vec::new(),
        columns: self::columns(columns),
    }
}

/// One column per line, `header | name | type | rest`. The rest is TOML as in the plan, its entries
/// separated by `;`; it is optional. A column is not nullable unless the rest makes it so.
///
/// # Panics
/// When a line is not of this form.
#[must_use]
pub fn columns(lines: &str) -> Vec<Column> {
    lines.lines().filter(|line| !line.trim().is_empty()).map(column).collect()
}

fn column(line: &str) -> Column {
    let mut parts = line.splitn(4, '|').map(str::trim);
    let [Some(header), Some(name), Some(sql_type)] = [parts.next(), parts.next(), parts.next()]
    else {
        panic!("not `header | name | type | rest`: {line}")
    };
    let rest = parts.next().unwrap_or_default();
    let nullable = if rest.contains("nullable") { "" } else { "nullable = false" };
    let header = header.replace("\\n", "\n");
    let text = format!(
        "header = {header:?}\nname = {name:?}\ntype = {sql_type:?}\n{nullable}\n{}",
        rest.replace(';', "\n")
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// The table with more entries, in TOML as in the plan: `derived = true`, a join, further files.
///
/// # Panics
/// When `more` is not TOML, or not of a table.
#[must_use]
pub fn with(table: &Table, more: &str) -> Table {
    let mut entries = toml::Table::try_from(table).expect("a table as TOML");
    entries.extend(more.parse::<toml::Table>().unwrap_or_else(|error| panic!("{more}: {error}")));
    entries.try_into().unwrap_or_else(|error| panic!("{more}: {error}"))
}

/// A split, in TOML as in the plan.
///
/// # Panics
/// When it is not one.
#[must_use]
pub fn split(text: &str) -> Split {
    toml::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A reference of a column to `TABLE.COLUMN`, without orphans.
///
/// # Panics
/// When `to` is not of this form.
#[must_use]
pub fn reference(column: &str, to: &str) -> ForeignKey {
    let (table, references) = to.split_once('.').expect("TABLE.COLUMN");
    ForeignKey {
        column: column.into(),
        table: table_name(table),
        references: references.into(),
        orphans: 0,
    }
}

/// A table's name.
///
/// # Panics
/// When it is not one.
#[must_use]
pub fn table_name(name: &str) -> TableName {
    TableName::new(name).expect("a table name")
}

/// A work folder with a plan. It is deleted when it is dropped, unless it is in a folder of the
/// caller's.
#[derive(Debug)]
pub struct WorkFolder {
    path: PathBuf,
    plan: Plan,
    _temporary: Option<TempDir>,
}

#[allow(clippy::unwrap_used, reason = "a test ends where its folder cannot be written")]
#[expect(
    clippy::missing_panics_doc,
    reason = "as every function here panics where a test must end"
)]
impl WorkFolder {
    /// Writes the plan into a temporary folder.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().to_owned();
        Self { _temporary: Some(folder), ..Self::at(&path, plan) }
    }

    /// Writes the plan into the folder at `path`, which is made when it does not exist.
    #[must_use]
    pub fn at(path: &Path, plan: Plan) -> Self {
        fs::create_dir_all(path).unwrap();
        plan.write(&path.join(FILE_NAME)).unwrap();
        Self { path: path.to_owned(), plan, _temporary: None }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of one of its files.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Changes the plan, in the folder too. The manifest stays as it is.
    pub fn change_plan(&mut self, change: impl FnOnce(&mut Plan)) {
        change(&mut self.plan);
        self.plan.write(&self.file(FILE_NAME)).unwrap();
    }

    /// Writes a work file: the table's header and these lines.
    pub fn write(&self, table: &str, part: Part, lines: &[&str]) {
        let table = self.plan.table(table_name(table)).unwrap();
        let mut writer = crate::record::Writer::new(Vec::new());
        writer.write(table.work_header().map(Some)).unwrap();
        let mut text = String::from_utf8(writer.into_inner()).unwrap();
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        fs::write(self.file(&part.file_name(table.name)), text).unwrap();
    }

    /// Writes the manifest of the work files as they are now. A part without a file gets an empty
    /// one. The records of a file are counted up to the first that does not fit the plan.
    pub fn write_manifest(&self) {
        let mut files = Vec::new();
        for table in &self.plan.tables {
            for part in Part::all_of(table.name) {
                if !self.file(&part.file_name(table.name)).exists() {
                    self.write(table.name.as_str(), *part, &[]);
                }
                files.push(self.entry(table, *part));
            }
        }
        let manifest = Manifest {
            data_set: self.plan.data_set.clone(),
            source: self.plan.transactions().unwrap().identity(),
            files,
            rejected: 0,
        };
        manifest.write(&self.path).unwrap();
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> Manifest {
        Manifest::read(&self.path).unwrap()
    }

    /// Changes the manifest.
    pub fn change_manifest(&self, change: impl FnOnce(&mut Manifest)) {
        let mut manifest = self.manifest();
        change(&mut manifest);
        manifest.write(&self.path).unwrap();
    }

    fn entry(&self, table: &Table, part: Part) -> ManifestFile {
        let name = part.file_name(table.name);
        let path = self.file(&name);
        let mut tally = Tally::default();
        if let Ok(mut records) = Records::open(&path, table) {
            while let Ok(Some(record)) = records.next() {
                tally.add(record.canonical.bytes());
            }
        }
        ManifestFile {
            name,
            table: table.name,
            part,
            rows: tally.count,
            checksum: tally.checksum,
            bytes: fs::metadata(&path).unwrap().len(),
            sha256: sha256_of(&path).unwrap(),
        }
    }
}
