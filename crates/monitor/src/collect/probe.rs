//! How each server is queried: once per interval, with its own deadline, independent of the others.

use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use crate::seconds;

/// How often to look, and how long to wait for progress.
#[derive(Args, Clone, Debug)]
pub(crate) struct ScheduleArgs {
    /// Seconds between two snapshots
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0,
          value_parser = seconds::within(0.2..=3600.0))]
    interval: f64,

    /// Seconds without an arrival after which an unfinished hop is reported as late
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0,
          value_parser = seconds::within(0.0..=86_400.0))]
    pub(crate) stale_after: f64,
}

impl ScheduleArgs {
    /// The time between two snapshots.
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs_f64(self.interval)
    }
}

/// Something that can be asked for its state.
pub(crate) trait Ask: Send + 'static {
    /// The answer.
    type Answer: Send + Sync + 'static;

    /// Asks once; the error says why there is no answer.
    fn ask(&mut self) -> impl Future<Output = Result<Self::Answer, String>> + Send;
}

/// When to ask, and how long to wait for an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// The time of the first question.
    pub(crate) begin: Instant,
    /// The time from one question to the next.
    pub(crate) interval: Duration,
}

impl Schedule {
    /// How long an answer may take: less than the interval, so that no question waits for the
    /// previous one.
    pub(crate) fn deadline(&self) -> Duration {
        self.interval.mul_f64(0.8).min(Duration::from_secs(30))
    }
}
