//! Replays a recording made with `--record` at its original pace, or faster.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::input;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::snapshot::{Results, Snapshot, VERSION};

/// The longest line to accept as a snapshot.
const LINE_LIMIT: u64 = 16 << 20;

/// The longest wait between two snapshots, no matter how far apart they were taken.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A recording, read one snapshot at a time.
pub(crate) struct Replay {
    path: PathBuf,
    reader: BufReader<File>,
    line: u64,
    speed: f64,
    taken: Option<DateTime<Utc>>,
    /// The results of the analysis: they hold until a later line has others.
    results: Option<Results>,
}

/// What is in a line beside the snapshot. The version is checked before anything else.
#[derive(Deserialize)]
struct Beside {
    version: u32,
    results: Option<Box<RawValue>>,
}

impl Replay {
    /// Opens a recording, to be shown `speed` times as fast as it was taken.
    pub(crate) fn open(path: &Path, speed: f64) -> Result<Self, Failure> {
        if !(speed.is_finite() && speed > 0.0) {
            return Err(Failure::usage("--speed must be greater than 0"));
        }
        let file = input::open(path)?;
        let reader = BufReader::new(file);
        Ok(Self { path: path.to_owned(), reader, line: 0, speed, taken: None, results: None })
    }

    /// The next snapshot; `None` at the end. A recording without any is refused.
    pub(crate) fn next(&mut self) -> Result<Option<Snapshot>, Failure> {
        let mut text = Vec::new();
        loop {
            text.clear();
            let read = (&mut self.reader).take(LINE_LIMIT).read_until(b'\n', &mut text);
            if read.map_err(|error| io_failure("read", &self.path, error))? == 0 {
                return self.end();
            }
            self.line += 1;
            if !text.trim_ascii().is_empty() {
                return self.parse(&text).map(Some);
            }
        }
    }

    fn parse(&mut self, text: &[u8]) -> Result<Snapshot, Failure> {
        let refused = |problem: String| {
            Failure::refused(format!("{}, line {}: {problem}", self.path.display(), self.line))
        };
        let no_snapshot =
            |error: serde_json::Error| refused("not a snapshot".into()).because(error);
        let Beside { version, results } = serde_json::from_slice(text).map_err(no_snapshot)?;
        if version != VERSION {
            let problem =
                format!("the snapshot has version {version}, but this monitor reads {VERSION}");
            return Err(refused(problem));
        }
        let mut snapshot: Snapshot = serde_json::from_slice(text).map_err(no_snapshot)?;
        let fresh = results.map(Results::of_json).transpose().map_err(no_snapshot)?;
        let held = fresh.or_else(|| self.results.take());
        snapshot.results.clone_from(&held);
        self.results = held;
        Ok(snapshot)
    }

    fn end(&self) -> Result<Option<Snapshot>, Failure> {
        if self.line > 0 {
            return Ok(None);
        }
        Err(Failure::refused(format!("{} contains no snapshot", self.path.display())))
    }

    /// How long to wait before a snapshot is shown.
    pub(crate) fn wait(&mut self, taken: DateTime<Utc>) -> Duration {
        let before = self.taken.replace(taken).unwrap_or(taken);
        let wait = (taken - before).to_std().unwrap_or_default();
        wait.div_f64(self.speed.max(0.001)).min(LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const LESSON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replays/lesson.jsonl");

    #[test]
    fn the_lesson_is_read_and_written_unchanged() {
        let mut replay = Replay::open(Path::new(LESSON), 1.0).unwrap();
        let text = fs::read_to_string(LESSON).unwrap();
        for line in text.lines() {
            let snapshot = replay.next().unwrap().unwrap();
            assert_eq!(serde_json::to_string(&snapshot).unwrap(), line);
        }
        assert!(replay.next().unwrap().is_none());
        assert!(!text.contains("/work") && !text.contains("/home"), "a path of some machine");
    }

    #[test]
    fn a_recording_with_the_former_names_of_hops_is_read() {
        let line = fs::read_to_string(LESSON).unwrap().lines().next().unwrap().to_owned();
        let former = line.replace("flume-kafka", "flume_kafka").replace("flume-logs", "flume_logs");
        assert_ne!(former, line);
        let snapshot: Snapshot = serde_json::from_str(&former).unwrap();
        assert_eq!(serde_json::to_string(&snapshot).unwrap(), line);
    }

    #[test]
    fn snapshots_keep_their_pace_and_no_wait_is_endless() {
        let mut replay = Replay::open(Path::new(LESSON), 2.0).unwrap();
        let begin = DateTime::<Utc>::UNIX_EPOCH;
        let mut wait = |seconds| replay.wait(begin + Duration::from_secs(seconds)).as_millis();
        assert_eq!([wait(0), wait(5), wait(4), wait(86_400)], [0, 2_500, 0, 60_000]);
    }

    #[test]
    fn a_file_that_is_not_a_recording_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recording");
        let refused = |text: &str| {
            fs::write(&path, text).unwrap();
            let failure = Replay::open(&path, 1.0).unwrap().next().unwrap_err();
            assert_eq!(failure.code() as u8, 4);
            failure.to_string().replace(&path.display().to_string(), "FILE")
        };
        assert_eq!(refused(""), "FILE contains no snapshot");
        assert_eq!(refused("\n{}\n"), "FILE, line 2: not a snapshot");
        assert_eq!(
            refused("{\"version\":9}"),
            "FILE, line 1: the snapshot has version 9, but this monitor reads 1"
        );
        assert_eq!(Replay::open(&path, 0.0).err().unwrap().code() as u8, 2);
    }
}
