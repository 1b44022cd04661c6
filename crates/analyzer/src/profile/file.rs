//! What the files of one kind hold: one pass over all of them.

use std::path::PathBuf;

use ecom_core::Failure;
use ecom_core::exit::Code;
use ecom_core::plan::{Dialect, LineEnding, sha256_of};
use ecom_core::record::{PassedOver, Reader, Reject};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;

use crate::count::counts::Limit;
use crate::profile::header_check::check_header;
use crate::profile::joined::Joined;
use crate::profile::kinds::FileKind;
use crate::profile::notes;
use crate::profile::part::FilePart;
use crate::profile::profiler::{ColumnProfiler, finish};
use crate::profile::repeats::Repeats;
use crate::read::batch::{Batch, Layout, Observer, Reason, Seen, scan};
use crate::read::input::{Input, Passed};
use crate::read::origin::Origin;
use crate::sniff::sniffed::{Sniffed, is_wide, other_than_utf_8};
use crate::value::answers::Answers;
use crate::value::column::ColumnProfile;

/// How many records are shown as they stand.
const FIRST: usize = 5;

/// What the files of one kind hold, of most kinds a single file.
#[derive(Clone)]
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
    /// Another kind of files whose columns stand behind those of these.
    pub(crate) joined: Option<Joined>,
    pub(crate) rejects: Vec<Reject>,
    /// Why records are rejected, the most frequent first.
    pub(crate) reasons: Vec<Reason>,
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

