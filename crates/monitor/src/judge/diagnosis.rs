//! What a person should know, and what decides the verdict.

use ecom_core::plan::{FILE_NAME, Plan};
use ecom_core::report::Report;
use ecom_core::show::{counted, thousands};

use crate::collect::{Observations, Observed};
use crate::snapshot::{
    Agent, AgentState, Agrees, Hop, HopId, HopState, Live, ProofState, Severity, Unit,
};

use super::assessment::Assessment;
use super::hops::Scene;
use super::memory::Problems;
use super::verdict::Facts;

/// How full a channel has to be, in percent, to be reported as full.
const FULL: u64 = 95;

/// HDFS is nearly full if less than this percentage of its capacity remains.
const NEARLY_FULL: u64 = 5;

/// Everything that can go wrong.
pub(super) struct Diagnosis<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) hops: &'a [Hop],
    pub(super) assessments: &'a [Assessment],
    pub(super) agents: &'a [Agent],
}

impl Diagnosis<'_> {
    /// Notes everything that is wrong.
    pub(super) fn note_all(&self, problems: &mut Problems<'_>) {
        self.servers(problems);
        for agent in self.agents {
            self.agent(agent, problems);
        }
        for hop in self.hops {
            note_hop(hop, problems);
        }
        self.lake(problems);
        self.topics(problems);
        self.tools(problems);
        if let Some(run) = self.scene.run {
            note_left_out(&run.plan, problems);
        }
        let tables = self.scene.seen.mysql.fresh().map(|mysql| mysql.tables.as_slice());
        for table in tables.unwrap_or_default().iter().filter(|table| table.too_slow) {
            let message =
                "counting takes longer than the interval allows: choose a longer --interval";
            problems.note(Severity::Notice, &table.name, "slow", message);
        }
    }

    /// What the verdict depends on.
    pub(super) fn facts(&self) -> Facts {
        let seen = self.scene.seen;
        let servers = seen.work.fresh().is_some()
            && seen.mysql.fresh().is_some()
            && seen.kafka.fresh().is_some()
            && seen.hdfs.fresh().is_some();
        let agents = self.agents.iter().any(|agent| self.blocks(agent));
        let lake = seen.hdfs.fresh().map(|lake| lake.state);
        let lake = lake.is_some_and(|state| {
            state.live_data_nodes == 0 || (state.safe_mode && !self.is_complete())
        });
        let held = |lake: &crate::collect::Lake| {
            lake.folders.iter().any(|folder| !folder.held_open.is_empty())
        };
        let lake = lake || seen.hdfs.fresh().is_some_and(held);
        Facts {
            hops: self.hops.iter().map(|hop| hop.state).collect(),
            planned: self.scene.run.is_some(),
            unreachable: !servers || agents || lake,
            wrong: !self.scene.wrong_topics().is_empty(),
        }
    }

    fn is_complete(&self) -> bool {
        self.hops.iter().all(|hop| hop.state == HopState::Complete)
    }

    /// Whether an agent is broken although something waits for it.
    fn blocks(&self, agent: &Agent) -> bool {
        let carried = self.assessments.iter().find(|assessment| assessment.carrier == agent.name);
        let needed = carried.is_some_and(|assessment| {
            assessment.pending || (assessment.in_flight.unwrap_or(0) > 0 && assessment.short > 0)
        });
        agent.state != AgentState::Healthy && needed
    }

    fn servers(&self, problems: &mut Problems<'_>) {
        let seen = self.scene.seen;
        note_server("work", &seen.work, problems);
        note_server("mysql", &seen.mysql, problems);
        note_server("kafka", &seen.kafka, problems);
        note_server("hdfs", &seen.hdfs, problems);
    }

    fn agent(&self, agent: &Agent, problems: &mut Problems<'_>) {
        let blocks = self.blocks(agent);
        match (agent.state, &agent.trouble) {
            (AgentState::Down, _) if blocks => {
                let carried = self.hops.iter().find(|hop| hop.carrier == agent.name);
                let waits = carried.map_or(String::new(), |hop| {
                    format!(" (waiting for it: {})", units(hop.in_flight.unwrap_or(0), hop.unit))
                });
                let message = format!("does not answer{waits}");
                problems.note(Severity::Critical, &agent.name, "down", message);
            }
            (AgentState::Failing, Some(trouble)) => {
                let severity = if blocks { Severity::Critical } else { Severity::Warning };
                problems.note(severity, &agent.name, "failing", trouble);
            }
            _ => {}
        }
        if is_full(agent.channel_size, agent.channel_capacity) && agent.state != AgentState::Down {
            let message = format!("its channel is full: {}", counted(agent.channel_size, "event"));
            problems.note(Severity::Warning, &agent.name, "full", message);
        }
    }

    fn lake(&self, problems: &mut Problems<'_>) {
        let Some(lake) = self.scene.seen.hdfs.fresh() else { return };
        let state = lake.state;
        if state.live_data_nodes == 0 {
            problems.note(Severity::Critical, "hdfs", "nodes", "no DataNode is live");
        } else if state.dead_data_nodes > 0 {
            let message = format!("{} not reporting", counted(state.dead_data_nodes, "DataNode"));
            problems.note(Severity::Warning, "hdfs", "nodes", message);
        }
        // Once everything has arrived, nothing needs to be written.
        if state.safe_mode {
            let severity = if self.is_complete() { Severity::Warning } else { Severity::Critical };
            problems.note(severity, "hdfs", "safe mode", "is in safe mode: nothing can be written");
        }
        if state.capacity_remaining < state.capacity_total / 100 * NEARLY_FULL {
            let message = format!("less than {NEARLY_FULL} % of its capacity is left");
            problems.note(Severity::Warning, "hdfs", "capacity", message);
        }
        for (agent, hop) in self.agents.iter().zip([HopId::FlumeLogs, HopId::FlumeKafka]) {
            let hop = self.hops.iter().find(|found| found.id == hop);
            let folder = hop.and_then(|hop| lake.folder(&hop.to));
            let Some(folder) = folder else { continue };
            if let Some(file) = folder.held_open.first() {
                let message = format!(
                    "HDFS holds {file} open under its final name; orchestration/start_flume.sh closes \
                     it"
                );
                problems.note(Severity::Critical, &folder.path, "held", message);
            }
            if folder.open_files == 0 {
                continue;
            }
            if agent.state == AgentState::Down {
                let message = format!(
                    "left open by {}; orchestration/start_flume.sh recovers {}",
                    agent.name,
                    if folder.open_files == 1 { "the file" } else { "the files" },
                );
                problems.note(Severity::Warning, &folder.path, "open", message);
            }
        }
    }

    fn topics(&self, problems: &mut Problems<'_>) {
        let kafka = self.scene.seen.kafka.fresh().map(|kafka| kafka.topics.as_slice());
        for topic in kafka.unwrap_or_default().iter().filter(|topic| topic.leaderless > 0) {
            let message =
                format!("{} without a leader", counted(topic.leaderless.into(), "partition"));
            problems.note(Severity::Critical, &topic.name, "leader", message);
        }
        let flows = kafka
            .unwrap_or_default()
            .iter()
            .filter(|topic| topic.name == self.scene.locations.topic);
        for topic in flows.filter(|topic| !topic.exact && topic.messages > 0) {
            let message =
                "compaction or retention may have removed messages: the count is an upper bound";
            problems.note(Severity::Notice, &topic.name, "bound", message);
        }
        for (topic, messages, expected) in self.scene.wrong_topics() {
            let held = counted(messages, "message");
            let message = format!("has {held}, but the streamer delivered {}", thousands(expected));
            problems.note(Severity::Critical, topic, "messages", message);
        }
    }

    /// Tools that failed, and records that they rejected.
    fn tools(&self, problems: &mut Problems<'_>) {
        let Some(run) = self.scene.run else { return };
        note_tool("splitter", run.splitter.as_ref(), problems);
        note_tool("mysql-loader", run.loader.as_ref(), problems);
        for (table, report) in &run.streamer {
            note_tool(&format!("streamer of {table}"), Some(report), problems);
        }
        note_tool("log-gen", run.log_gen.as_ref(), problems);
    }
}

