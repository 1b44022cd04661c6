//! What one file holds: one pass over all of it.

use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::plan::{Dialect, LineEnding, SqlType};
use ecom_core::record::{Reader, Reject};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;

use crate::answers::Answers;
use crate::batch::{Batch, Observer, Seen, scan};
use crate::column::{ColumnProfile, Kind};
use crate::counts::Limit;
use crate::input::Input;
use crate::part::FilePart;
use crate::profiler::ColumnProfiler;
use crate::sniff::{guess_encoding, is_wide, sniff};

/// How many records are shown as they stand.
const FIRST: usize = 5;

/// What the files of one kind hold, of most kinds a single file.
pub(crate) struct FileProfile {
    /// The name of the first, for people: of a member `archive.zip/orders.csv`.
    pub(crate) name: String,
    /// The path of the first.
    pub(crate) path: PathBuf,
    /// Of all files.
    pub(crate) bytes: u64,
    /// Of the first.
    pub(crate) sha256: String,
    /// Of the first.
    pub(crate) dialect: Dialect,
    /// Of all files.
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    /// Lines without any value or with the header again.
    pub(crate) passed_over: u64,
    /// The files in the order in which they are read; there is at least one.
    pub(crate) parts: Vec<FilePart>,
    /// What a person should know of the files, in sentences.
    pub(crate) notes: Vec<String>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) columns: Vec<ColumnProfile>,
    /// The first records.
    pub(crate) first: Vec<Vec<Option<String>>>,
}

/// How the tool works on files: what it says meanwhile, when it stops, what the user decided.
pub(crate) struct Work<'a> {
    pub(crate) ui: &'a Ui,
    pub(crate) stop: &'a Stop,
    pub(crate) answers: &'a Answers,
}

/// Keeps the first records as they stand.
#[derive(Default)]
struct First(Vec<Vec<Option<String>>>);

impl Observer for First {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len().min(FIRST - self.0.len()) {
            let values = (0..batch.width()).map(|column| batch.value(row, column));
            self.0.push(values.map(|value| value.map(str::to_owned)).collect());
        }
        Ok(())
    }
}

/// Reads the file once, twice where its encoding only shows behind its beginning.
pub(crate) fn profile(path: &Path, work: &Work<'_>) -> Result<FileProfile, Failure> {
    let dialect = sniff(path)?;
    if let Some(profile) = pass(path, dialect.clone(), work)? {
        return Ok(profile);
    }
    let encoding = guess_encoding(path)?.name().to_owned();
    pass(path, Dialect { encoding, ..dialect }, work)?.ok_or_else(|| {
        let path = path.display();
        Failure::refused(format!("{path}: its encoding cannot be told: save it as UTF-8"))
    })
}

/// Shows every record of a file to each observer, with progress on standard error.
pub(crate) fn observe(
    file: &FileProfile,
    observers: Vec<&mut dyn Observer>,
    what: &str,
    work: &Work<'_>,
) -> Result<Seen, Failure> {
    let FilePart { path, dialect, .. } = file.first_part();
    let (input, passed) = Input::again(path)?;
    let mut reader = Reader::new(Box::new(input), path, dialect)?;
    let size = fs::metadata(path).map_err(|error| io_failure("read", path, error))?.len();
    let progress = work.ui.bytes(&format!("{what} {}", file_name(path)), size);
    scan(&mut reader, observers, &mut || {
        progress.set(passed.borrow().bytes);
        work.stop.check(|| format!("{} is not read to its end", path.display()))
    })
}

