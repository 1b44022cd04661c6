//! One result in HDFS: all its lines are counted, and some of its rows are kept.

use std::collections::VecDeque;
use std::sync::Arc;

use ecom_core::canonical::Canonical;
use ecom_core::checksum::Tally;
use ecom_core::exit::describe;
use ecom_core::hdfs::{Hdfs, is_hidden};
use ecom_core::lake_text;
use ecom_core::plan::SqlType;
use ecom_core::report::ResultFolder;
use serde_json::value::RawValue;

/// The most rows of a result that are shown.
const MOST_ROWS: usize = 1000;

/// The most bytes of a result that are read. Of a longer one, the lines are not counted.
const MOST_BYTES: u64 = 64 << 20;

/// The longest line, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// What a result holds.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// It agrees with its report, as far as it was read.
    Rows(Rows),
    /// It does not agree with its report, and why.
    Wrong(String),
}

/// The rows of a result.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// A list of rows, each a list of texts, as JSON.
    pub(super) json: Arc<RawValue>,
    /// True if there are more rows.
    pub(super) cut: bool,
}

/// The rows that are kept of those that pass.
struct Kept {
    rows: VecDeque<String>,
    bytes: usize,
    most_bytes: usize,
    /// True if the last rows are kept instead of the first: days are shown up to the newest.
    is_series: bool,
    cut: bool,
}

/// Reads a result; keeps at most `budget` bytes of it. The error says why it cannot be read now.
pub(super) async fn read(
    hdfs: &Hdfs,
    result: &ResultFolder,
    budget: usize,
) -> Result<Content, String> {
    let in_words = |failure: ecom_core::Failure| describe(&failure.into());
    let listed = hdfs.list(&result.folder).await.map_err(in_words)?;
    let Some(mut files) = listed else {
        return Ok(Content::Wrong(format!("{} does not exist in HDFS", result.folder)));
    };
    files.retain(|file| !file.folder && !is_hidden(&file.path));
    let whole = files.iter().map(|file| file.length).sum::<u64>() <= MOST_BYTES;
    let mut lines = Lines::new(result, budget);
    'files: for file in &files {
        let Some(mut body) = hdfs.open(&file.path, file.length).await.map_err(in_words)? else {
            continue;
        };
        while let Some(chunk) = body.chunk().await.map_err(in_words)? {
            if let Err(why) = lines.take(&chunk) {
                return Ok(Content::Wrong(why));
            }
            // Enough rows of a result that is not counted.
            if !whole && lines.kept.cut && !lines.kept.is_series {
                break 'files;
            }
            if lines.bytes > MOST_BYTES {
                break 'files;
            }
        }
    }
    if whole && lines.bytes <= MOST_BYTES {
        let found = lines.tally;
        if !lines.rest.is_empty() || found != result.lines {
            return Ok(Content::Wrong(differs(found, result.lines)));
        }
    }
    Ok(Content::Rows(lines.kept.into_rows()?))
}

fn differs(found: Tally, wanted: Tally) -> String {
    let lines = |tally: Tally| ecom_core::show::counted(tally.count, "line");
    if found.count == wanted.count {
        return format!("of {} in HDFS, some are not those of the analysis", lines(found));
    }
    format!("{} in HDFS, but the analysis wrote {}", lines(found), lines(wanted))
}

/// The lines of a result, as they come.
struct Lines {
    columns: usize,
    tally: Tally,
    bytes: u64,
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
    row: Canonical,
    kept: Kept,
}

impl Lines {
    fn new(result: &ResultFolder, most_bytes: usize) -> Self {
        let first = result.columns.first().map(|column| column.sql_type);
        let (rows, is_series) = (VecDeque::new(), first == Some(SqlType::Date));
        Self {
            columns: result.columns.len(),
            tally: Tally::default(),
            bytes: 0,
            rest: Vec::new(),
            row: Canonical::new(),
            kept: Kept { rows, bytes: 0, most_bytes, is_series, cut: false },
        }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), String> {
        self.bytes += chunk.len() as u64;
        for part in chunk.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(part);
            if self.rest.len() > LONGEST_LINE {
                return Err(format!("line {} is too long", self.tally.count + 1));
            }
            if part.ends_with(b"\n") {
                self.tally.add(&self.rest);
                self.keep()?;
                self.rest.clear();
            }
        }
        Ok(())
    }

    /// Keeps the row of the line that has just ended.
    fn keep(&mut self) -> Result<(), String> {
        if self.kept.cut && !self.kept.is_series {
            return Ok(());
        }
        let wrong = |why: &str| format!("line {} {why}", self.tally.count);
        let line = self.rest.strip_suffix(b"\n").unwrap_or(&self.rest);
        let line = std::str::from_utf8(line).map_err(|_| wrong("is not UTF-8"))?;
        self.row.clear();
        for field in line.split('\t') {
            lake_text::push_field(field, &mut self.row)
                .map_err(|why| wrong(&format!("has {why}")))?;
        }
        if self.row.len() != self.columns {
            let fields = self.row.len();
            return Err(wrong(&format!("has {fields} fields for {} columns", self.columns)));
        }
        let values: Vec<_> = self.row.values().collect();
        self.kept.push(serde_json::to_string(&values).map_err(|error| error.to_string())?);
        Ok(())
    }
}

