//! How a file is written: encoding, delimiter, quote, and the line of the header.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::plan::{Dialect, LineEnding};
use ecom_core::record::{Next, Reader, Record};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to find its delimiter.
const SAMPLE: u64 = 1 << 18;
/// How many of its records.
const RECORDS: u32 = 1000;
/// The last line on which a header is looked for.
const HEADER_LINES: u64 = 20;

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Beginnings of files that are no text, and what to do about them.
const OTHER_FORMATS: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive: save the sheet as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save the sheet as CSV"),
    (b"\x1f\x8b", "gzip-compressed: unpack it"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file: export it as CSV"),
    (b"SQLite format 3", "an SQLite database: export its tables as CSV"),
];

/// How the records come out when a file is read in one way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Trial {
    fields: usize,
    records: u32,
    rejected: u32,
    /// The line of the header.
    line: u64,
    /// Fields that begin with a quote although quoting is off.
    bare_quotes: u32,
}

/// Finds out how the file is written. Its line ending is only known after a whole pass; here it is
/// LF, or CR where no other ends a line.
pub(crate) fn sniff(path: &Path) -> Result<Dialect, Failure> {
    let refuse = |problem: &str| Failure::refused(format!("{}: {problem}", path.display()));
    let failure = |error| io_failure("read", path, error);
    let file = File::open(path).map_err(failure)?;
    let whole = file.metadata().map_err(failure)?.len() <= SAMPLE;
    let mut sample = Vec::new();
    file.take(SAMPLE).read_to_end(&mut sample).map_err(failure)?;
    if let Some((_, what)) = OTHER_FORMATS.iter().find(|(magic, _)| sample.starts_with(magic)) {
        return Err(refuse(&format!("not a text file but {what}")));
    }
    let (encoding, bom) = match Encoding::for_bom(&sample) {
        Some((encoding, length)) => (encoding, Some(length)),
        None if sample.contains(&0) => {
            return Err(refuse(
                "not a text file: it holds NUL bytes (UTF-16 needs a byte order mark)",
            ));
        }
        None if is_utf_8(&sample, whole) => (UTF_8, None),
        None => (guess_encoding(path)?, None),
    };
    let (text, _) = encoding.decode_without_bom_handling(&sample[bom.unwrap_or(0)..]);
    if text.trim().is_empty() {
        return Err(refuse("the file is empty"));
    }
    let mut dialect = structure(&text, whole);
    encoding.name().clone_into(&mut dialect.encoding);
    dialect.bom = bom.is_some();
    Ok(dialect)
}

/// The encoding of a file that is not UTF-8, from all of its bytes.
pub(crate) fn guess_encoding(path: &Path) -> Result<&'static Encoding, Failure> {
    let failure = |error| io_failure("read", path, error);
    let mut file = File::open(path).map_err(failure)?;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer).map_err(failure)?;
        detector.feed(&buffer[..count], count == 0);
        if count == 0 {
            return Ok(detector.guess(None, Utf8Detection::Deny));
        }
    }
}

/// True for an encoding in which lines cannot be counted byte by byte.
pub(crate) fn is_wide(dialect: &Dialect) -> bool {
    [UTF_16LE.name(), UTF_16BE.name()].contains(&dialect.encoding.as_str())
}

/// True when the bytes are UTF-8, but for a character cut off at the end of a sample.
fn is_utf_8(sample: &[u8], whole: bool) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => {
            let damage = sample.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
            let sound = sample.iter().filter(|byte| **byte >= 0xc0).count() > 2 * damage;
            sound || (!whole && error.error_len().is_none())
        }
    }
}

/// Delimiter, quote, header line and terminator of a text.
fn structure(text: &str, whole: bool) -> Dialect {
    let line_ending =
        if text.contains('\r') && !text.contains('\n') { LineEnding::Cr } else { LineEnding::Lf };
    let base = Dialect { line_ending, ..Dialect::work() };
    // Spreadsheets write `sep=;` above the header.
    let first = if text.trim_start().starts_with("sep=") { 2 } else { 1 };
    let found = (first..=HEADER_LINES).find_map(|header_line| {
        let best = DELIMITERS.into_iter().filter_map(|delimiter| {
            let dialect = Dialect { delimiter, header_line, ..base.clone() };
            let (trial, dialect) = with_or_without_quotes(text, whole, dialect)?;
            trial.is_good().then_some((trial, dialect))
        });
        // Of equally good ones the first.
        best.rev().max_by(|(a, _), (b, _)| a.rank().total_cmp(&b.rank()))
    });
    let Some((trial, dialect)) = found else {
        let line = try_out(text, whole, &base).map_or(1, |trial| trial.line);
        return Dialect { header_line: line, ..base };
    };
    Dialect { header_line: trial.line, ..dialect }
}

