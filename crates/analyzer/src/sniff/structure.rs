//! Delimiter, quote, line ending and header line of a text: those with which most records agree
//! with the header.

use ecom_core::plan::{Dialect, LineEnding};

use super::header;
use super::rows::{SampleRow, SampleRows, SampleSyntax, take_apart};

/// Of equally good delimiters the first wins.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Tried only if none of those fits, and accepted only if they fit well.
const SELDOM: [u8; 4] = [b'^', b'~', b':', b' '];

/// How a text is written.
#[derive(Clone, Debug)]
pub(crate) struct Structure {
    pub(crate) dialect: Dialect,
    pub(crate) header: Vec<String>,
    /// True for a header with records that agree with it, which prose does not have.
    pub(crate) is_table: bool,
}

/// A text parsed with one syntax.
struct SyntaxTrial {
    way: SampleSyntax,
    rows: SampleRows,
    /// The index of the header among the rows.
    header: usize,
    /// False if a record is where the header should be.
    is_named: bool,
    /// Number of fields of the header and of most records.
    fields: usize,
    width: usize,
    records: usize,
    /// Shares of the records: those of that width, and those that the reader accepts below that
    /// header.
    agree: f64,
    fit: f64,
}

/// Determines how a text is written; `whole` means that it is the complete file.
pub(crate) fn structure(text: &str, whole: bool) -> Structure {
    let trials = terminators(text).iter().filter_map(|terminator| {
        let way = |delimiter| with_quotes(text, whole, delimiter, *terminator);
        separator_line(text).map_or_else(|| with_delimiter(way), way)
    });
    best(trials).map_or_else(Structure::of_nothing, |trial| Structure::of(&trial))
}

/// Tries the delimiters.
fn with_delimiter(way: impl Fn(u8) -> Option<SyntaxTrial> + Copy) -> Option<SyntaxTrial> {
    let usual = best(DELIMITERS.into_iter().filter_map(way));
    if usual.as_ref().is_some_and(|usual| usual.is_good() && usual.header == 0) {
        return usual;
    }
    let seldom = best(SELDOM.into_iter().filter_map(way).filter(SyntaxTrial::is_very_good));
    let explains =
        |seldom: &SyntaxTrial| usual.as_ref().is_none_or(|usual| seldom.explains_more(usual));
    seldom.filter(explains).or(usual)
}

/// The header of a text whose dialect is known.
pub(crate) fn header_of(text: &str, whole: bool, dialect: &Dialect) -> Structure {
    let byte = |character: char| u8::try_from(character).unwrap_or(b',');
    let way = SampleSyntax {
        delimiter: byte(dialect.delimiter),
        quote: dialect.quote.map(byte),
        blanks_before_quotes: dialect.blanks_before_quotes,
        terminator: if dialect.line_ending == LineEnding::Cr { b'\r' } else { b'\n' },
    };
    SyntaxTrial::new(text, whole, way)
        .map_or_else(Structure::of_nothing, |trial| Structure::of(&trial))
}

/// Possible line endings: CR only if it is not followed by LF and occurs more often than LF.
fn terminators(text: &str) -> &'static [u8] {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1).chain([&0]));
    let lone = pairs.filter(|(one, next)| **one == b'\r' && !b"\r\n".contains(next)).count();
    match memchr::memchr_iter(b'\n', bytes).count() {
        0 if lone > 0 => b"\r",
        feeds if feeds < lone => b"\n\r",
        _ => b"\n",
    }
}

/// The delimiter that a spreadsheet declares in a line above the header, as in `sep=;`.
fn separator_line(text: &str) -> Option<u8> {
    let line = text.trim_start_matches(['\u{feff}', '"']).lines().next()?;
    let (word, rest) = line.split_at_checked(4)?;
    let rest = rest.trim_end_matches('"');
    let delimiter = u8::try_from(rest.chars().next()?).ok()?;
    (word.eq_ignore_ascii_case("sep=") && rest.len() == 1).then_some(delimiter)
}

/// The best trial; of equally good ones the first.
fn best(trials: impl Iterator<Item = SyntaxTrial>) -> Option<SyntaxTrial> {
    trials.reduce(|best, trial| if trial.rank() > best.rank() { trial } else { best })
}

