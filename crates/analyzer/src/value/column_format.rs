//! What the user says about how a column is written.

use ecom_core::canonical::{BooleanFormat, NumberFormat, TimeFormats};

/// The values of `--format "COLUMN=…"`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum WrittenFormat {
    /// Numbers as a program writes them, otherwise text.
    Plain,
    Text,
    Number(NumberFormat),
    Boolean(BooleanFormat),
    Times(TimeFormats),
}

impl WrittenFormat {
    /// Parses what follows the `=`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "plain" => return Ok(Self::Plain),
            "text" => return Ok(Self::Text),
            _ => {}
        }
        if let Ok(format) = text.parse() {
            return Ok(Self::Number(format));
        }
        if let Ok(format) = text.parse() {
            return Ok(Self::Boolean(format));
        }
        text.parse().map(Self::Times).map_err(|problem| {
            if text.contains('%') {
                return problem;
            }
            format!(
                "{text:?} is not a format (formats: how 1234.56 is written, as in 1.234,56; a \
                 date, as in %d/%m/%Y; a pair of words, as in y/n; epoch seconds, epoch \
                 milliseconds, excel days, plain, text)"
            )
        })
    }
}
