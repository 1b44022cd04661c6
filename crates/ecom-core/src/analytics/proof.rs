//! What a proof declares.

use chrono::{Datelike as _, Days, NaiveDateTime, Timelike as _};

use super::column::{ColumnName, View};
use crate::plan::{Plan, SqlType};

/// An aggregation that is computed again from the work files:
///
/// ```text
/// [rows where COND {and COND}:] [from VIEW] [where COND {and COND}]
/// [[top] group by [every] KEY {, KEY}]: FIGURE {, FIGURE}
///
/// KEY     COLUMN, or NAME = day(COLUMN); also week, month, yearmonth, year, hour, weekday
/// COND    COLUMN [not] in ('a', 'b'), COLUMN is [not] null, COLUMN [not] like 'x%'
/// FIGURE  NAME = count, count(COLUMN), count(COND), count(distinct COLUMN), sum(COLUMN),
///         min(COLUMN), max(COLUMN); each with `or 0` if no value counts as 0
/// COLUMN  one of the view (`sales` unless another is named), or VIEW.COLUMN: of the product or the
///         customer of a sale; lower(COLUMN) in a condition
/// ```
///
/// NAME is a column of the result. With `group by`, the result has exactly these groups; with `top`,
/// only some of them; with `every`, those of all records of the key's table, too. Without, the sum of
/// the result's column over all its rows equals the figure. `rows where` selects rows of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Of the result's own rows, those that are compared.
    pub rows: Vec<Condition>,
    /// What is aggregated.
    pub view: View,
    /// Of its records, those that count.
    pub conditions: Vec<Condition>,
    /// Which rows the result has.
    pub groups: Groups,
    /// True if every record of the key's table is a group, also without a record of the view.
    pub every: bool,
    /// What the records have in common; empty for a total.
    pub keys: Vec<Key>,
    /// The numbers that are computed again.
    pub figures: Vec<Figure>,
}

/// Which rows a result has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Groups {
    /// Any: only the sums over all rows are compared.
    Total,
    /// One for each group of records.
    All,
    /// Some of them.
    Top,
}

/// What the records of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The result's column.
    pub name: String,
    /// The column that it is made from.
    pub column: ColumnName,
    /// The part of a time.
    pub part: Option<TimePart>,
}

/// One number of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The result's column.
    pub name: String,
    /// How it is computed.
    pub measure: Measure,
    /// True if it is 0 without any value.
    pub or_zero: bool,
}

/// How a figure is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// All records.
    Count,
    /// The records with a value.
    CountValues(ColumnName),
    /// The records for which this is true.
    CountWhere(Condition),
    /// The different values.
    CountDistinct(ColumnName),
    /// The exact sum; NULL without any value.
    Sum(ColumnName),
    /// The least value.
    Min(ColumnName),
    /// The greatest value.
    Max(ColumnName),
}

/// A condition on one column; like in SQL, it does not hold for NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The column.
    pub column: ColumnName,
    /// True for `not in` and `not like`.
    pub not: bool,
    /// What is asked.
    pub test: Test,
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Whether there is no value.
    Null,
    /// Whether the value is one of these.
    In(Vec<String>),
    /// Whether the text fits a pattern in which % stands for any text.
    Like(String),
}

/// A part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePart {
    /// The date.
    Day,
    /// The date of the week's Monday.
    Week,
    /// The date of the month's first day.
    Month,
    /// The year and the month as one number, 202412.
    YearMonth,
    /// The year.
    Year,
    /// The hour, 0 to 23.
    Hour,
    /// The day of the week, 1 for Monday to 7 for Sunday.
    Weekday,
}

