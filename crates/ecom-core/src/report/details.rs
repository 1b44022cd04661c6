//! The details of each kind of report, named for what they hold.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Details;
use crate::checksum::{Checksum, Tally};
use crate::plan::{Split, SqlType, TableName};
use crate::work::{LogRequest, ManifestFile};

/// What was analyzed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// The plan's file.
    pub plan: PathBuf,
}

impl Details for Analysis {
    const NAME: &'static str = "analyzer";
}

/// What was read from the source files, and the work files that were made from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkFiles {
    /// Each table that was read.
    pub sources: Vec<SourceCount>,
    /// Records that were added so that every reference has a row.
    pub stubs: u64,
    /// The cut between the historical and the real-time part.
    pub split: Split,
    /// The work files.
    pub files: Vec<ManifestFile>,
}

impl Details for WorkFiles {
    const NAME: &'static str = "splitter";
}

/// What was read of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceCount {
    /// The table.
    pub table: TableName,
    /// Its source file, or a name for all of them.
    pub file: String,
    /// Records read.
    pub read: u64,
    /// Records accepted, in canonical form.
    pub accepted: Tally,
    /// Records rejected.
    pub rejected: u64,
    /// Lines that were skipped: without any value, or the header again.
    pub passed_over: u64,
    /// Each of its source files.
    pub files: Vec<FileCount>,
}

/// What was read of one source file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCount {
    /// The file's name.
    pub file: String,
    /// Records read.
    pub read: u64,
    /// Records accepted.
    pub accepted: u64,
    /// Records rejected.
    pub rejected: u64,
    /// Lines that were skipped: without any value, or the header again.
    pub passed_over: u64,
}

/// What MySQL holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Loading {
    /// All of it.
    pub mysql: Load,
}

impl Details for Loading {
    const NAME: &'static str = "mysql-loader";
}

/// The tables in MySQL.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The data set's name.
    pub data_set: String,
    /// The database's address.
    pub database: String,
    /// True if the tables held everything before the run.
    pub unchanged: bool,
    /// The tables.
    pub tables: Vec<LoadedTable>,
    /// All tables together.
    pub total: LoadFigures,
}

/// One table in MySQL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadedTable {
    /// The table.
    pub table: TableName,
    /// The checksum of its rows in canonical form.
    pub checksum: Checksum,
    /// Its figures.
    #[serde(flatten)]
    pub figures: LoadFigures,
}

/// How much was loaded, and how fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadFigures {
    /// Rows.
    pub rows: u64,
    /// Bytes of the work file.
    pub bytes: u64,
    /// Seconds that it took.
    pub seconds: f64,
    /// Rows per second.
    pub rows_per_second: f64,
}

/// What the topic of a table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Messages handed to Kafka.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<u64>,
    /// Messages that Kafka acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<u64>,
    /// The topic.
    pub topic: String,
    /// The work file.
    pub file: String,
    /// Messages that the topic held before the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub already_there: Option<u64>,
    /// Messages of the file in the topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<u64>,
    /// The bytes of their values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_bytes: Option<u64>,
}

impl Details for Delivery {
    const NAME: &'static str = "streamer";
}

impl Delivery {
    /// The subject of the report about a table in its own topic: that of `transactions` has the plain name.
    #[must_use]
    pub fn subject(table: TableName) -> Option<&'static str> {
        (table != TableName::Transactions).then(|| table.as_str())
    }

    /// The subject of the report about a table in another topic, such as that of a replay.
    #[must_use]
    pub fn subject_in(table: TableName, topic: &str) -> String {
        format!("{table}-in-{topic}")
    }
}

/// The log lines that were written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTruth {
    /// What was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<LogRequest>,
    /// Orders that the lines are about.
    pub orders: u64,
    /// Lines of all files.
    pub lines: u64,
    /// The sum of the hashes of all lines, without their ends.
    pub checksum: Checksum,
    /// Lines of each level.
    pub levels: BTreeMap<String, u64>,
    /// Lines of each service.
    pub services: BTreeMap<String, u64>,
    /// The files, in their order.
    pub files: Vec<LogFile>,
}

impl Details for LogTruth {
    const NAME: &'static str = "log-gen";
}

impl LogTruth {
    /// Count and checksum of all lines.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally { count: self.lines, checksum: self.checksum }
    }

    /// Bytes of all files; `None` for a report of an earlier version.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// One log file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFile {
    /// Its name.
    pub name: String,
    /// Its lines.
    pub lines: u64,
    /// Its bytes; `None` in a report of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// The sum of the hashes of its lines.
    pub checksum: Checksum,
}

/// Whether every store holds what it should. Who writes the report adds the findings to the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof<V = Verdict> {
    /// The verdict.
    pub verdict: V,
}

impl<V> Details for Proof<V> {
    const NAME: &'static str = "reconciler";
}

/// A verdict over all stores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The data set's name.
    pub data_set: String,
    /// True if every chosen hop was checked and is equal.
    pub equal: bool,
    /// True if it is equal, and no file with sales is left out of the plan.
    pub complete: bool,
    /// The closing sentence.
    pub closing: String,
    /// What that sentence is about.
    #[serde(default)]
    pub scope: Scope,
}

/// What a verdict is about, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// What was compared, and in which form.
    pub compared: Vec<String>,
    /// What the stores need not hold, counted.
    pub left_out: Vec<String>,
    /// What the stores hold besides, counted.
    pub added: Vec<String>,
    /// What may differ without being noticed.
    pub not_compared: Vec<String>,
}

impl Scope {
    /// A line for each entry; only the first of a kind has the kind's name.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let kinds = [
            ("compared", &self.compared),
            ("left out", &self.left_out),
            ("added", &self.added),
            ("not compared", &self.not_compared),
        ];
        let lines = kinds.into_iter().flat_map(|(name, entries)| {
            let names = std::iter::once(name).chain(std::iter::repeat(""));
            names.zip(entries).map(|(name, entry)| format!("{name:14}{entry}"))
        });
        lines.collect()
    }
}

/// What was counted in a folder of HDFS after an import from MySQL. It holds as long as the folder
/// has the same number of bytes. The subject is the folder's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Rows in the folder.
    pub rows: u64,
    /// Bytes of the folder.
    pub bytes: u64,
    /// The folder.
    #[serde(default)]
    pub path: String,
}

impl Details for Import {
    const NAME: &'static str = "sqoop";
}

/// The results of the analysis of the lake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Each result, in the order of the names.
    pub results: Vec<ResultFolder>,
    /// The questions that the data set cannot answer.
    pub skipped: Vec<SkippedQuestion>,
}

impl Details for Results {
    const NAME: &'static str = "analytics";
}

/// One result of the analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFolder {
    /// The name of its SQL file, of its folder in HDFS and of its table in MySQL.
    pub name: String,
    /// The question that it answers.
    pub question: String,
    /// The folder.
    pub folder: String,
    /// The columns, in the order of the fields.
    pub columns: Vec<ResultColumn>,
    /// Count of its lines, and the sum of their hashes.
    #[serde(flatten)]
    pub lines: Tally,
    /// When its content was written: a later run that finds the same leaves the folder as it is.
    pub written: DateTime<Utc>,
}

/// One column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub sql_type: SqlType,
}

/// A question that the data set cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedQuestion {
    /// The name of its SQL file.
    pub name: String,
    /// The question.
    pub question: String,
    /// What the data set lacks.
    pub reason: String,
}
