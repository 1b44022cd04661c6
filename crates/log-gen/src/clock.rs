//! The times of the lines: close to the event times of the records, and never going backwards.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::draw::Draw;
use crate::text::push;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The time of the first order of a day if the records have no time of day.
const OPENING: i64 = 8 * HOUR;

/// The longest pause between two lines of one order, and the longest once the next order is due.
const PAUSE: i64 = 900_000;
const HASTE: i64 = 50;

/// The end of the year 9999, so that the time of a line always has 26 characters.
const LATEST: i64 = 253_402_300_799_999_999;

/// The numbers from 0 to 99 with two digits.
const PAIRS: &str = "0001020304050607080910111213141516171819\
    2021222324252627282930313233343536373839\
    4041424344454647484950515253545556575859\
    6061626364656667686970717273747576777879\
    8081828384858687888990919293949596979899";

/// When an order was placed, in microseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum When {
    /// The data set has no event time.
    #[default]
    Unknown,
    /// At some time during the day that begins then.
    Day(i64),
    /// At this moment.
    Moment(i64),
}

/// The time of the last line, and the limit for the next ones.
#[derive(Debug)]
pub(crate) struct Clock {
    now: i64,
    /// Approximately when the next order is placed.
    horizon: Option<i64>,
    day: i64,
    date: String,
}

impl When {
    /// Reads the canonical form of a date or a date-time.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| -> Option<i64> { text.get(from..to)?.parse().ok() };
        let small = |from, to| u32::try_from(number(from, to)?).ok();
        let year = i32::try_from(number(0, 4)?).ok()?;
        let midnight = days_of(NaiveDate::from_ymd_opt(year, small(5, 7)?, small(8, 10)?)?) * DAY;
        if text.len() == 10 {
            return Some(Self::Day(midnight));
        }
        let clock = number(11, 13)? * HOUR + number(14, 16)? * MINUTE + number(17, 19)? * SECOND;
        let digits = text.get(20..).unwrap_or_default();
        let scale = 6_u32.checked_sub(u32::try_from(digits.len()).ok()?)?;
        let fraction: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(Self::Moment(midnight + clock + fraction * 10_i64.pow(scale)))
    }
}

impl Clock {
    /// A clock that shows the beginning of `when`, or of `otherwise` if that is unknown.
    pub(crate) fn new(when: When, otherwise: NaiveDate) -> Self {
        let now = match when {
            When::Day(at) | When::Moment(at) => at,
            When::Unknown => days_of(otherwise) * DAY,
        };
        Self { now, horizon: None, day: i64::MIN, date: String::new() }
    }

    /// Advances to the first line of an order; `next` is when the following order is placed.
    pub(crate) fn begin(&mut self, when: When, next: Option<When>, draw: &mut Draw) {
        let start = match when {
            // A time without a fraction of a second gets one, as in a real log.
            When::Moment(at) if at % SECOND == 0 => at + below(draw, SECOND),
            When::Moment(at) => at,
            When::Day(day) if self.now < day + OPENING => day + OPENING + below(draw, HOUR),
            // A small share of what is left of the day, so that any number of orders fits into it.
            When::Day(day) => self.now + below(draw, (day + DAY - self.now) / 32),
            When::Unknown => self.now + below(draw, MINUTE),
        };
        self.advance_to(start);
        self.horizon = next.map(|next| match next {
            When::Moment(at) => at,
            When::Day(day) if self.now < day + OPENING => day + OPENING,
            When::Day(day) => self.now + (day + DAY - self.now) / 32,
            When::Unknown => self.now + MINUTE,
        });
    }

    /// Advances to the next line of an order.
    pub(crate) fn step(&mut self, draw: &mut Draw) {
        let room = self.horizon.map_or(i64::MAX, |horizon| horizon - self.now);
        let pause = below(draw, (room / 8).clamp(HASTE, PAUSE));
        self.advance_to(self.now + 1 + pause);
    }

    /// Advances to the next of `lines` lines that are spread over the time until the next order.
    pub(crate) fn stroll(&mut self, lines: u64, draw: &mut Draw) {
        let lines = i64::try_from(lines).unwrap_or(i64::MAX - 1);
        let longest = match self.horizon {
            Some(horizon) => (horizon - self.now).max(0) / (lines + 1) * 2 + HASTE,
            None => 40 * SECOND,
        };
        self.advance_to(self.now + 1 + below(draw, longest));
    }

