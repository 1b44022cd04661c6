//! Where every snapshot goes: it is recorded, printed, passed to the views, and checked for the
//! exit condition.

use std::io::{self, Write as _};

use anyhow::Result;
use clap::ValueEnum;
use ecom_core::Code;
use ecom_core::settings::Format;

use crate::hub::Hub;
use crate::plain::{self, Changes};
use crate::record::{self, Recorder, RecordingArgs};
use crate::seconds;
use crate::snapshot::{Snapshot, Verdict};

/// Consecutive snapshots that must report a loss before `--until` gives up: a snapshot taken while
/// a step ends may be inconsistent.
const WRONG_IN_A_ROW: u32 = 3;

/// When to stop.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct EndArgs {
    /// Print one snapshot and exit
    #[arg(long, conflicts_with_all = ["until", "web"])]
    pub(crate) once: bool,

    /// Watch until STATE is reached, then exit; prints plain lines even on a terminal
    #[arg(long, value_enum, value_name = "STATE")]
    pub(crate) until: Option<Until>,

    /// Give up --until after this many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0, requires = "until",
          value_parser = seconds::within(0.0..=86_400.0))]
    pub(crate) timeout: f64,
}

/// What `--until` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Until {
    /// Every record that is expected has arrived at every hop
    Complete,
}

/// Where every snapshot goes.
pub(crate) struct Outlet {
    hub: Hub,
    recorder: Option<Recorder>,
    print: Option<Print>,
    once: bool,
    until: Option<Until>,
    wrong: u32,
}

/// What is printed for a snapshot.
enum Print {
    /// Lines of text where something changed.
    Changes(Changes),
    /// The whole snapshot as text.
    Table,
    /// The whole snapshot as a line of JSON.
    Json,
}

impl Outlet {
    /// Starts the recording, if requested; with a `printed` format, snapshots go to standard
    /// output.
    pub(crate) fn new(
        end: &EndArgs,
        recording: &RecordingArgs,
        printed: Option<Format>,
        hub: &Hub,
    ) -> Result<Self> {
        let record = recording.record.as_deref();
        let recorder = record.map(|path| Recorder::create(path, recording.force)).transpose()?;
        let once = end.once;
        let print = printed.map(|format| match format {
            Format::Json => Print::Json,
            Format::Text if once => Print::Table,
            Format::Text => Print::Changes(Changes::default()),
        });
        Ok(Self { hub: hub.clone(), recorder, print, once, until: end.until, wrong: 0 })
    }

    /// Takes a snapshot; returns the exit code if no more are needed.
    pub(crate) fn take(&mut self, snapshot: Snapshot) -> Result<Option<Code>> {
        if let Some(recorder) = &mut self.recorder {
            recorder.add(&snapshot)?;
        }
        if let Some(print) = &mut self.print {
            print.out(&snapshot)?;
        }
        let verdict = snapshot.verdict;
        self.hub.publish(snapshot);
        self.wrong = if verdict == Verdict::Wrong { self.wrong + 1 } else { 0 };
        let complete = self.until == Some(Until::Complete) && verdict == Verdict::Complete;
        let hopeless = self.until.is_some() && self.wrong >= WRONG_IN_A_ROW;
        Ok((self.once || complete || hopeless).then(|| code(verdict)))
    }

    /// The exit code if no more snapshots follow, and the last state in words.
    pub(crate) fn end(&self) -> (Code, String) {
        match self.hub.newest() {
            Some(snapshot) => match code(snapshot.verdict) {
                Code::Success => (Code::Unavailable, plain::missing(&snapshot)),
                code => (code, plain::missing(&snapshot)),
            },
            None => (Code::Unavailable, "no snapshot was taken".into()),
        }
    }
}

impl Print {
    fn out(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let text = match self {
            Self::Changes(changes) => changes.lines(snapshot).into_bytes(),
            Self::Table => plain::table(snapshot).into_bytes(),
            Self::Json => record::line(snapshot)?,
        };
        let mut out = io::stdout().lock();
        out.write_all(&text)?;
        // A reader of a pipe waits for each snapshot.
        out.flush()
    }
}

/// The exit code of a verdict.
pub(crate) fn code(verdict: Verdict) -> Code {
    match verdict {
        Verdict::Idle | Verdict::Moving | Verdict::Complete => Code::Success,
        Verdict::Unreachable => Code::Unavailable,
        Verdict::Wrong => Code::VerificationFailed,
    }
}
