//! A hop: what should have arrived at its end, and what has.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The hops, in the order in which records travel. The aliases are the names in recordings of
/// earlier versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HopId {
    /// From the CSV files to the historical and the real-time part (analyzer, splitter).
    Split,
    /// From the historical part and all other tables of the plan to MySQL (mysql-loader).
    Mysql,
    /// From MySQL to `/user/sqoop` (Sqoop).
    Sqoop,
    /// From the real-time part to the topic of the transactions (streamer).
    Kafka,
    /// From the topic to `/user/flume/kafka-transactions` (Flume's kafka-agent).
    #[serde(alias = "flume_kafka")]
    FlumeKafka,
    /// From the real-time part to the spool folder (log-gen).
    Spool,
    /// From the spool folder to `/user/flume/logs` (Flume's log-agent).
    #[serde(alias = "flume_logs")]
    FlumeLogs,
}

/// One hop: what should have arrived at its end, and what has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hop {
    /// Which hop.
    pub(crate) id: HopId,
    /// Where its records come from, for people: `historical CSV`, `MySQL`, …
    pub(crate) from: String,
    /// Where they go: `MySQL`, `/user/sqoop`, …
    pub(crate) to: String,
    /// What carries them: `mysql-loader`, `Sqoop`, `kafka-agent`, …
    pub(crate) carrier: String,
    /// What is counted.
    pub(crate) unit: Unit,
    /// How many should arrive in total, once that is known.
    pub(crate) expected: Option<u64>,
    /// How many have arrived.
    pub(crate) arrived: Option<Count>,
    /// How many have left their source but not safely arrived (open files, lag, channels).
    pub(crate) in_flight: Option<u64>,
    /// How arrived compares to expected.
    pub(crate) state: HopState,
    /// Arrivals per second over the last interval.
    pub(crate) rate: Option<f64>,
    /// When the newest one arrived.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// True if the newest one is older than the threshold although more are expected.
    pub(crate) stale: bool,
    /// The probes that the numbers depend on.
    pub(crate) probes: Vec<String>,
}

/// What a hop counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// Records of a table.
    Rows,
    /// Messages of a topic.
    Messages,
    /// Lines of a log.
    Lines,
}

/// A number and its precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    /// The number.
    pub(crate) value: u64,
    /// Whether it is exact.
    pub(crate) precision: Precision,
}

impl Count {
    /// A number that was counted.
    pub(crate) fn exact(value: u64) -> Self {
        Self { value, precision: Precision::Exact }
    }

    /// A number that was estimated.
    pub(crate) fn estimate(value: u64) -> Self {
        Self { value, precision: Precision::Estimate }
    }
}

/// Whether a number is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Precision {
    /// Counted.
    Exact,
    /// Estimated from bytes while files are being written.
    Estimate,
    /// An upper bound: compaction or retention may have removed some.
    UpperBound,
}

/// How arrived compares to expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum HopState {
    /// The step before it, or its carrier, has not run yet.
    Waiting,
    /// Some are still in flight, and more arrive.
    Moving,
    /// All have arrived.
    Complete,
    /// Some are missing with nothing in flight.
    Short {
        /// How many are missing.
        by: u64,
    },
    /// Too many have arrived.
    Over {
        /// How many are too many.
        by: u64,
    },
    /// A probe that it depends on does not answer; the numbers are the last known ones.
    Unknown,
}

impl HopId {
    /// Every hop, in the order in which records travel.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 7] = [
        Self::Split,
        Self::Mysql,
        Self::Sqoop,
        Self::Kafka,
        Self::FlumeKafka,
        Self::Spool,
        Self::FlumeLogs,
    ];

    /// Its name in lines and messages, the same as the reconciler's.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Mysql => "mysql",
            Self::Sqoop => "sqoop",
            Self::Kafka => "kafka",
            Self::FlumeKafka => "flume-kafka",
            Self::Spool => "spool",
            Self::FlumeLogs => "flume-logs",
        }
    }
}