/// Tries a delimiter with the quotes that fit best.
fn with_quotes(text: &str, whole: bool, delimiter: u8, terminator: u8) -> Option<SyntaxTrial> {
    let usual =
        SampleSyntax { delimiter, quote: Some(b'"'), blanks_before_quotes: false, terminator };
    let mut best = SyntaxTrial::new(text, whole, usual)?;
    let blanks = [b'"', b'\''].iter().any(|quote| text.contains(&format!(" {}", *quote as char)));
    let sound = |trial: &SyntaxTrial| trial.rows.damaged();
    let mut others = Vec::new();
    if blanks && sound(&best) > 0 {
        others.push(SampleSyntax { blanks_before_quotes: true, ..usual });
    }
    let before = [delimiter, terminator].map(|byte| format!("{}'", char::from(byte)));
    if best.rows.wrapped == 0 && before.iter().any(|before| text.contains(before)) {
        others.push(SampleSyntax { quote: Some(b'\''), ..usual });
    }
    if best.rows.wrapped == 0 && blanks && text.contains('\'') {
        others.push(SampleSyntax { quote: Some(b'\''), blanks_before_quotes: true, ..usual });
    }
    for way in others {
        let Some(trial) = SyntaxTrial::new(text, whole, way) else { continue };
        let more = trial.rows.wrapped > best.rows.wrapped && sound(&trial) <= sound(&best);
        if more && trial.rank() >= best.rank() && trial.quotes_columns() {
            best = trial;
        }
    }
    if best.rows.needed == 0 && sound(&best) > best.rows.wrapped {
        let plain = SyntaxTrial::new(text, whole, SampleSyntax { quote: None, ..usual })?;
        if plain.fit > best.fit && !plain.has_open_quotes() {
            best = plain;
        }
    }
    Some(best)
}

impl SyntaxTrial {
    fn new(text: &str, whole: bool, way: SampleSyntax) -> Option<Self> {
        let rows = take_apart(text, whole, way);
        let width = header::width(&rows.list);
        let (header, is_named) = header::find(&rows.list, width)?;
        let fields = rows.list[header].fields.len();
        let below = rows.list[header + 1..].iter().filter(|row| !row.is_empty());
        // A header alone proves little.
        let share = |count: usize, of: usize| if of == 0 { 0.8 } else { count as f64 / of as f64 };
        let records = below.clone().count();
        let agree = below.clone().filter(|row| row.fields.len() == width).count();
        let fit = below.filter(|row| header::fits(&rows.list[header], row)).count();
        let (agree, fit) = (share(agree, records), share(fit, records));
        Some(Self { way, rows, header, is_named, fields, width, records, agree, fit })
    }

    fn header(&self) -> &SampleRow {
        &self.rows.list[self.header]
    }

    /// In tenths: records that agree with the header count more than records that only agree with
    /// each other.
    fn score(&self) -> f64 {
        let named = if self.is_named { 10.0 } else { 7.0 };
        (self.fit.max(self.agree * 0.8) * named).round()
    }

    /// More than one field, then the score, then the number of fields.
    fn rank(&self) -> (bool, f64, usize) {
        (self.fields > 1, self.score(), self.fields)
    }

    fn is_good(&self) -> bool {
        self.fields > 1 && self.score() >= 4.0
    }

    /// True if the lines that the other one skips above its header make sense too.
    fn explains_more(&self, other: &Self) -> bool {
        !other.is_good() || (self.score() >= other.score() && self.header < other.header)
    }

    fn is_very_good(&self) -> bool {
        let spaces = self.way.delimiter == b' ';
        // Files from R have no name for the first column.
        let least = if spaces && self.rows.wrapped > 1 { 8.0 } else { 9.0 };
        let wide = self.width > 2 || !spaces;
        self.fields > 1 && self.records > 1 && wide && self.score() >= least
    }

    /// True if a field begins with a quote that is never closed: a value that was cut off.
    fn has_open_quotes(&self) -> bool {
        let fields = self.rows.list.iter().flat_map(|row| &row.fields);
        let is_open = |field: &String| field.matches('"').count() % 2 == 1;
        fields.filter(|field| field.trim_start().starts_with('"')).any(is_open)
    }

    /// True if most values of some column are quoted, or a quoted value contains a delimiter.
    fn quotes_columns(&self) -> bool {
        let rows = &self.rows.list[self.header + 1..];
        let column = |index: usize| {
            let values = rows
                .iter()
                .filter(|row| row.fields.get(index).is_some_and(|field| !field.trim().is_empty()));
            let quoted = values.clone().filter(|row| row.quoted[index]).count();
            quoted > 1 && quoted * 2 > values.count()
        };
        self.rows.needed > 0 || (0..self.width).any(column)
    }

