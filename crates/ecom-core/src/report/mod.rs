//! Run reports: the JSON file `reports/NAME.json` that a tool leaves in the work folder at its end.
//!
//! Every kind of report has one type here, a [`Report`] of its [`Details`]. Who writes a report and
//! who reads it use the same type.

mod details;

use std::io::Read as _;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, SubsecRound as _, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};

pub use details::{
    Analysis, Delivery, FileCount, Import, Load, LoadFigures, LoadedTable, Loading, LogFile,
    LogTruth, Proof, ResultColumn, ResultFolder, Results, Scope, SkippedQuestion, SourceCount,
    Verdict, WorkFiles,
};

use crate::checksum::{Checksum, Tally};
use crate::exit::{Code, Failure, io_failure};
use crate::{atomic, clock, input};

/// The longest report that is read, in bytes.
const REPORT_LIMIT: u64 = 16 << 20;

/// What one kind of report holds in addition to what all reports hold.
pub trait Details {
    /// The report's name. Where runs are about different subjects and leave one report each, the
    /// subject is appended: `NAME-SUBJECT`.
    const NAME: &'static str;
}

/// What a run did. `read = accepted + rejected` always holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report<D> {
    /// The report's name.
    #[serde(default)]
    pub tool: String,
    /// The tool's version.
    #[serde(default)]
    pub version: String,
    /// The data set's name.
    #[serde(default)]
    pub data_set: String,
    /// When the run began.
    #[serde(serialize_with = "to_microseconds")]
    pub started: DateTime<Utc>,
    /// When it ended.
    #[serde(serialize_with = "to_microseconds")]
    pub ended: DateTime<Utc>,
    /// How long it took.
    #[serde(default)]
    pub seconds: f64,
    /// Its exit code: [`Code`].
    pub exit_code: u8,
    /// Records accepted.
    #[serde(default)]
    pub accepted: Accepted,
    /// Records rejected.
    #[serde(default)]
    pub rejected: u64,
    /// Records read.
    #[serde(default)]
    pub read: u64,
    /// What only reports of this kind hold.
    #[serde(flatten)]
    pub details: D,
}

/// Records accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// How many.
    pub count: u64,
    /// Their checksum in canonical form; `None` if the tool only counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
}

/// A run that has begun and will leave a report.
#[derive(Clone, Debug)]
pub struct Run {
    version: String,
    data_set: String,
    started: DateTime<Utc>,
    /// Measures what the wall clock, which may be set while the run is at work, does not.
    clock: Instant,
    /// How long the run had been at work when `clock` was started.
    before: Duration,
}

impl From<Tally> for Accepted {
    fn from(tally: Tally) -> Self {
        Self { count: tally.count, checksum: Some(tally.checksum) }
    }
}

impl From<u64> for Accepted {
    fn from(count: u64) -> Self {
        Self { count, checksum: None }
    }
}

impl AddAssign<Tally> for Accepted {
    fn add_assign(&mut self, more: Tally) {
        let mut sum = Tally { count: self.count, checksum: self.checksum.unwrap_or_default() };
        sum += more;
        *self = sum.into();
    }
}

impl Run {
    /// Begins a run now.
    #[must_use]
    pub fn begin(version: &str, data_set: &str) -> Self {
        Self::begun(clock::now(), version, data_set)
    }

    /// A run that began at this time.
    #[must_use]
    pub fn begun(started: DateTime<Utc>, version: &str, data_set: &str) -> Self {
        let before = (clock::now() - started).to_std().unwrap_or_default();
        let (version, data_set) = (version.to_owned(), data_set.to_owned());
        Self { version, data_set, started, clock: Instant::now(), before }
    }

    /// Seconds since the run began.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.spent().as_secs_f64()
    }

    fn spent(&self) -> Duration {
        self.before + self.clock.elapsed()
    }

    /// The report of the run, which ends now.
    #[must_use]
    pub fn end<D: Details>(
        &self,
        code: Code,
        accepted: impl Into<Accepted>,
        details: D,
    ) -> Report<D> {
        let accepted = accepted.into();
        Report {
            tool: D::NAME.to_owned(),
            version: self.version.clone(),
            data_set: self.data_set.clone(),
            started: self.started.trunc_subsecs(6),
            ended: (self.started + self.spent()).trunc_subsecs(6),
            seconds: (self.seconds() * 1000.0).round() / 1000.0,
            exit_code: code as u8,
            accepted,
            rejected: 0,
            read: accepted.count,
            details,
        }
    }
}

impl<D> Report<D> {
    /// The same report with records that were rejected.
    #[must_use]
    pub fn with_rejected(mut self, rejected: u64) -> Self {
        self.rejected = rejected;
        self.read = self.accepted.count + rejected;
        self
    }

    /// True if everything that was read was delivered, except for rejects within the limit.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.exit_code == Code::Success as u8 || self.exit_code == Code::Rejected as u8
    }
}

impl<D: Details> Report<D> {
    /// The path of the report about `subject` in a work folder.
    #[must_use]
    pub fn path(work: &Path, subject: Option<&str>) -> PathBuf {
        work.join("reports").join(format!("{}.json", name::<D>(subject)))
    }
}

impl<D: Details + Serialize> Report<D> {
    /// Writes the report about `subject` into a work folder, atomically.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(mut self, work: &Path, subject: Option<&str>) -> Result<(), Failure> {
        self.tool = name::<D>(subject);
        atomic::write_json(&Self::path(work, subject), &self)
    }
}

