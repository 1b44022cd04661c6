//! The SQL of a plan's tables, for MySQL 8 and MariaDB 10.11: pure text, no connection.
//!
//! [`Schema::new`] checks a plan against InnoDB's limits once. Its tables can then be written as one
//! statement with a reason for every line, or as a bare table and its secondary keys, which is the
//! fast way to load.

mod align;
mod limits;
mod references;

use std::collections::BTreeSet;

use xxhash_rust::xxh3::xxh3_64;

use crate::escape::{line, sql_name};
use crate::exit::Failure;
use crate::plan::{Column, ForeignKey, Plan, Role, SqlType, Table, TableName};
use crate::show::counted;
use references::{check_none_to_transactions, key_names, referred_columns};

pub(crate) use references::dependency_order;

/// The end of every `CREATE TABLE`. Binary collation: texts are equal when their characters are,
/// except for trailing spaces.
pub const TABLE_OPTIONS: &str =
    "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC";

/// How tables and foreign keys are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming<'a> {
    /// Begins the name of every table, also of those referred to.
    pub table_prefix: &'a str,
    /// Begins the name of every foreign key. These names are unique in a database and stay with
    /// their table when it is renamed, so two sets of tables need two prefixes.
    pub foreign_key_prefix: &'a str,
}

/// The tables of a plan as MySQL will have them, those that others refer to first.
#[derive(Clone, Debug)]
pub struct Schema {
    tables: Vec<TableSchema>,
}

/// One table as MySQL will have it.
#[derive(Clone, Debug)]
pub struct TableSchema {
    table: Table,
    /// For every column whose type is not the plan's, why.
    notes: Vec<Option<String>>,
    /// Columns outside the key that foreign keys refer to, each with the first that does.
    unique: Vec<(String, String)>,
    /// For every foreign key the unique part of its name, after the prefix.
    key_names: Vec<String>,
}

/// One column of a `CREATE TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDefinition<'a> {
    /// The column in the plan.
    pub column: &'a Column,
    /// Its definition, without a comma.
    pub sql: String,
    /// Why its type is not the plan's, where it is not.
    pub note: Option<&'a str>,
}

/// One key of a `CREATE TABLE` and its reason; the reason is one safe line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The definition, without a comma.
    pub sql: String,
    /// Why.
    pub reason: String,
}

impl Naming<'static> {
    /// The names under which the tables are used.
    pub const LIVE: Self = Self { table_prefix: "", foreign_key_prefix: "fk" };
}

impl Naming<'_> {
    /// The name of a table, in backticks.
    #[must_use]
    pub fn table(&self, name: TableName) -> String {
        sql_name(&format!("{}{name}", self.table_prefix))
    }

    fn foreign_key(&self, name: &str) -> String {
        sql_name(&limited(format!("{}_{name}", self.foreign_key_prefix)))
    }
}

impl Schema {
    /// The tables of a plan. Refuses a plan that exceeds InnoDB's limits.
    pub fn new(plan: &Plan) -> Result<Self, Failure> {
        let order = dependency_order(plan)?;
        check_none_to_transactions(plan)?;
        let mut taken = BTreeSet::new();
        let tables = order.into_iter().map(|table| TableSchema {
            table: table.clone(),
            notes: vec![None; table.columns.len()],
            unique: referred_columns(plan, table),
            key_names: key_names(table, &mut taken),
        });
        let mut schema = Self { tables: tables.collect() };
        align::foreign_keys(&mut schema.tables)?;
        for table in &mut schema.tables {
            limits::apply(table)?;
        }
        Ok(schema)
    }

    /// The tables, those that others refer to first.
    #[must_use]
    pub fn tables(&self) -> &[TableSchema] {
        &self.tables
    }
}

impl TableSchema {
    /// The table with the types that MySQL will have; they differ from the plan's only where the
    /// canonical form of every value stays the same.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The bare table: columns and primary key. Load into it, then add [`Self::secondary_keys`].
    #[must_use]
    pub fn create_table(&self, naming: &Naming<'_>) -> String {
        let mut lines: Vec<String> = self.columns().map(|column| column.sql).collect();
        lines.push(self.primary_key().sql);
        format!(
            "CREATE TABLE {} (\n  {}\n) {TABLE_OPTIONS}",
            naming.table(self.table.name),
            lines.join(",\n  ")
        )
    }

