//! The folder of generated log files in the work folder: a copy of every file handed to Flume, and
//! the request that they were generated for.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::exit::Failure;
use crate::{atomic, input};

/// The folder's name in the work folder.
pub const LOGS: &str = "logs";

/// The request's file name in that folder. It is there before the first log file is.
pub const LOG_REQUEST: &str = ".request.json";

/// What a run that generates log files was asked for: equal requests give equal lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRequest {
    /// The work file's name.
    pub csv: String,
    /// The work file's SHA-256 in hexadecimal.
    pub sha256: String,
    /// The columns that the lines depend on.
    pub columns: Vec<String>,
    /// Lines of each file.
    pub logs_per_file: u64,
    /// Files.
    pub num_files: u64,
    /// Lines of all files, where the last one is shorter than the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// The seed of the random number generator.
    pub seed: u64,
    /// The folder that Flume takes the files from, absolute.
    pub output_dir: PathBuf,
}

/// A request with the mark of the run that it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTicket {
    /// The request.
    pub request: LogRequest,
    /// A word that no other run has; part of the run's temporary file names in the output folder.
    pub token: String,
}

impl LogRequest {
    /// Lines of all files.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines.unwrap_or(self.logs_per_file.saturating_mul(self.num_files))
    }

    /// Lines of the first `files` files.
    #[must_use]
    pub fn lines_in(&self, files: u64) -> u64 {
        self.logs_per_file.saturating_mul(files).min(self.lines())
    }

    /// Lines of one file; the first has the index 0.
    #[must_use]
    pub fn lines_of(&self, index: u64) -> u64 {
        self.lines_in(index + 1) - self.lines_in(index)
    }
}

impl LogTicket {
    /// Reads the ticket in the folder of the log files. `None` if no run has begun there.
    ///
    /// # Errors
    /// The file cannot be read, or is not a ticket.
    pub fn read(logs: &Path) -> Result<Option<Self>, Failure> {
        Self::read_file(&logs.join(LOG_REQUEST))
    }

    /// Reads a ticket from a file of any name. `None` if the file does not exist.
    ///
    /// # Errors
    /// The file cannot be read, or is not a ticket.
    pub fn read_file(path: &Path) -> Result<Option<Self>, Failure> {
        let Some(text) = input::bytes_if_exists(path)? else { return Ok(None) };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            let folder = path.parent().unwrap_or(path).display();
            let message = format!("{} is not a request for logs: delete {folder}", path.display());
            Failure::refused(message).because(error)
        })
    }

    /// Writes the ticket into the folder of the log files, atomically.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, logs: &Path) -> Result<(), Failure> {
        atomic::write_json(&logs.join(LOG_REQUEST), self)
    }
}

/// True for the name of a log file that is complete: `*.log`, not hidden.
#[must_use]
pub fn is_log_file(name: &str) -> bool {
    !name.starts_with('.') && Path::new(name).extension().is_some_and(|end| end == "log")
}

/// True for the name of a file in the spool folder that Flume will read: `ignorePattern` in
/// `flume-conf/flume-logs.conf` leaves out hidden files and those that are still being written.
#[must_use]
pub fn waits_for_flume(name: &str) -> bool {
    !name.starts_with('.') && Path::new(name).extension().is_none_or(|end| end != "tmp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_file_of_a_request_may_be_shorter() {
        let request = |lines| LogRequest {
            csv: "transactions_realtime.csv".into(),
            sha256: "00".into(),
            columns: Vec::new(),
            logs_per_file: 2,
            num_files: 4,
            lines,
            seed: 42,
            output_dir: "/spool".into(),
        };
        let shorter = request(Some(7));
        assert_eq!((shorter.lines(), shorter.lines_in(3), shorter.lines_in(4)), (7, 6, 7));
        assert_eq!((shorter.lines_of(2), shorter.lines_of(3)), (2, 1));
        let even = request(None);
        assert_eq!((even.lines(), even.lines_in(3), even.lines_in(4)), (8, 6, 8));
    }

    #[test]
    fn a_hidden_file_is_no_log_file() {
        assert!(is_log_file("ecommerce_app_20241110_153045.log"));
        assert!(!is_log_file(".ecommerce_app_20241110_153045.log"));
        assert!(!is_log_file("ecommerce_app_20241110_153045.log.partial"));
        assert!(waits_for_flume("other.txt"));
        assert!(!waits_for_flume(".other.txt") && !waits_for_flume("other.log.tmp"));
    }
}
