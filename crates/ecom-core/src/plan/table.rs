//! The tables of a plan and their columns.

use serde::{Deserialize, Serialize};

use super::{Dialect, SqlType};

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
    /// How the values prove that format, where other formats could be read into some of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format_proof: Option<String>,
    /// True when the column may be empty.
    pub nullable: bool,
    /// Records without a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<u64>,
    /// The least number, date or time of the source's column; what the type allows beyond it and
    /// beyond the greatest is headroom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// The greatest number, date or time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
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

    /// The name of the run report of its stream into Kafka: each table's has one of its own.
    #[must_use]
    pub fn stream_report(self) -> &'static str {
        match self {
            Self::Customers => "streamer-customers",
            Self::Products => "streamer-products",
            Self::Transactions => "streamer",
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
