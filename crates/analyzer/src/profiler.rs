//! Collects what one column holds, from every one of its values.

use std::cmp::Ordering;

use ecom_core::Failure;
use ecom_core::plan::SqlType;
use xxhash_rust::xxh3::xxh3_64;

use crate::answers::Answers;
use crate::batch::{Batch, Observer};
use crate::column::{ColumnProfile, Kind, Odd, Question, text_type};
use crate::counts::{Counts, Limit};
use crate::number::Numbers;
use crate::shown::push_shown;
use crate::times::{DateOrder, Decided, Decision, Times};

/// Length of a column that has no value yet.
const UNKNOWN_LENGTH: usize = 255;

/// Collects what one column holds.
pub(crate) struct ColumnProfiler {
    place: usize,
    header: String,
    nulls: u64,
    empty: u64,
    values: u64,
    booleans: bool,
    numbers: Option<Numbers>,
    times: Option<Times>,
    counts: Counts,
    minimum: String,
    maximum: String,
    longest: usize,
    longest_bytes: usize,
    ascending: bool,
    previous: String,
    odd: Option<Odd>,
    header_occurs: Option<u64>,
}

impl ColumnProfiler {
    /// For the column at `place`.
    pub(crate) fn new(place: usize, header: &str, limit: Limit) -> Self {
        Self {
            place,
            header: header.to_owned(),
            nulls: 0,
            empty: 0,
            values: 0,
            booleans: true,
            numbers: Some(Numbers::default()),
            times: Some(Times::default()),
            counts: Counts::new(limit),
            minimum: String::new(),
            maximum: String::new(),
            longest: 0,
            longest_bytes: 0,
            ascending: true,
            previous: String::new(),
            odd: None,
            header_occurs: None,
        }
    }

    /// What the column holds, with `order` for dates that do not decide it.
    pub(crate) fn finish(self, answers: &Answers) -> ColumnProfile {
        let (kind, range) = self.kind(answers.date_order);
        let counts = self.counts.summary();
        let (minimum, maximum) = range.unzip();
        let is_text = matches!(kind, Kind::Known { sql_type, .. } if sql_type.is_text());
        ColumnProfile {
            all_differ: self.all_differ(&kind),
            header: self.header,
            kind,
            nulls: self.nulls,
            empty: self.empty,
            missing_words: Vec::new(),
            findings: Vec::new(),
            values: self.values,
            counts,
            minimum,
            maximum,
            longest: self.longest,
            longest_bytes: self.longest_bytes,
            odd: self.odd.filter(|_| is_text),
            header_occurs: self.header_occurs,
        }
    }

    fn observe_value(&mut self, value: Option<&str>, line: u64) {
        let Some(text) = value else {
            self.nulls += 1;
            return;
        };
        self.observe_length(text);
        let typed = self.booleans || self.numbers.is_some() || self.times.is_some();
        let trimmed = trim_blanks(text);
        if trimmed.is_empty() {
            self.empty += 1;
            return;
        }
        self.values += 1;
        let text = if typed { trimmed } else { text.trim_end_matches(' ') };
        let hash = hash(text);
        // What is said of a value is said once.
        if self.counts.add_known(hash, text) {
            self.ascending = false;
            return;
        }
        if self.header_occurs.is_none() && text == self.header {
            self.header_occurs = Some(line);
        }
        if typed {
            self.observe_type(text, line);
        }
        self.observe_order(text);
        self.counts.add(hash, text);
    }

    fn observe_length(&mut self, text: &str) {
        self.longest_bytes = self.longest_bytes.max(text.len());
        if text.len() > self.longest {
            self.longest = self.longest.max(text.chars().count());
        }
    }

    fn observe_type(&mut self, text: &str, line: u64) {
        self.booleans = self.booleans && is_boolean(text);
        if self.numbers.as_mut().is_some_and(|numbers| !numbers.observe(text)) {
            self.numbers = None;
            self.remember_odd("numbers", text, line);
        }
        if self.times.as_mut().is_some_and(|times| !times.observe(text, line)) {
            self.times = None;
            self.remember_odd("dates of one form", text, line);
        }
    }

    fn remember_odd(&mut self, others: &'static str, text: &str, line: u64) {
        if self.values > 1 && self.odd.is_none() {
            let before = self.values - 1;
            let value = shown(text);
            self.odd = Some(Odd { others, before, line, value, misfits: 1, fits: before });
        }
    }

    /// Least and greatest, and whether each value is greater than the one before: first by length,
    /// then by bytes, as numbers and most serial numbers are.
    fn observe_order(&mut self, text: &str) {
        if self.values == 1 {
            text.clone_into(&mut self.minimum);
            text.clone_into(&mut self.maximum);
        } else if text < self.minimum.as_str() {
            text.clone_into(&mut self.minimum);
        } else if text > self.maximum.as_str() {
            text.clone_into(&mut self.maximum);
        }
        if self.ascending {
            let previous = (self.previous.len(), self.previous.as_str());
            self.ascending = (text.len(), text).cmp(&previous) == Ordering::Greater;
            text.clone_into(&mut self.previous);
        }
    }

