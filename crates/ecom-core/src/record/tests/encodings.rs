//! Files that are not UTF-8, and places in them.

use super::*;
use crate::plan::LineEnding;
use crate::record::RECORD_LIMIT;

fn encoded(encoding: &str) -> Dialect {
    Dialect { encoding: encoding.into(), ..Dialect::work() }
}

fn utf_16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn offsets_count_the_bytes_of_the_file() {
    let found = read(b"a,b\n1,caf\xe9\n2\n3,\xe9\n", &encoded("windows-1252"), STRICT);
    assert_eq!(found.texts(), [["1", "caf\u{e9}"], ["3", "\u{e9}"]]);
    assert_eq!(found.reasons(), [(3, 11, "1 fields where the header has 2")]);
    assert_eq!((found.records[1].offset, found.position), (13, 17));

    for (name, big) in [("UTF-16LE", false), ("UTF-16BE", true)] {
        let file = utf_16("\u{feff}a,b\n\u{10a0a},\u{c00}\u{a05}\u{c00}\n2\n3,茶\n", big);
        let found = read(&file, &encoded(name), STRICT);
        assert_eq!(found.texts(), [["\u{10a0a}", "\u{c00}\u{a05}\u{c00}"], ["3", "茶"]]);
        assert_eq!(found.reasons(), [(3, 24, "1 fields where the header has 2")]);
        assert_eq!((found.records[1].offset, found.position), (28, 36));
    }
}

#[test]
fn a_byte_order_mark_is_no_text_and_counts() {
    for name in ["UTF-8", "windows-1252"] {
        let found = read(b"\xef\xbb\xbfa,b\n1\n", &encoded(name), STRICT);
        assert_eq!(found.reasons(), [(2, 7, "1 fields where the header has 2")], "{name}");
    }
    for bytes in [&b"\xff"[..], b"\xff\xfe", b""] {
        let refused = try_read(bytes, &encoded("UTF-16LE"), STRICT);
        assert!(refused.unwrap_err().starts_with("sales.csv: line 1: "), "{bytes:?}");
    }
}

#[test]
fn damage_ends_with_its_line() {
    // The first byte of a character stands before the line's end.
    let found = read(b"a,b\n1,\x83\n2,\x83\x65\n", &encoded("Shift_JIS"), STRICT);
    assert_eq!(found.reasons(), [(2, 4, "bytes that cannot be decoded")]);
    assert_eq!(found.rejects[0].column.as_deref(), Some("b"));
    assert_eq!(found.texts(), [["2", "テ"]]);

    let mut file = utf_16("a,b\n1,x\n2,y\n", false);
    file[13] = 0xd8;
    let found = read(&file, &encoded("UTF-16LE"), STRICT);
    assert_eq!(found.reasons(), [(2, 8, "bytes that cannot be decoded")]);
    assert_eq!(found.texts(), [["2", "y"]]);
}

#[test]
fn lines_of_utf_8_among_single_bytes_are_decoded_and_counted() {
    let file =
        b"a,b\n1,caf\xe9\n2,caf\xc3\xa9 \xe2\x82\xac\n3,x\n4,\xf0\x9f\x98\x80\n5,\xc3\xa9\xe9\n";
    for name in ["windows-1252", "ISO-8859-15", "windows-1250"] {
        let found = read(file, &encoded(name), SOURCE);
        let texts = found.texts();
        assert_eq!(texts[..4], [["1", "café"], ["2", "café €"], ["3", "x"], ["4", "😀"]]);
        assert_eq!(found.as_utf_8, LinesAsUtf8 { count: 2, first: Some(3) }, "{name}");
        assert_eq!(found.position, file.len() as u64);
    }
    // A file that is UTF-8 has no such lines, and its damaged ones stay rejected.
    let found = read(file, &encoded("UTF-8"), SOURCE);
    assert_eq!((found.rejects.len(), found.as_utf_8), (2, LinesAsUtf8::default()));
}

