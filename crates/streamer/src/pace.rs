//! How fast records are sent.

use std::time::{Duration, Instant};

use crate::cli::Args;

/// Shorter waits accumulate until they reach this: the scheduler cannot time them precisely.
const SHORTEST: Duration = Duration::from_millis(1);

/// The pace of a stream.
#[derive(Debug)]
pub(crate) struct Pace {
    kind: Kind,
    begin: Instant,
    sent: u64,
}

#[derive(Debug)]
enum Kind {
    /// As fast as Kafka accepts them.
    Free,
    /// A number of records at once, then a wait.
    Batches(u64, Duration),
    /// A number of seconds from one record to the next, on average.
    Even(f64),
}

impl Pace {
    /// The pace that the user asked for, starting now.
    pub(crate) fn new(args: &Args) -> Self {
        let kind = match args.rate {
            Some(rate) => Kind::Even(rate.recip()),
            None if args.delay > 0.0 => {
                Kind::Batches(args.batch_size, Duration::from_secs_f64(args.delay))
            }
            None => Kind::Free,
        };
        Self { kind, begin: Instant::now(), sent: 0 }
    }

    /// True if a person can follow record by record.
    pub(crate) fn is_readable(&self) -> bool {
        match self.kind {
            Kind::Free => false,
            Kind::Batches(size, delay) => delay.as_secs_f64() >= 0.2 * size as f64,
            Kind::Even(gap) => gap >= 0.2,
        }
    }

    /// True unless records are sent as fast as Kafka accepts them.
    pub(crate) fn is_kept(&self) -> bool {
        !matches!(self.kind, Kind::Free)
    }

    /// How long to wait before the next record.
    pub(crate) fn wait(&self, now: impl Fn() -> Instant) -> Option<Duration> {
        let due = match self.kind {
            Kind::Free => return None,
            Kind::Batches(..) => self.begin,
            Kind::Even(gap) => self.begin + Duration::from_secs_f64(gap * self.sent as f64),
        };
        Some(due.saturating_duration_since(now())).filter(|wait| *wait >= SHORTEST)
    }

    /// Counts a record that was just sent.
    pub(crate) fn sent(&mut self) {
        self.sent += 1;
        if let Kind::Batches(size, delay) = self.kind
            && self.sent.is_multiple_of(size)
        {
            self.begin = Instant::now() + delay;
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn by_default_two_seconds_follow_each_record() {
        let pace = Pace::new(&Args::parse_from(["streamer", "transactions_realtime.csv"]));
        let Kind::Batches(1, delay) = pace.kind else { panic!("{pace:?}") };
        assert_eq!(delay, Duration::from_secs(2));
        assert!(pace.is_readable());
    }

    fn pace(kind: Kind) -> Pace {
        Pace { kind, begin: Instant::now(), sent: 0 }
    }

    #[test]
    fn a_batch_is_sent_at_once_and_followed_by_a_wait() {
        let delay = Duration::from_secs(4);
        let mut pace = pace(Kind::Batches(2, delay));
        assert_eq!(pace.wait(Instant::now), None);
        pace.sent();
        assert_eq!(pace.wait(Instant::now), None);
        let before = Instant::now();
        pace.sent();
        assert!(pace.wait(|| before) >= Some(delay));
        let due = pace.begin;
        assert_eq!(pace.wait(|| due), None);
        assert!(pace.is_readable());
    }

    #[test]
    fn a_rate_is_kept_on_average() {
        let mut pace = pace(Kind::Even(0.01));
        let now = pace.begin;
        (0..100).for_each(|_| pace.sent());
        assert_eq!(pace.wait(|| now), Some(Duration::from_secs(1)));
        assert_eq!(pace.wait(|| now + Duration::from_secs(2)), None);
        assert!(!pace.is_readable());
    }

    #[test]
    fn without_a_delay_nothing_waits() {
        let mut pace = pace(Kind::Free);
        (0..10).for_each(|_| pace.sent());
        assert_eq!(pace.wait(Instant::now), None);
    }
}
