//! A snapshot as the text that Prometheus and its like read (`OpenMetrics` 1.0).
//!
//! What stands on a probe that does not answer is left out, as Prometheus would take a last good
//! value for a fresh one; `ecom_probe_up` and `ecom_probe_age_seconds` tell of it. Of each kind of
//! thing so many are told at most, and how many were left out.

use std::fmt::Error;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use crate::snapshot::{
    Agent, AgentState, Folder, Hdfs, Hop, HopState, Kafka, Mysql, Probe, ProbeState, Severity,
    Snapshot, Verdict,
};

/// The type that a scraper asks for.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Things of one kind that are told of: topics, tables, folders, consumer groups.
const MOST: usize = 1000;

/// Characters of a label's value.
const LABEL: usize = 256;

/// What an arrow's state can be, as the snapshot writes it.
const HOP_STATES: [&str; 6] = ["waiting", "moving", "complete", "short", "over", "unknown"];

type Labels = Vec<(&'static str, String)>;
type Counts = Family<Labels, Gauge<i64, AtomicI64>>;
type Numbers = Family<Labels, Gauge<f64, AtomicU64>>;

/// The text that `/metrics` answers, `now` being the time and `age` the snapshot's age.
pub(super) fn write(
    snapshot: &Snapshot,
    now: DateTime<Utc>,
    age: Duration,
) -> Result<String, Error> {
    let mut metrics = Metrics { registry: Registry::with_prefix("ecom"), now };
    metrics.general(snapshot, age);
    metrics.probes(&snapshot.probes);
    metrics.hops(&snapshot.hops);
    let up = |name: &str| {
        let probe = snapshot.probes.iter().find(|probe| probe.name == name);
        probe.is_none_or(|probe| probe.state == ProbeState::Reachable)
    };
    metrics.mysql(snapshot.mysql.as_ref().filter(|_| up("mysql")));
    metrics.kafka(snapshot.kafka.as_ref().filter(|_| up("kafka")));
    metrics.hdfs(snapshot.hdfs.as_ref().filter(|_| up("hdfs")));
    metrics.agents(snapshot.agents.iter().filter(|agent| up(&agent.name)));
    let mut text = String::new();
    encode(&mut text, &metrics.registry)?;
    Ok(text)
}

struct Metrics {
    registry: Registry,
    now: DateTime<Utc>,
}

impl Metrics {
    fn counts(&mut self, name: &str, help: &str, unit: &str) -> Counts {
        let family = Counts::default();
        match unit {
            "" => self.registry.register(name, help, family.clone()),
            unit => {
                // The registry puts the unit behind the name itself.
                let name = name.strip_suffix(unit).unwrap_or(name).trim_end_matches('_');
                let unit = Unit::Other(unit.into());
                self.registry.register_with_unit(name, help, unit, family.clone());
            }
        }
        family
    }

    fn seconds(&mut self, name: &str, help: &str) -> Numbers {
        let family = Numbers::default();
        self.registry.register_with_unit(name, help, Unit::Seconds, family.clone());
        family
    }

    fn seconds_since(&self, time: DateTime<Utc>) -> f64 {
        (self.now - time).as_seconds_f64().max(0.0)
    }

    fn general(&mut self, snapshot: &Snapshot, age: Duration) {
        let ages = self.seconds("snapshot_age", "Age of the newest snapshot");
        ages.get_or_create(&vec![]).set(age.as_secs_f64());
        let verdicts = self.counts("verdict", "1 for the current verdict", "");
        let all = [
            ("idle", Verdict::Idle),
            ("moving", Verdict::Moving),
            ("complete", Verdict::Complete),
            ("unreachable", Verdict::Unreachable),
            ("wrong", Verdict::Wrong),
        ];
        for (name, verdict) in all {
            set(&verdicts, &labels([("verdict", name)]), u64::from(snapshot.verdict == verdict));
        }
        let problems = self.counts("problems", "Current problems", "");
        let all = [
            ("critical", Severity::Critical),
            ("warning", Severity::Warning),
            ("notice", Severity::Notice),
        ];
        for (name, severity) in all {
            let count = snapshot.problems.iter().filter(|problem| problem.severity == severity);
            set(&problems, &labels([("severity", name)]), count.count() as u64);
        }
        let left_out =
            self.counts("left_out_series", "Series left out because there are too many", "");
        let kinds = [
            ("table", snapshot.mysql.as_ref().map_or(0, |it| it.tables.len())),
            ("topic", snapshot.kafka.as_ref().map_or(0, |it| it.topics.len())),
            ("folder", snapshot.hdfs.as_ref().map_or(0, |it| it.folders.len())),
        ];
        for (kind, count) in kinds {
            set(&left_out, &labels([("kind", kind)]), count.saturating_sub(MOST) as u64);
        }
    }

    fn probes(&mut self, probes: &[Probe]) {
        let up = self.counts("probe_up", "1 if the last answer was valid", "");
        let age = self.seconds("probe_age", "Age of the last valid answer");
        let took = self.seconds("probe_answer", "Duration of the last answer");
        for probe in probes {
            let labels = labels([("probe", probe.name.as_str())]);
            set(&up, &labels, u64::from(probe.state == ProbeState::Reachable));
            if let Some(good) = probe.last_good {
                age.get_or_create(&labels).set(self.seconds_since(good));
            }
            if let Some(milliseconds) = probe.milliseconds {
                took.get_or_create(&labels).set(milliseconds as f64 / 1e3);
            }
        }
    }

    fn hops(&mut self, hops: &[Hop]) {
        let expected = self.counts("hop_expected_records", "Records expected in total", "records");
        let arrived = self.counts("hop_arrived_records", "Records that have arrived", "records");
        let in_flight = self.counts("hop_in_flight_records", "Records in flight", "records");
        let short =
            self.counts("hop_short_records", "Records missing with none in flight", "records");
        let over = self.counts("hop_over_records", "Surplus records", "records");
        let stale = self.counts("hop_stale", "1 if more records are expected but none arrive", "");
        let states = self.counts("hop_state", "1 for the current state", "");
        let rate = Numbers::default();
        let per_second = Unit::Other("records_per_second".into());
        self.registry.register_with_unit("hop_rate", "Arrival rate", per_second, rate.clone());
        let age = self.seconds("hop_newest_age", "Age of the newest arrival");
        for hop in hops {
            let labels = labels([("hop", hop.id.as_str())]);
            let state = serde_json::to_value(hop.state).unwrap_or_default();
            for name in HOP_STATES {
                let mut labels = labels.clone();
                labels.push(("state", name.into()));
                set(&states, &labels, u64::from(state["is"] == name));
            }
            set_if(&expected, &labels, hop.expected);
            if hop.state == HopState::Unknown {
                continue;
            }
            set_if(&arrived, &labels, hop.arrived.map(|count| count.value));
            set_if(&in_flight, &labels, hop.in_flight);
            set(&stale, &labels, u64::from(hop.stale));
            let (missing, surplus) = match hop.state {
                HopState::Short { by } => (by, 0),
                HopState::Over { by } => (0, by),
                _ => (0, 0),
            };
            set(&short, &labels, missing);
            set(&over, &labels, surplus);
            if let Some(value) = hop.rate {
                rate.get_or_create(&labels).set(value);
            }
            if let Some(newest) = hop.newest {
                age.get_or_create(&labels).set(self.seconds_since(newest));
            }
        }
    }

    fn mysql(&mut self, mysql: Option<&Mysql>) {
        let rows = self.counts("table_rows", "Rows in the table", "rows");
        let expected =
            self.counts("table_expected_rows", "Rows that the table should have", "rows");
        for table in mysql.iter().flat_map(|mysql| &mysql.tables).take(MOST) {
            let labels = labels([("table", table.name.as_str())]);
            set_if(&rows, &labels, table.rows);
            set_if(&expected, &labels, table.expected);
        }
    }

    fn kafka(&mut self, kafka: Option<&Kafka>) {
        let brokers = self.counts("kafka_brokers", "Brokers that are up", "");
        let partitions = self.counts("topic_partitions", "Partitions of the topic", "");
        let leaderless =
            self.counts("topic_leaderless_partitions", "Partitions without a leader", "");
        let messages =
            self.counts("topic_messages", "Messages in the topic, by its watermarks", "messages");
        let expected = self.counts(
            "topic_expected_messages",
            "Messages that the topic should have",
            "messages",
        );
        let lag = self.counts(
            "group_lag_messages",
            "Messages that the group has not consumed yet",
            "messages",
        );
        let age = self.seconds("topic_newest_age", "Age of the newest message, by its timestamp");
        set_if(&brokers, &vec![], kafka.map(|kafka| kafka.brokers.into()));
        let mut groups = 0;
        for topic in kafka.iter().flat_map(|kafka| &kafka.topics).take(MOST) {
            let labels = labels([("topic", topic.name.as_str())]);
            set(&partitions, &labels, topic.partitions.into());
            set(&leaderless, &labels, topic.leaderless.into());
            set(&messages, &labels, topic.messages.value);
            set_if(&expected, &labels, topic.expected);
            if let Some(newest) = topic.newest {
                age.get_or_create(&labels).set(self.seconds_since(newest));
            }
            for (group, count) in topic.lag.iter().take(MOST - groups) {
                groups += 1;
                let mut labels = labels.clone();
                labels.push(("group", shortened(group)));
                set(&lag, &labels, *count);
            }
        }
    }

    fn hdfs(&mut self, hdfs: Option<&Hdfs>) {
        let safe_mode = self.counts("hdfs_safe_mode", "1 if HDFS is in safe mode", "");
        let nodes = self.counts("hdfs_data_nodes", "DataNodes by state", "");
        let capacity =
            self.counts("hdfs_capacity_bytes", "Capacity of HDFS: total, used, remaining", "bytes");
        if let Some(hdfs) = hdfs {
            set(&safe_mode, &vec![], u64::from(hdfs.safe_mode));
            set(&nodes, &labels([("state", "live")]), hdfs.live_data_nodes);
            set(&nodes, &labels([("state", "dead")]), hdfs.dead_data_nodes);
            set(&capacity, &labels([("kind", "total")]), hdfs.capacity_total);
            set(&capacity, &labels([("kind", "used")]), hdfs.capacity_used);
            set(&capacity, &labels([("kind", "remaining")]), hdfs.capacity_remaining);
        }
        self.folders(hdfs.map_or(&[], |hdfs| &hdfs.folders));
    }

    fn folders(&mut self, folders: &[Folder]) {
        let exists = self.counts("folder_exists", "1 if the folder exists", "");
        let bytes = self.counts("folder_size_bytes", "Bytes in the folder", "bytes");
        let files = self.counts("folder_files", "Files in the folder", "files");
        let open = self.counts("folder_open_files", "Files that are still being written", "files");
        let records =
            self.counts("folder_records", "Rows or lines in the folder, if known", "records");
        let expected = self.counts(
            "folder_expected_records",
            "Rows or lines that the folder should hold",
            "records",
        );
        let age = self.seconds("folder_modified_age", "Time since the folder last changed");
        for folder in folders.iter().take(MOST) {
            let labels = labels([("folder", folder.path.as_str())]);
            set(&exists, &labels, u64::from(folder.exists));
            set(&bytes, &labels, folder.bytes);
            set(&files, &labels, folder.files);
            set(&open, &labels, folder.open_files);
            set_if(&records, &labels, folder.rows.map(|count| count.value));
            set_if(&expected, &labels, folder.expected);
            if let Some(modified) = folder.modified {
                age.get_or_create(&labels).set(self.seconds_since(modified));
            }
        }
    }

    fn agents<'a>(&mut self, agents: impl Iterator<Item = &'a Agent>) {
        let healthy = self.counts("agent_healthy", "1 if source, channel and sink are running", "");
        let received = self.counts(
            "agent_received_events",
            "Events received since the agent started",
            "events",
        );
        let delivered = self.counts(
            "agent_delivered_events",
            "Events delivered since the agent started",
            "events",
        );
        let channel = self.counts("agent_channel_events", "Events in the channel", "events");
        let capacity = self.counts(
            "agent_channel_capacity_events",
            "Events that the channel can hold",
            "events",
        );
        let age = self.seconds("agent_progress_age", "Time since the counters last increased");
        for agent in agents {
            let labels = labels([("agent", agent.name.as_str())]);
            set(&healthy, &labels, u64::from(agent.state == AgentState::Healthy));
            set(&received, &labels, agent.received);
            set(&delivered, &labels, agent.delivered);
            set(&channel, &labels, agent.channel_size);
            set(&capacity, &labels, agent.channel_capacity);
            if let Some(progress) = agent.last_progress {
                age.get_or_create(&labels).set(self.seconds_since(progress));
            }
        }
    }
}

fn labels<const N: usize>(pairs: [(&'static str, &str); N]) -> Labels {
    pairs.map(|(name, value)| (name, shortened(value))).into()
}

fn shortened(value: &str) -> String {
    value.chars().take(LABEL).collect()
}

fn set(family: &Counts, labels: &Labels, value: u64) {
    family.get_or_create(labels).set(i64::try_from(value).unwrap_or(i64::MAX));
}

fn set_if(family: &Counts, labels: &Labels, value: Option<u64>) {
    if let Some(value) = value {
        set(family, labels, value);
    }
}
