//! The tables of a plan and their columns.
//!
//! Keys, references and derived tables name columns by their SQL names, because a position changes when
//! somebody inserts a column in front of it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Dialect, SqlType, TableName, hexadecimal};
use crate::exit::Failure;

/// One table and the file that it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The table's name.
    pub name: TableName,
    /// The name of the first source file in the data set's folder.
    pub file: String,
    /// The file inside an archive, or the sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The source file's SHA-256 in hexadecimal: that of the whole archive or workbook.
    pub sha256: String,
    /// Records accepted from all its source files; of a derived table, its distinct records.
    pub rows: u64,
    /// Records rejected from all its source files.
    pub rejected: u64,
    /// Lines without a record that were skipped: without any value, or the header again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub passed_over: u64,
    /// True if the records are the distinct values of columns of `transactions`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub derived: bool,
    /// How the source file is written.
    pub dialect: Dialect,
    /// How the encoding is known, where that is not obvious: who chose it, or why it is more likely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding_reason: Option<String>,
    /// The other files of the table, which have the same columns in any order.
    #[serde(default, rename = "further_file", skip_serializing_if = "Vec::is_empty")]
    pub further_files: Vec<FurtherFile>,
    /// Another table whose columns follow those of the file, such as the orders of order lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    /// SQL names of the columns that are unique together, proven over the whole file.
    pub key: Vec<String>,
    /// How the key was proven, in words.
    pub key_proof: String,
    /// Where the table goes, and why.
    pub route: Route,
    /// References to other tables of the plan.
    #[serde(default, rename = "foreign_key", skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// The columns: generated ones first, then in file order.
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// A further source file of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FurtherFile {
    /// The file's name in the data set's folder.
    pub file: String,
    /// The file inside an archive, or the sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The file's SHA-256 in hexadecimal: that of the whole archive or workbook.
    pub sha256: String,
    /// Records accepted from this file.
    pub rows: u64,
    /// Records rejected from this file.
    pub rejected: u64,
    /// How the file is written.
    pub dialect: Dialect,
    /// How the encoding is known, where that is not obvious.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding_reason: Option<String>,
}

/// One of the source files of a table, the first or a further one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceFile<'a> {
    /// The file's name in the data set's folder.
    pub file: &'a str,
    /// The file inside an archive, or the sheet of a workbook.
    pub member: Option<&'a str>,
    /// The file's SHA-256 in hexadecimal: that of the whole archive or workbook.
    pub sha256: &'a str,
    /// How it is written.
    pub dialect: &'a Dialect,
}

/// How the columns of another table are added to those of a table's file. A record without a
/// counterpart has NULL in all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The other table, which has a file of its own.
    pub table: TableName,
    /// The header of the column of this table's file that refers to the other table.
    pub column: String,
    /// The header of the other table's column, which is unique.
    pub references: String,
    /// Records of this table without a counterpart in the other.
    pub without: u64,
    /// Records of the other table that no record of this one refers to.
    pub unused: u64,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The header as it is in the file; empty for a generated column.
    pub header: String,
    /// The SQL name.
    pub name: String,
    /// The table that a joined column comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TableName>,
    /// The meaning of the column, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The narrowest SQL type that holds every value.
    #[serde(rename = "type")]
    pub sql_type: SqlType,
    /// How a date, a time or a number is written: see [`crate::canonical`]. A number without a format
    /// is plain, such as `-1234.56`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// How the values prove that format, where some of them would fit other formats too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format_proof: Option<String>,
    /// The spellings of a missing value in this column, such as `NA`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// True if the column may be empty.
    pub nullable: bool,
    /// Records without a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<u64>,
    /// The least number, date or time in the source file. The type leaves room beyond it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// The greatest number, date or time in the source file. The type leaves room beyond it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// Characters of the longest value of a text. The type leaves room beyond it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest: Option<u32>,
    /// True if the values are generated by the split: the file's name where the role is
    /// `source_file`, else 1, 2, 3, … in file order (`row_id`) or in the order of first appearance
    /// (the id of a derived table).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub generated: bool,
}

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the words of the field")]
pub enum Role {
    OrderId,
    LineId,
    EventTime,
    EventType,
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
    SourceFile,
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
    /// Records with a value that is not in the table referred to.
    pub orphans: u64,
}

/// The stores that a table goes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The ways into the lake that the table takes.
    pub to: Vec<Way>,
    /// Why it takes them.
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

    /// The header of the table's work files. A generated column has its name there.
    pub fn work_header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(Column::work_header)
    }

    /// The positions of the key's columns, in the key's order.
    #[must_use]
    pub fn key_positions(&self) -> Vec<usize> {
        self.key.iter().filter_map(|name| self.position(name)).collect()
    }

    /// The identity of the table's data: the SHA-256 of its file. Of several files, it is the SHA-256
    /// of their hexadecimal SHA-256s, one after the other.
    #[must_use]
    pub fn identity(&self) -> String {
        if self.further_files.is_empty() {
            return self.sha256.clone();
        }
        let mut hasher = Sha256::new();
        self.files().for_each(|source| hasher.update(source.sha256));
        hexadecimal(&hasher.finalize())
    }

    /// All source files, in the order in which their records are read.
    pub fn files(&self) -> impl Iterator<Item = SourceFile<'_>> {
        let first = SourceFile {
            file: &self.file,
            member: self.member.as_deref(),
            sha256: &self.sha256,
            dialect: &self.dialect,
        };
        let further = self.further_files.iter().map(|further| SourceFile {
            file: &further.file,
            member: further.member.as_deref(),
            sha256: &further.sha256,
            dialect: &further.dialect,
        });
        std::iter::once(first).chain(further)
    }

    /// For every column the index of its field under `header`, `None` for a generated column. Columns
    /// with equal headers keep their order. The error is the first header that is missing.
    pub fn source_fields<'a>(
        &'a self,
        header: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<Option<usize>>, &'a str> {
        let mut free: Vec<Option<&str>> = header.into_iter().map(Some).collect();
        let mut take = |wanted: &'a str| {
            let index = free.iter().position(|found| *found == Some(wanted)).ok_or(wanted)?;
            free[index] = None;
            Ok(index)
        };
        let field = |column: &'a Column| {
            if column.generated { Ok(None) } else { take(&column.header).map(Some) }
        };
        self.columns.iter().map(field).collect()
    }
}

impl Column {
    /// The column's header in a work file: its header in the source file, or the name of a generated
    /// column.
    #[must_use]
    pub fn work_header(&self) -> &str {
        if self.generated { &self.name } else { &self.header }
    }
}

impl SourceFile<'_> {
    /// Refuses the file at `path` unless its SHA-256, `found`, is that of the file analyzed.
    pub fn check(&self, path: &Path, found: &str) -> Result<(), Failure> {
        if found == self.sha256 {
            return Ok(());
        }
        let short = |sha256: &str| sha256.get(..16).unwrap_or(sha256).to_owned();
        Err(Failure::refused(format!(
            "{} is not the file that was analyzed (SHA-256 {}… instead of {}…): analyze the data set again",
            path.display(),
            short(found),
            short(self.sha256),
        )))
    }

    /// The name for people: `orders.csv`, or `archive.zip/orders.csv`.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.member {
            Some(member) => format!("{}/{member}", self.file),
            None => self.file.to_owned(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
