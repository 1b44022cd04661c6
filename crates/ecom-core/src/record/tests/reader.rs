//! What the strict reader accepts and what it rejects.

use proptest::prelude::*;

use super::*;
use crate::record::Writer;

type Records = (Vec<Vec<String>>, Vec<(u64, u64, String)>);

fn read_with(dialect: &Dialect, text: &[u8]) -> Records {
    let input = Box::new(io::Cursor::new(text.to_vec()));
    let mut reader = Reader::new(input, Path::new("sales.csv"), dialect).unwrap();
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    let mut record = Record::new();
    loop {
        match reader.read(&mut record).unwrap() {
            Next::Record => records.push(record.iter().map(str::to_owned).collect()),
            Next::Reject(reject) => rejects.push((reject.line, reject.offset, reject.reason)),
            Next::End => return (records, rejects),
        }
    }
}

fn read_text(text: &str) -> Records {
    read_with(&Dialect::work(), text.as_bytes())
}

#[test]
fn quoted_commas_quotes_and_line_breaks_are_text() {
    let (records, rejects) = read_text("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",z");
    assert_eq!(records, [["x, y", "say \"hi\""], ["two\nlines", "z"]]);
    assert!(rejects.is_empty());
}

#[test]
fn carriage_returns_at_line_ends_are_no_text_and_make_no_records() {
    let (records, rejects) = read_text("a,b\r\r\n1,2\r\r\n\r\r\n\"3\",\"4\"\r\r\n");
    assert_eq!(records, [["1", "2"], ["3", "4"]]);
    assert!(rejects.is_empty());
}

#[test]
fn a_violation_rejects_one_line_and_reading_goes_on() {
    let (records, rejects) = read_text("a,b\n1\n\"x\"y,2\n3,5\" disk\n4,\"open\n5,6\n");
    assert_eq!(records, [["5", "6"]]);
    let found: Vec<_> = rejects.iter().map(|(line, offset, _)| (*line, *offset)).collect();
    assert_eq!(found, [(2, 4), (3, 6), (4, 13), (5, 23)]);
    assert_eq!(rejects[0].2, "1 fields where the header has 2");
    assert_eq!(rejects[1].2, "text after a closing quote");
    assert_eq!(rejects[2].2, "quote inside an unquoted field");
    assert_eq!(rejects[3].2, "quote that is never closed");
}

#[test]
fn bytes_that_are_not_utf_8_are_rejected_with_their_column() {
    let input = Box::new(io::Cursor::new(b"a,b\n1,caf\xe9\n2,ok\n".to_vec()));
    let mut reader = Reader::new(input, Path::new("f.csv"), &Dialect::work()).unwrap();
    let mut record = Record::new();
    let Next::Reject(reject) = reader.read(&mut record).unwrap() else { panic!() };
    assert_eq!((reject.column.as_deref(), reject.raw.as_slice()), (Some("b"), &b"1,caf\xe9"[..]));
    assert!(matches!(reader.read(&mut record).unwrap(), Next::Record));
    assert_eq!((record.line(), record.offset()), (3, 11));
}

#[test]
fn null_and_empty_are_told_apart() {
    let mut reader = Reader::new(
        Box::new(io::Cursor::new(b"a,b\n,\"\"\n".to_vec())),
        Path::new("f.csv"),
        &Dialect::work(),
    )
    .unwrap();
    let mut record = Record::new();
    reader.read(&mut record).unwrap();
    assert_eq!((record.value(0), record.value(1)), (None, Some("")));
}

#[test]
fn an_unclosed_quote_costs_one_line_however_long_the_file() {
    let mut text = b"a,b\n1,\"open\n".to_vec();
    for _ in 0..600_000 {
        text.extend_from_slice(b"2,3\n");
    }
    let (records, rejects) = read_with(&Dialect::work(), &text);
    assert_eq!((records.len(), rejects.len()), (600_000, 1));
}

#[test]
fn a_line_without_end_is_one_reject_in_bounded_memory() {
    let mut text = b"a,b\n".to_vec();
    text.resize(9 << 20, b'x');
    text.extend_from_slice(b"\n1,2\n");
    let (records, rejects) = read_with(&Dialect::work(), &text);
    assert_eq!((records.len(), rejects.len()), (1, 1));
}

#[test]
fn a_byte_order_mark_other_delimiters_and_encodings_are_read() {
    let (records, _) = read_with(&Dialect::work(), b"\xef\xbb\xbfa,b\n1,2\n");
    assert_eq!(records, [["1", "2"]]);
    let latin = Dialect { delimiter: ';', encoding: "windows-1252".into(), ..Dialect::work() };
    let (records, _) = read_with(&latin, b"a;b\n1;caf\xe9\n");
    assert_eq!(records, [["1", "caf\u{e9}"]]);
}

#[test]
fn a_file_without_a_header_is_refused() {
    let empty = Box::new(io::empty());
    let error = Reader::new(empty, Path::new("f.csv"), &Dialect::work()).err().unwrap();
    assert_eq!(error.to_string(), "f.csv: line 1: there is no header");
}

proptest! {
    #![proptest_config(crate::fuzz::cases(256))]

    #[test]
    fn whatever_the_writer_writes_the_reader_reads(
        rows in proptest::collection::vec(
            proptest::collection::vec(proptest::option::of("[a-z,\"\n\r é]{0,8}"), 3), 1..20)
    ) {
        let mut writer = Writer::new(Vec::new());
        writer.write(["a", "b", "c"].map(Some)).unwrap();
        for row in &rows {
            writer.write(row.iter().map(Option::as_deref)).unwrap();
        }
        let text = writer.into_inner();
        let mut reader =
            Reader::new(Box::new(io::Cursor::new(text)), Path::new("f"), &Dialect::work())
                .unwrap();
        let mut record = Record::new();
        for row in &rows {
            prop_assert!(matches!(reader.read(&mut record).unwrap(), Next::Record));
            prop_assert_eq!(record.values().collect::<Vec<_>>(),
                row.iter().map(Option::as_deref).collect::<Vec<_>>());
        }
        prop_assert!(matches!(reader.read(&mut record).unwrap(), Next::End));
    }
}