/// A run is complete once everything in the plan has arrived, but a plan may leave sales out.
fn note_left_out(plan: &Plan, problems: &mut Problems<'_>) {
    let sales = plan.left_out.iter().filter(|left| left.sales);
    let (files, records) =
        sales.fold((0, 0_u64), |(files, rows), left| (files + 1, rows.saturating_add(left.rows)));
    if files > 0 {
        let (files, records) = (counted(files, "file"), counted(records, "record"));
        let message =
            format!("{files} with {records} of sales left out: see left_out in {FILE_NAME}");
        problems.note(Severity::Warning, "plan", "left out", message);
    }
}

fn note_server<T>(name: &'static str, observed: &Observed<T>, problems: &mut Problems<'_>) {
    let probe = observed.probe(name, "");
    if let (Some(since), Some(error)) = (probe.unreachable_since, probe.error) {
        let message = format!("unreachable since {}: {error}", since.format("%H:%M:%S"));
        problems.note(Severity::Warning, name, "unreachable", message);
    }
}

/// Numbers that are wrong, and messages that no number is about.
pub(super) fn note_numbers(seen: &Observations, live: Option<&Live>, problems: &mut Problems<'_>) {
    note_server("analytics", &seen.analytics, problems);
    let proof = seen.analytics.last().map(|analysis| &analysis.summary.proof);
    if let Some(proof) = proof.filter(|proof| proof.is == ProofState::Wrong) {
        problems.note(Severity::Critical, "analytics", "wrong", proof.text.clone());
    }
    let Some(live) = live else { return };
    if live.agreement.is == Agrees::Differs {
        problems.note(Severity::Critical, &live.topic, "differs", live.agreement.text.clone());
    }
    let spark = live.spark.as_ref().map(|spark| &spark.agreement);
    if let Some(agreement) = spark.filter(|agreement| agreement.is == Agrees::Differs) {
        // Only a notice: no record is lost, and Spark may simply not be running.
        problems.note(Severity::Notice, "spark", "differs", agreement.text.clone());
    }
    if let Some(first) = &live.first_invalid {
        let messages = counted(live.invalid, "message");
        let message = format!("no record of the data set: {messages}; the first is in {first}");
        problems.note(Severity::Warning, &live.topic, "invalid", message);
    }
}

