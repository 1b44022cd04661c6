//! What a tool prints about its work on standard error: status lines, warnings, progress bars and the
//! log. With `--quiet` only warnings, without a terminal no bars; callers need not check either.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::settings::CommonArgs;
use crate::{escape, in_force, show};

/// Standard error, shared by status lines, progress bars and the log.
#[derive(Clone)]
pub struct Ui {
    bars: MultiProgress,
    lines: Arc<Mutex<dyn Write + Send>>,
    quiet: bool,
    tool: &'static str,
}

/// The progress of one piece of work; its bar disappears when this is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    what: String,
    total: u64,
    begin: Instant,
    /// The position at which progress is logged next.
    next: AtomicU64,
}

impl Ui {
    /// Prints for `tool`, and sends the log (`tracing`) to standard error: warnings, or more with
    /// `--verbose`. `RUST_LOG` takes precedence.
    #[must_use]
    pub fn new(tool: &'static str, common: CommonArgs) -> Self {
        let ui = Self::on(tool, common, MultiProgress::new(), io::stderr());
        let filter = EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| EnvFilter::new(filter(tool, common.verbose)));
        // A second call, as in tests, keeps the first subscriber.
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_target(false)
            .with_ansi(show::color(&io::stderr()))
            .with_writer(ui.clone())
            .try_init();
        for line in in_force::lines_kept() {
            tracing::info!("{}", escape::line(line));
        }
        ui
    }

    fn on(
        tool: &'static str,
        common: CommonArgs,
        bars: MultiProgress,
        lines: impl Write + Send + 'static,
    ) -> Self {
        Self { bars, lines: Arc::new(Mutex::new(lines)), quiet: common.quiet, tool }
    }

    /// Prints a line about what is happening or was done. Text from data is escaped.
    pub fn status(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.line(text.as_ref());
        }
    }

    /// Prints a line about a problem that does not stop the work, even with `--quiet`.
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
        let bar = if self.quiet {
            ProgressBar::hidden()
        } else {
            // Added before it draws anything: a bar that has drawn already leaves a line behind.
            self.bars.add(ProgressBar::new(total))
        };
        let template = format!("{{msg:24}} {{wide_bar}} {figures}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        let what = escape::line(what);
        bar.set_message(what.clone());
        if !self.quiet {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Progress { bar, what, total, begin: Instant::now(), next: AtomicU64::new(1) }
    }

    fn line(&self, text: &str) {
        let mut line = escape::line(text);
        line.push('\n');
        // If standard error is closed, there is nobody left to tell.
        let _ = self.between_bars(|lines| lines.write_all(line.as_bytes()));
    }

    /// Writes while no bar is on the screen, so that lines and bars do not mix.
    fn between_bars<T>(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
    ) -> io::Result<T> {
        self.bars.suspend(|| write(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Progress {
    /// Sets how much is done.
    pub fn set(&self, position: u64) {
        self.bar.set_position(position);
        self.log(position);
    }

    /// Adds to what is done.
    pub fn add(&self, more: u64) {
        self.bar.inc(more);
        self.log(self.bar.position());
    }

    /// Logs progress at every power of two.
    fn log(&self, position: u64) {
        if position >= self.next.load(Ordering::Relaxed) {
            let next = position.saturating_add(1).checked_next_power_of_two();
            self.next.store(next.unwrap_or(u64::MAX), Ordering::Relaxed);
            tracing::debug!("{}: {position} of {}", self.what, self.total);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        let (position, seconds) = (self.bar.position(), self.begin.elapsed().as_secs_f64());
        tracing::debug!("{}: ended at {position} of {} in {seconds:.3} s", self.what, self.total);
    }
}

/// Which parts of the log are printed: of libraries, only warnings.
fn filter(tool: &str, verbose: u8) -> String {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    format!("warn,ecom_core={level},{}={level}", tool.replace('-', "_"))
}

impl fmt::Debug for Ui {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ui").field("tool", &self.tool).finish_non_exhaustive()
    }
}

impl Write for Ui {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.between_bars(|lines| lines.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.between_bars(|lines| lines.flush())
    }
}

impl MakeWriter<'_> for Ui {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use indicatif::{InMemoryTerm, ProgressDrawTarget, TermLike};

    use super::*;

    /// Standard error as a terminal that can be read.
    struct Screen(InMemoryTerm);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8_lossy(bytes).replace('\n', "\r\n");
            self.0.write_str(&text).map(|()| bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    fn ui(bars: ProgressDrawTarget, screen: &InMemoryTerm, quiet: bool) -> Ui {
        let common = CommonArgs { quiet, verbose: 0 };
        let bars = MultiProgress::with_draw_target(bars);
        Ui::on("tool", common, bars, Screen(screen.clone()))
    }

    fn on_terminal(screen: &InMemoryTerm, quiet: bool) -> Ui {
        ui(ProgressDrawTarget::term_like(Box::new(screen.clone())), screen, quiet)
    }

    #[test]
    fn bars_stay_below_all_lines_and_never_tear_one() {
        let screen = InMemoryTerm::new(24, 80);
        let mut ui = on_terminal(&screen, false);
        let progress = ui.records("sending", 20);
        for number in 1..=4 {
            progress.set(number * 5);
            progress.bar.force_draw();
            match number {
                1 => ui.status("first"),
                2 => ui.warn("second"),
                _ => ui.write_all(format!("log {number}\n").as_bytes()).unwrap(),
            }
            progress.bar.force_draw();
        }
        let shown = screen.contents();
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines[..4], ["first", "tool: warning: second", "log 3", "log 4"], "{shown}");
        assert!(lines[4].starts_with("sending ") && lines[4].contains("20/20"), "{shown}");
        assert_eq!(lines.len(), 5, "{shown}");
        drop(progress);
        assert_eq!(screen.contents().lines().count(), 4);
    }

    #[test]
    fn quiet_leaves_warnings_only() {
        let screen = InMemoryTerm::new(24, 80);
        let ui = on_terminal(&screen, true);
        let progress = ui.bytes("reading", 20);
        progress.add(5);
        progress.bar.force_draw();
        ui.status("nothing to see");
        ui.warn("a disk is slow");
        assert_eq!(screen.contents(), "tool: warning: a disk is slow");
    }

    #[test]
    fn without_a_terminal_there_are_lines_and_no_bars() {
        let screen = InMemoryTerm::new(24, 80);
        let ui = ui(ProgressDrawTarget::hidden(), &screen, false);
        let progress = ui.records("sending", 20);
        progress.set(5);
        progress.bar.force_draw();
        ui.status("5 of 20\u{1b}[2J");
        assert_eq!(screen.contents(), "5 of 20\\u{1b}[2J");
    }

    #[test]
    fn only_warnings_of_libraries_are_logged() {
        assert_eq!(filter("some-tool", 0), "warn,ecom_core=warn,some_tool=warn");
        assert_eq!(filter("some-tool", 1), "warn,ecom_core=info,some_tool=info");
        assert_eq!(filter("some-tool", 3), "warn,ecom_core=debug,some_tool=debug");
    }
}
