//! What the servers and the Flume agents hold.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::hop::Count;

/// MySQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mysql {
    /// Version of the server.
    pub(crate) version: String,
    /// Every table of the plan; without a plan, every table of the database.
    pub(crate) tables: Vec<Table>,
}

/// A table in MySQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: String,
    /// Rows, counted.
    pub(crate) rows: Option<u64>,
    /// When they were counted: large tables are not counted for every snapshot.
    #[serde(default)]
    pub(crate) counted: Option<DateTime<Utc>>,
    /// Rows that it should have.
    pub(crate) expected: Option<u64>,
    /// The newest event time in it, as MySQL prints it.
    pub(crate) newest_event: Option<String>,
}

/// Kafka.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kafka {
    /// Brokers that are up.
    pub(crate) brokers: u32,
    /// The topics by name, without the internal ones.
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
    /// Messages that it should have, if it belongs to the plan.
    pub(crate) expected: Option<u64>,
    /// Timestamp of the newest message.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Messages that each consumer group has yet to read, by group.
    pub(crate) lag: BTreeMap<String, u64>,
}

/// HDFS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hdfs {
    /// Whether the NameNode is in safe mode.
    pub(crate) safe_mode: bool,
    /// `DataNodes` that report.
    pub(crate) live_data_nodes: u64,
    /// `DataNodes` that do not report.
    pub(crate) dead_data_nodes: u64,
    /// Bytes in total.
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
    /// Rows or lines in it, if known.
    pub(crate) rows: Option<Count>,
    /// Rows or lines that it should hold.
    pub(crate) expected: Option<u64>,
}

/// A Flume agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agent {
    /// `log-agent` or `kafka-agent`.
    pub(crate) name: String,
    /// According to its metrics; a running process alone says nothing.
    pub(crate) state: AgentState,
    /// Events that its source has received since it started.
    pub(crate) received: u64,
    /// Events that its sink has written since it started.
    pub(crate) delivered: u64,
    /// Events in its channel.
    pub(crate) channel_size: u64,
    /// Events that its channel can hold.
    pub(crate) channel_capacity: u64,
    /// When it started.
    pub(crate) started: Option<DateTime<Utc>>,
    /// When its counters last increased.
    pub(crate) last_progress: Option<DateTime<Utc>>,
    /// What is wrong with it, for example a stopped component or a failing sink.
    pub(crate) trouble: Option<String>,
}

/// What an agent's metrics say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AgentState {
    /// Source, channel and sink are running.
    Healthy,
    /// It answers, but a part of it has stopped or keeps failing.
    Failing,
    /// It does not answer; the numbers are the last known ones.
    Down,
}
