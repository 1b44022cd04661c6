//! One form of dates or times, and which values have it.

use chrono::{Datelike as _, NaiveDateTime, NaiveTime};
use clap::ValueEnum;
use ecom_core::canonical::{Moment, TimeFormat};

use super::iso::IsoTimes;

/// The order of day and month if the values do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateOrder {
    /// 12/31/2024
    MonthFirst,
    /// 31/12/2024
    DayFirst,
}

/// Number of kinds of values: see [`TimeForm`].
pub(super) const KINDS: usize = 3;

pub(super) type Range = (NaiveDateTime, NaiveDateTime);

/// One form of dates or times, with both orders of day and month if both are possible. Its values
/// are of three kinds: those that are valid only with the month first (all values if there is one
/// order), those valid only with the day first, and those valid with both.
#[derive(Clone, Debug)]
pub(crate) struct TimeForm {
    pub(crate) format: TimeFormat,
    pub(crate) swapped: Option<TimeFormat>,
    /// The first value of each kind, and its line.
    pub(crate) firsts: [Option<(String, u64)>; KINDS],
    /// Smallest and greatest value of each kind; for the last kind with the month first, then with
    /// the day first.
    ranges: [Option<Range>; KINDS + 1],
    /// The first value that becomes a different day if month and day are swapped.
    pub(crate) example: Option<String>,
    /// The same form with a two-digit year in front, and the range of its moments; `None` if a
    /// value does not have that form.
    year_first: Option<(TimeFormat, Option<Range>)>,
    pub(super) fraction: u8,
    pub(super) point: bool,
    /// True if every value is at midnight.
    pub(super) midnight: bool,
    /// For a form that reads ISO date-times: those that need no further look.
    iso: Option<IsoTimes>,
}

/// The formats that read ISO date-times.
const ISO: [&str; 2] = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f"];

/// True for a format that reads ISO date-times as they are.
pub(crate) fn reads_iso(format: &str) -> bool {
    ISO.contains(&format)
}

impl TimeForm {
    pub(super) fn new(format: TimeFormat) -> Self {
        Self {
            swapped: format.swapped(),
            year_first: format.year_first().map(|format| (format, None)),
            iso: reads_iso(&format.to_string()).then(IsoTimes::default),
            format,
            firsts: [const { None }; KINDS],
            ranges: [None; KINDS + 1],
            example: None,
            fraction: 0,
            point: false,
            midnight: true,
        }
    }

    /// The kind of a value of this form; `None` if it has another form.
    pub(super) fn observe(&mut self, text: &str, line: u64) -> Option<usize> {
        if self.swapped.is_none() {
            // A midnight still counts as one.
            if !self.midnight && self.iso.as_mut().is_some_and(|iso| iso.observe(text)) {
                return Some(0);
            }
            let moment = self.format.read(text)?;
            self.point = self.point || moment.point;
            self.keep(0, moment);
            self.remember(0, text, line);
            if let Some(iso) = &mut self.iso {
                iso.know(text);
            }
            return Some(0);
        }
        let parts = self.format.parts(text)?;
        self.observe_year_first(text);
        let (month_first, day_first) = (parts.moment(), parts.swapped().moment());
        let kind = match (month_first, day_first) {
            (None, None) => return None,
            (Some(_), None) => 0,
            (None, Some(_)) => 1,
            (Some(_), Some(_)) => 2,
        };
        self.point |= parts.point;
        if let Some(moment) = month_first {
            self.keep(if kind == 2 { 2 } else { 0 }, moment);
        }
        if let Some(moment) = day_first {
            self.keep(if kind == 2 { 3 } else { 1 }, moment);
        }
        self.remember(kind, text, line);
        // 5/5/2024 is the same day in both orders and shows nothing.
        if self.example.is_none() && kind == 2 && !parts.is_symmetric() {
            self.example = Some(text.to_owned());
        }
        Some(kind)
    }

    fn observe_year_first(&mut self, text: &str) {
        let Some((format, range)) = &mut self.year_first else { return };
        match format.read(text) {
            Some(Moment { at, .. }) => {
                let range = range.get_or_insert((at, at));
                *range = (range.0.min(at), range.1.max(at));
            }
            None => self.year_first = None,
        }
    }

    /// The format with the year in front and its range, and the other range, if the year in front
    /// means a single year and the year at the end ten or more. Only with hyphens, as in
    /// `24-01-31`, because nobody writes 24/01/31.
    pub(crate) fn better_year_first(&self) -> Option<(TimeFormat, Range, Range)> {
        let (format, range) = self.year_first.as_ref()?;
        let (first, last) = (*range)?;
        let ranges = self.ranges.into_iter().flatten();
        let other = ranges.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))?;
        let years = |(first, last): Range| last.year() - first.year();
        let format = if self.point { format.clone() } else { format.without_fraction() };
        let is_plain = format.to_string().contains('-') && years((first, last)) == 0;
        (is_plain && years(other) >= 10).then_some((format, (first, last), other))
    }

    fn keep(&mut self, range: usize, moment: Moment) {
        self.fraction = self.fraction.max(moment.fraction);
        self.midnight = self.midnight && moment.at.time() == NaiveTime::MIN;
        let range = self.ranges[range].get_or_insert((moment.at, moment.at));
        *range = (range.0.min(moment.at), range.1.max(moment.at));
    }

    fn remember(&mut self, kind: usize, text: &str, line: u64) {
        if self.firsts[kind].is_none() {
            self.firsts[kind] = Some((text.to_owned(), line));
        }
    }

    /// The format in one of the orders, as written in a plan.
    pub(crate) fn written(&self, month_first: bool) -> TimeFormat {
        let format = self.swapped.as_ref().filter(|_| !month_first).unwrap_or(&self.format);
        if self.point { format.clone() } else { format.without_fraction() }
    }

    /// Smallest and greatest of the values with that order only and, if `both`, of those with both
    /// orders.
    pub(crate) fn range(&self, month_first: bool, both: bool) -> Option<Range> {
        let own = match self.iso.as_ref().and_then(IsoTimes::range) {
            // Such a form has one order.
            Some(range) => wider(self.ranges[0], Some(range)),
            None => self.ranges[usize::from(!month_first)],
        };
        let shared = self.ranges[if month_first { 2 } else { 3 }].filter(|_| both);
        wider(own, shared)
    }
}

/// The range that holds both.
fn wider(one: Option<Range>, other: Option<Range>) -> Option<Range> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}
