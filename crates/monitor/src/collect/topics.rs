//! What Kafka holds, as seen by its probe.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// What Kafka holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Topics {
    /// Brokers that are known.
    pub(crate) brokers: u32,
    /// The topics by name, without the internal ones.
    pub(crate) topics: Vec<TopicEnds>,
}

/// What a topic holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TopicEnds {
    /// Its name.
    pub(crate) name: String,
    /// Partitions.
    pub(crate) partitions: u32,
    /// Partitions without a leader.
    pub(crate) leaderless: u32,
    /// From the first to the last offset of each partition, summed.
    pub(crate) messages: u64,
    /// True if that is the number of messages: nothing was compacted or deleted.
    pub(crate) exact: bool,
    /// Timestamp of the newest message.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Average size of a value over the newest messages seen, in bytes.
    pub(crate) value_bytes: Option<f64>,
    /// Messages that each group has yet to read.
    pub(crate) lag: BTreeMap<String, u64>,
}
