//! A table of the plan that has a file of its own, being made.

use ecom_core::Failure;
use ecom_core::plan::{Column, Role, Route, SqlType, Table, TableName};

use crate::column::{ColumnProfile, Kind, text_type};
use crate::keys::Key;
use crate::names::sql_names;
use crate::proof::Reading;
use crate::tables::Candidate;

/// A table that has a file of its own, being made.
pub(crate) struct Draft<'a> {
    pub(crate) candidate: Candidate<'a>,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Option<Key>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(candidate: Candidate<'a>, name: TableName) -> Result<Self, Failure> {
        let file = candidate.file;
        let path = file.path.display();
        file.columns
            .iter()
            .try_for_each(check)
            .map_err(|problem| Failure::refused(format!("{path}: {problem}")))?;
        let headers = file.columns.iter().map(|column| column.header.as_str());
        let names = sql_names(headers, name.singular(), &[]);
        let mut columns = Vec::with_capacity(names.len());
        for ((column, role), sql_name) in file.columns.iter().zip(&candidate.roles).zip(names) {
            columns.push(planned(column, sql_name, role.filter(|role| belongs(*role, name))));
        }
        Ok(Self { candidate, columns, key: None })
    }

    pub(crate) fn reading(&self, place: usize) -> Reading {
        Reading::new(place, &self.columns[place])
    }

    pub(crate) fn place(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == Some(role))
    }

    /// Gives the id of this table and the transactions' reference to it one type.
    pub(crate) fn share_types(&mut self, transactions: &mut Draft<'_>, name: TableName) {
        let id = id_role(name);
        if let (Some(own), Some(theirs)) = (self.place(id), transactions.place(id)) {
            let mine = &self.candidate.file.columns[own];
            let other = &transactions.candidate.file.columns[theirs];
            let longest = mine.longest.max(other.longest);
            let (a, b) = (&mut self.columns[own], &mut transactions.columns[theirs]);
            let shared = common_type(a.sql_type, b.sql_type, longest);
            for (column, profile) in [(a, mine), (b, other)] {
                column.sql_type = shared;
                column.longest = self::longest(shared, longest);
                if shared.is_text() {
                    // A blank text is no NULL, and text has no range.
                    column.nulls = Some(profile.missing_as_text());
                    (column.minimum, column.maximum) = (None, None);
                    (column.format, column.format_proof) = (None, None);
                }
            }
        }
    }

    pub(crate) fn table(self, name: TableName, key: Key, route: Route) -> Table {
        let file = self.candidate.file;
        Table {
            name,
            file: file.first_part().file.clone(),
            member: file.first_part().member.clone(),
            sha256: file.sha256.clone(),
            rows: file.rows,
            rejected: file.rejected,
            passed_over: file.passed_over,
            encoding_reason: file.first_part().encoding_reason.clone(),
            further_files: file.further_files(),
            join: None,
            derived: false,
            dialect: file.dialect.clone(),
            key: key.places.iter().map(|place| self.columns[*place].name.clone()).collect(),
            key_proof: key.proof,
            route,
            foreign_keys: Vec::new(),
            columns: self.columns,
        }
    }
}

/// What keeps a column out of any plan.
fn check(column: &ColumnProfile) -> Result<(), String> {
    let header = &column.header;
    match &column.kind {
        Kind::Undecided { question, .. } => Err(question.asked(header)),
        Kind::Known { .. } if column.is_too_long() => Err(format!(
            "column {header:?}: a value of {} bytes is longer than a TEXT (65535)",
            column.longest_bytes
        )),
        Kind::Known { .. } => Ok(()),
    }
}

/// A column of a file as one of the plan.
pub(crate) fn planned(column: &ColumnProfile, name: String, role: Option<Role>) -> Column {
    let sql_type = column.sql_type();
    let of_range = |value: &Option<String>| value.clone().filter(|_| has_range(sql_type));
    Column {
        header: column.header.clone(),
        name,
        from: None,
        role,
        sql_type,
        format: column.format().map(str::to_owned),
        format_proof: column.format_proof().map(str::to_owned),
        missing: column.missing_spellings(),
        nullable: column.missing() > 0,
        nulls: Some(column.missing()),
        minimum: of_range(&column.minimum),
        maximum: of_range(&column.maximum),
        longest: longest(sql_type, column.longest),
        generated: false,
    }
}

/// The plan tells the least and the greatest value of numbers and times.
fn has_range(sql_type: SqlType) -> bool {
    sql_type.is_number() || sql_type.is_time()
}

/// The role of the id of a table that others refer to.
pub(crate) fn id_role(name: TableName) -> Role {
    match name {
        TableName::Customers => Role::CustomerId,
        TableName::Products => Role::ProductId,
        TableName::Transactions | TableName::Further(_) => Role::OrderId,
    }
}

/// The roles that a column of a table may have: a customer's file may well hold an amount, but it
/// is not that of a sale.
fn belongs(role: Role, name: TableName) -> bool {
    match name {
        TableName::Transactions | TableName::Further(_) => true,
        TableName::Customers => matches!(
            role,
            Role::CustomerId | Role::CustomerName | Role::Email | Role::Region | Role::Status
        ),
        TableName::Products => matches!(
            role,
            Role::ProductId | Role::ProductName | Role::Category | Role::UnitPrice | Role::Status
        ),
    }
}

/// The plan tells the longest value of a text.
fn longest(sql_type: SqlType, characters: usize) -> Option<u32> {
    u32::try_from(characters).ok().filter(|_| sql_type.is_text())
}

/// The narrowest type that holds the values of both; `longest` is the longest of their texts.
fn common_type(a: SqlType, b: SqlType, longest: usize) -> SqlType {
    match (a, b) {
        _ if a == b => a,
        (SqlType::Int | SqlType::BigInt, SqlType::Int | SqlType::BigInt) => SqlType::BigInt,
        (SqlType::VarChar(a), SqlType::VarChar(b)) => SqlType::VarChar(a.max(b)),
        _ => text_type(longest),
    }
}