/// Reads the whole file; `None` when it is not UTF-8 as its beginning is.
fn pass(
    path: &Path,
    mut dialect: Dialect,
    work: &Work<'_>,
) -> Result<Option<FileProfile>, Failure> {
    let (input, passed) = Input::open(path, dialect.quote)?;
    let mut reader = Reader::new(Box::new(input), path, &dialect)?;
    let headers: Vec<String> = reader.header().iter().map(str::to_owned).collect();
    let limit = Limit::for_columns(headers.len());
    let mut columns: Vec<ColumnProfiler> = headers
        .iter()
        .enumerate()
        .map(|(place, header)| ColumnProfiler::new(place, header, limit))
        .collect();
    let mut first = First::default();
    let size = fs::metadata(path).map_err(|error| io_failure("read", path, error))?.len();
    let progress = work.ui.bytes(&format!("reading {}", file_name(path)), size);
    let observers = columns.iter_mut().map(|column| column as &mut dyn Observer);
    let observers = observers.chain([&mut first as &mut dyn Observer]).collect();
    let seen = scan(&mut reader, observers, &mut || {
        progress.set(passed.borrow().bytes);
        work.stop.check(|| "nothing was written".into())
    })?;
    drop(progress);
    let passed = passed.borrow();
    if dialect.encoding == "UTF-8" && passed.invalid > passed.multibyte {
        return Ok(None);
    }
    // The file was read as one whose lines end in CR, or as one of another kind.
    let same_kind =
        |found: &LineEnding| (*found == LineEnding::Cr) == (dialect.line_ending == LineEnding::Cr);
    if let Some(found) = passed.line_ending().filter(same_kind).filter(|_| !is_wide(&dialect)) {
        dialect.line_ending = found;
    }
    let columns: Vec<_> = columns.into_iter().map(|column| column.finish(work.answers)).collect();
    let part = FilePart {
        file: file_name(path),
        member: None,
        path: path.to_owned(),
        sha256: passed.sha256(),
        bytes: passed.bytes,
        dialect: dialect.clone(),
        encoding_reason: None,
        rows: seen.rows,
        rejected: seen.rejected,
        passed_over: 0,
        fields: (0..columns.len()).collect(),
    };
    let profile = FileProfile {
        name: file_name(path),
        path: path.to_owned(),
        bytes: passed.bytes,
        sha256: passed.sha256(),
        dialect,
        rows: seen.rows,
        rejected: seen.rejected,
        passed_over: 0,
        parts: vec![part],
        notes: Vec::new(),
        rejects: seen.rejects,
        columns,
        first: first.0,
    };
    check_header(&profile)?;
    Ok(Some(profile))
}

/// Refuses a file whose first line looks like data: a number or a date that heads a column of
/// numbers or dates, or mostly words that are values of their columns.
fn check_header(profile: &FileProfile) -> Result<(), Failure> {
    let path = profile.path.display();
    let count = profile.columns.len();
    let again = profile.columns.first().and_then(|column| column.header_occurs);
    let stands_twice = |column: &ColumnProfile| column.header_occurs == again;
    if let Some(line) = again.filter(|_| count > 1 && profile.columns.iter().all(stands_twice)) {
        return Err(Failure::refused(format!(
            "{path}: the header stands a second time, on line {line}: remove it there"
        )));
    }
    let values = profile.columns.iter().filter(|column| column.header_occurs.is_some()).count();
    let cause = match profile.columns.iter().find(|column| is_data(column)) {
        Some(column) => format!("{:?} heads a column of {}", column.header, others(column)),
        None if values * 2 > count => {
            format!("{values} of its {count} fields are values of their columns too")
        }
        None => return Ok(()),
    };
    let line = profile.dialect.header_line;
    Err(Failure::refused(format!(
        "{path}: line {line} looks like data, not like a header ({cause}): write the columns' \
         names into a first line"
    )))
}

fn is_data(column: &ColumnProfile) -> bool {
    let mut as_number = crate::number::Numbers::default();
    let mut as_time = crate::times::Times::default();
    let header = column.header.trim();
    match column.sql_type() {
        _ if header.is_empty() || column.values == 0 => false,
        SqlType::Date | SqlType::DateTime { .. } => as_time.observe(header, 0),
        sql_type if sql_type.is_number() => as_number.observe(header) && !is_year(header),
        _ => false,
    }
}

/// A year may head a column, as in a table of sales by year.
fn is_year(header: &str) -> bool {
    header.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))
}

fn others(column: &ColumnProfile) -> &'static str {
    match &column.kind {
        Kind::Known { sql_type, .. } if sql_type.is_number() => "numbers",
        _ => "dates",
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
