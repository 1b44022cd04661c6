//! How a delimited text file is written.

use serde::{Deserialize, Serialize};

/// How a delimited text file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// The character between fields, one ASCII character.
    pub delimiter: char,
    /// The character around fields, one ASCII character; `None` for a file without quoting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// True if blanks may precede an opening quote.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blanks_before_quotes: bool,
    /// The encoding's name in the WHATWG Encoding Standard.
    pub encoding: String,
    /// True if the file begins with a byte order mark.
    pub bom: bool,
    /// What ends a line.
    pub line_ending: LineEnding,
    /// The physical line of the header; the first line is 1. The lines before it are skipped.
    pub header_line: u64,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineEnding {
    /// `\n`
    #[serde(rename = "LF")]
    Lf,
    /// `\r\n`
    #[serde(rename = "CRLF")]
    CrLf,
    /// `\r\r\n`, in a file that was converted to text twice.
    #[serde(rename = "CRCRLF")]
    CrCrLf,
    /// `\r`
    #[serde(rename = "CR")]
    Cr,
    /// Several of them.
    #[serde(rename = "mixed")]
    Mixed,
}

impl Dialect {
    /// The dialect of every file in the work folder: RFC 4180 with LF.
    #[must_use]
    pub fn work() -> Self {
        Self {
            delimiter: ',',
            quote: Some('"'),
            blanks_before_quotes: false,
            encoding: "UTF-8".into(),
            bom: false,
            line_ending: LineEnding::Lf,
            header_line: 1,
        }
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self::work()
    }
}
