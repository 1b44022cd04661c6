//! A Flume agent, judged by its `/metrics`: its process keeps running after its source has failed.
//!
//! A message is on its way as long as its agent's channel holds it, or the sink has taken it from the
//! channel without having written it. The size of the channel does not show the latter, but the
//! counters of committed puts and takes do.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use reqwest::Client;

use crate::exit::{Code, Failure};

/// The largest metrics page to read, in bytes; a real one has about 2,000.
const PAGE_LIMIT: usize = 1 << 18;

/// Where the Flume agents are.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Flume")]
pub struct FlumeArgs {
    /// Host of the Flume agents
    #[arg(long, env = "FLUME_HOST", default_value = "localhost", value_name = "HOST")]
    flume_host: String,

    /// Metrics port of log-agent
    #[arg(long, env = "FLUME_LOG_AGENT_PORT", default_value_t = 41414, value_name = "PORT")]
    log_agent_port: u16,

    /// Metrics port of kafka-agent
    #[arg(long, env = "FLUME_KAFKA_AGENT_PORT", default_value_t = 41415, value_name = "PORT")]
    kafka_agent_port: u16,
}

impl FlumeArgs {
    /// The address of the metrics of log-agent.
    pub fn log_agent(&self) -> String {
        self.address(self.log_agent_port)
    }

    /// The address of the metrics of kafka-agent.
    pub fn kafka_agent(&self) -> String {
        self.address(self.kafka_agent_port)
    }

    fn address(&self, port: u16) -> String {
        format!("http://{}:{port}/metrics", self.flume_host)
    }
}

/// One agent's metrics page.
#[derive(Clone, Debug)]
pub struct Agent {
    client: Client,
    address: String,
}

/// What an agent has counted since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Events that the source received.
    pub received: u64,
    /// Events that the sink wrote.
    pub delivered: u64,
    /// Failures of the sink: connections and writes.
    pub sink_failures: u64,
    /// Failures of the source to pass events to the channel.
    pub source_failures: u64,
    /// Events in the channel.
    pub channel_size: u64,
    /// Events that sources have put into the channel.
    pub put: u64,
    /// Events that the sink has taken out of it and written.
    pub taken: u64,
    /// Events that the channel can hold.
    pub channel_capacity: u64,
    /// When the source started.
    pub started: Option<DateTime<Utc>>,
    /// The part that has stopped or never started, in words.
    pub broken: Option<String>,
}

/// A metrics page: components by `TYPE.name`, with all values as strings.
type MetricsPage = HashMap<String, HashMap<String, String>>;

impl Agent {
    /// The agent whose metrics are at `address`.
    pub fn new(address: String) -> Result<Self, Failure> {
        let client = Client::builder()
            // A proxy of the outer network does not know the agents.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .build()
            .map_err(|error| Failure::new(Code::Unexpected, "no HTTP client").because(error))?;
        Ok(Self { client, address })
    }
    /// What it has counted; the error says why there is no answer.
    pub async fn ask(&self) -> Result<Counters, String> {
        let answer = self.client.get(&self.address).send().await;
        let mut answer = answer.map_err(|error| cause(&error.without_url()))?;
        if !answer.status().is_success() {
            return Err(format!("unexpected answer: {}", answer.status()));
        }
        let mut page = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| cause(&error.without_url()))? {
            page.extend_from_slice(&chunk);
            if page.len() > PAGE_LIMIT {
                return Err("the answer is too long".into());
            }
        }
        let page: MetricsPage = serde_json::from_slice(&page)
            .map_err(|_| "not the answer of a Flume agent".to_owned())?;
        Ok(Counters::of(&page))
    }
}

impl Counters {
    /// Events that are in the channel, or on the sink's way from there.
    #[must_use]
    pub fn in_channel(&self) -> u64 {
        // After a start, a file channel may also hold what an earlier process put into it.
        self.channel_size.max(self.put.saturating_sub(self.taken))
    }

    fn of(page: &MetricsPage) -> Self {
        let part = |kind: &str| {
            let mut names: Vec<&String> =
                page.keys().filter(|name| name.starts_with(kind)).collect();
            names.sort_unstable();
            names.first().and_then(|name| page.get(*name))
        };
        let (source, channel, sink) = (part("SOURCE."), part("CHANNEL."), part("SINK."));
        let broken = [("source", source), ("channel", channel), ("sink", sink)];
        let broken = broken.into_iter().find_map(|(name, part)| trouble(name, part));
        let broken = broken.or_else(|| spool_trouble(page));
        let started = i64::try_from(number(source, "StartTime")).unwrap_or_default();
        Self {
            received: number(source, "EventReceivedCount"),
            delivered: number(sink, "EventDrainSuccessCount"),
            sink_failures: number(sink, "ConnectionFailedCount") + number(sink, "EventWriteFail"),
            source_failures: number(source, "ChannelWriteFail") + number(source, "EventReadFail"),
            channel_size: number(channel, "ChannelSize"),
            put: number(channel, "EventPutSuccessCount"),
            taken: number(channel, "EventTakeSuccessCount"),
            channel_capacity: number(channel, "ChannelCapacity"),
            started: DateTime::from_timestamp_millis(started).filter(|_| started > 0),
            broken,
        }
    }
}

