//! When people buy: by the hour, the day of the week, the season.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::draw::{Draw, Subject};

/// Days with transactions: the year 2024.
pub(crate) const PERIOD: u64 = 366;

const SECONDS_PER_HOUR: u64 = 3600;

/// How busy each hour of a day is, from midnight on.
const HOURS: [u64; 24] =
    [14, 8, 5, 4, 4, 6, 14, 26, 42, 58, 68, 72, 78, 74, 66, 64, 66, 72, 84, 96, 100, 88, 58, 30];

/// How busy each day of a week is, from Monday on.
const WEEKDAYS: [u64; 7] = [92, 86, 84, 88, 98, 116, 124];

/// How busy each month is, from January on.
const MONTHS: [u64; 12] = [84, 80, 88, 92, 96, 94, 90, 88, 96, 102, 128, 142];

/// Days with many more sales than the rest of their month, as (month, day, hundredths).
const FESTIVALS: [(u32, u32, u64); 6] =
    [(2, 13, 150), (5, 11, 140), (11, 11, 190), (11, 29, 300), (12, 2, 240), (12, 25, 35)];

/// Spreads a number of instants over the year, in order and without storing any.
///
/// Each second of the year has a weight. The sum of the weights is divided into as many equal
/// stretches as there are instants, and each stretch gets one instant at a random point.
#[derive(Debug)]
pub(crate) struct Rhythm {
    /// The weight of a second, of every hour of the period.
    weights: Vec<u64>,
    /// The length of one stretch, in weights shifted by `FINENESS` bits.
    stretch: u64,
    hour: usize,
    /// The sum of the weights before `hour`.
    before: u64,
}

/// A moment of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant {
    /// Days since the period began.
    pub(crate) day: u64,
    /// Seconds since midnight.
    pub(crate) second: u64,
}

const FINENESS: u32 = 20;

impl Rhythm {
    /// For `count` instants.
    pub(crate) fn new(instants: u64, seed: u64) -> Self {
        let mut draw = Draw::new(seed, Subject::Calendar, 0);
        let mut weights = Vec::new();
        for day in 0..PERIOD {
            let weight = weight_of_day(date(day)) * (80 + draw.below(41)) / 100;
            weights.extend(HOURS.map(|hour| (hour * weight).max(1)));
        }
        let total: u64 = weights.iter().map(|weight| weight * SECONDS_PER_HOUR).sum();
        Self { weights, stretch: (total << FINENESS) / instants, hour: 0, before: 0 }
    }

    /// The instant with that number; ask for them in ascending order.
    pub(crate) fn instant(&mut self, number: u64, draw: &mut Draw) -> Instant {
        let within = draw.below(self.stretch);
        let point = (number * self.stretch + within) >> FINENESS;
        while point - self.before >= self.weights[self.hour] * SECONDS_PER_HOUR {
            self.before += self.weights[self.hour] * SECONDS_PER_HOUR;
            self.hour += 1;
        }
        let second = (point - self.before) / self.weights[self.hour];
        let hour = self.hour as u64;
        Instant { day: hour / 24, second: hour % 24 * SECONDS_PER_HOUR + second }
    }
}

/// The date of a day of the period.
pub(crate) fn date(day: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, 1).expect("a valid date") + Days::new(day)
}

fn weight_of_day(date: NaiveDate) -> u64 {
    let festival = FESTIVALS.iter().find(|day| (day.0, day.1) == (date.month(), date.day()));
    let factor = festival.map_or(100, |day| day.2);
    let weekday = WEEKDAYS[date.weekday().num_days_from_monday() as usize];
    weekday * MONTHS[date.month0() as usize] * factor / 10_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instants(count: u64) -> Vec<Instant> {
        let mut rhythm = Rhythm::new(count, 42);
        let mut draw = Draw::new(42, Subject::Transactions, 0);
        (0..count).map(|number| rhythm.instant(number, &mut draw)).collect()
    }

    #[test]
    fn instants_are_in_order_and_within_the_year() {
        for count in [1, 2, 1000] {
            let instants = instants(count);
            assert!(instants.is_sorted());
            let last = instants.last().unwrap();
            assert!(last.day < PERIOD && last.second < 86_400);
        }
        let instants = instants(1000);
        assert_eq!((date(instants[0].day).month(), date(instants[999].day).month()), (1, 12));
    }

    #[test]
    fn the_most_that_the_command_line_admits_does_not_overflow() {
        let count = 1_000_000_000_000;
        let mut rhythm = Rhythm::new(count, 42);
        let mut draw = Draw::new(42, Subject::Transactions, 0);
        assert_eq!(rhythm.instant(0, &mut draw).day, 0);
        assert_eq!(rhythm.instant(count - 1, &mut draw).day, PERIOD - 1);
    }

    #[test]
    fn evenings_weekends_and_december_are_busy() {
        let instants = instants(100_000);
        let count = |busy: &dyn Fn(&Instant) -> bool| {
            instants.iter().filter(|instant| busy(instant)).count()
        };
        let hour = |hour| count(&|instant| instant.second / 3600 == hour);
        assert!(hour(20) > 10 * hour(4));
        let weekday =
            |day| count(&|instant| date(instant.day).weekday().num_days_from_monday() == day);
        assert!(weekday(6) * 10 > weekday(2) * 13);
        let month = |month| count(&|instant| date(instant.day).month() == month);
        assert!(month(12) * 10 > month(2) * 15);
    }
}
