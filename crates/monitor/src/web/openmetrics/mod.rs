//! A snapshot as the text that Prometheus and its like read (`OpenMetrics` 1.0).
//!
//! Values that depend on an unreachable probe are left out, because Prometheus would treat the last
//! known value as current; `ecom_probe_up` and `ecom_probe_age_seconds` report the probe. The
//! number of series is limited; `ecom_left_out_series` counts those left out.

mod families;
mod sales;
mod stores;

use std::fmt::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::{Registry, Unit};

use self::families::{Floats, Metrics, labels, set, set_if};
use crate::snapshot::{Hop, HopState, Probe, ProbeState, Severity, Snapshot, Verdict};

/// The type that a scraper asks for.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The most topics, tables, folders and consumer groups to report, each.
const MOST: usize = 1000;

/// The states of a hop, as in the JSON of a snapshot.
const HOP_STATES: [&str; 6] = ["waiting", "moving", "complete", "short", "over", "unknown"];

/// The answer of `/metrics` at the time `now`, for a snapshot of this age.
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
    metrics.analytics(snapshot.analytics.as_ref());
    metrics.live(snapshot.live.as_ref());
    let mut text = String::new();
    encode(&mut text, &metrics.registry)?;
    Ok(text)
}

impl Metrics {
    fn general(&mut self, snapshot: &Snapshot, age: Duration) {
        let ages = self.seconds("snapshot_age", "Age of the newest snapshot");
        ages.get_or_create(&vec![]).set(age.as_secs_f64());
        let verdicts = self.integers("verdict", "1 for the current verdict", "");
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
        let problems = self.integers("problems", "Current problems", "");
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
            self.integers("left_out_series", "Series left out because there are too many", "");
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
        let up = self.integers("probe_up", "1 if the last answer was valid", "");
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
        let expected =
            self.integers("hop_expected_records", "Records expected in total", "records");
        let arrived = self.integers("hop_arrived_records", "Records that have arrived", "records");
        let in_flight = self.integers("hop_in_flight_records", "Records in flight", "records");
        let short =
            self.integers("hop_short_records", "Records missing with none in flight", "records");
        let over = self.integers("hop_over_records", "Surplus records", "records");
        let stale =
            self.integers("hop_stale", "1 if more records are expected but none arrive", "");
        let states = self.integers("hop_state", "1 for the current state", "");
        let rate = Floats::default();
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
}
