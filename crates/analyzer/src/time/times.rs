//! Dates and times: which formats read every value of a column.

use chrono::NaiveDateTime;
use ecom_core::canonical::{TimeFormat, TimeFormats};
use ecom_core::plan::SqlType;

use super::form::{DateOrder, KINDS, Range, TimeForm};
use super::styles;

/// The most forms that a column can mix.
const FORMS: usize = 6;

/// Kinds of values of all forms, plus one for values that are not times.
pub(crate) const CLASSES: usize = 1 + FORMS * KINDS;

/// What is known of a column of dates or times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// True if numbers can be times, and if they can count days.
    numbers: bool,
    days: bool,
    forms: Vec<TimeForm>,
}

/// What the values say about their format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TimeDecision {
    /// One format or several that read them all.
    Decided(DecidedTime),
    /// Month and day cannot be told apart; the example becomes a different day if they are swapped.
    Undecided { sql_type: SqlType, example: String },
}

/// The formats that read all values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DecidedTime {
    pub(crate) sql_type: SqlType,
    pub(crate) format: String,
    /// Why day and month are in that order, if both are numbers and the year comes last.
    pub(crate) proof: Option<String>,
    /// A note that numbers are read as times, or that there are several forms.
    pub(crate) finding: Option<String>,
    pub(crate) range: Range,
}

impl Times {
    /// For a column whose header says whether numbers can be times, and whether they can count
    /// days.
    pub(crate) fn new(numbers: bool, days: bool) -> Self {
        Self { numbers, days, forms: Vec::new() }
    }

    /// Adds a value on that line and returns the class of its form and kind; 0 if it is not a time.
    pub(crate) fn observe(&mut self, text: &str, line: u64) -> usize {
        // In order of appearance; most columns have only one form.
        for (index, form) in self.forms.iter_mut().enumerate() {
            if let Some(kind) = form.observe(text, line) {
                return 1 + index * KINDS + kind;
            }
        }
        let Some(format) = self.guess(text).filter(|_| self.forms.len() < FORMS) else { return 0 };
        let mut form = TimeForm::new(format);
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

    /// True if the values are bare numbers, which are times only because of the header.
    pub(crate) fn are_numbers(&self) -> bool {
        !self.forms.is_empty()
            && self
                .forms
                .iter()
                .all(|form| form.format.counts().is_some() || form.format.is_compact())
    }

    /// The formats; `order` decides if the values do not; `None` without values. `tally` counts the
    /// values of each class.
    pub(crate) fn decide(
        &self,
        order: Option<DateOrder>,
        tally: &[u64; CLASSES],
        header: &str,
    ) -> Option<TimeDecision> {
        let counted = self.forms.iter().enumerate().map(|(index, form)| {
            let first = 1 + index * KINDS;
            (form, [tally[first], tally[first + 1], tally[first + 2]])
        });
        let counted: Vec<_> =
            counted.filter(|(_, counts)| counts.iter().sum::<u64>() > 0).collect();
        let sql_type = Self::sql_type(&counted)?;
        let mut styles = Vec::new();
        for (form, counts) in &counted {
            match styles::of(form, *counts, order, &counted) {
                Ok(found) => styles.extend(found),
                Err(example) => return Some(TimeDecision::Undecided { sql_type, example }),
            }
        }
        let ranges = styles.iter().filter_map(|style| style.range);
        let range = ranges.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))?;
        let formats = styles.iter().map(|style| style.format.clone()).collect();
        Some(TimeDecision::Decided(DecidedTime {
            sql_type,
            format: TimeFormats::new(formats).to_string(),
            proof: styles::proof(&styles),
            finding: styles::finding(&styles, header),
            range,
        }))
    }

    fn sql_type(counted: &[(&TimeForm, [u64; KINDS])]) -> Option<SqlType> {
        let is_time = |form: &TimeForm| match form.format.counts() {
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

/// Returns a reader for the values of a column with that format.
pub(crate) fn moment_reader(format: &str) -> impl Fn(&str) -> Option<NaiveDateTime> + use<> {
    let formats = format.parse::<TimeFormats>().ok();
    move |text| formats.as_ref()?.read(text).map(|moment| moment.at)
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod tests;
