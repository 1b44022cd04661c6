//! The report without a type of its own: gone as soon as nobody uses it.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use super::Accepted;
use crate::atomic;
use crate::exit::{Code, Failure};

/// What a run did. `read = accepted + rejected` always holds.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    tool: &'static str,
    version: &'static str,
    data_set: String,
    started: String,
    ended: String,
    seconds: f64,
    exit_code: u8,
    /// Records accepted.
    pub accepted: Accepted,
    /// Records rejected.
    pub rejected: u64,
    read: u64,
    /// Messages handed to Kafka; of Kafka's tools only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// Messages that Kafka acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<u64>,
    /// What else this tool has to say.
    #[serde(flatten)]
    pub details: Map<String, Value>,
    #[serde(skip)]
    begin: DateTime<Utc>,
}

impl Report {
    /// Begins the report of a run.
    #[must_use]
    pub fn begin(tool: &'static str, version: &'static str, data_set: &str) -> Self {
        Self {
            tool,
            version,
            data_set: data_set.to_owned(),
            started: String::new(),
            ended: String::new(),
            seconds: 0.0,
            exit_code: 0,
            accepted: Accepted::default(),
            rejected: 0,
            read: 0,
            sent: None,
            acknowledged: None,
            details: Map::new(),
            begin: Utc::now(),
        }
    }

    /// Adds something of this tool's own.
    pub fn detail(&mut self, name: &str, value: impl Serialize) {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.details.insert(name.to_owned(), value);
    }

    /// Seconds since the run began.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        let spent = Utc::now() - self.begin;
        spent.as_seconds_f64()
    }

    /// Ends the report and writes it to `reports/TOOL.json` of the work folder, atomically.
    pub fn write(&mut self, work: &Path, code: Code) -> Result<(), Failure> {
        self.seconds = (self.seconds() * 1000.0).round() / 1000.0;
        self.started = self.begin.to_rfc3339_opts(SecondsFormat::Micros, true);
        self.ended = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        self.exit_code = code as u8;
        self.read = self.accepted.count + self.rejected;
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| {
            Failure::new(Code::Unexpected, "cannot write the report").because(error)
        })?;
        json.push(b'\n');
        atomic::write(&path(work, self.tool), &json)
    }
}

/// The path of the report of a tool.
#[must_use]
pub fn path(work: &Path, tool: &str) -> std::path::PathBuf {
    work.join("reports").join(format!("{tool}.json"))
}