    /// One `ALTER TABLE` that adds unique keys, indexes and foreign keys; `None` without any.
    #[must_use]
    pub fn secondary_keys(&self, naming: &Naming<'_>) -> Option<String> {
        let keys = self.further_keys(naming);
        let added: Vec<String> = keys.into_iter().map(|key| format!("ADD {}", key.sql)).collect();
        let table = naming.table(self.table.name);
        (!added.is_empty()).then(|| format!("ALTER TABLE {table}\n  {}", added.join(",\n  ")))
    }

    /// The columns, in their order.
    pub fn columns(&self) -> impl Iterator<Item = ColumnDefinition<'_>> {
        self.table.columns.iter().zip(&self.notes).map(|(column, note)| {
            let null = if column.nullable { "NULL" } else { "NOT NULL" };
            let sql = format!("{} {} {null}", sql_name(&column.name), column.sql_type);
            ColumnDefinition { column, sql, note: note.as_deref() }
        })
    }

    /// The primary key and the secondary keys.
    #[must_use]
    pub fn keys(&self, naming: &Naming<'_>) -> Vec<Definition> {
        [self.primary_key()].into_iter().chain(self.further_keys(naming)).collect()
    }

    /// The columns outside the key that other tables refer to.
    pub fn referred_columns(&self) -> impl Iterator<Item = &str> {
        self.unique.iter().map(|(column, _)| column.as_str())
    }

    fn primary_key(&self) -> Definition {
        let sql = format!("PRIMARY KEY ({})", name_list(&self.table.key));
        Definition { sql, reason: line(&self.table.key_proof) }
    }

    fn further_keys(&self, naming: &Naming<'_>) -> Vec<Definition> {
        let mut keys = Vec::new();
        // The key and every unique column have their index already.
        let mut indexed: BTreeSet<&str> =
            self.referred_columns().chain(self.table.key.first().map(String::as_str)).collect();
        for (column, referrer) in &self.unique {
            let (key, name) = (sql_name(&limited(format!("uq_{column}"))), sql_name(column));
            let sql = format!("UNIQUE KEY {key} ({name})");
            keys.push(Definition { sql, reason: format!("{referrer} refers to it") });
        }
        let event_time = self.table.role(Role::EventTime);
        let event_time = event_time.map(|position| self.table.columns[position].name.as_str());
        let foreign = self.table.foreign_keys.iter();
        let wanted = foreign
            .map(|key| (key.column.as_str(), format!("refers to {}", key.table)))
            .chain(event_time.map(|column| (column, "event time".to_owned())));
        for (column, reason) in wanted {
            if indexed.insert(column) {
                let (key, name) = (sql_name(&limited(format!("idx_{column}"))), sql_name(column));
                keys.push(Definition { sql: format!("KEY {key} ({name})"), reason });
            }
        }
        let foreign = self.table.foreign_keys.iter().zip(&self.key_names);
        keys.extend(foreign.map(|(key, name)| foreign_key(key, &naming.foreign_key(name), naming)));
        keys
    }

    fn retype(&mut self, column: usize, sql_type: SqlType, why: &str) {
        let old = std::mem::replace(&mut self.table.columns[column].sql_type, sql_type);
        self.notes[column] = Some(format!("{sql_type} instead of {old}: {why}"));
    }
}

fn foreign_key(key: &ForeignKey, name: &str, naming: &Naming<'_>) -> Definition {
    let sql = format!(
        "CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({})",
        sql_name(&key.column),
        naming.table(key.table),
        sql_name(&key.references)
    );
    let reason = match key.orphans {
        0 => format!("every value is in {}.{}", key.table, key.references),
        count => {
            let records = counted(count, "record");
            format!("{records} had no row in {}: handled by the split", key.table)
        }
    };
    Definition { sql, reason }
}

/// Creates the database unless it exists.
#[must_use]
pub fn create_database(name: &str) -> String {
    let name = sql_name(name);
    format!(
        "CREATE DATABASE IF NOT EXISTS {name} DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    )
}

fn name_list(names: &[String]) -> String {
    names.iter().map(|name| sql_name(name)).collect::<Vec<_>>().join(", ")
}

/// A name of at most 64 characters: a longer one is its beginning and a hash of the whole.
fn limited(name: String) -> String {
    if name.chars().count() <= 64 {
        return name;
    }
    let beginning: String = name.chars().take(47).collect();
    format!("{beginning}_{:016x}", xxh3_64(name.as_bytes()))
}

#[cfg(test)]
mod tests;
