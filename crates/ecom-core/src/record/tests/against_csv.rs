//! The csv crate as the independent judge of what is written and what is read.
//!
//! The csv crate knows no NULL: it reads nothing between two delimiters as an empty text and writes
//! an empty text as nothing. So both sides are compared by their texts, NULL being empty.

use csv::{QuoteStyle, Terminator};
use proptest::prelude::*;

use super::*;
use crate::fuzz;
use crate::plan::LineEnding;
use crate::record::Writer;

const STYLES: [QuoteStyle; 3] = [QuoteStyle::Necessary, QuoteStyle::Always, QuoteStyle::NonNumeric];

const ENDINGS: [(LineEnding, Terminator); 3] = [
    (LineEnding::Lf, Terminator::Any(b'\n')),
    (LineEnding::CrLf, Terminator::CRLF),
    (LineEnding::Cr, Terminator::Any(b'\r')),
];

/// A text of any characters but NUL, which the reader rejects; most are those that CSV is about.
fn text() -> impl Strategy<Value = String> {
    let special =
        prop::sample::select(&[',', ';', '\t', '|', '"', '\'', '\n', '\r', ' ', '\\'][..]);
    let letter = prop_oneof![3 => special, 1 => any::<char>(), 1 => prop::char::range('a', 'c')];
    let text = prop::collection::vec(letter.prop_filter("NUL", |letter| *letter != '\0'), 0..10);
    prop_oneof![9 => text.prop_map(String::from_iter), 1 => Just("NULL".to_owned())]
}

/// Records of one width.
fn rows<T: Strategy>(
    least: usize,
    field: impl Fn() -> T,
) -> impl Strategy<Value = Vec<Vec<T::Value>>> {
    (least..5).prop_flat_map(move |width| {
        prop::collection::vec(prop::collection::vec(field(), width), 1..20)
    })
}

/// Every file has one; it also keeps U+FEFF in a first field from being a byte order mark.
fn header(width: usize) -> Vec<String> {
    (0..width).map(|index| format!("c{index}")).collect()
}

fn texts(values: Vec<Option<String>>) -> Vec<String> {
    values.into_iter().map(Option::unwrap_or_default).collect()
}

proptest! {
    #![proptest_config(fuzz::cases(256))]

    // One NULL alone is a blank line, which no reader takes for a record: two columns at least.
    #[test]
    fn csv_reads_what_the_writer_writes(rows in rows(2, || prop::option::of(text()))) {
        let mut writer = Writer::new(Vec::new());
        writer.write(header(rows[0].len()).iter().map(|name| Some(name.as_str()))).unwrap();
        for row in &rows {
            writer.write(row.iter().map(Option::as_deref)).unwrap();
        }
        let bytes = writer.into_inner();
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let found: Vec<Vec<String>> = reader.deserialize().map(Result::unwrap).collect();
        let wanted: Vec<Vec<String>> = rows.into_iter().map(texts).collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn the_reader_reads_what_csv_writes(
        rows in rows(1, text),
        delimiter in prop::sample::select(&[',', ';', '\t', '|'][..]),
        quote in prop::sample::select(&['"', '\''][..]),
        style in prop::sample::select(&STYLES[..]),
        (line_ending, terminator) in prop::sample::select(&ENDINGS[..]),
    ) {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter as u8)
            .quote(quote as u8)
            .quote_style(style)
            .terminator(terminator)
            .from_writer(Vec::new());
        writer.write_record(header(rows[0].len())).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let dialect = Dialect { delimiter, quote: Some(quote), line_ending, ..Dialect::work() };
        let found = read(&bytes, &dialect, STRICT);
        prop_assert!(found.rejects.is_empty(), "{:?}", found.rejects);
        let found: Vec<Vec<String>> = found.records.into_iter().map(|seen| texts(seen.values)).collect();
        prop_assert_eq!(found, rows);
    }
}
