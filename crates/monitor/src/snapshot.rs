//! What the monitor knows at one moment; every view and every format shows this.
//!
//! All times are UTC. Counts are rows, messages or lines, as the hop's [`Unit`] says; sizes are bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The version of this shape, raised when a field changes its meaning or goes away.
pub(crate) const VERSION: u32 = 1;

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// When it was put together.
    pub(crate) taken: DateTime<Utc>,
    /// Seconds between two snapshots.
    pub(crate) interval_seconds: f64,
    /// The data set whose plan and reports are watched, if there is one.
    pub(crate) data_set: Option<String>,
    /// See [`Verdict`].
    pub(crate) verdict: Verdict,
    /// What is wrong, worst first; empty when nothing is.
    pub(crate) problems: Vec<Problem>,
    /// The probes, in a fixed order: work folder, MySQL, Kafka, HDFS, log-agent, kafka-agent.
    pub(crate) probes: Vec<Probe>,
    /// The arrows of the picture, in the order in which records travel: see [`HopId`].
    pub(crate) hops: Vec<Hop>,
    /// MySQL, as last seen.
    pub(crate) mysql: Option<Mysql>,
    /// Kafka, as last seen.
    pub(crate) kafka: Option<Kafka>,
    /// HDFS, as last seen.
    pub(crate) hdfs: Option<Hdfs>,
    /// Both Flume agents, as last seen.
    pub(crate) agents: Vec<Agent>,
}

/// The overall state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// There is no plan yet, or nothing is expected anywhere.
    Idle,
    /// Records are on their way, nothing is wrong.
    Moving,
    /// Everything that is expected is there, counted exactly, with every probe fresh.
    Complete,
    /// A server or agent cannot be asked or does not work, and something depends on it (exit code 5).
    Unreachable,
    /// Something is short or over and nothing is on its way any more (exit code 7).
    Wrong,
}

/// A problem to report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Problem {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// Which part: a probe's, hop's, topic's, table's, folder's or agent's name.
    pub(crate) subject: String,
    /// One sentence without a final period.
    pub(crate) message: String,
    /// Since when.
    pub(crate) since: DateTime<Utc>,
}

/// How bad a problem is; the worst sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// Records are lost, doubled, or cannot go on.
    Critical,
    /// Something cannot be seen, or is late.
    Warning,
    /// Worth knowing.
    Notice,
}

/// One probe and its last answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Probe {
    /// `work`, `mysql`, `kafka`, `hdfs`, `log-agent` or `kafka-agent`.
    pub(crate) name: String,
    /// Its address, without any secret.
    pub(crate) address: String,
    /// Whether the last answer was valid.
    pub(crate) state: ProbeState,
    /// When the last good answer came; what is shown of this part is as old as that.
    pub(crate) last_good: Option<DateTime<Utc>>,
    /// Since when it does not answer.
    pub(crate) unreachable_since: Option<DateTime<Utc>>,
    /// Why it does not answer.
    pub(crate) error: Option<String>,
    /// Milliseconds that the last answer took.
    pub(crate) milliseconds: Option<u64>,
}

/// Whether a probe answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProbeState {
    /// Not asked to the end yet.
    Pending,
    /// The last answer was good.
    Reachable,
    /// No answer, a late one, or one that makes no sense.
    Unreachable,
}

/// The arrows of the picture, in the order in which records travel. Recordings of earlier versions
/// have the aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HopId {
    /// CSV files to historical and real-time part (analyzer, splitter).
    Split,
    /// Historical part and all other tables of the plan to MySQL (mysql-loader).
    Mysql,
    /// MySQL to `/user/sqoop` (Sqoop).
    Sqoop,
    /// Real-time part to the transactions' topic (streamer).
    Kafka,
    /// The topic to `/user/flume/kafka-transactions` (Flume's kafka-agent).
    #[serde(alias = "flume_kafka")]
    FlumeKafka,
    /// Real-time part to the spool folder (log-gen).
    Spool,
    /// Spool folder to `/user/flume/logs` (Flume's log-agent).
    #[serde(alias = "flume_logs")]
    FlumeLogs,
}

/// One arrow: what should have arrived at its end, and what has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hop {
    /// Which arrow.
    pub(crate) id: HopId,
    /// Where its records come from, for people: `historical CSV`, `MySQL`, …
    pub(crate) from: String,
    /// Where they go: `MySQL`, `/user/sqoop`, …
    pub(crate) to: String,
    /// What carries them: `mysql-loader`, `Sqoop`, `kafka-agent`, …
    pub(crate) carrier: String,
    /// What is counted.
    pub(crate) unit: Unit,
    /// How many should arrive in all, once that is known.
    pub(crate) expected: Option<u64>,
    /// How many have arrived.
    pub(crate) arrived: Option<Count>,
    /// How many have left their source but have not safely arrived (open files, lag, channels).
    pub(crate) in_flight: Option<u64>,
    /// Expected against arrived.
    pub(crate) state: HopState,
    /// Arrivals in a second, over the last interval.
    pub(crate) rate: Option<f64>,
    /// When the newest one arrived.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// The newest one is older than the threshold although more are expected.
    pub(crate) stale: bool,
    /// The probes that this arrow's numbers depend on.
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

