//! What one column holds.

use ecom_core::plan::SqlType;

use crate::count::counts::{CountSummary, ValueCount};

/// Lengths that a `VARCHAR` is rounded up to.
const LENGTHS: [u16; 15] =
    [10, 20, 32, 50, 64, 100, 128, 150, 200, 255, 500, 768, 1000, 2000, 4000];

/// The most bytes of a `TEXT`.
const TEXT_BYTES: usize = 65_535;

/// What a column holds.
#[derive(Clone, Debug)]
pub(crate) struct ColumnProfile {
    /// The header as it is in the file.
    pub(crate) header: String,
    pub(crate) kind: ColumnKind,
    /// Fields that are NULL, and fields with an empty or blank text.
    pub(crate) nulls: u64,
    pub(crate) empty: u64,
    /// Spellings that mean a missing value in this column, such as `NA`, and how often each occurs.
    pub(crate) missing_words: Vec<ValueCount>,
    /// Values that are none of these.
    pub(crate) values: u64,
    pub(crate) counts: CountSummary,
    /// The smallest and greatest value, as shown.
    pub(crate) minimum: Option<String>,
    pub(crate) maximum: Option<String>,
    /// Characters and bytes of the longest value.
    pub(crate) longest: usize,
    pub(crate) longest_bytes: usize,
    /// Why no two values are equal, if this pass proves it.
    pub(crate) all_differ: Option<&'static str>,
    /// Findings on the values, in sentences that name the column.
    pub(crate) findings: Vec<String>,
    /// The first value that makes the column text although others are numbers or dates.
    pub(crate) odd: Option<Odd>,
    /// The first line on which the header is also a value of the column.
    pub(crate) header_occurs: Option<u64>,
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ColumnKind {
    Known {
        sql_type: SqlType,
        format: Option<String>,
        /// How the order of day and month in the format is proven.
        format_proof: Option<String>,
    },
    /// Values that can be read in two ways.
    Undecided { sql_type: SqlType, question: Question },
}

/// A question about a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Question {
    /// Dates whose month and day cannot be told apart.
    DayOrMonth { example: String },
    /// Numbers such as 1.250 in every value.
    ThousandsOrDecimals { example: String },
    /// A format given by the user that does not match a value.
    Unread { format: String, line: u64, value: String },
}

/// A value that differs in kind from all values before it.
#[derive(Clone, Debug)]
pub(crate) struct Odd {
    /// What the others are: `numbers`, `dates`.
    pub(crate) others: &'static str,
    /// How many of them came before.
    pub(crate) before: u64,
    pub(crate) line: u64,
    pub(crate) value: String,
    /// How many values are not such numbers or dates, and how many are.
    pub(crate) misfits: u64,
    pub(crate) fits: u64,
}

impl Odd {
    /// Why the column is text: `29 of 240 values are not numbers, first on line 29: "gru.99"`.
    pub(crate) fn reason(&self) -> String {
        let others = self.others.split(' ').next().unwrap_or_default();
        let zero = if self.is_code() { " (a number would lose the leading zero)" } else { "" };
        format!(
            "{} of {} values are not {others}, first on line {}: {:?}{zero}",
            self.misfits,
            self.misfits + self.fits,
            self.line,
            ecom_core::escape::excerpt(&self.value, 40)
        )
    }

    /// True for digits with a leading zero, such as a postal code, which is not an error.
    pub(crate) fn is_code(&self) -> bool {
        let digits = self.value.bytes().all(|byte| byte.is_ascii_digit());
        digits && self.value.len() > 1 && self.value.starts_with('0')
    }
}

impl Question {
    /// The question with the flag that answers it, for the column with that header.
    pub(crate) fn asked(&self, header: &str) -> String {
        match self {
            Self::DayOrMonth { example } => format!(
                "column {header:?}: day and month cannot be told apart because no value has a \
                 day above 12 (for example {example:?}): use --date-order month-first or \
                 --date-order day-first, or for this column only --format \"{header}=%d/%m/%Y\""
            ),
            Self::ThousandsOrDecimals { example } => format!(
                "column {header:?}: thousands and decimals cannot be told apart (for example \
                 {example:?}): use --number-style point if the point is the decimal sign, or \
                 --number-style comma"
            ),
            Self::Unread { format, line, value } => format!(
                "column {header:?}: --format {format:?} does not match {:?} on line {line}",
                ecom_core::escape::excerpt(value, 40)
            ),
        }
    }
}

impl ColumnProfile {
    /// The type; for a date also if its order of day and month is undecided.
    pub(crate) fn sql_type(&self) -> SqlType {
        match &self.kind {
            ColumnKind::Known { sql_type, .. } | ColumnKind::Undecided { sql_type, .. } => {
                *sql_type
            }
        }
    }

    /// The `strftime` format of a date or time.
    pub(crate) fn format(&self) -> Option<&str> {
        match &self.kind {
            ColumnKind::Known { format, .. } => format.as_deref(),
            ColumnKind::Undecided { .. } => None,
        }
    }

    /// How the order of day and month in the format is proven, if the format has one.
    pub(crate) fn format_proof(&self) -> Option<&str> {
        match &self.kind {
            ColumnKind::Known { format_proof, .. } => format_proof.as_deref(),
            ColumnKind::Undecided { .. } => None,
        }
    }

    /// Fields that are NULL in a table, including blank ones unless the column is text.
    pub(crate) fn missing(&self) -> u64 {
        self.missing_as_text() + if self.sql_type().is_text() { 0 } else { self.empty }
    }

    /// Fields that are NULL in a table even if the column becomes text there.
    pub(crate) fn missing_as_text(&self) -> u64 {
        self.nulls + self.missing_words.iter().map(|word| word.count).sum::<u64>()
    }

    /// The spellings that mean a missing value.
    pub(crate) fn missing_spellings(&self) -> Vec<String> {
        self.missing_words.iter().map(|word| word.value.clone()).collect()
    }

    /// True if a value is too long for MySQL's `TEXT`.
    pub(crate) fn is_too_long(&self) -> bool {
        self.sql_type() == SqlType::Text && self.longest_bytes > TEXT_BYTES
    }
}

/// The type for texts of at most that many characters.
pub(crate) fn text_type(longest: usize) -> SqlType {
    let length = LENGTHS.iter().find(|length| usize::from(**length) >= longest);
    length.map_or(SqlType::Text, |length| SqlType::VarChar(*length))
}
