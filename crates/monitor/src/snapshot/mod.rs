//! What the monitor knows at one moment. Every view and every format shows this.
//!
//! All times are UTC. Counts are rows, messages or lines, as the hop's [`Unit`] says; sizes are
//! bytes.

mod analytics;
mod hop;
mod live;
mod stores;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use analytics::{Amount, Analytics, KeyFigures, Proof, ProofState, Results};
pub(crate) use hop::{Count, Hop, HopId, HopState, Precision, Unit};
pub(crate) use live::{
    Agreement, Agrees, Group, Live, LiveState, Minute, Others, Sale, Spark, SparkAgreement,
};
pub(crate) use stores::{Agent, AgentState, Folder, Hdfs, Kafka, Mysql, Table, Topic};

/// The version of this format, raised when a field changes its meaning or is removed.
pub(crate) const VERSION: u32 = 1;

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// When it was taken.
    pub(crate) taken: DateTime<Utc>,
    /// Seconds between two snapshots.
    pub(crate) interval_seconds: f64,
    /// The data set whose plan and reports are watched, if any.
    pub(crate) data_set: Option<String>,
    /// See [`Verdict`].
    pub(crate) verdict: Verdict,
    /// What is wrong, worst first; empty if nothing is.
    pub(crate) problems: Vec<Problem>,
    /// The probes, in a fixed order: work folder, MySQL, Kafka, HDFS, log-agent, kafka-agent.
    pub(crate) probes: Vec<Probe>,
    /// The hops, in the order in which records travel: see [`HopId`].
    pub(crate) hops: Vec<Hop>,
    /// MySQL, as last seen.
    pub(crate) mysql: Option<Mysql>,
    /// Kafka, as last seen.
    pub(crate) kafka: Option<Kafka>,
    /// HDFS, as last seen.
    pub(crate) hdfs: Option<Hdfs>,
    /// Both Flume agents, as last seen.
    pub(crate) agents: Vec<Agent>,
    /// What the analysis of the lake has found; none before it was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) analytics: Option<Analytics>,
    /// What the topic of the transactions says; none without a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) live: Option<Live>,
    /// The results with their rows. They are not sent with every snapshot.
    #[serde(skip)]
    pub(crate) results: Option<Results>,
}

/// The overall state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// There is no plan yet, or nothing is expected anywhere.
    Idle,
    /// Records are in flight, and nothing is wrong.
    Moving,
    /// Everything expected has arrived, counted exactly, and every probe is fresh.
    Complete,
    /// A server or agent is unreachable or broken, and something depends on it (exit code 5).
    Unreachable,
    /// A hop is short or over with nothing in flight (exit code 7).
    Wrong,
}

/// A problem to report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Problem {
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The name of the probe, hop, topic, table, folder or agent.
    pub(crate) subject: String,
    /// One sentence without a final period.
    pub(crate) message: String,
    /// When it began.
    pub(crate) since: DateTime<Utc>,
}

/// How bad a problem is; the worst sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// Records are lost, duplicated or blocked.
    Critical,
    /// Something is unreachable or late.
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
    /// When the last valid answer arrived; everything shown of this part is that old.
    pub(crate) last_good: Option<DateTime<Utc>>,
    /// When it stopped answering.
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
    /// It has not answered yet.
    Pending,
    /// The last answer was valid.
    Reachable,
    /// The answer was missing, late or invalid.
    Unreachable,
}

impl Snapshot {
    /// The hop with this id; every snapshot has all of them.
    pub(crate) fn hop(&self, id: HopId) -> Option<&Hop> {
        self.hops.iter().find(|hop| hop.id == id)
    }
}
