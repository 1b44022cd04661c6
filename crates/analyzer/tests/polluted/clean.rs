//! Small clean files: some orders, written in one of many dialects.

use rand::{Rng, RngExt as _};

/// A clean file.
pub(crate) struct Clean {
    pub(crate) delimiter: char,
    pub(crate) quote_all: bool,
    pub(crate) line_end: &'static str,
    pub(crate) encoding: &'static encoding_rs::Encoding,
    pub(crate) bom: bool,
    /// The header and the records as text.
    pub(crate) records: Vec<Vec<String>>,
}

const HEADER: [&str; 6] = ["order_id", "order_date", "customer_id", "item", "quantity", "amount"];
const ITEMS: [&str; 11] = [
    "Kettle",
    "Tea, green",
    "5\" disk",
    "Café crème",
    "Mug; blue",
    "a|b",
    "two\nlines",
    "Größe L",
    "say \"hi\"",
    "pen",
    "tab\there",
];

impl Clean {
    pub(crate) fn random(random: &mut impl Rng) -> Self {
        let delimiter = [',', ';', '\t', '|'][random.random_range(0..4)];
        let (encoding, bom) = [
            (encoding_rs::UTF_8, false),
            (encoding_rs::UTF_8, false),
            (encoding_rs::UTF_8, true),
            (encoding_rs::WINDOWS_1252, false),
        ][random.random_range(0..4)];
        let count = random.random_range(8..20);
        let mut records = vec![HEADER.map(str::to_owned).to_vec()];
        for number in 0..count {
            let cents = random.random_range(100..99_999);
            records.push(vec![
                (1000 + number).to_string(),
                format!(
                    "2024-{:02}-{:02}",
                    random.random_range(1..=12),
                    random.random_range(1..=28)
                ),
                format!("C{}", random.random_range(1..6)),
                ITEMS[random.random_range(0..ITEMS.len())].to_owned(),
                random.random_range(1..9).to_string(),
                format!("{}.{:02}", cents / 100, cents % 100),
            ]);
        }
        let line_end = ["\n", "\r\n", "\n"][random.random_range(0..3)];
        let quote_all = random.random_range(0..4) == 0;
        Self { delimiter, quote_all, line_end, encoding, bom, records }
    }

    /// The bytes of each line, the header's first; a record with a line break in it is one.
    pub(crate) fn lines(&self) -> Vec<Vec<u8>> {
        let mut lines: Vec<_> = self.records.iter().map(|record| self.line(record)).collect();
        if self.bom {
            lines[0].splice(0..0, *b"\xef\xbb\xbf");
        }
        lines
    }

    pub(crate) fn line(&self, record: &[String]) -> Vec<u8> {
        let quoted = |field: &String| {
            let special = field.contains(['"', '\n', '\r', self.delimiter]);
            if special || self.quote_all {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                field.clone()
            }
        };
        let fields: Vec<_> = record.iter().map(quoted).collect();
        let text = fields.join(&self.delimiter.to_string()) + self.line_end;
        self.encoding.encode(&text).0.into_owned()
    }

    pub(crate) fn shown(&self) -> String {
        format!(
            "delimiter {:?}, {} ending in {:?}{}{}",
            self.delimiter,
            self.encoding.name(),
            self.line_end,
            if self.quote_all { ", all quoted" } else { "" },
            if self.bom { ", byte order mark" } else { "" }
        )
    }
}
