//! Where the values of a table's columns are in the records of its source.

use crate::exit::Failure;
use crate::plan::{Column, Role, Table};
use crate::record::{Batch, Record};

/// Where the value of a column comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The field of the record at that index; joined fields follow the file's own.
    Index(usize),
    /// The number of the record.
    Number,
    /// The name of the file that the record came from.
    File,
}

/// Where the value of every column of a table comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Field {
    fn cell_in<'r>(
        self,
        batch: &'r Batch,
        record: usize,
        (number, file): (&'r str, &'r str),
    ) -> Option<&'r str> {
        match self {
            Self::Index(index) => batch.value(record, index),
            Self::Number => Some(number),
            Self::File => Some(file),
        }
    }

    fn cell<'r>(self, record: &'r Record, number: &'r str, file: &'r str) -> Option<&'r str> {
        match self {
            Self::Index(index) => record.value(index),
            Self::Number => Some(number),
            Self::File => Some(file),
        }
    }
}

impl Fields {
    /// Finds the columns under a header, and those of a joined table under its header. Columns with
    /// equal headers keep their order. The error is the first header that is missing.
    pub fn new<'a>(
        columns: &'a [Column],
        own: &Record,
        joined: Option<&Record>,
    ) -> Result<Self, &'a str> {
        let free = |header: &Record| -> Vec<Option<String>> {
            header.iter().map(|name| Some(name.to_owned())).collect()
        };
        let mut own = free(own);
        let offset = own.len();
        let mut joined = joined.map(free).unwrap_or_default();
        let mut field = |column: &'a Column| {
            if column.generated {
                let is_file = column.role == Some(Role::SourceFile);
                return Ok(if is_file { Field::File } else { Field::Number });
            }
            let header = column.header.as_str();
            let (free, offset) =
                if column.from.is_some() { (&mut joined, offset) } else { (&mut own, 0) };
            let index = free.iter().position(|have| have.as_deref() == Some(header));
            let index = index.ok_or(header)?;
            free[index] = None;
            Ok(Field::Index(index + offset))
        };
        columns.iter().map(&mut field).collect::<Result<_, _>>().map(Self)
    }

    /// The values of a record in the order of the columns, as they are in the source.
    pub fn values<'r>(
        &'r self,
        record: &'r Record,
        number: &'r str,
        file: &'r str,
    ) -> impl ExactSizeIterator<Item = Option<&'r str>> + Clone + 'r {
        self.0.iter().map(move |field| field.cell(record, number, file))
    }

    /// The values of a record of a batch; `made` are its number and its file.
    pub fn values_in<'r>(
        &'r self,
        batch: &'r Batch,
        record: usize,
        made: (&'r str, &'r str),
    ) -> impl ExactSizeIterator<Item = Option<&'r str>> + Clone + 'r {
        self.0.iter().map(move |field| field.cell_in(batch, record, made))
    }

    /// The value of one column of a record of a batch.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn value_in<'r>(
        &self,
        column: usize,
        batch: &'r Batch,
        record: usize,
        made: (&'r str, &'r str),
    ) -> Option<&'r str> {
        self.0[column].cell_in(batch, record, made)
    }

    /// The value of one column, as it is in the source.
    ///
    /// # Panics
    /// When there is no such column.
    #[must_use]
    pub fn value<'r>(
        &self,
        column: usize,
        record: &'r Record,
        number: &'r str,
        file: &'r str,
    ) -> Option<&'r str> {
        self.0[column].cell(record, number, file)
    }

    /// The index of a column's field in the record; `None` for a generated column.
    #[must_use]
    pub fn index(&self, column: usize) -> Option<usize> {
        match self.0.get(column) {
            Some(Field::Index(index)) => Some(*index),
            _ => None,
        }
    }

    /// The names of a header that no column uses.
    pub fn unused<'h>(&self, header: &'h Record) -> impl Iterator<Item = &'h str> {
        let is_used = |index: usize| self.0.contains(&Field::Index(index));
        let unused = header.iter().enumerate().filter(move |(index, _)| !is_used(*index));
        unused.map(|(_, name)| name).filter(|name| !name.trim().is_empty())
    }

    /// In the order of the columns.
    #[must_use]
    pub fn as_slice(&self) -> &[Field] {
        &self.0
    }
}

/// For every column of a derived table, its index among the columns of `transactions`, which has the
/// same SQL name or refers to it; `None` for a generated column.
///
/// # Errors
/// `transactions` lacks a column, or has it with another type or format.
pub fn derived_from(derived: &Table, transactions: &Table) -> Result<Vec<Option<usize>>, Failure> {
    let key = transactions.foreign_keys.iter().find(|key| key.table == derived.name);
    let index = |column: &Column| {
        if column.generated {
            return Ok(None);
        }
        let refers = key.filter(|key| key.references == column.name);
        let name = refers.map_or(&column.name, |key| &key.column);
        let index = transactions.position(name).ok_or_else(|| {
            Failure::refused(format!(
                "{} is made from transactions, which has no column {}",
                derived.name, column.name
            ))
        })?;
        let source = &transactions.columns[index];
        if source.header == column.header {
            return Ok(Some(index));
        }
        Err(Failure::refused(format!(
            "{}: column {}: the plan says that it is made from {:?}, but in transactions it is {:?}",
            derived.name, column.name, column.header, source.header
        )))
    };
    derived.columns.iter().map(index).collect()
}
