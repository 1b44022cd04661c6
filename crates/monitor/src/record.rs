//! Snapshots as lines of JSON: what `--record` writes and `--format json` prints.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::atomic::guard_foreign;
use ecom_core::exit::io_failure;

use crate::snapshot::{Results, Snapshot};

/// The field of a recording that holds the results of the analysis, in the first line that has them.
pub(crate) const RESULTS: &str = "results";

/// Making and showing recordings.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct RecordingArgs {
    /// Write every snapshot to this file, one JSON object per line
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Let --record overwrite a file that is not a recording
    #[arg(long, requires = "record")]
    pub(crate) force: bool,

    /// Show a recording made with --record; needs no server
    #[arg(long, value_name = "FILE", conflicts_with_all = ["record", "plan"])]
    pub(crate) replay: Option<PathBuf>,

    /// Speed factor of --replay
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0, requires = "replay")]
    pub(crate) speed: f64,
}

/// A file that receives every snapshot.
pub(crate) struct Recorder {
    path: PathBuf,
    file: File,
    /// The version of the results that were written last.
    results: Option<u64>,
}

impl Recorder {
    /// Starts a recording; overwrites an older one, and anything else only by force.
    pub(crate) fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        guard_foreign(path, force, |begin| begin.starts_with(b"{\"version\":"))?;
        let file = File::create(path).map_err(|error| io_failure("write", path, error))?;
        Ok(Self { path: path.to_owned(), file, results: None })
    }

    /// Adds a snapshot; with it the results of the analysis, if they are others than before.
    pub(crate) fn add(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let fresh = snapshot.results.as_ref();
        let fresh = fresh.filter(|results| self.results != Some(results.version));
        let line = line(snapshot).map(|line| match fresh {
            Some(results) => with_results(line, results),
            None => line,
        });
        let written = line.and_then(|line| self.file.write_all(&line));
        written.map_err(|error| io_failure("write", &self.path, error))?;
        self.results = fresh.map(|results| results.version).or(self.results);
        Ok(())
    }
}

/// A line with one more field, [`RESULTS`].
fn with_results(mut line: Vec<u8>, results: &Results) -> Vec<u8> {
    // The line ends in `}` and a line break.
    line.truncate(line.len().saturating_sub(2));
    line.extend_from_slice(format!(",\"{RESULTS}\":{}}}\n", results.json.get()).as_bytes());
    line
}

/// A snapshot as one line.
pub(crate) fn line(snapshot: &Snapshot) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(snapshot)?;
    line.push(b'\n');
    Ok(line)
}