impl Kept {
    fn push(&mut self, row: String) {
        let bytes = self.bytes + row.len() + 1;
        let is_full = self.rows.len() == MOST_ROWS || bytes > self.most_bytes;
        if is_full && !self.is_series {
            self.cut = true;
            return;
        }
        self.bytes = bytes;
        self.rows.push_back(row);
        while self.rows.len() > MOST_ROWS || self.bytes > self.most_bytes {
            let Some(oldest) = self.rows.pop_front() else { break };
            self.bytes -= oldest.len() + 1;
            self.cut = true;
        }
    }

    fn into_rows(self) -> Result<Rows, String> {
        let rows: Vec<String> = self.rows.into();
        let json = RawValue::from_string(format!("[{}]", rows.join(",")));
        Ok(Rows { json: json.map_err(|error| error.to_string())?.into(), cut: self.cut })
    }
}

#[cfg(test)]
mod tests {
    use ecom_core::report::ResultColumn;

    use super::*;

    fn lines(sql_type: SqlType, budget: usize) -> Lines {
        let column = |sql_type| ResultColumn { name: "a".into(), sql_type };
        let columns = vec![column(sql_type), column(SqlType::BigInt)];
        let result = ResultFolder {
            name: "r".into(),
            question: "?".into(),
            folder: "/r".into(),
            columns,
            lines: Tally::default(),
            written: ecom_core::clock::now(),
        };
        Lines::new(&result, budget)
    }

    #[test]
    fn lines_are_counted_and_kept_however_they_are_cut_into_chunks() {
        let text = "a\\tb\t1\n\\N\t2\n\t\\N\n";
        let mut tally = Tally::default();
        text.split_inclusive('\n').for_each(|line| tally.add(line.as_bytes()));
        for size in 1..text.len() {
            let mut lines = lines(SqlType::Text, 1000);
            for chunk in text.as_bytes().chunks(size) {
                lines.take(chunk).unwrap();
            }
            assert_eq!((lines.tally, lines.rest.len()), (tally, 0));
            let rows = lines.kept.into_rows().unwrap();
            assert_eq!(rows.json.get(), r#"[["a\tb","1"],[null,"2"],["",null]]"#);
            assert!(!rows.cut);
        }
    }

    #[test]
    fn of_a_long_result_the_first_rows_are_kept_and_of_days_the_last() {
        let of = |sql_type, budget| {
            let mut lines = lines(sql_type, budget);
            (0..2500).for_each(|row| lines.take(format!("x\t{row}\n").as_bytes()).unwrap());
            assert_eq!(lines.tally.count, 2500);
            let rows = lines.kept.into_rows().unwrap();
            let values: Vec<[String; 2]> = serde_json::from_str(rows.json.get()).unwrap();
            let number = |row: Option<&[String; 2]>| row.unwrap()[1].parse::<usize>().unwrap();
            (rows.cut, number(values.first()), number(values.last()))
        };
        assert_eq!(of(SqlType::Text, 1 << 20), (true, 0, 999));
        assert_eq!(of(SqlType::Date, 1 << 20), (true, 1500, 2499));
        assert_eq!(of(SqlType::Text, 100), (true, 0, 9));
        assert_eq!(of(SqlType::Date, 130), (true, 2490, 2499));
    }

    #[test]
    fn a_line_that_is_no_row_says_which() {
        let why = |text: &[u8]| lines(SqlType::Text, 1000).take(text).unwrap_err();
        assert_eq!(why(b"a\t1\nb\n"), "line 2 has 1 fields for 2 columns");
        assert_eq!(why(b"\xff\t1\n"), "line 1 is not UTF-8");
        assert_eq!(why(b"a\\x\t1\n"), "line 1 has a backslash before 'x' means nothing");
        assert_eq!(why(&vec![b'x'; LONGEST_LINE + 1]), "line 1 is too long");
    }
}