/// A number, and whether it is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Count {
    /// The number.
    pub(crate) value: u64,
    /// How far it can be trusted.
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

/// How far a number can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Precision {
    /// Counted.
    Exact,
    /// Estimated from bytes, while files are being written.
    Estimate,
    /// An upper bound: compaction or retention may have removed some.
    UpperBound,
}

/// Expected against arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(crate) enum HopState {
    /// The step before it, or its carrier, has not run yet.
    Waiting,
    /// Some are still in flight, and more arrive.
    Moving,
    /// All have arrived.
    Complete,
    /// Some are missing and nothing is on its way any more.
    Short {
        /// How many are missing.
        by: u64,
    },
    /// More have arrived than should.
    Over {
        /// How many are too many.
        by: u64,
    },
    /// A probe that it depends on does not answer; the numbers are the last good ones.
    Unknown,
}

/// MySQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mysql {
    /// Version of the server.
    pub(crate) version: String,
    /// Every table of the plan; with no plan every table of the database.
    pub(crate) tables: Vec<Table>,
}

/// A table in MySQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: String,
    /// Rows, counted.
    pub(crate) rows: Option<u64>,
    /// When they were counted: big tables are not counted for every snapshot.
    #[serde(default)]
    pub(crate) counted: Option<DateTime<Utc>>,
    /// Rows that it should have.
    pub(crate) expected: Option<u64>,
    /// The newest event time in it, as MySQL writes it.
    pub(crate) newest_event: Option<String>,
}

/// Kafka.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kafka {
    /// Brokers that are up.
    pub(crate) brokers: u32,
    /// The topics, by name, without Kafka's own.
    pub(crate) topics: Vec<Topic>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Topic {
    /// Its name.
    pub(crate) name: String,
    /// Partitions.
    pub(crate) partitions: u32,
    /// Partitions without a leader.
    pub(crate) leaderless: u32,
    /// Messages, from the watermarks.
    pub(crate) messages: Count,
    /// Messages that it should have, for the topics of the plan.
    pub(crate) expected: Option<u64>,
    /// Timestamp of the newest message.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Messages that each consumer group has yet to take, by group.
    pub(crate) lag: BTreeMap<String, u64>,
}

/// HDFS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hdfs {
    /// Whether the NameNode is in safe mode.
    pub(crate) safe_mode: bool,
    /// `DataNodes` that report.
    pub(crate) live_data_nodes: u64,
    /// `DataNodes` that do not.
    pub(crate) dead_data_nodes: u64,
    /// Bytes in all.
    pub(crate) capacity_total: u64,
    /// Bytes used.
    pub(crate) capacity_used: u64,
    /// Bytes left.
    pub(crate) capacity_remaining: u64,
    /// The folders of the lake.
    pub(crate) folders: Vec<Folder>,
}

/// A folder of the lake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Folder {
    /// Its path.
    pub(crate) path: String,
    /// Whether it exists.
    pub(crate) exists: bool,
    /// Bytes in it.
    pub(crate) bytes: u64,
    /// Files in it.
    pub(crate) files: u64,
    /// Files that are still being written.
    pub(crate) open_files: u64,
    /// When it last changed.
    pub(crate) modified: Option<DateTime<Utc>>,
    /// Rows or lines in it, where that is known.
    pub(crate) rows: Option<Count>,
    /// Rows or lines that it should hold.
    pub(crate) expected: Option<u64>,
}

/// A Flume agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agent {
    /// `log-agent` or `kafka-agent`.
    pub(crate) name: String,
    /// What its metrics say; never its pid.
    pub(crate) state: AgentState,
    /// Events that its source took in since it started.
    pub(crate) received: u64,
    /// Events that its sink wrote since it started.
    pub(crate) delivered: u64,
    /// Events in its channel.
    pub(crate) channel_size: u64,
    /// Events that its channel can hold.
    pub(crate) channel_capacity: u64,
    /// When it started.
    pub(crate) started: Option<DateTime<Utc>>,
    /// When its counters last increased.
    pub(crate) last_progress: Option<DateTime<Utc>>,
    /// What is wrong with it: a component that stopped, a sink that fails.
    pub(crate) trouble: Option<String>,
}

/// What an agent's metrics say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AgentState {
    /// Source, channel and sink are at work.
    Healthy,
    /// It answers, but a part of it has stopped or fails for good.
    Failing,
    /// It does not answer; the numbers are the last ones seen.
    Down,
}

impl HopId {
    /// Every arrow, in the order in which records travel.
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

impl Snapshot {
    /// The arrow of that name; every snapshot has all of them.
    pub(crate) fn hop(&self, id: HopId) -> Option<&Hop> {
        self.hops.iter().find(|hop| hop.id == id)
    }
}
