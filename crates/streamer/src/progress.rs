//! What the user sees while records are sent.

use std::time::{Duration, Instant};

use ecom_core::ui::{Progress, Ui};

/// How often a fast stream says how far it is.
const INTERVAL: Duration = Duration::from_secs(1);

/// Says how far the stream is: record by record when a person can follow; else by a bar on a
/// terminal, by a line each second elsewhere.
pub(crate) struct Teller<'a> {
    ui: &'a Ui,
    total: u64,
    readable: bool,
    bar: Option<Progress>,
    told: Instant,
}

impl<'a> Teller<'a> {
    /// For a stream of `total` records to `topic`.
    pub(crate) fn new(ui: &'a Ui, topic: &str, total: u64, readable: bool) -> Self {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let bar = (terminal && !readable).then(|| ui.records(topic, total));
        Self { ui, total, readable, bar, told: Instant::now() }
    }

    /// Record `number` was sent; `acknowledged` messages were.
    pub(crate) fn sent(&mut self, number: u64, acknowledged: u64) {
        if self.readable {
            self.line(number, acknowledged);
        } else if number.is_multiple_of(256) && self.told.elapsed() >= INTERVAL / 5 {
            match &self.bar {
                Some(bar) => {
                    bar.set(number);
                    self.told = Instant::now();
                }
                None if self.told.elapsed() >= INTERVAL => self.line(number, acknowledged),
                None => {}
            }
        }
    }

    /// Everything was sent and acknowledged, up to record `number`.
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
        self.told = Instant::now();
    }
}
