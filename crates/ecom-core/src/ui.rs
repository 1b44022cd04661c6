//! What a tool says of its work on standard error: status, warnings, progress. Silent under
//! `--quiet`, without bars where there is no terminal; callers never ask.

use std::io::{self, Write};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::escape;
use crate::settings::CommonArgs;

/// Standard error, shared by status lines, progress bars and the log.
#[derive(Clone, Debug)]
pub struct Ui {
    bars: MultiProgress,
    quiet: bool,
    tool: &'static str,
}

/// Progress of one piece of work; its bar goes when it is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Ui {
    /// Begins to speak for `tool`, and sends the log (`tracing`) to standard error: warnings, with
    /// `--verbose` more; `RUST_LOG` decides where it is set.
    #[must_use]
    pub fn new(tool: &'static str, common: CommonArgs) -> Self {
        let ui = Self { bars: MultiProgress::new(), quiet: common.quiet, tool };
        let level = match (common.quiet, common.verbose) {
            (true, _) => "error",
            (_, 0) => "warn",
            (_, 1) => "info",
            _ => "debug",
        };
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
        // A second call, as in tests, keeps the first subscriber.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_target(false)
            .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
            .with_writer(ui.clone())
            .try_init();
        ui
    }

    /// One line on what happens or was done. What comes from data is made safe to show.
    pub fn status(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.line(text.as_ref());
        }
    }

    /// One line on what the user should know although the work goes on; also said under `--quiet`.
    pub fn warn(&self, text: impl AsRef<str>) {
        self.line(&format!("{}: warning: {}", self.tool, text.as_ref()));
    }

    /// Shows the progress of work on `total` bytes.
    #[must_use]
    pub fn bytes(&self, what: &str, total: u64) -> Progress {
        self.bar(what, total, "{bytes}/{total_bytes} {bytes_per_sec} {eta}")
    }

    /// Shows the progress of work on `total` records.
    #[must_use]
    pub fn records(&self, what: &str, total: u64) -> Progress {
        self.bar(what, total, "{human_pos}/{human_len} {per_sec} {eta}")
    }

    fn bar(&self, what: &str, total: u64, figures: &str) -> Progress {
        if self.quiet {
            return Progress { bar: ProgressBar::hidden() };
        }
        // A bar must belong to the others before it draws anything, or a line of it stays behind.
        let bar = self.bars.add(ProgressBar::new(total));
        let template = format!("{{msg:24}} {{wide_bar}} {figures}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(escape::line(what));
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress { bar }
    }

    fn line(&self, text: &str) {
        let mut line = escape::line(text);
        line.push('\n');
        // Nothing is left to tell when standard error is closed.
        let _ = self.bars.suspend(|| io::stderr().write_all(line.as_bytes()));
    }
}

impl Progress {
    /// Says how far the work is.
    pub fn set(&self, position: u64) {
        self.bar.set_position(position);
    }

    /// Says that so much more is done.
    pub fn add(&self, more: u64) {
        self.bar.inc(more);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Write for Ui {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bars.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl MakeWriter<'_> for Ui {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
