//! Collects what one column holds, from every value.

use ecom_core::Failure;
use ecom_core::canonical::unpadded;
use ecom_core::plan::SqlType;

use super::extremes::Extremes;
use crate::count::counts::{Limit, ValueCount, ValueCounter};
use crate::count::shown::push_shown;
use crate::count::value_key::ValueKey;
use crate::meaning::header::names_party;
use crate::meaning::header_words;
use crate::read::batch::{Observer, RecordBatch};
use crate::value::answers::Answers;
use crate::value::column::{ColumnKind, ColumnProfile, text_type};
use crate::value::guesses::{Guesses, Help};
use crate::value::missing::{self, MissingWords};

/// Length of a column that has no values yet.
const UNKNOWN_LENGTH: usize = 255;

/// Collects what one column holds.
pub(crate) struct ColumnProfiler {
    index: usize,
    header: String,
    nulls: u64,
    empty: u64,
    values: u64,
    words: MissingWords,
    /// The longest spelling of a missing value that has blanks around it.
    padded: String,
    guesses: Guesses,
    counts: ValueCounter,
    extremes: Extremes,
    longest: usize,
    longest_bytes: usize,
    header_occurs: Option<u64>,
}

/// The profiles of the columns of a file. If the values of a column do not decide how its numbers
/// are written, other columns of the file do.
pub(crate) fn finish(columns: Vec<ColumnProfiler>, answers: &Answers) -> Vec<ColumnProfile> {
    let evidence = |column: &ColumnProfiler| column.guesses.evidence(&column.header, column.values);
    let evidence: Vec<_> = columns.iter().filter_map(evidence).collect();
    let help = Help { answers, evidence: &evidence };
    columns.into_iter().map(|column| column.finish(help)).collect()
}

impl ColumnProfiler {
    /// For the column at `index`.
    pub(crate) fn new(index: usize, header: &str, limit: Limit, answers: &Answers) -> Self {
        Self {
            index,
            header: header.to_owned(),
            nulls: 0,
            empty: 0,
            values: 0,
            words: MissingWords::default(),
            padded: String::new(),
            guesses: Guesses::new(header, answers),
            counts: ValueCounter::new(limit),
            extremes: Extremes::new(),
            longest: 0,
            longest_bytes: 0,
            header_occurs: None,
        }
    }

    /// The profile of the column.
    fn finish(mut self, help: Help<'_>) -> ColumnProfile {
        let mut findings = Vec::new();
        let found = self.guesses.kind(&self.header, self.values, help, &mut findings);
        // A column with a finding of its own needs no second message.
        let told = |others: &str| others == "numbers" && !findings.is_empty();
        let odd = self.guesses.odd(self.values).filter(|_| found.is_none());
        let odd = odd.filter(|odd| !told(odd.others));
        let missing_words = self.settle_words(found.is_some());
        findings.extend(missing::finding(&self.header, &missing_words));
        let shown_range = || (shown(&self.extremes.minimum), shown(&self.extremes.maximum));
        let (kind, range) = match found {
            Some((kind, range)) => (kind, range.or_else(|| Some(shown_range()))),
            None => (self.text(), (self.values > 0).then(shown_range)),
        };
        let (minimum, maximum) = range.unzip();
        ColumnProfile {
            all_differ: self.all_differ(&kind),
            counts: self.counts.summary(),
            header: self.header,
            kind,
            nulls: self.nulls,
            empty: self.empty,
            missing_words,
            values: self.values,
            minimum,
            maximum,
            longest: self.longest,
            longest_bytes: self.longest_bytes,
            findings,
            odd,
            header_occurs: self.header_occurs,
        }
    }

    /// Text with the length of the longest value.
    fn text(&self) -> ColumnKind {
        let length = if self.longest == 0 { UNKNOWN_LENGTH } else { self.longest };
        ColumnKind::Known { sql_type: text_type(length), format: None, format_proof: None }
    }

    /// Returns the spellings that mean a missing value; the others are counted as values.
    fn settle_words(&mut self, typed: bool) -> Vec<ValueCount> {
        let clear = self.values > 0 && header_words::is_party_id(&self.header);
        let (mut missing, kept) = std::mem::take(&mut self.words).divide(typed, clear);
        // An empty quoted text cannot be the name of a customer or a product.
        if !typed && self.empty > 0 && self.values > 0 && names_party(&self.header) {
            missing
                .push(ValueCount { value: String::new(), count: std::mem::take(&mut self.empty) });
        }
        if !kept.is_empty() {
            let padded = std::mem::take(&mut self.padded);
            self.observe_length(&padded);
        }
        for word in &kept {
            let key = ValueKey::of(&word.value);
            for _ in 0..word.count {
                self.counts.add(key, &word.value, 0);
            }
            self.values += word.count;
            self.observe_length(&word.value);
            self.extremes.repeat();
            self.extremes.observe_range(key, &word.value);
        }
        missing
    }

    #[inline]
    fn observe_value(&mut self, value: Option<&str>, line: u64) {
        let Some(text) = value else {
            self.nulls += 1;
            return;
        };
        let key = ValueKey::of(text);
        if !self.observe_known(key, text) {
            self.observe_unknown(key, text, line);
        }
    }

    /// Counts a value that is remembered as it is, without blanks around it: a repeated value changes
    /// nothing but the counts.
    #[inline]
    fn observe_known(&mut self, key: ValueKey, text: &str) -> bool {
        let Some(class) = self.counts.add_known(key, text) else { return false };
        self.values += 1;
        self.extremes.repeat();
        self.guesses.repeat(class);
        true
    }

