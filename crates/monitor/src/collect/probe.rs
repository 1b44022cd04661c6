//! How one server is asked: at every interval, with a deadline of its own, whatever the others do.

use std::time::Duration;

use tokio::time::Instant;

/// Something that can be asked how it is.
pub(crate) trait Ask: Send + 'static {
    /// What it answers.
    type Answer: Send + Sync + 'static;

    /// Asks once; the error says in words why there is no answer.
    fn ask(&mut self) -> impl Future<Output = Result<Self::Answer, String>> + Send;
}

/// When is asked, and how long is waited for an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// The first question.
    pub(crate) begin: Instant,
    /// From one question to the next.
    pub(crate) interval: Duration,
}

impl Pace {
    /// How long an answer may take: less than the interval, so that no question waits for the one
    /// before.
    pub(crate) fn deadline(&self) -> Duration {
        self.interval.mul_f64(0.8).min(Duration::from_secs(30))
    }
}