    /// Appends the time as `2024-11-10 15:30:45.123456`.
    pub(crate) fn write(&mut self, out: &mut String) {
        let day = self.now.div_euclid(DAY);
        if day != self.day {
            self.day = day;
            self.date.clear();
            let date = DateTime::from_timestamp_micros(self.now).unwrap_or_default().date_naive();
            // Writing to a String cannot fail.
            let _ = write!(self.date, "{date}");
        }
        out.push_str(&self.date);
        let within = self.now.rem_euclid(DAY);
        for (before, number) in [
            (" ", within / HOUR),
            (":", within / MINUTE % 60),
            (":", within / SECOND % 60),
            (".", within / 10_000 % 100),
            ("", within / 100 % 100),
            ("", within % 100),
        ] {
            let pair = usize::try_from(number * 2).expect("two digits");
            push(out, &[before, &PAIRS[pair..pair + 2]]);
        }
    }

    /// The second of the time shown, since 1970.
    pub(crate) fn second(&self) -> i64 {
        self.now.div_euclid(SECOND)
    }

    fn advance_to(&mut self, time: i64) {
        self.now = time.min(LATEST).max(self.now);
    }
}

/// The name of the log file whose first line is from this second since 1970.
pub(crate) fn file_name(second: i64) -> String {
    let time = DateTime::from_timestamp_secs(second).unwrap_or_default();
    time.format(NAME).to_string()
}

/// The second in a log file's name.
pub(crate) fn second_of(name: &str) -> Option<i64> {
    Some(NaiveDateTime::parse_from_str(name, NAME).ok()?.and_utc().timestamp())
}

const NAME: &str = "ecommerce_app_%Y%m%d_%H%M%S.log";

fn days_of(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn below(draw: &mut Draw, limit: i64) -> i64 {
    i64::try_from(draw.below(u64::try_from(limit).unwrap_or_default())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> Clock {
        Clock::new(When::parse(text).unwrap(), NaiveDate::default())
    }

    fn shown(clock: &mut Clock) -> String {
        let mut text = String::new();
        clock.write(&mut text);
        text
    }

    #[test]
    fn times_are_written_as_they_are_read() {
        for (text, wanted) in [
            ("2024-11-10 15:30:45.123456", "2024-11-10 15:30:45.123456"),
            ("2024-11-10 15:30:45.5", "2024-11-10 15:30:45.500000"),
            ("2024-02-29", "2024-02-29 00:00:00.000000"),
            ("1000-01-01 00:00:01", "1000-01-01 00:00:01.000000"),
        ] {
            assert_eq!(shown(&mut clock(text)), wanted);
        }
        assert_eq!(When::parse("yesterday"), None);
        assert_eq!(When::parse("2024-13-01"), None);
    }

    #[test]
    fn the_clock_never_goes_backwards_and_keeps_to_the_day() {
        let mut draw = Draw::new(1);
        let day = When::parse("2024-06-17").unwrap();
        let mut clock = clock("2024-06-17");
        let mut last = shown(&mut clock);
        for _ in 0..3000 {
            clock.begin(day, Some(day), &mut draw);
            for _ in 0..5 {
                clock.step(&mut draw);
                let now = shown(&mut clock);
                assert!(now >= last);
                last = now;
            }
        }
        // 15,000 lines do not fit into a day with pauses; they run over by less than a second.
        assert!(last.as_str() < "2024-06-18 00:00:01", "{last}");
    }

    #[test]
    fn the_lines_between_two_orders_stay_between_them() {
        let mut draw = Draw::new(2);
        let [first, next] = ["2024-06-17 10:00:00", "2024-06-17 11:00:00"].map(When::parse);
        let mut clock = clock("2024-06-17 10:00:00");
        clock.begin(first.unwrap(), next, &mut draw);
        for left in (1..=200).rev() {
            clock.stroll(left, &mut draw);
        }
        let last = shown(&mut clock);
        assert!(last.as_str() > "2024-06-17 10:40" && last.as_str() < "2024-06-17 11:00", "{last}");
    }

    #[test]
    fn the_last_second_of_the_year_9999_does_not_overflow() {
        let mut draw = Draw::new(3);
        let mut clock = clock("9999-12-31 23:59:59");
        for _ in 0..100 {
            clock.stroll(1, &mut draw);
        }
        assert_eq!(shown(&mut clock), "9999-12-31 23:59:59.999999");
    }

    #[test]
    fn a_file_name_holds_its_second() {
        assert_eq!(file_name(1_731_252_645), "ecommerce_app_20241110_153045.log");
        assert_eq!(second_of("ecommerce_app_20241110_153045.log"), Some(1_731_252_645));
        assert_eq!(second_of("notes.log"), None);
    }
}