impl<D: Details + DeserializeOwned> Report<D> {
    /// Reads the report about `subject`. `None` without a report, or when the run failed before it had
    /// the details.
    pub fn read(work: &Path, subject: Option<&str>) -> Result<Option<Self>, Failure> {
        let path = Self::path(work, subject);
        let cannot = |error| io_failure("read", &path, error);
        let Some(file) = input::open_if_exists(&path)? else { return Ok(None) };
        let mut text = Vec::new();
        file.take(REPORT_LIMIT).read_to_end(&mut text).map_err(cannot)?;
        serde_json::from_slice::<Self>(&text).map(Some).or_else(
            |error| match serde_json::from_slice::<Report<IgnoredDetails>>(&text) {
                Ok(report) if !report.is_done() => Ok(None),
                _ => {
                    let message = format!("{} is not a report of this kind", path.display());
                    Err(Failure::refused(message).because(error))
                }
            },
        )
    }
}

/// Details that nobody looks at.
#[derive(Deserialize)]
struct IgnoredDetails {}

fn name<D: Details>(subject: Option<&str>) -> String {
    match subject {
        Some(subject) => format!("{}-{subject}", D::NAME),
        None => D::NAME.to_owned(),
    }
}

fn to_microseconds<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::{Value, json};

    use super::*;
    use crate::plan::TableName;

    fn json<D: Details>(work: &Path) -> Value {
        serde_json::from_slice(&std::fs::read(Report::<D>::path(work, None)).unwrap()).unwrap()
    }

    #[test]
    fn what_was_read_is_what_was_accepted_and_rejected() {
        let folder = tempfile::tempdir().unwrap();
        let mut tally = Tally::default();
        tally.add(b"one");
        let mut accepted = Accepted::default();
        accepted += tally;
        assert_eq!(accepted, Accepted::from(tally));
        let truth = LogTruth { lines: 7, ..LogTruth::default() };
        let report = Run::begin("0.1.0", "sample").end(Code::Rejected, accepted, truth);
        let report = report.with_rejected(2);
        report.clone().write(folder.path(), None).unwrap();
        let json = json::<LogTruth>(folder.path());
        assert_eq!(
            (&json["read"], &json["exit_code"], &json["lines"]),
            (&3.into(), &3.into(), &7.into())
        );
        assert_eq!(json["accepted"]["checksum"], tally.checksum.to_string());
        let found = Report::<LogTruth>::read(folder.path(), None).unwrap().unwrap();
        assert_eq!(found, report);
    }

    #[test]
    fn a_run_takes_no_negative_time_even_if_the_clock_is_set_back() {
        let tomorrow = clock::now() + TimeDelta::days(1);
        let report =
            Run::begun(tomorrow, "0.1.0", "sample").end(Code::Success, 0, LogTruth::default());
        assert!(report.seconds >= 0.0 && report.ended >= report.started);
        let earlier = Run::begun(clock::now() - TimeDelta::seconds(5), "0.1.0", "sample");
        assert!(earlier.seconds() >= 5.0);
    }

    #[test]
    fn a_tool_that_only_counts_has_no_checksum() {
        let folder = tempfile::tempdir().unwrap();
        let analysis = Analysis { plan: "plan.toml".into() };
        let report = Run::begin("0.1.0", "sample").end(Code::Success, 5, analysis);
        report.write(folder.path(), None).unwrap();
        let json = json::<Analysis>(folder.path());
        assert_eq!(json["accepted"], json!({ "count": 5 }));
        assert_eq!(json["read"], 5);
    }

    #[test]
    fn each_table_has_a_delivery_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let delivery = Delivery { topic: "shop-products".into(), ..Delivery::default() };
        let report = Run::begin("0.1.0", "sample").end(Code::Success, 0, delivery);
        report.write(folder.path(), Delivery::subject(TableName::Products)).unwrap();
        assert!(folder.path().join("reports/streamer-products.json").exists());
        let read =
            |table| Report::<Delivery>::read(folder.path(), Delivery::subject(table)).unwrap();
        assert_eq!(read(TableName::Products).unwrap().tool, "streamer-products");
        assert_eq!(read(TableName::Transactions), None);
    }

    #[test]
    fn a_run_that_failed_early_has_no_details_and_another_kind_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = Report::<Import>::path(folder.path(), Some("products"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let write = |code: u8| {
            let time = "2026-11-22T10:00:00Z";
            let report = json!({ "started": time, "ended": time, "exit_code": code });
            std::fs::write(&path, report.to_string()).unwrap();
        };
        write(5);
        assert_eq!(Report::<Import>::read(folder.path(), Some("products")).unwrap(), None);
        write(0);
        Report::<Import>::read(folder.path(), Some("products")).unwrap_err();
    }

    #[test]
    fn a_verdict_is_read_without_its_findings() {
        #[derive(Serialize)]
        struct WithFindings {
            #[serde(flatten)]
            verdict: Verdict,
            checks: [u8; 2],
        }
        let folder = tempfile::tempdir().unwrap();
        let verdict = Verdict { equal: true, ..Verdict::default() };
        let proof = Proof { verdict: WithFindings { verdict, checks: [1, 2] } };
        let report = Run::begin("0.1.0", "sample").end(Code::Success, 0, proof);
        report.write(folder.path(), None).unwrap();
        assert_eq!(json::<Proof>(folder.path())["verdict"]["checks"][1], 2);
        let found = Report::<Proof>::read(folder.path(), None).unwrap().unwrap();
        assert!(found.details.verdict.equal && !found.details.verdict.complete);
    }
}
