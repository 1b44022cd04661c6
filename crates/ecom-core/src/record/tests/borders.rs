//! What a reader finds does not hang on where its buffer ends.

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use proptest::prelude::*;

use super::*;
use crate::fuzz;
use crate::plan::LineEnding;

/// Stand for bytes that are no text in the file's encoding, and for UTF-8 in a file that is not.
const DAMAGE: char = '\u{e000}';
const FOREIGN: char = '\u{e001}';

/// Lines, good ones and others; `~` is a line break inside a record.
const LINES: [&str; 22] = [
    "1,pen,2.50",
    "2,\"pen, red\",3",
    "3,ink é,",
    "\"4\",\"say \"\"hi\"\"\",\"\"",
    "5,\"two~lines é\",1",
    "6,\"three~~lines\",2,3",
    "7,caf\u{e001},1.00",
    "8,x\u{e000}y,1.00",
    "9,\u{e000}",
    "10,5\" disk,2",
    "11,\"text\"behind,2",
    "12,\"never closed,2",
    "13,a\rb,2",
    "14,short",
    "15,long,1,,",
    ",,",
    "\"\", ,",
    "id,name,amount",
    "Total,,2.50",
    "Total,1,2.50",
    "",
    " 16, \"blanks\" ,1",
];

/// Good ones, which a worker reads without a reader.
const GOOD: [&str; 4] =
    ["17,pen,2.50", "17,\"p\"\"e, n\",2.50", "17,\"p~é~~n\",\"\"", "\"17\",NULL,2.50"];

/// A file, and what is known of it without reading it.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) dialect: Dialect,
    pub(super) bytes: Vec<u8>,
    /// Where each physical line begins, and its text in UTF-8.
    lines: Vec<(u64, Vec<u8>)>,
}

fn file(
    encoding: &'static Encoding,
    bom: bool,
    (line_ending, ending): (LineEnding, &str),
    lines: &[String],
) -> File {
    let text = format!("id,name,amount~{}", lines.join("~")).replace('~', ending);
    let terminator = if line_ending == LineEnding::Cr { '\r' } else { '\n' };
    let mut file = File {
        dialect: Dialect {
            encoding: encoding.name().into(),
            bom,
            line_ending,
            blanks_before_quotes: lines.len().is_multiple_of(2),
            ..Dialect::work()
        },
        bytes: if bom { encode(encoding, '\u{feff}') } else { Vec::new() },
        lines: Vec::new(),
    };
    for line in text.split_inclusive(terminator) {
        let bytes: Vec<u8> = line.chars().flat_map(|letter| encode(encoding, letter)).collect();
        file.lines.push((file.bytes.len() as u64, decode(encoding, &bytes)));
        file.bytes.extend(bytes);
    }
    file
}

fn encode(encoding: &'static Encoding, letter: char) -> Vec<u8> {
    let units =
        |units: &[u16], bytes: fn(u16) -> [u8; 2]| units.iter().copied().flat_map(bytes).collect();
    let mut buffer = [0; 2];
    let wide = match letter {
        DAMAGE => &[0xd800][..],
        FOREIGN => &[0xe9],
        _ => letter.encode_utf16(&mut buffer),
    };
    if encoding == UTF_16LE {
        units(wide, u16::to_le_bytes)
    } else if encoding == UTF_16BE {
        units(wide, u16::to_be_bytes)
    } else if letter == DAMAGE {
        vec![if encoding == SHIFT_JIS { 0x81 } else { 0xe9 }]
    } else if letter == FOREIGN && encoding == WINDOWS_1252 {
        "é".into()
    } else {
        let letter = match letter {
            'é' | FOREIGN if encoding == SHIFT_JIS => 'テ',
            FOREIGN => 'é',
            _ => letter,
        };
        encoding.encode(letter.encode_utf8(&mut [0; 4])).0.into_owned()
    }
}

/// A line's text; of a file that is UTF-8 its bytes.
fn decode(encoding: &'static Encoding, bytes: &[u8]) -> Vec<u8> {
    if encoding == UTF_8 || (encoding == WINDOWS_1252 && std::str::from_utf8(bytes).is_ok()) {
        return bytes.to_owned();
    }
    encoding.decode_without_bom_handling(bytes).0.into_owned().into_bytes()
}

pub(super) fn files() -> impl Strategy<Value = File> {
    files_behind(Just(0))
}

/// Files that begin with so many good records.
pub(super) fn files_behind(records: impl Strategy<Value = usize>) -> impl Strategy<Value = File> {
    let encodings = [
        (UTF_8, false),
        (UTF_8, true),
        (WINDOWS_1252, false),
        (UTF_16LE, true),
        (UTF_16LE, false),
        (UTF_16BE, true),
        (SHIFT_JIS, false),
    ];
    let endings = [
        (LineEnding::Lf, "\n"),
        (LineEnding::CrLf, "\r\n"),
        (LineEnding::CrCrLf, "\r\r\n"),
        (LineEnding::Cr, "\r"),
    ];
    let line = prop_oneof![
        4 => prop::sample::select(&LINES[..]).prop_map(str::to_owned),
        1 => "[a1,\"é \r~\u{e000}]{0,12}",
    ];
    (
        prop::sample::select(encodings.to_vec()),
        prop::sample::select(endings.to_vec()),
        prop::collection::vec(line, 0..25),
        (records, prop::sample::subsequence(&GOOD[..], 1..=GOOD.len())),
    )
        .prop_map(|((encoding, bom), ending, lines, (records, good))| {
            let good = good.iter().cycle().take(records).map(|line| (*line).to_owned());
            file(encoding, bom, ending, &good.chain(lines).collect::<Vec<_>>())
        })
}

/// Checks what was found against the lines of the file.
fn check(found: &Found, file: &File) {
    for seen in &found.records {
        check_place(file, seen.line, seen.offset, |text| text == seen.raw);
    }
    for reject in &found.rejects {
        check_place(file, reject.line, reject.offset, |text| text.trim_ascii_end() == reject.raw);
    }
    assert_eq!(found.position, file.bytes.len() as u64);
    let foreign = |(_, text): &&(u64, Vec<u8>)| !text.is_ascii();
    let lines = file.lines.iter().filter(foreign).count() as u64;
    assert!(found.as_utf_8.count <= lines);
}

/// Checks that something begins with that line, at that byte, and is its text or that of some
/// lines.
fn check_place(file: &File, line: u64, offset: u64, is_raw: impl Fn(&[u8]) -> bool) {
    let lines = &file.lines[usize::try_from(line).unwrap() - 1..];
    assert_eq!(lines[0].0, offset, "line {line}");
    let mut text = Vec::new();
    let found = lines.iter().any(|(_, line)| {
        text.extend_from_slice(line);
        is_raw(&text)
    });
    assert!(found, "raw bytes of line {line}");
}

proptest! {
    #![proptest_config(fuzz::cases(40))]

    #[test]
    fn all_is_found_wherever_the_buffer_ends(
        file in files(), source in any::<bool>(), more in prop::collection::vec(65..300_usize, 4),
    ) {
        let whole = Way { source, ..STRICT };
        let wanted = read(&file.bytes, &file.dialect, whole);
        check(&wanted, &file);
        for chunk in (1..=64).chain(more) {
            for step in [chunk, usize::MAX] {
                let found = read(&file.bytes, &file.dialect, Way { chunk, step, ..whole });
                prop_assert_eq!(&found, &wanted, "{} bytes at a time", chunk);
            }
        }
    }
}
