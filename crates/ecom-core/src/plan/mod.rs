//! The plan: what is known and decided about a data set. `analyzer --plan` writes it, a person may
//! edit it, every other tool reads it.

mod dialect;
mod render;
mod sql_type;
mod validate;

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use dialect::{Dialect, LineEnding};
pub use sql_type::SqlType;
pub use validate::RESERVED_FIELDS;

use crate::atomic;
use crate::exit::{Failure, io_failure};

/// The version of the plan's format that this build reads and writes.
pub const VERSION: u32 = 1;

/// The name of the plan's file in the work folder.
pub const FILE_NAME: &str = "plan.toml";

/// What is known and decided about a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The format's version, [`VERSION`].
    pub version: u32,
    /// The data set's name: a snake-case word, also the name of its work folder.
    pub data_set: String,
    /// The folder that holds the source files; relative paths start at the plan's own folder.
    pub folder: PathBuf,
    /// The cut between the historical and the real-time part of `transactions`.
    pub split: Split,
    /// The tables, those that others refer to first.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
}

/// Which table of the three a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableName {
    /// Who buys.
    Customers,
    /// What is sold.
    Products,
    /// What was sold, when and for how much.
    Transactions,
}

/// One table and the file that it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The table's name.
    pub name: TableName,
    /// The source file's name in the data set's folder.
    pub file: String,
    /// The source file's SHA-256 in hexadecimal.
    pub sha256: String,
    /// Records accepted from the source; of a derived table, its distinct records.
    pub rows: u64,
    /// Records rejected from the source.
    pub rejected: u64,
    /// True when the table is made of the distinct values of columns of `transactions`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub derived: bool,
    /// How the source file is written.
    pub dialect: Dialect,
    /// SQL names of the column or columns proven unique over the whole file.
    pub key: Vec<String>,
    /// How the key was proven, in words.
    pub key_proof: String,
    /// Where the table goes, and why.
    pub route: Route,
    /// References to other tables of the plan.
    #[serde(default, rename = "foreign_key", skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// The columns in file order; generated ones first.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The header as it stands in the file; empty for a generated column.
    pub header: String,
    /// The SQL name.
    pub name: String,
    /// What the column means, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The narrowest SQL type that holds every value.
    #[serde(rename = "type")]
    pub sql_type: SqlType,
    /// The `strftime` format of a date or time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// True when the column may be empty.
    pub nullable: bool,
    /// Characters of the longest value of a text; what the type allows above it is headroom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<u32>,
    /// True when the splitter makes the values: 1, 2, 3, … in file order (`row_id`) or in the order
    /// of first appearance (the id of a derived table).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub generated: bool,
}

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the words of the field")]
pub enum Role {
    OrderId,
    LineId,
    EventTime,
    CustomerId,
    CustomerName,
    Email,
    ProductId,
    ProductName,
    Category,
    Quantity,
    UnitPrice,
    Amount,
    Region,
    PaymentMethod,
    Status,
}

/// A reference to another table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignKey {
    /// SQL name of the referring column.
    pub column: String,
    /// The table referred to.
    pub table: TableName,
    /// SQL name of the unique column referred to.
    pub references: String,
    /// Records whose value is not in the table referred to.
    pub orphans: u64,
}

/// Where a table goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The ways that the table takes.
    pub to: Vec<Way>,
    /// Why.
    pub reason: String,
}

/// One of the three ways into the lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the words of the field")]
pub enum Way {
    Mysql,
    Kafka,
    Logs,
}

/// The cut between the historical and the real-time part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// By the date of the event time, or by rows in file order.
    pub by: SplitBy,
    /// The share of records wanted in the historical part.
    pub ratio: f64,
    /// The first value of the real-time part: an ISO date, or a record number (the first is 1).
    pub cut: String,
    /// Records in the historical part.
    pub historical: u64,
    /// Records in the real-time part.
    pub realtime: u64,
}

