//! Dates and times: which one format reads every value of a column.

use chrono::NaiveDateTime;
use clap::ValueEnum;
use ecom_core::plan::SqlType;

use crate::cursor::parse;
use crate::shape::{DateShape, Shape};
use crate::written::format;

/// Which of two numbers is the month, where the values do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DateOrder {
    /// 12/31/2024
    MonthFirst,
    /// 31/12/2024
    DayFirst,
}

/// What is known of a column of dates or times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    shape: Option<Shape>,
    month_first: Reading,
    day_first: Reading,
    /// True when some value is another day when month and day change places.
    matters: bool,
    fraction: u8,
    point: bool,
    example: String,
    /// The first value that can be read in one order only, and its line.
    proof: Option<(u64, String)>,
}

/// One way to read the values: possible so far, and what it gives.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    impossible: bool,
    range: Option<(NaiveDateTime, NaiveDateTime)>,
}

/// What the values say of their format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decision {
    /// One format reads them all.
    Decided(Decided),
    /// Month and day cannot be told apart; an example that is another day the other way round.
    Undecided { example: String },
}

/// The format that reads all values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Decided {
    pub(crate) sql_type: SqlType,
    pub(crate) format: String,
    /// Why day and month stand in that order, where both are numbers and the year comes last.
    pub(crate) proof: Option<String>,
    pub(crate) range: (NaiveDateTime, NaiveDateTime),
}

impl Times {
    /// Takes one value in, which stands on that line; false when no format reads it and all the others.
    pub(crate) fn observe(&mut self, text: &str, line: u64) -> bool {
        let Some((shape, parts)) = parse(text) else { return false };
        if *self.shape.get_or_insert(shape) != shape {
            return false;
        }
        self.fraction = self.fraction.max(parts.fraction);
        self.point |= parts.point;
        self.month_first.observe(parts.moment(true));
        if matches!(shape.date, DateShape::YearLast { .. }) {
            self.day_first.observe(parts.moment(false));
            if self.proof.is_none() && (self.month_first.impossible || self.day_first.impossible) {
                self.proof = Some((line, text.to_owned()));
            }
        } else {
            self.day_first.impossible = true;
        }
        if !self.matters && parts.first != parts.second {
            self.matters = true;
            text.clone_into(&mut self.example);
        }
        !(self.month_first.impossible && self.day_first.impossible)
    }

    /// The format, with `order` where the values do not decide; `None` without any value.
    pub(crate) fn decide(&self, order: Option<DateOrder>) -> Option<Decision> {
        let shape = self.shape?;
        let open = !self.month_first.impossible && !self.day_first.impossible && self.matters;
        let month_first = match order {
            _ if !open => !self.month_first.impossible,
            Some(order) => order == DateOrder::MonthFirst,
            None => return Some(Decision::Undecided { example: self.example.clone() }),
        };
        let reading = if month_first { self.month_first } else { self.day_first };
        let sql_type = match shape.clock {
            None => SqlType::Date,
            Some(_) => SqlType::DateTime { fraction: self.fraction },
        };
        Some(Decision::Decided(Decided {
            sql_type,
            format: format(shape, month_first, self.point),
            proof: self.order_proof(shape, month_first),
            range: reading.range?,
        }))
    }

    fn order_proof(&self, shape: Shape, month_first: bool) -> Option<String> {
        if !matches!(shape.date, DateShape::YearLast { .. }) {
            return None;
        }
        let first = if month_first { "month first" } else { "day first" };
        Some(match &self.proof {
            Some((line, text)) => format!("{first}: {text} in line {line} has a day above 12"),
            None if self.matters => format!("{first}, as --date-order says"),
            None => "day and month are equal in every value".to_owned(),
        })
    }
}

impl Reading {
    fn observe(&mut self, moment: Option<NaiveDateTime>) {
        match (moment, self.range) {
            (None, _) => self.impossible = true,
            (Some(moment), None) => self.range = Some((moment, moment)),
            (Some(moment), Some((first, last))) => {
                self.range = Some((first.min(moment), last.max(moment)));
            }
        }
    }
}