/// Tries a dialect, without quotes where these do harm and no field begins with one.
fn with_or_without_quotes(text: &str, whole: bool, dialect: Dialect) -> Option<(Trial, Dialect)> {
    let quoted = try_out(text, whole, &dialect)?;
    if quoted.rejected > 0 {
        let plain = Dialect { quote: None, ..dialect.clone() };
        let trial = try_out(text, whole, &plain)?;
        if trial.rejected == 0 && trial.bare_quotes == 0 {
            return Some((trial, plain));
        }
    }
    Some((quoted, dialect))
}

fn try_out(text: &str, whole: bool, dialect: &Dialect) -> Option<Trial> {
    let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
    let mut reader = Reader::new(input, Path::new(""), dialect).ok()?;
    let (fields, line) = (reader.header().len(), reader.header().line());
    let mut trial = Trial { fields, records: 0, rejected: 0, line, bare_quotes: 0 };
    let mut record = Record::new();
    while trial.records + trial.rejected < RECORDS {
        match reader.read(&mut record).ok()? {
            Next::Record => {
                trial.records += 1;
                let quoted = record.iter().filter(|text| text.starts_with('"')).count();
                trial.bare_quotes += u32::from(dialect.quote.is_none() && quoted > 0);
            }
            // A sample may end inside a record.
            Next::Reject(_) if !whole && reader.position() >= text.len() as u64 => break,
            Next::Reject(_) => trial.rejected += 1,
            Next::End => break,
        }
    }
    Some(trial)
}

impl Trial {
    fn consistency(self) -> f64 {
        let read = self.records + self.rejected;
        if read == 0 { 1.0 } else { f64::from(self.records) / f64::from(read) }
    }

    fn is_good(self) -> bool {
        self.fields > 1 && self.consistency() >= 0.5
    }

    /// Consistency in tenths, then the number of fields.
    fn rank(self) -> f64 {
        (self.consistency() * 10.0).round() * 1e6 + self.fields as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (char, Option<char>, u64) {
        let dialect = structure(text, true);
        (dialect.delimiter, dialect.quote, dialect.header_line)
    }

    #[test]
    fn the_delimiter_is_what_the_header_and_the_records_agree_on() {
        assert_eq!(of("a,b,c\n1,2,3\n"), (',', Some('"'), 1));
        assert_eq!(of("a;b;c\n1,5;2,5;x\n"), (';', Some('"'), 1));
        assert_eq!(of("a\tb\n1, 2\t3\n"), ('\t', Some('"'), 1));
        assert_eq!(of("a|b\n1|2\n"), ('|', Some('"'), 1));
        assert_eq!(of("a,b\n\"1;2;3\",\"x;y;z\"\n"), (',', Some('"'), 1));
        assert_eq!(of("name\nAnna\nBob\n"), (',', Some('"'), 1));
        assert_eq!(of("a,b\n"), (',', Some('"'), 1));
    }

    #[test]
    fn what_stands_above_the_header_is_passed_over() {
        assert_eq!(of("sep=;\na;b\n1;2\n"), (';', Some('"'), 2));
        let report = "Sales report, 2024\n\nDate,Item,Amount\n2024-01-01,x,1\n2024-01-02,y,2\n";
        assert_eq!(of(report), (',', Some('"'), 3));
        assert_eq!(of("\n\na,b\n1,2\n"), (',', Some('"'), 3));
    }

    #[test]
    fn a_file_that_knows_no_quoting_is_read_without() {
        assert_eq!(of("a|b\n5\" disk|1\n3\" disk|2\n"), ('|', None, 1));
        assert_eq!(of("a|b\n\"x|y\"|1\n3\" disk|2\n"), ('|', Some('"'), 1));
    }
}