/// What a pass over one file gave.
struct Read {
    part: FilePart,
    seen: Seen,
    notes: Vec<String>,
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

/// Reads the files once, and again where an encoding only shows behind a file's beginning.
pub(crate) fn profile(kind: &mut FileKind, work: &Work<'_>) -> Result<FileProfile, Failure> {
    loop {
        if let Some(profile) = pass(kind, work)? {
            return Ok(profile);
        }
    }
}

/// Shows every record of the files to each observer, with progress on standard error.
pub(crate) fn observe(
    file: &FileProfile,
    mut observers: Vec<&mut dyn Observer>,
    what: &str,
    work: &Work<'_>,
) -> Result<Seen, Failure> {
    if let Some(joined) = &file.joined {
        return joined.observe(file, observers, what, work);
    }
    let mut all = Seen::default();
    for (place, part) in file.parts.iter().enumerate() {
        let origin = part.origin();
        let (input, passed) = Input::again(&origin)?;
        let mut reader = Reader::source(Box::new(input), &origin.named_path(), &part.dialect)?;
        let fields = in_order(&part.fields, reader.header().len());
        let layout = Layout { part: place, fields, before: all.rows };
        let progress = work.ui.bytes(&format!("{what} {}", part.shown()), origin.size());
        let observers = observers.iter_mut().map(|one| &mut **one as &mut dyn Observer).collect();
        let seen = scan(&mut reader, layout, observers, &mut || {
            progress.set(passed.borrow().bytes);
            work.stop.check(|| format!("{} is not read to its end", origin.path_shown()))
        })?;
        all.rows += seen.rows;
        all.rejected += seen.rejected;
    }
    Ok(all)
}

/// Reads all files; `None` when one is not UTF-8 as its beginning is, which is then known.
fn pass(kind: &mut FileKind, work: &Work<'_>) -> Result<Option<FileProfile>, Failure> {
    let headers = kind.files[0].sniffed.header.clone();
    let limit = Limit::for_columns(headers.len());
    let columns = headers.iter().enumerate();
    let mut columns: Vec<ColumnProfiler> = columns
        .map(|(place, header)| ColumnProfiler::new(place, header, limit, work.answers))
        .collect();
    let mut first = First::default();
    let several = kind.files.len() > 1;
    let mut repeats = several.then(|| Repeats::new(&std::env::temp_dir(), kind.files.len()));
    let (mut parts, mut notes, mut all) = (Vec::new(), Vec::new(), Seen::default());
    for place in 0..kind.files.len() {
        let found = &mut kind.files[place];
        let observers = columns.iter_mut().map(|column| column as &mut dyn Observer);
        let observers = observers.chain(repeats.iter_mut().map(|one| one as &mut dyn Observer));
        let observers = observers.chain([&mut first as &mut dyn Observer]).collect();
        let layout = Layout { part: place, fields: None, before: all.rows };
        let read = read(&found.origin, &mut found.sniffed, &headers, (layout, observers), work);
        if read.as_ref().is_err_and(is_unreadable) {
            kind.broken = Some(place);
        }
        let Some(read) = read? else { return Ok(None) };
        notes.extend(read.notes);
        parts.push(read.part);
        all.add(read.seen);
    }
    if let Some(repeats) = repeats {
        notes.extend(notes::repeats(&parts, &repeats.finish()?));
    }
    let columns = finish(columns, work.answers);
    let mut profile = FileProfile::of(parts, notes, all, columns, first.0);
    profile.leave_out_empty_columns();
    check_header(&profile)?;
    Ok(Some(profile))
}

/// Reads one file to its end; `None` when it is not UTF-8 as its beginning is, which `sniffed` then
/// knows.
fn read(
    origin: &Origin,
    sniffed: &mut Sniffed,
    headers: &[String],
    (layout, observers): (Layout<'_>, Vec<&mut dyn Observer>),
    work: &Work<'_>,
) -> Result<Option<Read>, Failure> {
    let mut dialect = sniffed.dialect.clone();
    let (input, passed) = Input::open(origin, dialect.quote)?;
    let mut reader = Reader::source(Box::new(input), &origin.named_path(), &dialect)?;
    let fields = fields_of(headers, &sniffed.header);
    let layout = Layout { fields: in_order(&fields, reader.header().len()), ..layout };
    let progress = work.ui.bytes(&format!("reading {}", origin.shown()), origin.size());
    let mut seen = scan(&mut reader, layout, observers, &mut || {
        progress.set(passed.borrow().bytes);
        work.stop.check(|| "nothing was written".into())
    })?;
    drop(progress);
    let passed = passed.borrow();
    let is_guess = sniffed.encoding_reason.is_none() && !dialect.bom;
    if dialect.encoding == "UTF-8"
        && is_guess
        && passed.invalid > 0
        && let Some((encoding, reason)) = other_than_utf_8(origin)?
    {
        sniffed.dialect.encoding = encoding;
        sniffed.encoding_reason = Some(reason);
        return Ok(None);
    }
    if let Some(found) = line_ending(&passed, &dialect) {
        dialect.line_ending = found;
    }
    for reject in &mut seen.rejects {
        reject.file = origin.shown();
    }
    let over: PassedOver = *reader.passed_over();
    let part = FilePart {
        file: origin.file.clone(),
        member: origin.member.clone(),
        path: origin.path.clone(),
        sha256: if origin.is_plain() { passed.sha256() } else { sha256_of(&origin.path)? },
        bytes: passed.bytes,
        dialect,
        encoding_reason: sniffed.encoding_reason.clone(),
        rows: seen.rows,
        rejected: seen.rejected,
        passed_over: over.lines(),
        fields,
    };
    let mut notes = notes::of_file(&part, &over, reader.lines_as_utf_8());
    if let Some(sheet) = origin.sheet() {
        let findings = ecom_core::source::findings(&origin.path, sheet)?;
        notes.extend(notes::of_sheet(&origin.shown(), &findings));
    }
    Ok(Some(Read { part, seen, notes }))
}

/// True for a file, such as a damaged archive, that is not all there.
fn is_unreadable(failure: &Failure) -> bool {
    failure.code() == Code::Refused && failure.to_string().starts_with("cannot read ")
}

/// How the lines end, where the file was read so: as one whose lines end in CR, or as another.
fn line_ending(passed: &Passed, dialect: &Dialect) -> Option<LineEnding> {
    let same_kind =
        |found: &LineEnding| (*found == LineEnding::Cr) == (dialect.line_ending == LineEnding::Cr);
    passed.line_ending().filter(same_kind).filter(|_| !is_wide(dialect))
}

/// Of each header its field under the header `found`; equal ones are told apart by their order.
fn fields_of(headers: &[String], found: &[String]) -> Vec<usize> {
    let mut free: Vec<Option<&str>> = found.iter().map(|name| Some(name.trim())).collect();
    let place = |header: &String| {
        let place = free.iter().position(|name| *name == Some(header.trim()))?;
        free[place] = None;
        Some(place)
    };
    headers.iter().filter_map(place).collect()
}

/// The fields, unless they are all that there are, in order.
fn in_order(fields: &[usize], width: usize) -> Option<&[usize]> {
    let plain = fields.len() == width && fields.iter().enumerate().all(|(one, two)| one == *two);
    (!plain).then_some(fields)
}

impl FileProfile {
    fn of(
        parts: Vec<FilePart>,
        notes: Vec<String>,
        seen: Seen,
        columns: Vec<ColumnProfile>,
        first: Vec<Vec<Option<String>>>,
    ) -> Self {
        let one = &parts[0];
        let sum = |of: fn(&FilePart) -> u64| parts.iter().map(of).sum();
        let mut reasons = seen.reasons;
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        Self {
            name: one.shown(),
            path: one.origin().named_path(),
            bytes: sum(|part| part.bytes),
            sha256: one.sha256.clone(),
            dialect: one.dialect.clone(),
            rows: seen.rows,
            rejected: seen.rejected,
            passed_over: sum(|part| part.passed_over),
            notes,
            joined: None,
            rejects: seen.rejects,
            reasons,
            columns,
            first,
            parts,
        }
    }

    /// Leaves out columns without a name and without a value. One before a column without a name
    /// stays, as such columns are told apart by their order.
    fn leave_out_empty_columns(&mut self) {
        let is_unnamed = |column: &ColumnProfile| column.header.trim().is_empty();
        let last = self.columns.iter().rposition(|one| is_unnamed(one) && one.values > 0);
        for place in (last.map_or(0, |last| last + 1)..self.columns.len()).rev() {
            if self.rows == 0 || self.columns.len() == 1 || !is_unnamed(&self.columns[place]) {
                continue;
            }
            self.columns.remove(place);
            let first = self.first.iter_mut().filter(|record| record.len() > place);
            first.for_each(|record| drop(record.remove(place)));
            for part in &mut self.parts {
                part.fields.remove(place);
            }
            self.notes.push(notes::left_out_column(&self.name, place + 1));
        }
    }
}
