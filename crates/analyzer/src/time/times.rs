//! Dates and times: which formats read every value of a column.

use chrono::{Datelike as _, NaiveDateTime, NaiveTime};
use clap::ValueEnum;
use ecom_core::canonical::{Moment, TimeFormat, TimeFormats};
use ecom_core::plan::SqlType;

use crate::time::styles;

/// Which of two numbers is the month, where the values do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateOrder {
    /// 12/31/2024
    MonthFirst,
    /// 31/12/2024
    DayFirst,
}

/// How many forms a column may mix.
const FORMS: usize = 6;

/// How many kinds of values a form has: see [`Form`].
const KINDS: usize = 3;

/// Kinds of values of all forms, with one for what is no time.
pub(crate) const CLASSES: usize = 1 + FORMS * KINDS;

/// What is known of a column of dates or times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// True where numbers may be times, and where they may count days.
    numbers: bool,
    days: bool,
    forms: Vec<Form>,
}

/// One form of dates or times, with both orders of day and month where both are possible. Its values
/// are of three kinds: those with the month first only (all, where there is one order), those with
/// the day first only, those with both.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) format: TimeFormat,
    pub(crate) swapped: Option<TimeFormat>,
    /// The first value of each kind, and its line.
    pub(crate) firsts: [Option<(String, u64)>; KINDS],
    /// Least and greatest of each kind; of the last one month first and day first.
    ranges: [Option<Range>; KINDS + 1],
    /// The first value that is another day when month and day change places.
    pub(crate) example: Option<String>,
    /// The same with a year of two digits in front, and the moments it tells; none where a value
    /// has no such.
    year_first: Option<(TimeFormat, Option<Range>)>,
    fraction: u8,
    point: bool,
    /// True where every value is at midnight.
    midnight: bool,
}

type Range = (NaiveDateTime, NaiveDateTime);

/// What the values say of their format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decision {
    /// One format or several that read them all.
    Decided(Decided),
    /// Month and day cannot be told apart; an example that is another day the other way round.
    Undecided { sql_type: SqlType, example: String },
}

/// The formats that read all values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decided {
    pub(crate) sql_type: SqlType,
    pub(crate) format: String,
    /// Why day and month stand in that order, where both are numbers and the year comes last.
    pub(crate) proof: Option<String>,
    /// What a person should know: that numbers are read as times, or several forms.
    pub(crate) finding: Option<String>,
    pub(crate) range: Range,
}

impl Times {
    /// For a column whose header says whether numbers may be times, and whether they may count days.
    pub(crate) fn new(numbers: bool, days: bool) -> Self {
        Self { numbers, days, forms: Vec::new() }
    }

    /// Takes one value in, which stands on that line, and gives the class of its form and kind; 0
    /// when it is no time.
    pub(crate) fn observe(&mut self, text: &str, line: u64) -> usize {
        for (place, form) in self.forms.iter_mut().enumerate() {
            if let Some(kind) = form.observe(text, line) {
                return 1 + place * KINDS + kind;
            }
        }
        let Some(format) = self.guess(text).filter(|_| self.forms.len() < FORMS) else { return 0 };
        let mut form = Form::new(format);
        let Some(kind) = form.observe(text, line) else { return 0 };
        self.forms.push(form);
        1 + (self.forms.len() - 1) * KINDS + kind
    }

    fn guess(&self, text: &str) -> Option<TimeFormat> {
        let number = || TimeFormat::guess_number(text).filter(|_| self.numbers);
        let format = TimeFormat::guess(text).or_else(number)?;
        let counts_days = format.counts().is_some_and(|counts| counts.starts_with("days"));
        (self.days || !counts_days).then_some(format)
    }

    /// True when the values are bare numbers, which only the header makes times.
    pub(crate) fn are_numbers(&self) -> bool {
        !self.forms.is_empty()
            && self
                .forms
                .iter()
                .all(|form| form.format.counts().is_some() || form.format.is_compact())
    }

    /// The formats, with `order` where the values do not decide; `None` without any value. `tally`
    /// counts the values of each class.
    pub(crate) fn decide(
        &self,
        order: Option<DateOrder>,
        tally: &[u64; CLASSES],
        header: &str,
    ) -> Option<Decision> {
        let counted = self.forms.iter().enumerate().map(|(place, form)| {
            let first = 1 + place * KINDS;
            (form, [tally[first], tally[first + 1], tally[first + 2]])
        });
        let counted: Vec<_> =
            counted.filter(|(_, counts)| counts.iter().sum::<u64>() > 0).collect();
        let sql_type = Self::sql_type(&counted)?;
        let mut styles = Vec::new();
        for (form, counts) in &counted {
            match styles::of(form, *counts, order, &counted) {
                Ok(found) => styles.extend(found),
                Err(example) => return Some(Decision::Undecided { sql_type, example }),
            }
        }
        let ranges = styles.iter().filter_map(|style| style.range);
        let range = ranges.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))?;
        let formats = styles.iter().map(|style| style.format.clone()).collect();
        Some(Decision::Decided(Decided {
            sql_type,
            format: TimeFormats::new(formats).to_string(),
            proof: styles::proof(&styles),
            finding: styles::finding(&styles, header),
            range,
        }))
    }

    fn sql_type(counted: &[(&Form, [u64; KINDS])]) -> Option<SqlType> {
        let is_time = |form: &Form| match form.format.counts() {
            Some(counts) if counts.starts_with("days") => !form.midnight,
            _ => form.format.has_clock(),
        };
        if counted.is_empty() {
            return None;
        }
        let fraction = counted.iter().map(|(form, _)| form.fraction).max()?;
        let time = counted.iter().any(|(form, _)| is_time(form));
        Some(if time { SqlType::DateTime { fraction } } else { SqlType::Date })
    }
}

impl Form {
    fn new(format: TimeFormat) -> Self {
        Self {
            swapped: format.swapped(),
            year_first: format.year_first().map(|format| (format, None)),
            format,
            firsts: [const { None }; KINDS],
            ranges: [None; KINDS + 1],
            example: None,
            fraction: 0,
            point: false,
            midnight: true,
        }
    }

    /// The kind of a value of this form; `None` when it is of another.
    fn observe(&mut self, text: &str, line: u64) -> Option<usize> {
        if self.swapped.is_none() {
            let moment = self.format.read(text)?;
            self.point = self.point || moment.point;
            self.keep(0, moment);
            self.remember(0, text, line);
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

    /// The format with the year in front and the moments it tells, where it tells one year and the
    /// one with the year at the end ten or more, and those. Only with hyphens, as in `24-01-31`:
    /// nobody writes 24/01/31 so.
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

    /// The format in one of the orders, as a plan has it.
    pub(crate) fn written(&self, month_first: bool) -> TimeFormat {
        let format = self.swapped.as_ref().filter(|_| !month_first).unwrap_or(&self.format);
        if self.point { format.clone() } else { format.without_fraction() }
    }

    /// Least and greatest of the values with that order only, and of those with both where they
    /// are read so too.
    pub(crate) fn range(&self, month_first: bool, both: bool) -> Option<Range> {
        let own = self.ranges[usize::from(!month_first)];
        let shared = self.ranges[if month_first { 2 } else { 3 }].filter(|_| both);
        match (own, shared) {
            (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
            (one, other) => one.or(other),
        }
    }
}

/// Reads the values of a column for which that format was decided.
pub(crate) fn moment_reader(format: &str) -> impl Fn(&str) -> Option<NaiveDateTime> + use<> {
    let formats = format.parse::<TimeFormats>().ok();
    move |text| formats.as_ref()?.read(text).map(|moment| moment.at)
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
