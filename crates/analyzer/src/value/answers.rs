//! The user's answers on what the values leave open.

use std::str::FromStr;

use clap::ValueEnum;
use ecom_core::Failure;
use ecom_core::settings::Format;

use super::column_format::WrittenFormat;
use crate::time::form::DateOrder;

/// The meaning of a separator before three digits if the values do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NumberStyle {
    /// 1.250 is one and a quarter
    Point,
    /// 1.250 is one thousand two hundred and fifty
    Comma,
}

/// The flags that answer what the values leave open.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    pub(crate) date_order: Option<DateOrder>,
    pub(crate) number_style: Option<NumberStyle>,
    pub(crate) formats: Vec<ColumnFormat>,
}

/// How one column is written: `Order Date=%d/%m/%Y`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ColumnFormat {
    pub(crate) header: String,
    pub(crate) format: String,
}

/// A `--format` flag: the format of the report, or how a column is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FormatChoice {
    Report(Format),
    Column(ColumnFormat),
}

impl Answers {
    /// The format that the user gave for a column.
    pub(crate) fn format(&self, header: &str) -> Option<&str> {
        let given = self.formats.iter().rev().find(|given| given.header == header.trim());
        given.map(|given| given.format.as_str())
    }

    /// Refuses a format for a column that no file has.
    pub(crate) fn check<'a>(&self, headers: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        let headers: Vec<_> = headers.map(str::trim).collect();
        match self.formats.iter().find(|given| !headers.contains(&given.header.as_str())) {
            Some(given) => Err(Failure::usage(format!(
                "--format {:?}: no file has a column with that name",
                given.header
            ))),
            None => Ok(()),
        }
    }
}

impl FromStr for FormatChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(form) = Format::from_str(text, true) {
            return Ok(Self::Report(form));
        }
        let (header, format) = text.rsplit_once('=').ok_or(
            "expected text, json or a column and its format, such as \"Order Date=%d/%m/%Y\"",
        )?;
        let (header, format) = (header.trim().to_owned(), format.trim().to_owned());
        WrittenFormat::parse(&format)?;
        Ok(Self::Column(ColumnFormat { header, format }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_flag_gives_the_format_of_the_report_or_of_a_column() {
        assert_eq!("json".parse(), Ok(FormatChoice::Report(Format::Json)));
        let column = ColumnFormat { header: "a=b".into(), format: "1.234,56".into() };
        assert_eq!("a=b=1.234,56".parse(), Ok(FormatChoice::Column(column)));
        for text in ["xml", "a=", "a= "] {
            assert!(text.parse::<FormatChoice>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_format_for_an_unknown_column_is_refused() {
        let given = ColumnFormat { header: "Dat".into(), format: "plain".into() };
        let answers = Answers { formats: vec![given], ..Answers::default() };
        assert!(answers.check(["Date", "Dat "].into_iter()).is_ok());
        assert!(answers.check(["Date"].into_iter()).is_err());
    }
}