/// What a data set is cut by; the value of `--by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// By the date of the sale
    Date,
    /// By rows in file order
    Rows,
}

impl Plan {
    /// Reads and validates a plan.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| io_failure("read", path, error))?;
        let refuse = |problem: String| Failure::refused(format!("{}: {problem}", path.display()));
        let mut plan: Self = toml::from_str(&text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start.min(text.len())]);
            let line = before.matches('\n').count() + 1;
            refuse(format!("line {line}: {}", error.message()))
        })?;
        plan.validate().map_err(refuse)?;
        if plan.folder.is_relative() {
            let home = path.parent().unwrap_or(Path::new(""));
            plan.folder = home.join(&plan.folder);
        }
        Ok(plan)
    }

    /// Writes the plan atomically. [`Plan::folder`] is written as it stands: give it absolute, or
    /// relative to the plan's own folder.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        self.validate().map_err(Failure::refused)?;
        let text = render::render(self)
            .map_err(|error| Failure::refused("cannot write the plan").because(error))?;
        atomic::write(path, text.as_bytes())
    }

    /// The table of that name, if the data set has it.
    #[must_use]
    pub fn table(&self, name: TableName) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The table `transactions`, which every valid plan has.
    pub fn transactions(&self) -> Result<&Table, Failure> {
        self.table(TableName::Transactions)
            .ok_or_else(|| Failure::refused("the plan has no table transactions"))
    }

    /// The files that the tables come from; one that several come from is named several times.
    pub fn sources(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.tables.iter().map(|table| self.folder.join(&table.file))
    }

    /// Refuses when the source file of `table` is not the file that was analyzed.
    pub fn check_source(&self, table: &Table) -> Result<PathBuf, Failure> {
        let path = self.folder.join(&table.file);
        let found = sha256_of(&path)?;
        if found == table.sha256 {
            return Ok(path);
        }
        Err(Failure::refused(format!(
            "{} is not the file that was analyzed (SHA-256 {}… instead of {}…): run analyzer again",
            path.display(),
            &found[..16],
            table.sha256.get(..16).unwrap_or(&table.sha256),
        )))
    }
}

impl TableName {
    /// The name in SQL, in HDFS and in file names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Products => "products",
            Self::Transactions => "transactions",
        }
    }

    /// The name of one of its records: `customer`.
    #[must_use]
    pub fn singular(self) -> &'static str {
        self.as_str().trim_end_matches('s')
    }

    /// The Kafka topic of its records.
    #[must_use]
    pub fn topic(self) -> &'static str {
        match self {
            Self::Customers => "ecommerce-customers",
            Self::Products => "ecommerce-products",
            Self::Transactions => "ecommerce-transactions",
        }
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Table {
    /// The position of the column of that SQL name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of the first column of that role.
    #[must_use]
    pub fn role(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == Some(role))
    }

    /// The positions of the key's columns, in the key's order.
    #[must_use]
    pub fn key_positions(&self) -> Vec<usize> {
        self.key.iter().filter_map(|name| self.position(name)).collect()
    }

    /// For every column its field under `header`, `None` for a generated column. Columns of equal
    /// header are told apart by their order. The error is the first header that is not there.
    pub fn source_fields<'a>(
        &'a self,
        header: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Option<usize>>, &'a str> {
        let mut free: Vec<Option<&str>> = header.into_iter().map(Some).collect();
        let mut take = |wanted: &'a str| {
            let place = free.iter().position(|have| *have == Some(wanted)).ok_or(wanted)?;
            free[place] = None;
            Ok(place)
        };
        let field = |column: &'a Column| {
            if column.generated { Ok(None) } else { take(&column.header).map(Some) }
        };
        self.columns.iter().map(field).collect()
    }
}

/// The SHA-256 of a file, in hexadecimal.
pub fn sha256_of(path: &Path) -> Result<String, Failure> {
    let failure = |error| io_failure("read", path, error);
    let mut file = fs::File::open(path).map_err(failure)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).map_err(failure)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
