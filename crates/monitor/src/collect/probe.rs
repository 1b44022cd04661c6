//! How one server is asked: at every interval, with a deadline of its own, whatever the others do.

use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use crate::cli::seconds;

/// How often to look, and how long to wait for progress.
#[derive(Args, Clone, Debug)]
pub(crate) struct ScheduleArgs {
    /// Seconds between two snapshots
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0,
          value_parser = seconds(0.2..=3600.0))]
    interval: f64,

    /// Seconds without an arrival after which an unfinished hop is reported as late
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0,
          value_parser = seconds(0.0..=86_400.0))]
    pub(crate) stale_after: f64,
}

impl ScheduleArgs {
    /// The time between two snapshots.
    pub(crate) fn interval(&self) -> Duration {
        Duration::from_secs_f64(self.interval)
    }
}

/// Something that can be asked how it is.
pub(crate) trait Ask: Send + 'static {
    /// What it answers.
    type Answer: Send + Sync + 'static;

    /// Asks once; the error says in words why there is no answer.
    fn ask(&mut self) -> impl Future<Output = Result<Self::Answer, String>> + Send;
}

/// When is asked, and how long is waited for an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// The first question.
    pub(crate) begin: Instant,
    /// From one question to the next.
    pub(crate) interval: Duration,
}

impl Schedule {
    /// How long an answer may take: less than the interval, so that no question waits for the one
    /// before.
    pub(crate) fn deadline(&self) -> Duration {
        self.interval.mul_f64(0.8).min(Duration::from_secs(30))
    }
}
