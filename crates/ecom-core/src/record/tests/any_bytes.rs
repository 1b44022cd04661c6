//! No bytes at all do harm.

use proptest::prelude::*;

use super::*;
use crate::fuzz;
use crate::plan::LineEnding;

pub(super) fn dialects() -> impl Strategy<Value = Dialect> {
    let encodings = [
        "UTF-8",
        "windows-1252",
        "windows-1251",
        "UTF-16LE",
        "UTF-16BE",
        "Shift_JIS",
        "GBK",
        "Big5",
        "EUC-KR",
        "ISO-2022-JP",
        "gb18030",
    ];
    let quotes = [Some('"'), Some('\''), None];
    (
        prop::sample::select(encodings.to_vec()),
        prop::sample::select(quotes.to_vec()),
        prop::sample::select(&[',', ';', '\t', ' '][..]),
        any::<bool>(),
        any::<bool>(),
        1..4_u64,
    )
        .prop_map(|(encoding, quote, delimiter, blanks_before_quotes, cr, header_line)| {
            Dialect {
                delimiter,
                quote,
                blanks_before_quotes,
                encoding: encoding.into(),
                line_ending: if cr { LineEnding::Cr } else { LineEnding::Lf },
                header_line,
                ..Dialect::work()
            }
        })
}

pub(super) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let special = prop::sample::select(&b",;\"' \t\n\n\r\0\xef\xbb\xbf\xff\xfe\x81\x1baT"[..]);
    prop::collection::vec(prop_oneof![3 => special, 1 => any::<u8>()], 0..200)
}

proptest! {
    #![proptest_config(fuzz::cases(256))]

    #[test]
    fn any_bytes_end_without_panic_and_places_are_in_order(
        bytes in bytes(), dialect in dialects(), source in any::<bool>(), chunk in 1..40_usize,
    ) {
        let whole = Way { source, ..STRICT };
        let found = try_read(&bytes, &dialect, whole);
        let steps = try_read(&bytes, &dialect, Way { chunk, step: chunk, ..whole });
        prop_assert_eq!(&found, &steps);
        let Ok(found) = found else { return Ok(()) };
        prop_assert_eq!(found.position, bytes.len() as u64);
        let records = found.records.iter().map(|seen| (seen.line, seen.offset));
        let rejects = found.rejects.iter().map(|reject| (reject.line, reject.offset));
        let mut positions: Vec<_> = records.chain(rejects).collect();
        positions.sort_unstable();
        // In order, each on a line of its own and before the end.
        let in_order = |pair: &[(u64, u64)]| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1;
        prop_assert!(positions.windows(2).all(in_order), "{:?}", positions);
        prop_assert!(positions.iter().all(|position| position.1 < bytes.len() as u64));
    }

    #[test]
    fn lines_are_counted_whatever_stands_on_them(
        lines in prop::collection::vec("[a,\"' é\r]{0,6}", 0..30), source in any::<bool>(),
    ) {
        // The last line is a reject wherever the quotes before it end.
        let text = format!("a,b\n{}\n\"x\"y\"\n", lines.join("\n"));
        let found = read(text.as_bytes(), &Dialect::work(), Way { source, ..STRICT });
        let last = found.rejects.last().unwrap();
        prop_assert_eq!(last.line, lines.len().max(1) as u64 + 2);
    }
}

#[test]
fn half_a_character_of_one_field_does_not_join_half_of_the_next() {
    let text = b"a,b\n\xf0,\"\x90\x80\x80\"\n";
    assert_eq!(read(text, &Dialect::work(), STRICT).reasons().len(), 1);
}
