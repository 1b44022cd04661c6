//! The number of lines per second.

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

    /// True if the next line is due; otherwise sleeps for a while.
    pub(crate) fn is_due(&mut self) -> bool {
        // Without a rate there is no need to look at the clock for each line.
        if self.rate.is_none() {
            return true;
        }
        let early = self.early(self.begin.elapsed());
        if early.is_zero() {
            self.lines += 1;
            return true;
        }
        sleep(early.min(NAP));
        false
    }

    /// How long the next line has to wait after this much time.
    fn early(&self, elapsed: Duration) -> Duration {
        let due = self.rate.map(|rate| Duration::from_secs_f64(self.lines as f64 / rate as f64));
        due.unwrap_or_default().saturating_sub(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_held_back_to_the_rate() {
        let mut pace = Pace::new(Some(100));
        assert!(pace.is_due());
        pace.lines = 30;
        let early = |milliseconds| pace.early(Duration::from_millis(milliseconds)).as_millis();
        assert_eq!([early(0), early(250), early(300), early(400)], [300, 50, 0, 0]);
        assert!(Pace::new(None).is_due());
    }
}
