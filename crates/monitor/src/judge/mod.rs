//! Turns what the probes saw into a snapshot: the hops, what is wrong, and the verdict. Pure,
//! except for the memory of earlier rounds.
//!
//! The rule above all others: never report success falsely. A hop is `complete` only if every probe
//! behind it is fresh and valid, and `short` or `over` only once nothing is in flight: no lag, no
//! filled channel, no open file, and the carrier has reported its end.

mod agreement;
mod assessment;
mod details;
mod diagnosis;
mod hops;
mod memory;
mod parts;
mod size;
mod spark;
mod verdict;

use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::flume::Counters;
use ecom_core::show::counted;

use crate::collect::{Observations, Observed, Told};
use crate::snapshot::{Agent, AgentState, Hop, HopState, Snapshot, VERSION};

pub(crate) use hops::Locations;

use assessment::Assessment;
use diagnosis::{Diagnosis, is_full, note_numbers};
use hops::Scene;
use memory::{Course, Memory};

/// Puts snapshots together.
pub(crate) struct Judge {
    interval: Duration,
    /// Time without progress after which a hop is late.
    threshold: Duration,
    locations: Locations,
    addresses: Addresses,
    memory: Memory,
}

/// The address of each probe, without any secret.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    /// MySQL.
    pub(crate) mysql: String,
    /// Kafka.
    pub(crate) kafka: String,
    /// HDFS.
    pub(crate) hdfs: String,
    /// Flume's log-agent.
    pub(crate) log_agent: String,
    /// Flume's kafka-agent.
    pub(crate) kafka_agent: String,
}

impl Judge {
    /// A judge without any memory yet.
    pub(crate) fn new(
        interval: Duration,
        threshold: Duration,
        locations: Locations,
        addresses: Addresses,
    ) -> Self {
        Self { interval, threshold, locations, addresses, memory: Memory::default() }
    }

    /// The snapshot of this moment; `told` is what the topic says by itself, `work` the folder that is
    /// watched.
    pub(crate) fn judge(
        &mut self,
        seen: &Observations,
        told: Option<Told>,
        work: &str,
        now: DateTime<Utc>,
    ) -> Snapshot {
        let run = seen.work.last().and_then(|work| work.run.as_ref());
        let locations = self.locations.clone();
        let scene = Scene { seen, locations: &locations, run };
        let assessments = scene.assessments();
        let hops: Vec<Hop> =
            assessments.iter().map(|assessment| self.hop(assessment, now)).collect();
        let agents = vec![
            self.agent("log-agent", &seen.log_agent, run.map_or(0, |run| run.waiting.count), now),
            self.agent("kafka-agent", &seen.kafka_agent, scene.lag(), now),
        ];
        let details = (scene.mysql_details(), scene.kafka_details(), scene.hdfs_details(&hops));
        let mut problems = self.memory.problems(now);
        let diagnosis =
            Diagnosis { scene: &scene, hops: &hops, assessments: &assessments, agents: &agents };
        diagnosis.note_all(&mut problems);
        let analysis = seen.analytics.last();
        let live = told.map(|told| agreement::live(told, analysis, now));
        note_numbers(seen, live.as_ref(), &mut problems);
        let verdict = verdict::verdict(&diagnosis.facts());
        let (mysql, kafka, hdfs) = details;
        Snapshot {
            version: VERSION,
            taken: now,
            interval_seconds: self.interval.as_secs_f64(),
            data_set: seen.work.last().and_then(|work| work.data_set.clone()),
            verdict,
            problems: problems.sorted(),
            probes: vec![
                seen.work.probe("work", work),
                seen.mysql.probe("mysql", &self.addresses.mysql),
                seen.kafka.probe("kafka", &self.addresses.kafka),
                seen.hdfs.probe("hdfs", &self.addresses.hdfs),
                seen.log_agent.probe("log-agent", &self.addresses.log_agent),
                seen.kafka_agent.probe("kafka-agent", &self.addresses.kafka_agent),
            ],
            hops,
            mysql,
            kafka,
            hdfs,
            agents,
            analytics: analysis.map(|analysis| analysis.summary.clone()),
            live,
            results: analysis.map(|analysis| analysis.results.clone()),
        }
    }

    fn hop(&mut self, assessment: &Assessment, now: DateTime<Utc>) -> Hop {
        let (still, rate) = self.memory.follow(assessment, now);
        let state = assessment.state(still, self.threshold);
        // A tool that works in one step shows no progress before its end, so it is never late.
        let flows = assessment.streams || matches!(assessment.carrier, "streamer" | "log-gen");
        let (from, to) = assessment.between.clone();
        Hop {
            id: assessment.id,
            from,
            to,
            carrier: assessment.carrier.to_owned(),
            unit: assessment.unit,
            expected: assessment.expected,
            arrived: assessment.arrived,
            in_flight: assessment.in_flight,
            state,
            rate,
            newest: assessment.newest,
            stale: flows && state == HopState::Moving && still > self.threshold,
            probes: assessment.probes.iter().map(ToString::to_string).collect(),
        }
    }

    /// The state of an agent that has `waiting` files or messages to read.
    fn agent(
        &mut self,
        name: &'static str,
        observed: &Observed<Counters>,
        waiting: u64,
        now: DateTime<Utc>,
    ) -> Agent {
        let course = self.memory.watch(name, observed.fresh(), now);
        let last = observed.last().cloned().unwrap_or_default();
        let trouble = observed.fresh().and_then(|counters| self.trouble(counters, course, waiting));
        let state = match (observed.fresh(), &trouble) {
            (None, _) => AgentState::Down,
            (Some(_), Some(_)) => AgentState::Failing,
            (Some(_), None) => AgentState::Healthy,
        };
        Agent {
            name: name.to_owned(),
            state,
            received: last.received,
            delivered: last.delivered,
            channel_size: last.channel_size,
            channel_capacity: last.channel_capacity,
            started: last.started,
            last_progress: course.moved,
            trouble,
        }
    }

    /// What is wrong with an agent that answers.
    fn trouble(&self, counters: &Counters, course: Course, waiting: u64) -> Option<String> {
        if let Some(broken) = &counters.broken {
            return Some(broken.clone());
        }
        if course.sink_fails {
            return Some("its sink fails: HDFS rejects what it writes".into());
        }
        if course.stuck > self.threshold {
            let (seconds, events) = (course.stuck.as_secs(), counters.channel_size);
            return Some(format!(
                "its sink has written nothing for {seconds} s; in its channel: {}",
                counted(events, "event")
            ));
        }
        let full = is_full(counters.channel_size, counters.channel_capacity);
        let idle = course.idle > self.threshold && waiting > 0;
        (idle && !full).then(|| {
            let seconds = course.idle.as_secs();
            format!("its source has received nothing for {seconds} s although more is waiting")
        })
    }
}