fn note_hop(hop: &Hop, problems: &mut Problems<'_>) {
    let expected = thousands(hop.expected.unwrap_or(0));
    let subject = hop.id.as_str();
    match hop.state {
        HopState::Short { by } => {
            let missing = units(by, hop.unit);
            let message = format!("{missing} of {expected} missing in {}, none in flight", hop.to);
            problems.note(Severity::Critical, subject, "short", message);
        }
        HopState::Over { by } => {
            let message =
                format!("{} too many in {}, expected {expected}", units(by, hop.unit), hop.to);
            problems.note(Severity::Critical, subject, "over", message);
        }
        HopState::Moving if hop.stale => {
            let arrived = thousands(hop.arrived.map_or(0, |arrived| arrived.value));
            let newest = hop.newest.map_or(String::new(), |newest| {
                format!(", the newest at {}", newest.format("%H:%M:%S"))
            });
            let message = format!("no more arrivals: {arrived} of {expected}{newest}");
            problems.note(Severity::Warning, subject, "stale", message);
        }
        _ => {}
    }
}

fn note_tool<T>(name: &str, report: Option<&Report<T>>, problems: &mut Problems<'_>) {
    let Some(report) = report else { return };
    if !report.is_done() {
        let message = format!("ended with exit code {}: run it again", report.exit_code);
        problems.note(Severity::Warning, name, "exit", message);
    } else if report.rejected > 0 {
        let message = format!("rejected {}", counted(report.rejected, "record"));
        problems.note(Severity::Notice, name, "rejected", message);
    }
}

fn units(number: u64, unit: Unit) -> String {
    let noun = match unit {
        Unit::Rows => "row",
        Unit::Messages => "message",
        Unit::Lines => "line",
    };
    counted(number, noun)
}

/// Whether a channel is full or nearly so.
pub(super) fn is_full(size: u64, capacity: u64) -> bool {
    capacity > 0 && size.saturating_mul(100) >= capacity.saturating_mul(FULL)
}
