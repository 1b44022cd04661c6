//! A number of lines per second.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Delays lines to keep a rate.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: Option<u64>,
    begin: Instant,
    lines: u64,
}

/// The longest sleep between two checks of the stop signal.
const NAP: Duration = Duration::from_millis(100);

impl Pace {
    /// `rate` lines per second, or as many as possible.
    pub(crate) fn new(rate: Option<u64>) -> Self {
        Self { rate, begin: Instant::now(), lines: 0 }
    }

    /// True when the next line is due; else sleeps a while.
    pub(crate) fn is_due(&mut self) -> bool {
        let Some(rate) = self.rate else { return true };
        let due = Duration::from_secs_f64(self.lines as f64 / rate as f64);
        let early = due.saturating_sub(self.begin.elapsed());
        if early.is_zero() {
            self.lines += 1;
            return true;
        }
        sleep(early.min(NAP));
        false
    }
}