#[test]
fn a_word_that_is_valid_utf_8_by_chance_stays_what_it_is() {
    let found = read(b"a,b\n1,\xe0\xa2\xb5\n", &encoded("windows-874"), SOURCE);
    assert_eq!(found.texts(), [["1", "เขต"]]);
    let found = read(b"a,b\n1,\xc5\xb8\n2,\xd0\x95\xd1\x91\n", &encoded("windows-1251"), SOURCE);
    assert_eq!(found.texts(), [["1", "Её"], ["2", "Её"]]);
    assert_eq!(found.as_utf_8, LinesAsUtf8 { count: 1, first: Some(3) });
}

#[test]
fn the_raw_bytes_are_those_of_the_line_wherever_the_buffer_ends() {
    for (dialect, word) in [(encoded("UTF-8"), "x"), (encoded("windows-1252"), "caf\u{e9}")] {
        let line = |number: usize| format!("{number},\"5\" disk {word} and more\n");
        let text = format!("a,b\n{}", (10..100).map(line).collect::<String>());
        let file: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
        for chunk in [5, 16, 47, 64, 100] {
            let found = read(&file, &dialect, Way { chunk, step: chunk, ..STRICT });
            assert_eq!(found.rejects.len(), 90);
            for (reject, number) in found.rejects.iter().zip(10..) {
                assert_eq!(String::from_utf8_lossy(&reject.raw), line(number).trim_end());
                assert!(
                    file[usize::try_from(reject.offset).unwrap()..]
                        .starts_with(number.to_string().as_bytes())
                );
            }
        }
    }
}

#[test]
fn a_line_longer_than_a_record_is_the_same_reject_however_it_is_read() {
    let long = "é".repeat(RECORD_LIMIT);
    let end = "1,2\n";
    let text = format!("a,b\n1,{long}\n{end}");
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    for (dialect, file) in [
        (encoded("UTF-8"), text.clone().into_bytes()),
        (encoded("windows-1252"), latin.to_vec()),
        (encoded("windows-1252"), text.clone().into_bytes()),
        (encoded("UTF-16LE"), utf_16(&text, false)),
    ] {
        let whole = Way { chunk: 1 << 24, ..STRICT };
        let wanted = read(&file, &dialect, whole);
        assert_eq!((wanted.records.len(), wanted.rejects.len()), (1, 1));
        assert_eq!(wanted.rejects[0].raw.len(), RECORD_LIMIT);
        assert_eq!((wanted.rejects[0].line, wanted.records[0].line), (2, 3));
        assert_eq!(wanted.position, file.len() as u64);
        for chunk in [4096, 99_999, 1 << 17] {
            assert!(read(&file, &dialect, Way { chunk, ..whole }) == wanted, "{chunk}");
        }
    }
}

#[test]
fn a_character_of_a_long_line_may_be_read_in_halves() {
    let long = "テ".repeat(RECORD_LIMIT / 2);
    let text = format!("a,b\n1,x{long}\n2,テ\n");
    let (file, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    let half = file.len() - "e\n2,..\n".len();
    let found = read(&file, &encoded("Shift_JIS"), Way { chunk: half / 2, ..STRICT });
    assert_eq!((found.texts(), found.rejects.len()), (vec![vec!["2", "テ"]], 1));
    assert_eq!(found.records[0].offset, file.len() as u64 - 5);
}

#[test]
fn lines_that_end_in_cr_are_lines_in_every_encoding() {
    let cr = |name: &str| Dialect { line_ending: LineEnding::Cr, ..encoded(name) };
    let found = read(b"a,b\r1,\xe9\r2\r", &cr("windows-1252"), STRICT);
    assert_eq!((found.texts(), found.reasons()[0].1), (vec![vec!["1", "é"]], 8));
    let found = read(&utf_16("a,b\r1,\u{d0d}\r2\r", true), &cr("UTF-16BE"), STRICT);
    assert_eq!((found.texts(), found.reasons()[0].1), (vec![vec!["1", "\u{d0d}"]], 16));
}

#[test]
fn an_encoding_that_decodes_nothing_is_refused() {
    let refused = try_read(b"a,b\n", &encoded("ISO-2022-KR"), STRICT);
    assert_eq!(refused.unwrap_err(), "sales.csv: unknown encoding \"ISO-2022-KR\"");
}
