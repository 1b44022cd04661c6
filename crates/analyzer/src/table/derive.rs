//! Tables without a file of their own, made of the distinct values of columns of the transactions.
//!
//! A flat file yields `products` and, if it has a column for them, `customers`. If the file has no
//! id, the table gets one, numbered by first appearance, which appending records never changes; the
//! transactions refer to the unique name, and their values are unchanged.

use std::path::Path;

use ecom_core::plan::{Column, ForeignKey, Role, Route, SqlType, Table, TableName, Way};
use ecom_core::show::counted;

use super::draft::{Draft, generated};
use crate::meaning::role::role_words;
use crate::name::sql::free_name;
use crate::prove::groups::{GroupCounts, Groups};

/// Text longer than an InnoDB index allows cannot be a key.
const LONGEST_KEY: u16 = 768;
const BUDGET: usize = 8 << 20;

/// How a table is derived.
pub(crate) struct Derivation {
    name: TableName,
    /// The column that identifies the records, and their attributes: columns of the transactions.
    /// Their SQL names never change, whatever columns are inserted before them.
    identity: Column,
    attributes: Vec<Column>,
}

impl Derivation {
    /// The derived table with that name, if a column of the transactions identifies its records: an
    /// id, otherwise a name.
    pub(crate) fn new(name: TableName, columns: &[Column]) -> Option<Self> {
        let roles: &[Role] = match name {
            TableName::Customers => &[Role::CustomerId, Role::CustomerName, Role::Email],
            TableName::Products => &[Role::ProductId, Role::ProductName, Role::Category],
            TableName::Transactions | TableName::Further(_) => &[],
        };
        let column = |role: &Role| columns.iter().find(|column| column.role == Some(*role));
        let fits = |column: &&Column| match column.sql_type {
            SqlType::VarChar(length) => length <= LONGEST_KEY,
            other => other != SqlType::Text,
        };
        // A category alone does not identify a product; an address alone identifies a customer.
        let identifying =
            &roles[..roles.len().min(if name == TableName::Products { 2 } else { 3 })];
        let identity = identifying.iter().filter_map(column).find(fits)?;
        // The attributes follow the identifying column in the order of their roles.
        let attributes = roles.iter().filter_map(column).filter(|one| one.name != identity.name);
        Some(Self { name, identity: identity.clone(), attributes: attributes.cloned().collect() })
    }

    /// The observer that counts the records of the table.
    pub(crate) fn groups(&self, transactions: &Draft<'_>, folder: &Path) -> Option<Groups> {
        let reader = |column: &Column| transactions.reader(&column.name);
        let attributes = self.attributes.iter().filter_map(reader).collect();
        Some(Groups::new(reader(&self.identity)?, attributes, folder, BUDGET))
    }

    /// The table, and the reference of the transactions to it.
    pub(crate) fn table(&self, transactions: &Table, counts: &GroupCounts) -> (Table, ForeignKey) {
        let identity = &self.identity;
        let columns = self.columns(counts);
        let header = &identity.header;
        let values = counted(counts.rows, "distinct value");
        let key_proof = if self.has_id() {
            format!("made of {values} of {header:?}")
        } else {
            format!("numbered: {values} of {header:?}, in order of appearance")
        };
        let table = Table {
            name: self.name,
            file: transactions.file.clone(),
            sha256: transactions.sha256.clone(),
            rows: counts.rows,
            member: transactions.member.clone(),
            rejected: 0,
            passed_over: 0,
            encoding_reason: transactions.encoding_reason.clone(),
            further_files: transactions.further_files.clone(),
            join: None,
            derived: true,
            dialect: transactions.dialect.clone(),
            key: vec![columns[0].name.clone()],
            key_proof,
            route: Route {
                to: vec![Way::Mysql, Way::Kafka],
                reason: format!("derived from {header:?} of {}", transactions.file),
            },
            foreign_keys: Vec::new(),
            columns,
        };
        let reference = ForeignKey {
            column: identity.name.clone(),
            table: self.name,
            references: identity.name.clone(),
            orphans: 0,
        };
        (table, reference)
    }

    fn has_id(&self) -> bool {
        matches!(self.identity.role, Some(Role::CustomerId | Role::ProductId))
    }

    /// The key, what identifies the records if that is not the key, and the attributes.
    fn columns(&self, counts: &GroupCounts) -> Vec<Column> {
        let mut columns = Vec::new();
        if !self.has_id() {
            columns.push(self.generated_id());
        }
        columns.push(Column { nullable: false, nulls: Some(0), ..self.identity.clone() });
        for (attribute, none) in self.attributes.iter().zip(&counts.none) {
            let nulls = Some(*none);
            columns.push(Column { nullable: *none > 0, nulls, ..attribute.clone() });
        }
        columns
    }

    /// Notes on values that the table cannot hold.
    pub(crate) fn notes(&self, counts: &GroupCounts) -> Vec<String> {
        let word = self.identity.role.map_or("value", role_words);
        let note = |(attribute, several): (&Column, &u64)| {
            (*several > 0).then(|| {
                let have = if *several == 1 { " has" } else { "s have" };
                format!(
                    "{several} {word}{have} more than one value of {:?}: the table {} keeps the \
                     first",
                    attribute.header, self.name
                )
            })
        };
        self.attributes.iter().zip(&counts.several).filter_map(note).collect()
    }

    fn generated_id(&self) -> Column {
        let role = match self.name {
            TableName::Customers => Role::CustomerId,
            _ => Role::ProductId,
        };
        let word = self.name.singular();
        let others = [&self.identity].into_iter().chain(&self.attributes);
        let others: Vec<_> = others.map(|column| column.name.as_str()).collect();
        let name = free_name(&[&format!("{word}_id"), &format!("{word}_number")], &others);
        generated(name, Some(role), SqlType::BigInt)
    }
}
