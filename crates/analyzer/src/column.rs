//! What one column holds.

use ecom_core::plan::SqlType;

use crate::counts::Summary;

/// Lengths that a `VARCHAR` is rounded up to.
const LENGTHS: [u16; 15] =
    [10, 20, 32, 50, 64, 100, 128, 150, 200, 255, 500, 768, 1000, 2000, 4000];

/// The most bytes of a `TEXT`.
const TEXT_BYTES: usize = 65_535;

/// What a column holds.
#[derive(Clone, Debug)]
pub(crate) struct ColumnProfile {
    /// The header as it stands in the file.
    pub(crate) header: String,
    pub(crate) kind: Kind,
    /// Fields with nothing at all, and fields with an empty text or blanks only.
    pub(crate) nulls: u64,
    pub(crate) empty: u64,
    /// Values that are neither.
    pub(crate) values: u64,
    pub(crate) counts: Summary,
    /// The least and the greatest value, as they are shown.
    pub(crate) minimum: Option<String>,
    pub(crate) maximum: Option<String>,
    /// Characters and bytes of the longest value.
    pub(crate) longest: usize,
    pub(crate) longest_bytes: usize,
    /// Why no two values are equal, where this pass proves it.
    pub(crate) all_differ: Option<&'static str>,
    /// The value because of which the column is text, although others are numbers or dates.
    pub(crate) odd: Option<Odd>,
    /// The first line on which the header itself is a value of the column.
    pub(crate) header_occurs: Option<u64>,
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Known {
        sql_type: SqlType,
        format: Option<String>,
        /// How the order of day and month in the format is proven.
        format_proof: Option<String>,
    },
    /// Dates whose month and day cannot be told apart.
    Undecided { example: String },
}

/// A value that is not what all values before it are.
#[derive(Clone, Debug)]
pub(crate) struct Odd {
    /// What the others are: `numbers`, `dates`.
    pub(crate) others: &'static str,
    /// How many of them came before.
    pub(crate) before: u64,
    pub(crate) line: u64,
    pub(crate) value: String,
}

impl ColumnProfile {
    /// The type, a date's also where its order of day and month is open.
    pub(crate) fn sql_type(&self) -> SqlType {
        match &self.kind {
            Kind::Known { sql_type, .. } => *sql_type,
            Kind::Undecided { example } if example.contains(':') => {
                SqlType::DateTime { fraction: 0 }
            }
            Kind::Undecided { .. } => SqlType::Date,
        }
    }

    /// The `strftime` format of a date or time.
    pub(crate) fn format(&self) -> Option<&str> {
        match &self.kind {
            Kind::Known { format, .. } => format.as_deref(),
            Kind::Undecided { .. } => None,
        }
    }

    /// How the order of day and month in the format is proven, where the format has one.
    pub(crate) fn format_proof(&self) -> Option<&str> {
        match &self.kind {
            Kind::Known { format_proof, .. } => format_proof.as_deref(),
            Kind::Undecided { .. } => None,
        }
    }

    /// Fields that are NULL in a table: of a column that is not text, blank ones too.
    pub(crate) fn missing(&self) -> u64 {
        self.nulls + if self.sql_type().is_text() { 0 } else { self.empty }
    }

    /// True for values that no column of MySQL's `TEXT` holds.
    pub(crate) fn is_too_long(&self) -> bool {
        self.sql_type() == SqlType::Text && self.longest_bytes > TEXT_BYTES
    }
}

/// The type of texts of which the longest has so many characters.
pub(crate) fn text_type(longest: usize) -> SqlType {
    let length = LENGTHS.iter().find(|length| usize::from(**length) >= longest);
    length.map_or(SqlType::Text, |length| SqlType::VarChar(*length))
}
