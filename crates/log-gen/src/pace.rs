//! So many lines a second.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Holds lines back until their time has come.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: Option<u64>,
    begin: Instant,
    lines: u64,
}

/// The longest sleep, so that a stop signal is seen soon.
const NAP: Duration = Duration::from_millis(100);

impl Pace {
    /// So many lines a second, or as many as there can be.
    pub(crate) fn new(rate: Option<u64>) -> Self {
        Self { rate, begin: Instant::now(), lines: 0 }
    }

    /// Sleeps a while unless the next line's time has come; true when it has.
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
