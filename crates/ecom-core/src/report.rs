//! The run report: one JSON file that a tool writes at its end.

use std::ops::AddAssign;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::atomic;
use crate::checksum::{Checksum, Tally};
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

/// Records accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// How many.
    pub count: u64,
    /// Their checksum in canonical form; none where a tool only counts them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
}

impl From<Tally> for Accepted {
    fn from(tally: Tally) -> Self {
        Self { count: tally.count, checksum: Some(tally.checksum) }
    }
}

impl AddAssign<Tally> for Accepted {
    fn add_assign(&mut self, more: Tally) {
        let mut sum = Tally { count: self.count, checksum: self.checksum.unwrap_or_default() };
        sum += more;
        *self = sum.into();
    }
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

/// Where the report of a tool stands.
#[must_use]
pub fn path(work: &Path, tool: &str) -> std::path::PathBuf {
    work.join("reports").join(format!("{tool}.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_what_was_accepted_and_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = Report::begin("splitter", "0.1.0", "sample");
        let mut tally = Tally::default();
        tally.add(b"one");
        report.accepted += tally;
        assert_eq!(report.accepted, Accepted::from(tally));
        report.rejected = 2;
        report.detail("parts", ["historical"]);
        report.write(folder.path(), Code::Rejected).unwrap();
        let text = std::fs::read(path(folder.path(), "splitter")).unwrap();
        let json: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(json["read"], 3);
        assert_eq!(json["accepted"]["checksum"], tally.checksum.to_string());
        assert_eq!(json["exit_code"], 3);
        assert_eq!(json["parts"][0], "historical");
        assert!(json.get("sent").is_none());
    }

    #[test]
    fn a_tool_that_only_counts_has_no_checksum() {
        let folder = tempfile::tempdir().unwrap();
        let mut report = Report::begin("analyzer", "0.1.0", "sample");
        report.accepted.count = 5;
        report.write(folder.path(), Code::Success).unwrap();
        let text = std::fs::read(path(folder.path(), "analyzer")).unwrap();
        let json: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(json["accepted"], serde_json::json!({ "count": 5 }));
        assert_eq!(json["read"], 5);
    }
}
