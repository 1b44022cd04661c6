//! The time of now as messages carry it.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::DateTime;

/// A text of the length that every time has.
pub(crate) const NO_TIME: &str = "0000-00-00T00:00:00.000000Z";

/// Writes times in RFC 3339, UTC, with microseconds; formats a second only once.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    second: Option<u64>,
    prefix: String,
}

impl Clock {
    /// Puts the time of now in place of `text`.
    pub(crate) fn now_into(&mut self, text: &mut String) {
        // A clock before 1970 is told as 1970.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.write(now.as_secs(), now.subsec_micros(), text);
    }

    fn write(&mut self, second: u64, micros: u32, text: &mut String) {
        if self.second != Some(second) {
            self.second = Some(second);
            self.prefix.clear();
            let time = i64::try_from(second).ok().and_then(|at| DateTime::from_timestamp(at, 0));
            // Writing to a String cannot fail.
            let _ = write!(self.prefix, "{}.", time.unwrap_or_default().format("%FT%T"));
        }
        text.clear();
        text.push_str(&self.prefix);
        // Writing to a String cannot fail.
        let _ = write!(text, "{micros:06}");
        text.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits_of_a_second() {
        let mut clock = Clock::default();
        let mut text = "old".to_owned();
        for (second, micros, expected) in [
            (1_731_252_645, 123_456, "2024-11-10T15:30:45.123456Z"),
            (1_731_252_645, 7, "2024-11-10T15:30:45.000007Z"),
            (1_731_252_646, 0, "2024-11-10T15:30:46.000000Z"),
            (0, 999_999, "1970-01-01T00:00:00.999999Z"),
        ] {
            clock.write(second, micros, &mut text);
            assert_eq!(text, expected);
            assert_eq!(text.len(), NO_TIME.len());
        }
    }

    #[test]
    fn now_is_what_chrono_reads_back() {
        let mut text = String::new();
        Clock::default().now_into(&mut text);
        let time = DateTime::parse_from_rfc3339(&text).unwrap();
        assert!((chrono::Utc::now() - time.to_utc()).num_seconds().abs() < 5);
    }
}