    fn is_table(&self) -> bool {
        let short = self.header().fields.iter().all(|name| name.chars().count() <= 60);
        let typed = header::typed_columns(&self.rows.list[self.header + 1..], self.width);
        let contrast = header::contrast(self.header(), &typed);
        let plain = self.records > 2 && (self.width > 2 || self.way.delimiter != b',');
        self.is_good() && self.records > 0 && self.agree >= 0.8 && short && (contrast > 0 || plain)
    }
}

impl Structure {
    fn of(trial: &SyntaxTrial) -> Self {
        let SampleSyntax { delimiter, quote, blanks_before_quotes, terminator } = trial.way;
        let dialect = Dialect {
            delimiter: delimiter.into(),
            quote: quote.map(char::from),
            blanks_before_quotes,
            line_ending: if terminator == b'\r' { LineEnding::Cr } else { LineEnding::Lf },
            header_line: trial.header().line,
            ..Dialect::work()
        };
        let is_table = trial.is_table();
        Self { dialect, header: trial.header().fields.clone(), is_table }
    }

    fn of_nothing() -> Self {
        Self { dialect: Dialect::work(), header: Vec::new(), is_table: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (char, Option<char>, u64) {
        let dialect = structure(text, true).dialect;
        (dialect.delimiter, dialect.quote, dialect.header_line)
    }

    #[test]
    fn the_delimiter_is_what_the_header_and_the_records_agree_on() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n", ','),
            ("a;b;c\n1,5;2,5;x\n", ';'),
            ("a\tb\n1, 2\t3\n", '\t'),
            ("a|b\n1|2\n", '|'),
            ("a,b\n\"1;2;3\",\"x;y;z\"\n", ','),
            ("name\nAnna\nBob\n", ','),
            ("a,b\n", ','),
            ("a^b^c\n1^x,y^3\n2^z,w^4\n", '^'),
            ("a~b~c\n1~2~3\n2~3~4\n", '~'),
            ("id:name:price\n1:pen:5\n2:ink:6\n", ':'),
            ("time\n10:30\n11:30\n", ','),
            ("a;b;c\n1;2,5;x, y\n2;3,5;z, w\n3;4,5;u, v\n", ';'),
            ("\"id\" \"name\" \"price\"\n5 \"red pen\" 2.5\n6 \"ink\" 3.5\n", ' '),
        ] {
            assert_eq!(of(text), (delimiter, Some('"'), 1), "{text}");
        }
    }

    #[test]
    fn lines_above_the_header_are_skipped() {
        let table = "Date,Item,Amount\n2024-01-01,x,1\n2024-01-02,y,2\n";
        for (above, line) in [
            ("", 1),
            ("Sales report, 2024\n\n", 3),
            ("Sales report, 2024\n", 2),
            ("Sales report 2024,,\n", 2),
            ("Sales report,2024,\n", 2),
            (",,\n,,\n", 3),
            ("\n\n", 3),
            ("sep=,\n", 2),
            ("Shop \"A\" of 2024\nfrom 2024-01-01\n\n", 4),
            ("Monthly sales report\nExample Ltd\n\n", 4),
        ] {
            let text = format!("{above}{table}");
            assert_eq!((of(&text).0, of(&text).2), (',', line), "{text}");
        }
        assert_eq!(of("sep=;\na;b\n1,5;2\n"), (';', Some('"'), 2));
        assert_eq!(of("sep=|\na|b,c\n1|2,5\n"), ('|', Some('"'), 2));
    }

    #[test]
    fn the_header_is_found_above_damaged_records_and_records_of_another_width() {
        for text in [
            "order_id,order_date,amount,item\n1,2024-01-13,2.50,\"A\" pen\n\
             2,2024-01-14,3.50,\"B\" pen\n3,2024-01-15,1.25,cup\n",
            "order_id,order_date,amount,note\n1,2024-01-13,2.50\n2,2024-01-14,3.50\n",
            "order_id,order_date,amount,\n1,2024-01-13,2.50\n",
            "order_id,order_date,amount\n1,2024-01-13,2.50,\n2,2024-01-13,2.50,\n",
            "order_id,name,amount\n1,5,Anna,2.50\n2,6,Bob,3.50\n",
            "name,city,item,note\nAnna,Paris,pen\nBob,Rome,ink\n",
            "order_id,name,day,amount,note\n1,2\n\"1\"x,2\n\"1\"y,2\n",
            "Product,2019,2020,2021\nPen,n/a,n/a,n/a\nInk,5,6,7\nCup,6,7,8\n",
            ",order_id,sku,order_date,,amount\n0,A1,K1,2024-01-13,none,2.50\n",
            "a,b\n\"x\ny\",\"1\n",
        ] {
            assert_eq!((of(text).0, of(text).2), (',', 1), "{text}");
        }
    }