impl Proof {
    /// Why the data set lacks something that the proof names, or has it as another type.
    pub(super) fn lacks(&self, plan: &Plan) -> Option<String> {
        let lacks = |name: &ColumnName| name.lacks(plan, self.view);
        let whole = ColumnName::whole(self.view);
        let keys = self.keys.iter().find_map(|key| {
            lacks(&key.column).or_else(|| {
                let sql_type = key.column.find(plan, self.view)?.sql_type;
                let wanted = key.part?.wanted();
                (!wanted(sql_type)).then(|| format!("{} is {sql_type}", key.column))
            })
        });
        let figures = || {
            self.figures.iter().find_map(|figure| {
                let name = figure.measure.column()?;
                lacks(name).or_else(|| {
                    let sql_type = name.find(plan, self.view)?.sql_type;
                    let is_sum = matches!(figure.measure, Measure::Sum(_));
                    (is_sum && !sql_type.is_number()).then(|| format!("{name} is {sql_type}"))
                })
            })
        };
        let conditions = || self.conditions.iter().find_map(|condition| lacks(&condition.column));
        lacks(&whole).or(keys).or_else(figures).or_else(conditions)
    }
}

impl Measure {
    /// The column that is measured.
    #[must_use]
    pub fn column(&self) -> Option<&ColumnName> {
        match self {
            Self::Count => None,
            Self::CountWhere(condition) => Some(&condition.column),
            Self::CountValues(name)
            | Self::CountDistinct(name)
            | Self::Sum(name)
            | Self::Min(name)
            | Self::Max(name) => Some(name),
        }
    }
}

impl Condition {
    /// Whether it holds for a value.
    #[must_use]
    pub fn holds(&self, value: Option<&str>) -> bool {
        if self.test == Test::Null {
            return value.is_none() != self.not;
        }
        let Some(text) = value else { return false };
        let lower = self.column.lower.then(|| text.to_lowercase());
        let text = lower.as_deref().unwrap_or(text);
        let holds = match &self.test {
            Test::Null => false,
            Test::In(values) => values.iter().any(|value| value == text),
            Test::Like(pattern) => is_like(text, pattern),
        };
        holds != self.not
    }
}

/// True if the text is the pattern with some text for each %.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('%') else { return text == pattern };
    let Some(text) = text.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once('%').unwrap_or(("", rest));
    let Some(mut text) = text.strip_suffix(end) else { return false };
    middle.split('%').all(|part| match text.find(part) {
        Some(at) => {
            text = &text[at + part.len()..];
            true
        }
        None => false,
    })
}

impl TimePart {
    const ALL: [(Self, &str); 7] = [
        (Self::Day, "day"),
        (Self::Week, "week"),
        (Self::Month, "month"),
        (Self::YearMonth, "yearmonth"),
        (Self::Year, "year"),
        (Self::Hour, "hour"),
        (Self::Weekday, "weekday"),
    ];

    /// The part of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(part, _)| part)
    }

    /// The types that have such a part; a date has no hour.
    fn wanted(self) -> fn(SqlType) -> bool {
        match self {
            Self::Hour => |sql_type| matches!(sql_type, SqlType::DateTime { .. }),
            _ => SqlType::is_time,
        }
    }

    /// The part of a date or time in canonical form; `None` if it is not one.
    #[must_use]
    pub fn of(self, time: &str) -> Option<String> {
        let padded = if time.len() == 10 { format!("{time} 00:00:00") } else { time.to_owned() };
        let time = NaiveDateTime::parse_from_str(&padded, "%Y-%m-%d %H:%M:%S%.f").ok()?;
        let date = time.date();
        Some(match self {
            Self::Day => date.to_string(),
            Self::Week => {
                let days = date.weekday().num_days_from_monday();
                date.checked_sub_days(Days::new(u64::from(days)))?.to_string()
            }
            Self::Month => date.with_day(1)?.to_string(),
            Self::YearMonth => format!("{}{:02}", date.year(), date.month()),
            Self::Year => date.year().to_string(),
            Self::Hour => time.hour().to_string(),
            Self::Weekday => date.weekday().number_from_monday().to_string(),
        })
    }
}
