//! What the tools' run reports say, as far as it is wanted here.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use chrono::{DateTime, Utc};
use ecom_core::Failure;
use ecom_core::exit::io_failure;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest report that is read.
const REPORT_LIMIT: u64 = 16 << 20;

/// How a run of a tool ended, and what it said of its own.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Report<T> {
    /// When it ended.
    pub(crate) ended: DateTime<Utc>,
    /// Its exit code.
    pub(crate) exit_code: u8,
    /// Records that it did not accept.
    #[serde(default)]
    pub(crate) rejected: u64,
    /// What this tool alone says.
    #[serde(flatten)]
    pub(crate) of: T,
}

/// The splitter's.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Splitter {
    split: Parts,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct Parts {
    historical: u64,
    realtime: u64,
}

/// The mysql-loader's.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Loader {
    #[serde(default)]
    mysql: Loaded,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Loaded {
    #[serde(default)]
    tables: Vec<LoadedTable>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct LoadedTable {
    table: String,
    rows: u64,
}

/// That of an import by Sqoop.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Sqoop {
    /// Rows that it counted in the fresh folder.
    pub(crate) rows: u64,
    /// Bytes of that folder.
    pub(crate) bytes: u64,
}

/// The streamer's.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Streamer {
    /// Where it sent to.
    pub(crate) topic: String,
    /// Messages of the file in the topic.
    #[serde(default)]
    pub(crate) messages: Option<u64>,
    /// Bytes of their values.
    #[serde(default)]
    pub(crate) value_bytes: Option<u64>,
}

/// log-gen's.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct LogGen {
    /// Lines written.
    pub(crate) lines: u64,
    #[serde(default)]
    files: Vec<LogFile>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct LogFile {
    #[serde(default)]
    bytes: Option<u64>,
}

/// What log-gen was asked for: it stands in the archive before the first file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LogRequest {
    /// Lines of each file.
    pub(crate) logs_per_file: u64,
    /// Files.
    pub(crate) num_files: u64,
    /// Lines of all files, where the last one is shorter.
    #[serde(default)]
    lines: Option<u64>,
}

impl<T> Report<T> {
    /// Everything that was read was delivered, apart from what was rejected and said so.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.exit_code, 0 | 3)
    }
}

impl Splitter {
    /// Transactions in both parts.
    pub(crate) fn rows(&self) -> u64 {
        self.split.historical + self.split.realtime
    }
}

impl Loader {
    /// Rows by table.
    pub(crate) fn rows(&self) -> BTreeMap<&str, u64> {
        self.mysql.tables.iter().map(|table| (table.table.as_str(), table.rows)).collect()
    }
}

impl LogGen {
    /// Bytes of all files, where the report has them.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

impl LogRequest {
    /// The request in an archive, if there is one that can be understood.
    pub(crate) fn read(archive: &Path) -> Option<Self> {
        #[derive(Deserialize)]
        struct Ticket {
            request: LogRequest,
        }
        let text = std::fs::read(archive.join(".request.json")).ok()?;
        serde_json::from_slice::<Ticket>(&text).ok().map(|ticket| ticket.request)
    }

    /// Lines of all files.
    pub(crate) fn lines(&self) -> u64 {
        self.lines.unwrap_or(self.logs_per_file.saturating_mul(self.num_files))
    }

    /// Lines of the first `files` files.
    pub(crate) fn lines_in(&self, files: u64) -> u64 {
        self.logs_per_file.saturating_mul(files).min(self.lines())
    }
}

/// The report of a tool, if there is one that was written after `since`.
pub(crate) fn report<T: DeserializeOwned>(
    work: &Path,
    tool: &str,
    since: Option<DateTime<Utc>>,
) -> Result<Option<Report<T>>, Failure> {
    let path = ecom_core::report::path(work, tool);
    let file = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|error| io_failure("read", &path, error))?,
    };
    let mut text = Vec::new();
    let read = file.take(REPORT_LIMIT).read_to_end(&mut text);
    read.map_err(|error| io_failure("read", &path, error))?;
    // A run that failed early has not got as far as to say what its tool alone says.
    let Ok(report) = serde_json::from_slice::<Report<T>>(&text) else {
        let known = serde_json::from_slice::<Report<serde_json::Value>>(&text);
        return match known {
            Ok(report) if !report.is_done() => Ok(None),
            _ => Err(Failure::refused(format!("{} is not the report of {tool}", path.display()))),
        };
    };
    Ok(Some(report).filter(|report| since.is_none_or(|since| report.ended >= since)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_file_of_a_request_may_be_shorter() {
        let folder = tempfile::tempdir().unwrap();
        let read = |request: &str| {
            let text = format!("{{\"request\":{request}}}");
            std::fs::write(folder.path().join(".request.json"), text).unwrap();
            LogRequest::read(folder.path()).unwrap()
        };
        let request = read(r#"{"logs_per_file":2,"num_files":4,"lines":7}"#);
        assert_eq!((request.lines(), request.lines_in(3), request.lines_in(4)), (7, 6, 7));
        let request = read(r#"{"logs_per_file":2,"num_files":4}"#);
        assert_eq!((request.lines(), request.lines_in(3), request.lines_in(4)), (8, 6, 8));
    }
}
