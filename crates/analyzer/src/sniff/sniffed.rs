//! How a file is written, determined from its beginning: encoding, delimiter, quote, and the line
//! of the header.

use std::io::{BufReader, Read};

use ecom_core::Failure;
use ecom_core::plan::Dialect;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::encoding::EncodingEvidence;
use super::structure::{Structure, header_of, structure};
use crate::read::origin::Origin;

/// How many bytes of a file are examined to find its delimiter.
const SAMPLE: u64 = 1 << 18;

/// The reason for an encoding that the user gave.
const SAID: &str = "set by --encoding";
const WIDE: &str = "the most likely (every second byte is 0, as in UTF-16 without a byte order \
                    mark); --encoding overrides it";

/// Beginnings of files that are not text, and what to do with them.
const OTHER_FORMATS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive with another extension: rename it"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook of the old format: save the sheet as CSV"),
    (b"\x1f\x8b", "gzip-compressed: rename it to .gz or unpack it"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file: export it as CSV"),
    (b"SQLite format 3", "an SQLite database: export its tables as CSV"),
    (b"{\\rtf", "a word processor document: save it as text"),
];

/// What the beginning of a file shows.
#[derive(Clone, Debug)]
pub(crate) struct Sniffed {
    /// The line ending is known only after a complete pass; until then it is LF, or CR if that ends
    /// lines.
    pub(crate) dialect: Dialect,
    /// How the encoding was determined, if it is not obvious.
    pub(crate) encoding_reason: Option<String>,
    pub(crate) header: Vec<String>,
    /// False for a text that is not delimited.
    pub(crate) is_table: bool,
}

/// Determines how a file is written; `wish` is the encoding that the user gave.
pub(crate) fn sniff(origin: &Origin, wish: Option<&'static Encoding>) -> Result<Sniffed, Failure> {
    let refuse = |problem: &str| Failure::refused(format!("{}: {problem}", origin.path_shown()));
    let mut sample = Vec::new();
    // One byte more than the sample tells whether it is the whole file.
    let mut input = origin.open()?.take(SAMPLE + 1);
    input.read_to_end(&mut sample).map_err(|error| origin.failed(error))?;
    let whole = sample.len() as u64 <= SAMPLE;
    if let Some((_, what)) = OTHER_FORMATS.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Err(refuse(&format!("not a text file but {what}")));
    }
    let (encoding, mark, encoding_reason) = match (Encoding::for_bom(&sample), wish) {
        (Some((encoding, length)), None) => (encoding, length, None),
        (mark, Some(wish)) => {
            let length = mark.filter(|(found, _)| *found == wish).map_or(0, |(_, length)| length);
            (wish, length, Some(SAID.to_owned()))
        }
        (None, None) => {
            let (encoding, reason) = encoding_of(origin, &sample)?;
            (encoding, 0, reason)
        }
    };
    let (text, _) = encoding.decode_without_bom_handling(&sample[mark..]);
    if text.trim().is_empty() {
        return Err(refuse(if origin.sheet().is_some() {
            "the sheet is empty"
        } else {
            "the file is empty"
        }));
    }
    let Structure { dialect, header, is_table } = if origin.sheet().is_some() {
        header_of(&text, whole, &Dialect::work())
    } else {
        structure(&text, whole)
    };
    let dialect = Dialect { encoding: encoding.name().to_owned(), bom: mark > 0, ..dialect };
    Ok(Sniffed { dialect, encoding_reason, header, is_table })
}

/// The encoding of a file that turned out not to be UTF-8 after its beginning; `None` if it is
/// UTF-8 with some damaged lines.
pub(crate) fn other_than_utf_8(origin: &Origin) -> Result<Option<(String, String)>, Failure> {
    let evidence = collect(origin)?;
    if evidence.is_utf_8() {
        return Ok(None);
    }
    let (encoding, reason) = guess(origin, &evidence)?;
    Ok(Some((encoding.name().to_owned(), reason)))
}

/// True for an encoding whose lines cannot be counted byte by byte.
pub(crate) fn is_wide(dialect: &Dialect) -> bool {
    [UTF_16LE.name(), UTF_16BE.name()].contains(&dialect.encoding.as_str())
}

/// The encoding of a file without a byte order mark, and how it was determined.
fn encoding_of(
    origin: &Origin,
    sample: &[u8],
) -> Result<(&'static Encoding, Option<String>), Failure> {
    if sample.contains(&0) {
        let wide = wide_encoding(sample).ok_or_else(|| {
            let problem = "not a text file: it contains NUL bytes";
            Failure::refused(format!("{}: {problem}", origin.path_shown()))
        })?;
        return Ok((wide, Some(WIDE.to_owned())));
    }
    // A character cut off at the end of the sample is not damage.
    let end = sample.iter().rposition(u8::is_ascii).map_or(sample.len(), |last| last + 1);
    let looked =
        EncodingEvidence::collect(&mut &sample[..end]).map_err(|error| origin.failed(error))?;
    if looked.is_utf_8() {
        return Ok((UTF_8, None));
    }
    // The beginning may hold only one word that is not UTF-8; the whole file decides better.
    let evidence = collect(origin)?;
    if evidence.is_utf_8() {
        return Ok((UTF_8, None));
    }
    let (encoding, reason) = guess(origin, &evidence)?;
    Ok((encoding, Some(reason)))
}

fn collect(origin: &Origin) -> Result<EncodingEvidence, Failure> {
    let mut input = BufReader::with_capacity(1 << 16, origin.open()?);
    EncodingEvidence::collect(&mut input).map_err(|error| origin.failed(error))
}

fn guess(
    origin: &Origin,
    evidence: &EncodingEvidence,
) -> Result<(&'static Encoding, String), Failure> {
    let guess = evidence.guess().ok_or_else(|| {
        let path = origin.path_shown();
        Failure::refused(format!("{path}: its encoding cannot be determined: save it as UTF-8"))
    })?;
    Ok((guess.encoding, guess.reason))
}

/// UTF-16 without a byte order mark: in ASCII text every second byte is 0.
fn wide_encoding(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0);
    let (even, odd) = (zeros(0).count(), zeros(1).count());
    let encoding = match (even, odd) {
        (0, odd) if odd * 8 > sample.len() => UTF_16LE,
        (even, 0) if even * 8 > sample.len() => UTF_16BE,
        _ => return None,
    };
    let whole_units = &sample[..sample.len() & !1];
    let text = encoding.decode_without_bom_handling(whole_units).0;
    let odd = text.chars().filter(|found| found.is_control() && !found.is_whitespace()).count();
    (odd == 0).then_some(encoding)
}
