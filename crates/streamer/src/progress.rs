//! The progress that the user sees while records are sent.

use std::time::{Duration, Instant};

use ecom_core::ui::{self, Ui};

/// How often a fast stream prints a line.
const INTERVAL: Duration = Duration::from_secs(1);

/// Shows progress: a line per record if a person can follow, else a bar on a terminal and a line
/// per second elsewhere.
pub(crate) struct Progress<'a> {
    ui: &'a Ui,
    total: u64,
    readable: bool,
    bar: Option<ui::Progress>,
    printed: Instant,
}

impl<'a> Progress<'a> {
    /// For a stream of `total` records to `topic`.
    pub(crate) fn new(ui: &'a Ui, topic: &str, total: u64, readable: bool) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = (terminal && !readable).then(|| ui.records(topic, total));
        Self { ui, total, readable, bar, printed: Instant::now() }
    }

    /// Record `number` was sent, and `acknowledged` messages were acknowledged.
    pub(crate) fn sent(&mut self, number: u64, acknowledged: u64) {
        if self.readable {
            self.line(number, acknowledged);
        } else if number.is_multiple_of(256) && self.printed.elapsed() >= INTERVAL / 5 {
            match &self.bar {
                Some(bar) => {
                    bar.set(number);
                    self.printed = Instant::now();
                }
                None if self.printed.elapsed() >= INTERVAL => self.line(number, acknowledged),
                None => {}
            }
        }
    }

    /// All records up to `number` were sent and acknowledged.
    pub(crate) fn end(&mut self, number: u64, acknowledged: u64) {
        self.bar = None;
        if !self.readable {
            self.line(number, acknowledged);
        }
    }

    fn line(&mut self, number: u64, acknowledged: u64) {
        let total = self.total;
        self.ui
            .status(format!("Sent record {number}/{total} to Kafka, {acknowledged} acknowledged"));
        self.printed = Instant::now();
    }
}