/// Reads the values of a column for which that format was decided.
pub(crate) fn moment_reader(format: &str) -> impl Fn(&str) -> Option<NaiveDateTime> + use<> {
    let day_first = format.starts_with("%d") && format.contains("%m");
    move |text| parse(text)?.1.moment(!day_first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecom_core::canonical::{Canonical, ColumnConverter};

    fn times(values: &[&str]) -> Option<Times> {
        let mut times = Times::default();
        values.iter().zip(2..).all(|(value, line)| times.observe(value, line)).then_some(times)
    }

    /// The type, the format, and the canonical form of each value as every other tool reads it.
    fn read(values: &[&str]) -> Option<(String, String, Vec<String>)> {
        let decision = times(values)?.decide(None)?;
        let Decision::Decided(decided) = decision else { return None };
        let Decided { sql_type, format, range, .. } = decided;
        let column = ColumnConverter::new(sql_type, false, Some(&format));
        let mut texts = Vec::new();
        for value in values {
            let mut canonical = Canonical::new();
            column.convert(Some(value), &mut canonical).unwrap();
            texts.push(canonical.value(0).unwrap().to_owned());
        }
        let wanted = texts.iter().min().unwrap().clone();
        assert!(range.0.format("%Y-%m-%d %H:%M:%S%.6f").to_string().starts_with(&wanted));
        Some((sql_type.to_string(), format, texts))
    }

    #[test]
    fn each_form_gets_a_format_that_reads_it() {
        for (values, sql_type, format, last) in [
            (&["2024-01-31"][..], "DATE", "%Y-%m-%d", "2024-01-31"),
            (&["2024/1/31"], "DATE", "%Y/%m/%d", "2024-01-31"),
            (&["1/2/2024", "1/31/2024"], "DATE", "%m/%d/%Y", "2024-01-31"),
            (&["31.1.2024"], "DATE", "%d.%m.%Y", "2024-01-31"),
            (&["31-01-24"], "DATE", "%d-%m-%y", "2024-01-31"),
            (&["1-Jan-2024"], "DATE", "%d-%B-%Y", "2024-01-01"),
            (&["1 January 2024"], "DATE", "%d %B %Y", "2024-01-01"),
            (&["Jan 5, 2024"], "DATE", "%B %d, %Y", "2024-01-05"),
            (&["10/13/2017 7:05"], "DATETIME", "%m/%d/%Y %H:%M", "2017-10-13 07:05:00"),
            (&["2017-10-02 07:05:01"], "DATETIME", "%Y-%m-%d %H:%M:%S", "2017-10-02 07:05:01"),
            (&["2017-10-02T07:05"], "DATETIME", "%Y-%m-%dT%H:%M", "2017-10-02 07:05:00"),
            (
                &["2017-10-02 07:05:01", "2017-10-02 07:05:01.250"],
                "DATETIME(2)",
                "%Y-%m-%d %H:%M:%S%.f",
                "2017-10-02 07:05:01.25",
            ),
            (
                &["2017-10-02 07:05:01 UTC"],
                "DATETIME",
                "%Y-%m-%d %H:%M:%S UTC",
                "2017-10-02 07:05:01",
            ),
            (&["2017-10-02T07:05:01Z"], "DATETIME", "%Y-%m-%dT%H:%M:%SZ", "2017-10-02 07:05:01"),
            (
                &["2017-10-02T07:05:01+02:00", "2017-10-02T07:05:01-0130"],
                "DATETIME",
                "%Y-%m-%dT%H:%M:%S%z",
                "2017-10-02 08:35:01",
            ),
            (&["10/31/2017 12:05 AM"], "DATETIME", "%m/%d/%Y %I:%M %p", "2017-10-31 00:05:00"),
            (&["10/31/2017 1:05:09PM"], "DATETIME", "%m/%d/%Y %I:%M:%S%p", "2017-10-31 13:05:09"),
        ] {
            let (found, with, texts) = read(values).unwrap_or_else(|| panic!("{values:?}"));
            assert_eq!((found.as_str(), with.as_str()), (sql_type, format), "{values:?}");
            assert_eq!(texts.last().unwrap(), last, "{values:?}");
        }
    }

    #[test]
    fn what_is_no_date_or_mixes_forms_is_text() {
        for values in [
            &["20240101"][..],
            &["2024"],
            &["2024-01"],
            &["12:30"],
            &["2023-02-29"],
            &["2024-13-01"],
            &["0999-01-01"],
            &["1/2/3"],
            &["2024-01-01 24:00"],
            &["2024-01-01 1:5"],
            &["2024-01-01 10:00:00.1234567"],
            &["2024-01-01  10:00"],
            &["2024-01-01", "1/31/2024"],
            &["2024-01-01", "2024-01-01 10:00"],
            &["2024-01-01 10:00:00", "2024-01-01 10:00"],
            &["13/1/2024", "1/13/2024"],
            &["2024-1/1"],
            &["May 5 2024"],
            &["13:00 PM"],
        ] {
            assert!(times(values).is_none(), "{values:?}");
        }
    }

    #[test]
    fn without_a_day_above_12_the_order_is_asked_for() {
        let times = times(&["5/5/2024", "12/1/2010"]).unwrap();
        let undecided = Decision::Undecided { example: "12/1/2010".into() };
        assert_eq!(times.decide(None), Some(undecided));
        for (order, wanted) in
            [(DateOrder::MonthFirst, "%m/%d/%Y"), (DateOrder::DayFirst, "%d/%m/%Y")]
        {
            let Some(Decision::Decided(decided)) = times.decide(Some(order)) else { panic!() };
            assert_eq!(decided.format, wanted);
            assert!(decided.proof.unwrap().ends_with(" first, as --date-order says"));
        }
    }

    #[test]
    fn an_order_that_changes_nothing_is_not_asked_for_and_a_proven_one_stays() {
        assert!(read(&["1/1/2024", "2/2/2024"]).is_some());
        let proven = times(&["1/2/2024", "1/13/2024"]).unwrap();
        let decided = proven.decide(Some(DateOrder::DayFirst));
        let Some(Decision::Decided(decided)) = decided else { panic!() };
        assert_eq!(decided.format, "%m/%d/%Y");
    }

    #[test]
    fn the_order_of_day_and_month_is_proven_by_the_first_value_that_has_only_one() {
        let proof = |values: &[&str]| match times(values)?.decide(None)? {
            Decision::Decided(decided) => decided.proof,
            Decision::Undecided { .. } => panic!("{values:?}"),
        };
        for (values, wanted) in [
            (
                &["1/2/2024", "1/13/2024", "1/14/2024"][..],
                "month first: 1/13/2024 in line 3 has a day above 12",
            ),
            (&["31.1.2024 7:05"], "day first: 31.1.2024 7:05 in line 2 has a day above 12"),
            (&["1/1/2024", "2/2/2024"], "day and month are equal in every value"),
        ] {
            assert_eq!(proof(values).as_deref(), Some(wanted));
        }
        assert_eq!(proof(&["2024-01-13"]), None);
        assert_eq!(proof(&["13 Jan 2024"]), None);
    }
}