/// What is wrong with a part of an agent.
fn trouble(name: &str, part: Option<&HashMap<String, String>>) -> Option<String> {
    if part.is_none() {
        // A bad setting disables the part, and the process keeps running.
        return Some(format!(
            "it has no {name}: its configuration is wrong, or it is still starting"
        ));
    }
    if number(part, "StartTime") == 0 {
        return Some(format!("its {name} has not started"));
    }
    if number(part, "StopTime") > 0 {
        return Some(format!("its {name} has stopped"));
    }
    // The spooling source increments this once, on the error after which it stops reading for good.
    if number(part, "GenericProcessingFail") > 0 {
        return Some(permanent(name));
    }
    // This is how the file channel reports a disk that is full or gone.
    (number(part, "Unhealthy") > 0).then(|| format!("its {name} is unhealthy"))
}

fn permanent(name: &str) -> String {
    format!("its {name} has failed permanently and accepts nothing")
}

/// What is wrong with the two sources of log-agent. One hands files over to the other, which ends at an
/// error in reading; Kafka's source counts such errors, too, but tries again.
fn spool_trouble(page: &MetricsPage) -> Option<String> {
    if number(page.get("SOURCE.log-source"), "EventReadFail") > 0 {
        return Some(permanent("source"));
    }
    page.get("SOURCE.spool-folder").and_then(|part| trouble("source", Some(part)))
}

fn number(part: Option<&HashMap<String, String>>, name: &str) -> u64 {
    let value = part.and_then(|part| part.get(name));
    value.and_then(|value| value.parse().ok()).unwrap_or_default()
}

/// The innermost cause of an HTTP error: the outer ones only name layers.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Counters {
        Counters::of(&serde_json::from_str(text).unwrap())
    }

    const HEALTHY: &str = r#"{
        "SOURCE.log-source": {"StartTime": "1795387121828", "StopTime": "0",
            "EventReceivedCount": "5000", "GenericProcessingFail": "0"},
        "CHANNEL.memory-channel": {"StartTime": "1795387121460", "StopTime": "0",
            "ChannelSize": "12", "ChannelCapacity": "10000",
            "EventPutSuccessCount": "5000", "EventTakeSuccessCount": "4980"},
        "SINK.hdfs-sink": {"StartTime": "1795387121717", "StopTime": "0",
            "EventDrainAttemptCount": "5100", "EventDrainSuccessCount": "4988",
            "ConnectionFailedCount": "3", "EventWriteFail": "1"}}"#;

    #[test]
    fn a_healthy_agent_is_read_from_its_strings() {
        let counters = page(HEALTHY);
        assert_eq!(counters.broken, None);
        assert_eq!((counters.received, counters.delivered), (5000, 4988));
        assert_eq!((counters.channel_size, counters.channel_capacity), (12, 10_000));
        assert_eq!((counters.put, counters.taken, counters.in_channel()), (5000, 4980, 20));
        assert_eq!(Counters { taken: 5000, ..counters.clone() }.in_channel(), 12);
        assert_eq!(counters.sink_failures, 4);
        assert_eq!(counters.started.unwrap().to_rfc3339(), "2026-11-22T22:38:41.828+00:00");
    }

    #[test]
    fn the_fatal_states_that_a_pid_hides_are_named() {
        for (from, to, wanted) in [
            (
                "SOURCE.log-source",
                "OTHER.x",
                "it has no source: its configuration is wrong, or it is still starting",
            ),
            (
                "\"StartTime\": \"1795387121717\"",
                "\"StartTime\": \"0\"",
                "its sink has not started",
            ),
            (
                "\"StopTime\": \"0\",\n            \"ChannelSize\"",
                "\"StopTime\": \"9\",\n            \"ChannelSize\"",
                "its channel has stopped",
            ),
            (
                "\"GenericProcessingFail\": \"0\"",
                "\"GenericProcessingFail\": \"1\"",
                "its source has failed permanently and accepts nothing",
            ),
            (
                "\"EventReceivedCount\"",
                "\"EventReadFail\": \"1\", \"EventReceivedCount\"",
                "its source has failed permanently and accepts nothing",
            ),
            (
                "\"SINK.hdfs-sink\"",
                "\"SOURCE.spool-folder\": {\"StartTime\": \"1\", \"StopTime\": \"2\"}, \"SINK.hdfs-sink\"",
                "its source has stopped",
            ),
            (
                "\"ChannelSize\"",
                "\"Unhealthy\": \"1\", \"ChannelSize\"",
                "its channel is unhealthy",
            ),
        ] {
            assert!(HEALTHY.contains(from), "{from}");
            assert_eq!(page(&HEALTHY.replace(from, to)).broken.as_deref(), Some(wanted));
        }
        assert!(page("{}").broken.is_some());
    }
}
