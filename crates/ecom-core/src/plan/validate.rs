//! The validity of a plan, checked once when it is read.

use std::collections::BTreeSet;

use super::name::is_name;
use super::{Column, Dialect, Plan, SplitBy, SqlType, Table, TableName, VERSION};
use crate::canonical::{BooleanFormat, NumberFormat, TimeFormats};
use crate::message::fields::RESERVED_FIELDS;

impl Plan {
    /// The first problem of the plan, in words.
    pub(super) fn validate(&self) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!(
                "version {} is not the version {VERSION} that this build reads: analyze the data set again",
                self.version
            ));
        }
        if !is_name(&self.data_set) {
            return Err(format!("data_set {:?} is not a word in snake case", self.data_set));
        }
        if self.table(TableName::Transactions).is_none() {
            return Err("the table transactions is missing".into());
        }
        for (index, table) in self.tables.iter().enumerate() {
            if self.tables[..index].iter().any(|earlier| earlier.name == table.name) {
                return Err(format!("table {} is defined twice", table.name));
            }
            self.validate_table(table).map_err(|problem| format!("{}: {problem}", table.name))?;
        }
        self.validate_split()
    }

    fn validate_table(&self, table: &Table) -> Result<(), String> {
        for source in table.files() {
            if source.file.contains(['/', '\0']) || source.file.is_empty() {
                return Err(format!("file {:?} is not a file name", source.file));
            }
            validate_dialect(source.dialect)?;
        }
        if let Some(join) = &table.join
            && self.table(join.table).is_none_or(|other| other.derived || other.join.is_some())
        {
            return Err(format!("join: {} is not a table with its own file", join.table));
        }
        let mut names = BTreeSet::new();
        for column in &table.columns {
            validate_column(column)
                .map_err(|problem| format!("column {}: {problem}", column.name))?;
            if !names.insert(column.name.as_str()) {
                return Err(format!("column {} is defined twice", column.name));
            }
        }
        self.validate_keys(table)
    }

    fn validate_keys(&self, table: &Table) -> Result<(), String> {
        if table.key.is_empty() {
            return Err("the key is missing".into());
        }
        for name in &table.key {
            match table.position(name).map(|position| &table.columns[position]) {
                None => return Err(format!("key column {name} does not exist")),
                Some(column) if column.nullable => {
                    return Err(format!("key column {name} is nullable"));
                }
                Some(_) => {}
            }
        }
        for key in &table.foreign_keys {
            let target = self.table(key.table);
            let target = target.and_then(|target| target.position(&key.references));
            if table.position(&key.column).is_none() || target.is_none() || key.table == table.name
            {
                return Err(format!(
                    "foreign key {} cannot refer to {}.{}",
                    key.column, key.table, key.references
                ));
            }
        }
        Ok(())
    }

    fn validate_split(&self) -> Result<(), String> {
        let split = &self.split;
        if !(0.0..=1.0).contains(&split.ratio) {
            return Err(format!("split: ratio {} is not between 0 and 1", split.ratio));
        }
        let (is_valid, what) = match split.by {
            SplitBy::Date => (split.cut.parse::<chrono::NaiveDate>().is_ok(), "date"),
            SplitBy::Rows => (split.cut.parse::<u64>().is_ok(), "record number"),
        };
        if is_valid { Ok(()) } else { Err(format!("split: cut {:?} is not a {what}", split.cut)) }
    }
}

fn validate_dialect(dialect: &Dialect) -> Result<(), String> {
    let quoted_by_itself = dialect.quote == Some(dialect.delimiter);
    if !dialect.delimiter.is_ascii() || dialect.delimiter.is_alphanumeric() || quoted_by_itself {
        return Err(format!("delimiter {:?} cannot delimit fields", dialect.delimiter));
    }
    if dialect.quote.is_some_and(|quote| !quote.is_ascii_punctuation()) {
        return Err(format!("quote {:?} cannot quote fields", dialect.quote));
    }
    if dialect.header_line == 0 {
        return Err("header_line counts from 1".into());
    }
    Ok(())
}

fn validate_column(column: &Column) -> Result<(), String> {
    if !is_name(&column.name) {
        return Err("the name is not an SQL name in snake case of at most 64 characters".into());
    }
    if RESERVED_FIELDS.contains(&column.name.as_str()) {
        return Err(format!(
            "{} is a field that the Kafka message adds: give the column another name in the plan",
            column.name
        ));
    }
    if column.sql_type.is_time() && !column.generated && column.format.is_none() {
        return Err(format!("a {} needs a format", column.sql_type));
    }
    column.format.as_deref().map_or(Ok(()), |format| validate_format(column.sql_type, format))
}

/// Checks that the format can be read. A text's format is ignored.
fn validate_format(sql_type: SqlType, format: &str) -> Result<(), String> {
    match sql_type {
        SqlType::Boolean => format.parse::<BooleanFormat>().map(|_| ()),
        SqlType::Int | SqlType::BigInt | SqlType::Decimal { .. } => {
            format.parse::<NumberFormat>().map(|_| ())
        }
        SqlType::Date | SqlType::DateTime { .. } => format.parse::<TimeFormats>().map(|_| ()),
        SqlType::VarChar(_) | SqlType::Text => Ok(()),
    }
}