    fn observe_unknown(&mut self, key: ValueKey, whole: &str, line: u64) {
        let trimmed = trim_blanks(whole);
        if trimmed.is_empty() {
            self.observe_length(whole);
            self.empty += 1;
            return;
        }
        // A spelling of a missing value counts for the length only if it turns out to be a value.
        if self.words.observe(trimmed) {
            if whole.len() > self.padded.len() && whole.len() > trimmed.len() {
                whole.clone_into(&mut self.padded);
            }
            return;
        }
        self.observe_length(whole);
        let mut text = whole;
        let mut key = key;
        if is_padded(whole) {
            text = if self.guesses.are_open() { trimmed } else { unpadded(whole) };
            key = ValueKey::of(text);
            if self.observe_known(key, text) {
                return;
            }
        }
        self.values += 1;
        if self.header_occurs.is_none() && text == self.header {
            self.header_occurs = Some(line);
        }
        let class = self.guesses.observe(trimmed, line, self.values);
        self.extremes.observe(key, text);
        self.counts.add(key, text, class);
    }

    fn observe_length(&mut self, text: &str) {
        self.longest_bytes = self.longest_bytes.max(text.len());
        if text.len() > self.longest {
            self.longest = self.longest.max(text.chars().count());
        }
    }

    /// Equal text means an equal value only if the type has one text for each value.
    fn all_differ(&self, kind: &ColumnKind) -> Option<&'static str> {
        let ColumnKind::Known { sql_type, format, .. } = kind else { return None };
        let one_text = match sql_type {
            SqlType::Int | SqlType::BigInt => format.is_none() && !self.guesses.ambiguous(),
            other => other.is_text(),
        };
        if !one_text || self.values == 0 {
            None
        } else if self.extremes.are_ascending() {
            Some("strictly ascending")
        } else {
            self.counts.all_differ().then_some("no value twice")
        }
    }
}

impl Observer for ColumnProfiler {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            self.observe_value(batch.value(row, self.index), batch.line(row));
        }
        Ok(())
    }
}

fn shown(text: &str) -> String {
    let mut shown = String::new();
    push_shown(&mut shown, text);
    shown
}

/// A text without surrounding blanks; most texts have none.
fn trim_blanks(text: &str) -> &str {
    if is_padded(text) { text.trim_matches([' ', '\t']) } else { text }
}

#[inline]
fn is_padded(text: &str) -> bool {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    is_blank(text.as_bytes().first()) || is_blank(text.as_bytes().last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[Option<&str>]) -> ColumnProfile {
        let answers = Answers::default();
        let mut profiler = ColumnProfiler::new(0, "Header", Limit::for_columns(1), &answers);
        for (row, value) in values.iter().enumerate() {
            profiler.observe_value(*value, row as u64 + 2);
        }
        profiler.finish(Help { answers: &answers, evidence: &[] })
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
            (&["1", "N/A"], "INT"),
            (&["2024-01-01", "-", "NULL"], "DATE"),
            (&["N/A", "NA"], "VARCHAR(10)"),
            (&["Y", "N"], "BOOLEAN"),
            (&["$1,250.00", "($2.50)"], "DECIMAL(6,2)"),
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
    fn an_empty_field_is_null_and_so_is_a_blank_one_unless_it_is_text() {
        let number = profile(&[Some("1"), None, Some(""), Some(" ")]);
        assert_eq!((number.missing(), number.values), (3, 1));
        let text = profile(&[Some("a"), None, Some("")]);
        assert_eq!((text.missing(), text.empty), (1, 1));
    }

    #[test]
    fn the_value_that_made_a_column_text_is_named() {
        let odd = some(&["1", "2", "gru.99", "4", "2", "gru.99"]).odd.unwrap();
        assert_eq!(
            (odd.others, odd.before, odd.line, odd.value.as_str()),
            ("numbers", 2, 4, "gru.99")
        );
        let wanted = "2 of 6 values are not numbers, first on line 4: \"gru.99\"";
        assert_eq!(odd.reason(), wanted);
        let odd = some(&["2024-01-01", "soon", "2024-01-02"]).odd.unwrap();
        assert_eq!((odd.others, odd.before, odd.misfits, odd.fits), ("dates", 1, 1, 2));
        let code = some(&["8010", "01067", "9020"]).odd.unwrap();
        assert!(code.is_code() && !odd.is_code());
        let wanted = "first on line 3: \"01067\" (a number would lose the leading zero)";
        assert!(code.reason().ends_with(wanted), "{}", code.reason());
        assert!(some(&["a", "b", "1"]).odd.is_none());
        assert!(some(&["a", "b"]).odd.is_none());
        assert!(some(&["1", "2.5"]).odd.is_none());
    }

    #[test]
    fn spellings_of_a_missing_value_are_missing_among_numbers_and_text_among_words() {
        let number = some(&["1", "NA", "2", "-", "NA"]);
        assert_eq!((number.missing(), number.values), (3, 2));
        assert_eq!(number.missing_spellings(), ["NA", "-"]);
        let wanted = "column \"Header\": 3 values NA, - are treated as missing";
        assert_eq!(number.findings, [wanted]);
        let text = some(&["ZA", "NA", "BW", "NA"]);
        assert_eq!((text.missing(), text.values, text.counts.distinct), (0, 4, 3));
        assert!(text.findings.is_empty() && text.all_differ.is_none());
    }

    #[test]
    fn unique_values_are_proven_or_left_open() {
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
