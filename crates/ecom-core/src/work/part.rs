//! The parts that the records of a table are split into, and the store that each goes to.

use serde::{Deserialize, Serialize};

use crate::plan::TableName;

/// Which records of a table a work file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Of `transactions`, those before the cut.
    Historical,
    /// Of `transactions`, those from the cut on.
    Realtime,
    /// All records; of every table but `transactions`.
    Full,
}

impl Part {
    /// All parts of a table, in the order of its records.
    #[must_use]
    pub fn all_of(table: TableName) -> &'static [Self] {
        match table {
            TableName::Transactions => &[Self::Historical, Self::Realtime],
            _ => &[Self::Full],
        }
    }

    /// The part of a table that MySQL holds, and that Sqoop imports from there into HDFS.
    #[must_use]
    pub fn in_mysql(table: TableName) -> Self {
        if table == TableName::Transactions { Self::Historical } else { Self::Full }
    }

    /// The part of a table that is sent to Kafka. That of `transactions` also becomes the log
    /// lines, and Flume carries both into HDFS.
    #[must_use]
    pub fn in_kafka(table: TableName) -> Self {
        if table == TableName::Transactions { Self::Realtime } else { Self::Full }
    }

    /// The name of the work file: `transactions_historical.csv`.
    #[must_use]
    pub fn file_name(self, table: TableName) -> String {
        let part = match self {
            Self::Historical => "historical",
            Self::Realtime => "realtime",
            Self::Full => "full",
        };
        format!("{table}_{part}.csv")
    }
}
