//! Snapshots as lines of JSON: what `--record` writes and `--format json` prints.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::atomic::guard_foreign;
use ecom_core::exit::io_failure;

use crate::snapshot::Snapshot;

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
}

impl Recorder {
    /// Starts a recording; overwrites an older one, and anything else only by force.
    pub(crate) fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        guard_foreign(path, force, |begin| begin.starts_with(b"{\"version\":"))?;
        let file = File::create(path).map_err(|error| io_failure("write", path, error))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Adds a snapshot.
    pub(crate) fn add(&mut self, snapshot: &Snapshot) -> Result<(), Failure> {
        let written = line(snapshot).and_then(|line| self.file.write_all(&line));
        written.map_err(|error| io_failure("write", &self.path, error))
    }
}

/// A snapshot as one line.
pub(crate) fn line(snapshot: &Snapshot) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(snapshot)?;
    line.push(b'\n');
    Ok(line)
}
