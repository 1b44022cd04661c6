//! The plan: what is known and decided about a data set. The analysis writes it, a person may edit
//! it, and every later step reads it.
//!
//! The plan keeps its proofs: for every column the missing values, the range, and the value that decides
//! the order of day and month. They are optional, so plans without them are valid too.

mod column;
mod dialect;
mod name;
mod render;
mod sql_type;
mod table;
mod validate;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use column::{Column, ForeignKey, Role};
pub use dialect::{Dialect, LineEnding};
pub use name::{FurtherName, TableName};
pub use sql_type::SqlType;
pub use table::{FurtherFile, Join, Route, SourceFile, Table, Way};

use crate::exit::{Failure, io_failure};
use crate::{atomic, input};

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
    /// The folder of the source files; a relative path is relative to the plan's own folder.
    pub folder: PathBuf,
    /// The cut between the historical and the real-time part of `transactions`.
    pub split: Split,
    /// Files of the data set's folder that are in no table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// The tables, those that others refer to first.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
}

/// A file of the data set's folder that is in no table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The file's name, followed by a slash and the name of a member or a sheet.
    pub file: String,
    /// Its records, as far as they could be read.
    pub rows: u64,
    /// True if it contains sales: the data set is not complete without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sales: bool,
    /// Why it is left out.
    pub reason: String,
}

/// The cut between the historical and the real-time part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// By the date of the event time, or by rows in file order.
    pub by: SplitBy,
    /// The requested share of records in the historical part.
    pub ratio: f64,
    /// The first value of the real-time part: an ISO date, or a record number (the first is 1).
    pub cut: String,
    /// Records in the historical part.
    pub historical: u64,
    /// Records in the real-time part.
    pub realtime: u64,
}

/// How a data set is cut; the value of `--by`.
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
    ///
    /// # Errors
    /// The file cannot be read, or is not a valid plan; the message names the line or the problem.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = input::text(path)?;
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

    /// Writes the plan atomically. [`Plan::folder`] is written unchanged: pass it absolute, or relative
    /// to the plan's own folder.
    ///
    /// # Errors
    /// The file cannot be written.
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

    /// The table of that name. Refuses a name that no table of the plan has.
    pub fn table_or_refuse(&self, name: TableName) -> Result<&Table, Failure> {
        self.table(name).ok_or_else(|| {
            let names: Vec<_> = self.tables.iter().map(|table| table.name.as_str()).collect();
            let names = names.join(", ");
            Failure::refused(format!("the plan has no table {name}: its tables are {names}"))
        })
    }

    /// One sentence for each table that the data set lacks, for people.
    pub fn absences(&self) -> impl Iterator<Item = String> + '_ {
        let names = [TableName::Customers, TableName::Products].into_iter();
        names
            .filter(|name| self.table(*name).is_none())
            .map(|name| format!("no {name}: the data set has no {} column", name.singular()))
    }

    /// The table `transactions`, which every valid plan has.
    ///
    /// # Errors
    /// The plan was not validated and has no such table.
    pub fn transactions(&self) -> Result<&Table, Failure> {
        self.table_or_refuse(TableName::Transactions)
    }

    /// The source files of all tables; a file of several tables appears several times.
    pub fn sources(&self) -> impl Iterator<Item = PathBuf> + '_ {
        let files = self.tables.iter().flat_map(Table::files);
        files.map(|source| self.folder.join(source.file))
    }

    /// Refuses a source file of `table` that is not the file that was analyzed.
    pub fn check_source(&self, table: &Table) -> Result<(), Failure> {
        table.files().try_for_each(|source| {
            let path = self.folder.join(source.file);
            source.check(&path, &sha256_of(&path)?)
        })
    }
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// The file cannot be read.
pub fn sha256_of(path: &Path) -> Result<String, Failure> {
    let failure = |error| io_failure("read", path, error);
    let mut file = input::open(path)?;
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

#[cfg(test)]
mod fuzz {
    use proptest::prelude::*;

    use super::Plan;

    const PLAN: &str = r#"
version = 1
data_set = "shop"
folder = "/data/shop"
[split]
by = "date"
ratio = 0.7
cut = "2024-06-17"
historical = 2
realtime = 1
[[left_out]]
file = "notes.txt"
rows = 0
reason = "not a table"
[[table]]
name = "orders"
file = "orders.zip"
member = "orders.csv"
sha256 = "00"
rows = 3
rejected = 1
passed_over = 2
dialect = { delimiter = ";", quote = "'", encoding = "windows-1252", bom = false, line_ending = "CRLF", header_line = 2 }
key = ["id"]
key_proof = "sorted"
route = { to = ["mysql"], reason = "orders" }
[[table.column]]
header = "ID"
name = "id"
type = "INT"
nullable = false
[[table]]
name = "transactions"
file = "lines.csv"
sha256 = "00"
rows = 3
rejected = 0
dialect = { delimiter = ",", encoding = "UTF-8", bom = true, line_ending = "LF", header_line = 1 }
key = ["row_id"]
key_proof = "numbered"
route = { to = ["mysql", "kafka", "logs"], reason = "sales" }
[table.join]
table = "orders"
column = "order"
references = "ID"
without = 0
unused = 1
[[table.foreign_key]]
column = "order"
table = "orders"
references = "id"
orphans = 0
[[table.column]]
header = ""
name = "row_id"
role = "line_id"
type = "BIGINT"
nullable = false
generated = true
[[table.column]]
header = "order"
name = "order"
type = "INT"
nullable = false
[[table.column]]
header = "Day"
name = "day"
from = "orders"
role = "event_time"
type = "DATE"
format = "%d.%m.%Y | %Y-%m-%d"
missing = ["N/A"]
nullable = true
nulls = 1
"#;

    proptest! {
        #![proptest_config(crate::fuzz::cases(256))]
        #[test]
        fn a_plan_with_a_typing_error_is_refused_or_valid(
            at in 0..PLAN.len(), length in 0_usize..12, put in "[ -~\n]{0,6}"
        ) {
            // The plan above is ASCII.
            let end = (at + length).min(PLAN.len());
            let text = [&PLAN[..at], &put, &PLAN[end..]].concat();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("plan.toml");
            std::fs::write(&path, text).unwrap();
            match Plan::read(&path) {
                Err(error) => prop_assert!(error.to_string().contains("plan.toml")),
                Ok(plan) => {
                    plan.write(&path).unwrap();
                    prop_assert_eq!(Plan::read(&path).unwrap(), plan);
                }
            }
        }
    }

    #[test]
    fn the_plan_without_a_typing_error_is_valid() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.toml");
        std::fs::write(&path, PLAN).unwrap();
        Plan::read(&path).unwrap();
    }
}