    /// The type, and the least and the greatest value as they are shown.
    fn kind(&self, order: Option<DateOrder>) -> (Kind, Option<(String, String)>) {
        let known = |sql_type| Kind::Known { sql_type, format: None, format_proof: None };
        let range = || (shown(&self.minimum), shown(&self.maximum));
        if self.values > 0 {
            if self.booleans {
                return (known(SqlType::Boolean), Some(range()));
            }
            if let Some(numbers) = &self.numbers {
                let (minimum, maximum) = numbers.range();
                return (known(numbers.sql_type()), Some((minimum.to_owned(), maximum.to_owned())));
            }
            match self.times.as_ref().and_then(|times| times.decide(order)) {
                Some(Decision::Decided(format)) => return time_kind(format),
                Some(Decision::Undecided { example }) => {
                    let clock = example.contains(':');
                    let sql_type =
                        if clock { SqlType::DateTime { fraction: 0 } } else { SqlType::Date };
                    let question = Question::DayOrMonth { example };
                    return (Kind::Undecided { sql_type, question }, Some(range()));
                }
                None => {}
            }
        }
        let length = if self.longest == 0 { UNKNOWN_LENGTH } else { self.longest };
        (known(text_type(length)), (self.values > 0).then(range))
    }

    /// Equal text is the same value only where the type has one text for each value.
    fn all_differ(&self, kind: &Kind) -> Option<&'static str> {
        let Kind::Known { sql_type, .. } = kind else { return None };
        let one_text = match sql_type {
            SqlType::Int | SqlType::BigInt => {
                self.numbers.as_ref().is_some_and(|numbers| !numbers.ambiguous())
            }
            other => other.is_text(),
        };
        if !one_text || self.values == 0 {
            None
        } else if self.ascending {
            Some("strictly ascending")
        } else {
            self.counts.all_differ().then_some("no value twice")
        }
    }
}

impl Observer for ColumnProfiler {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            self.observe_value(batch.value(row, self.place), batch.line(row));
        }
        Ok(())
    }
}

fn time_kind(decided: Decided) -> (Kind, Option<(String, String)>) {
    let Decided { sql_type, format, proof, range: (first, last) } = decided;
    let show = |time: chrono::NaiveDateTime| match sql_type {
        SqlType::Date => time.date().to_string(),
        _ => time.to_string(),
    };
    let kind = Kind::Known { sql_type, format: Some(format), format_proof: proof };
    (kind, Some((show(first), show(last))))
}

fn shown(text: &str) -> String {
    let mut shown = String::new();
    push_shown(&mut shown, text);
    shown
}

/// A text without the blanks around it, of which most texts have none.
fn trim_blanks(text: &str) -> &str {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    if is_blank(text.as_bytes().first()) || is_blank(text.as_bytes().last()) {
        return text.trim_matches([' ', '\t']);
    }
    text
}

/// The hash by which values are counted.
fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

fn is_boolean(text: &str) -> bool {
    ["true", "false", "yes", "no"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[Option<&str>]) -> ColumnProfile {
        let mut profiler = ColumnProfiler::new(0, "Header", Limit::for_columns(1));
        for (row, value) in values.iter().enumerate() {
            profiler.observe_value(*value, row as u64 + 2);
        }
        profiler.finish(&Answers::default())
    }

    fn some(values: &[&str]) -> ColumnProfile {
        profile(&values.iter().map(|value| Some(*value)).collect::<Vec<_>>())
    }

    #[test]
    fn the_type_holds_every_value() {
        for (values, wanted) in [
            (&["yes", "No"][..], "BOOLEAN"),
            (&["1", "2"], "INT"),
            (&["1", "2.5"], "DECIMAL(2,1)"),
            (&["2024-01-01"], "DATE"),
            (&["20240101"], "INT"),
            (&["01529", "1"], "VARCHAR(10)"),
            (&["1", "N/A"], "VARCHAR(10)"),
            (&["2024-01-01", "soon"], "VARCHAR(10)"),
            (&["0", "1", "true"], "VARCHAR(10)"),
        ] {
            assert_eq!(some(values).sql_type().to_string(), wanted, "{values:?}");
        }
        let long = "x".repeat(4001);
        assert_eq!(some(&[&long]).sql_type(), SqlType::Text);
        assert_eq!(profile(&[None, Some("")]).sql_type(), SqlType::VarChar(255));
    }

    #[test]
    fn nothing_is_null_and_blank_is_null_unless_it_is_text() {
        let number = profile(&[Some("1"), None, Some(""), Some(" ")]);
        assert_eq!((number.missing(), number.values), (3, 1));
        let text = profile(&[Some("a"), None, Some("")]);
        assert_eq!((text.missing(), text.empty), (1, 1));
    }

    #[test]
    fn the_value_that_made_a_column_text_is_named() {
        let odd = some(&["1", "2", "N/A", "4", "n/a"]).odd.unwrap();
        assert_eq!(
            (odd.others, odd.before, odd.line, odd.value.as_str()),
            ("numbers", 2, 4, "N/A")
        );
        assert!(some(&["a", "b"]).odd.is_none());
        assert!(some(&["1", "2.5"]).odd.is_none());
    }

    #[test]
    fn that_all_values_differ_is_proven_or_left_open() {
        assert_eq!(some(&["9", "10", "11"]).all_differ, Some("strictly ascending"));
        assert_eq!(some(&["T2", "T1"]).all_differ, Some("no value twice"));
        assert_eq!(some(&["a", "a "]).all_differ, None);
        assert_eq!(some(&["0", "-0"]).all_differ, None);
        assert_eq!(some(&["1.0", "1"]).all_differ, None);
    }

    #[test]
    fn the_longest_counts_characters_and_the_range_fits_the_type() {
        let text = some(&["öö", "a", "zzz"]);
        assert_eq!((text.longest, text.longest_bytes), (3, 4));
        assert_eq!((text.minimum.as_deref(), text.maximum.as_deref()), (Some("a"), Some("öö")));
        let dates = some(&["12/13/2023", "1/2/2024"]);
        assert_eq!(dates.minimum.as_deref(), Some("2023-12-13"));
    }
}
