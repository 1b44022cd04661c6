//! The current time, in the form that messages use.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::DateTime;

/// A placeholder of the length of every timestamp.
pub(crate) const NO_TIME: &str = "0000-00-00T00:00:00.000000Z";

/// The length of a timestamp up to and including the decimal point.
const SECOND: usize = 20;

/// Writes timestamps in RFC 3339, UTC, with microseconds. The date and the second are formatted
/// only when they change, as this runs once per message.
#[derive(Debug)]
pub(crate) struct Clock {
    since_epoch: Duration,
    text: [u8; NO_TIME.len()],
}

impl Clock {
    /// A clock that shows the current time.
    pub(crate) fn start() -> Self {
        let mut text = [0; NO_TIME.len()];
        text.copy_from_slice(NO_TIME.as_bytes());
        let mut clock = Self { since_epoch: Duration::MAX, text };
        clock.tick();
        clock
    }

    /// Advances to the current time.
    pub(crate) fn tick(&mut self) {
        // A system clock before 1970 is shown as 1970.
        self.show(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
    }

    /// The time shown, in milliseconds since 1970.
    pub(crate) fn milliseconds(&self) -> i64 {
        i64::try_from(self.since_epoch.as_millis()).unwrap_or(i64::MAX)
    }

    /// The time shown, as text.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    fn show(&mut self, since_epoch: Duration) {
        let second = since_epoch.as_secs();
        if self.since_epoch.as_secs() != second {
            let time = i64::try_from(second).ok().and_then(|at| DateTime::from_timestamp(at, 0));
            let text = time.unwrap_or_default().format("%FT%T.").to_string();
            self.text[..SECOND].copy_from_slice(text.as_bytes());
        }
        let mut rest = since_epoch.subsec_micros();
        for digit in self.text[SECOND..NO_TIME.len() - 1].iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).expect("less than 10");
            rest /= 10;
        }
        self.since_epoch = since_epoch;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits_of_a_second() {
        let mut clock = Clock::start();
        for (second, micros, expected) in [
            (1_731_252_645, 123_456, "2024-11-10T15:30:45.123456Z"),
            (1_731_252_645, 7, "2024-11-10T15:30:45.000007Z"),
            (1_731_252_646, 0, "2024-11-10T15:30:46.000000Z"),
            (0, 999_999, "1970-01-01T00:00:00.999999Z"),
        ] {
            clock.show(Duration::new(second, micros * 1000));
            assert_eq!(String::from_utf8_lossy(clock.text()), expected);
            let milliseconds = second * 1000 + u64::from(micros / 1000);
            assert_eq!(u64::try_from(clock.milliseconds()), Ok(milliseconds));
        }
    }

    #[test]
    fn now_is_what_chrono_reads_back() {
        let clock = Clock::start();
        let text = String::from_utf8_lossy(clock.text());
        let time = DateTime::parse_from_rfc3339(&text).unwrap();
        assert_eq!(time.timestamp_millis(), clock.milliseconds());
        assert!((ecom_core::clock::now() - time.to_utc()).num_seconds().abs() < 5);
    }
}
