//! How the values of a column are written if the user says so.

use chrono::NaiveDateTime;
use ecom_core::plan::SqlType;

use super::answers::Answers;
use super::column::{ColumnKind, Question};
use super::column_format::WrittenFormat;
use super::number::Numbers;

/// Reads the values of a column as the user said.
pub(crate) struct FormatReader {
    given: WrittenFormat,
    format: String,
    numbers: Numbers,
    range: Option<(NaiveDateTime, NaiveDateTime)>,
    fraction: u8,
    /// The first value that does not match, and its line.
    unread: Option<(String, u64)>,
}

impl FormatReader {
    /// For a column with that header, if the user gave a format that its values can be read with.
    pub(crate) fn new(header: &str, answers: &Answers) -> Option<Self> {
        let format = answers.format(header)?;
        let given = WrittenFormat::parse(format).ok()?;
        if matches!(given, WrittenFormat::Plain | WrittenFormat::Text) {
            return None;
        }
        let format = format.to_owned();
        let numbers = Numbers::default();
        Some(Self { given, format, numbers, range: None, fraction: 0, unread: None })
    }

    /// Adds a value on that line.
    pub(crate) fn observe(&mut self, text: &str, line: u64) {
        let read = match &self.given {
            WrittenFormat::Number(format) => {
                let mut plain = String::new();
                format.plain_into(text, &mut plain) && self.numbers.observe(&plain)
            }
            WrittenFormat::Boolean(format) => format.read(text).is_some(),
            WrittenFormat::Times(formats) => match formats.read(text) {
                Some(moment) => {
                    self.fraction = self.fraction.max(moment.fraction);
                    let range = self.range.get_or_insert((moment.at, moment.at));
                    *range = (range.0.min(moment.at), range.1.max(moment.at));
                    true
                }
                None => false,
            },
            WrittenFormat::Plain | WrittenFormat::Text => true,
        };
        if !read && self.unread.is_none() {
            self.unread = Some((text.to_owned(), line));
        }
    }

    /// The type with its format, and the smallest and greatest value as shown.
    pub(crate) fn kind(&self) -> (ColumnKind, Option<(String, String)>) {
        let sql_type = match &self.given {
            WrittenFormat::Number(format) if format.whole && self.numbers.is_whole() => {
                self.numbers.whole_type()
            }
            WrittenFormat::Number(_) => self.numbers.sql_type(),
            WrittenFormat::Boolean(_) => SqlType::Boolean,
            WrittenFormat::Times(formats) if formats.has_clock() => {
                SqlType::DateTime { fraction: self.fraction }
            }
            _ => SqlType::Date,
        };
        if let Some((value, line)) = &self.unread {
            let (format, value) = (self.format.clone(), value.clone());
            let question = Question::Unread { format, line: *line, value };
            return (ColumnKind::Undecided { sql_type, question }, None);
        }
        let format = match &self.given {
            WrittenFormat::Number(format) => format.to_string(),
            WrittenFormat::Boolean(format) => format.to_string(),
            WrittenFormat::Times(formats) => formats.to_string(),
            WrittenFormat::Plain | WrittenFormat::Text => String::new(),
        };
        let (minimum, maximum) = self.numbers.range();
        let range = match self.range {
            Some((first, last)) => {
                Some((shown_moment(sql_type, first), shown_moment(sql_type, last)))
            }
            None if minimum.is_empty() => None,
            None => Some((minimum.to_owned(), maximum.to_owned())),
        };
        let proof = Some("as --format says".to_owned());
        (ColumnKind::Known { sql_type, format: Some(format), format_proof: proof }, range)
    }
}

/// A moment as the report shows it.
pub(crate) fn shown_moment(sql_type: SqlType, time: NaiveDateTime) -> String {
    match sql_type {
        SqlType::Date => time.date().to_string(),
        _ => time.to_string(),
    }
}