    #[test]
    fn without_a_header_the_first_record_is_taken_as_one() {
        assert_eq!(of("1,2024-01-13,2.50\n2,2024-01-14,3.50\nx,y,z\n").2, 1);
    }

    #[test]
    fn quotes_are_those_around_values() {
        for (text, quote) in [
            ("a|b\n5\" disk|1\n3\" disk|2\n", None),
            ("a|b\n\"x|y\"|1\n3\" disk|2\n", Some('"')),
            ("a,b\n1,'pen, red'\n2,'ink'\n3,'baker''s dozen'\n", Some('\'')),
            ("a,b\n1,'pen'\n2,'ink'\n", Some('\'')),
            ("a,b\n1,'02215\n2,'02216\n", Some('"')),
            ("a,b\n1,'twas\n2,O'Brien\n", Some('"')),
            ("a,b\n1,\"'x'\"\n2,\"'y'\"\n", Some('"')),
            ("a,b,c\n1,x,2\n2,\"y,3\n3,\"z,4\n", Some('"')),
            ("a,b\n1,\"A\" pen\n2,\"B\" pen\n3,cup\n", None),
        ] {
            assert_eq!(of(text).1, quote, "{text}");
        }
        let text = "a, b, c\n1, 2.5, \"pen, red\"\n2, 3.5, \"cup, \"\"blue\"\"\"\n";
        let dialect = structure(text, true).dialect;
        assert!(dialect.blanks_before_quotes && dialect.quote == Some('"'));
        assert!(!structure("a, b\n1, 2\n2, \"\n", true).dialect.blanks_before_quotes);
    }

    #[test]
    fn lines_may_end_in_returns() {
        let ending = |text| structure(text, true).dialect.line_ending;
        assert_eq!(ending("a,b\r1,2\r3,4\r"), LineEnding::Cr);
        assert_eq!(ending("a,b\r1,\"x\ny\"\r3,4\r"), LineEnding::Cr);
        assert_eq!(ending("a,b\n1,\"x\ry\"\n3,4\n"), LineEnding::Lf);
        assert_eq!(ending("a,b\r\n1,2\r3,4\r\n5,6\r\n"), LineEnding::Lf);
    }

    #[test]
    fn prose_is_not_a_table() {
        for text in [
            "hello",
            "Dear all,\nthis is the data of the shop,\nplease read it, and tell me.\n",
            "Data dictionary\n\norder_id: the number, unique\nprice: in EUR\n",
            "a,b\n",
        ] {
            assert!(!structure(text, true).is_table, "{text}");
        }
        for text in ["a;b\n1;2\n", "a\tb\nx\ty\nz\tw\nu\tv\n", "a,b\n1,2\n"] {
            assert!(structure(text, true).is_table, "{text}");
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(crate::cases()))]

        #[test]
        fn any_text_has_a_structure_that_the_reader_can_use(
            text in "[a-c1,;|\t\"' \r\n\u{feff}é]{0,120}", whole in proptest::bool::ANY
        ) {
            let found = structure(&text, whole);
            proptest::prop_assert!(found.dialect.header_line >= 1);
            let lines = text.matches(['\r', '\n']).count() as u64 + 1;
            proptest::prop_assert!(found.dialect.header_line <= lines);
            let input = Box::new(std::io::Cursor::new(text.clone().into_bytes()));
            let path = std::path::Path::new("a.csv");
            // A text without a possible header is refused, which is fine.
            let opened = ecom_core::record::Reader::source(input, path, &found.dialect);
            if let Ok(mut reader) = opened {
                let mut record = ecom_core::record::Record::new();
                while !matches!(
                    reader.read(&mut record),
                    Ok(ecom_core::record::Next::End) | Err(_)
                ) {}
            }
        }
    }
}
