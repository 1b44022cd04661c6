//! The tables of a plan and their columns.
//!
//! Keys, references and derived tables name columns by their SQL names, because a position changes when
//! somebody inserts a column in front of it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Column, Dialect, ForeignKey, Role, TableName, hexadecimal};
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
