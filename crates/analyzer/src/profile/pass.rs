//! One pass over all files of a kind.

use ecom_core::Failure;
use ecom_core::exit::Code;
use ecom_core::plan::{Dialect, LineEnding, sha256_of};
use ecom_core::record::Batches;

use super::file::FileProfile;
use super::first_records::FirstRecords;
use super::header_check::check_header;
use super::kinds::FileKind;
use super::notes;
use super::observe::{Context, in_order, open};
use super::part::FilePart;
use super::profiler::{ColumnProfiler, finish};
use super::repeats::Repeats;
use crate::count::counts::Limit;
use crate::read::batch::{Observer, PassResult, RecordLayout, scan};
use crate::read::input::{ObservedInput, Passed};
use crate::read::origin::Origin;
use crate::sniff::sniffed::{Sniffed, is_wide, other_than_utf_8};

/// How many records are kept to be shown.
const FIRST: usize = 5;

/// The result of a pass over one file.
struct ReadFile {
    part: FilePart,
    seen: PassResult,
    notes: Vec<String>,
}

/// Reads the files once, and again if a file turns out not to be UTF-8 after its beginning.
pub(crate) fn profile(kind: &mut FileKind, context: &Context<'_>) -> Result<FileProfile, Failure> {
    loop {
        if let Some(profile) = pass(kind, context)? {
            return Ok(profile);
        }
    }
}

/// Reads all files; `None` if one turns out not to be UTF-8, which is then recorded for the next
/// pass.
fn pass(kind: &mut FileKind, context: &Context<'_>) -> Result<Option<FileProfile>, Failure> {
    let headers = kind.files[0].sniffed.header.clone();
    let limit = Limit::for_columns(headers.len());
    let columns = headers.iter().enumerate();
    let mut columns: Vec<ColumnProfiler> = columns
        .map(|(index, header)| ColumnProfiler::new(index, header, limit, context.answers))
        .collect();
    let mut first = FirstRecords::new(FIRST);
    let several = kind.files.len() > 1;
    let mut repeats = several.then(|| Repeats::new(&std::env::temp_dir(), kind.files.len()));
    let (mut parts, mut notes, mut all) = (Vec::new(), Vec::new(), PassResult::default());
    for index in 0..kind.files.len() {
        let found = &mut kind.files[index];
        let observers = columns.iter_mut().map(|column| column as &mut dyn Observer);
        let observers = observers.chain(repeats.iter_mut().map(|one| one as &mut dyn Observer));
        let observers = observers.chain([&mut first as &mut dyn Observer]).collect();
        let layout = RecordLayout { part: index, fields: None, before: all.rows };
        let read = read(&found.origin, &mut found.sniffed, &headers, (layout, observers), context);
        if read.as_ref().is_err_and(is_unreadable) {
            // The caller removes this file and profiles the others again.
            kind.broken = Some(index);
        }
        let Some(read) = read? else { return Ok(None) };
        notes.extend(read.notes);
        parts.push(read.part);
        all.add(read.seen);
    }
    if let Some(repeats) = repeats {
        notes.extend(notes::repeats(&parts, &repeats.finish()?));
    }
    let columns = finish(columns, context.answers);
    let mut profile = FileProfile::of(parts, notes, all, columns, first.records);
    profile.leave_out_empty_columns();
    check_header(&profile)?;
    Ok(Some(profile))
}

/// Reads one file to its end; `None` if it turns out not to be UTF-8, which is then recorded in
/// `sniffed`.
fn read(
    origin: &Origin,
    sniffed: &mut Sniffed,
    headers: &[String],
    (layout, observers): (RecordLayout, Vec<&mut dyn Observer>),
    context: &Context<'_>,
) -> Result<Option<ReadFile>, Failure> {
    let (input, passed) = ObservedInput::open(origin, sniffed.dialect.quote)?;
    let mut batches = open(input, (origin, &sniffed.dialect), context)?;
    let fields = fields_of(headers, &sniffed.header);
    let layout = RecordLayout { fields: in_order(&fields, batches.header().len()), ..layout };
    let progress = context.ui.bytes(&format!("reading {}", origin.shown()), origin.size());
    let mut seen = scan(&mut batches, &layout, (observers, context.threads), &mut |_| {
        progress.set(passed.borrow().bytes);
        context.stop.check(|| "nothing was written".into())
    })?;
    drop(progress);
    let passed = passed.borrow();
    if may_be_other(sniffed, &passed)
        && let Some((encoding, reason)) = other_than_utf_8(origin)?
    {
        sniffed.dialect.encoding = encoding;
        sniffed.encoding_reason = Some(reason);
        return Ok(None);
    }
    for reject in &mut seen.rejects {
        reject.file = origin.shown();
    }
    let part = FilePart {
        file: origin.file.clone(),
        member: origin.member.clone(),
        path: origin.path.clone(),
        sha256: if origin.is_plain() { passed.sha256() } else { sha256_of(&origin.path)? },
        bytes: passed.bytes,
        dialect: with_line_ending(&passed, &sniffed.dialect),
        encoding_reason: sniffed.encoding_reason.clone(),
        rows: seen.rows,
        rejected: seen.rejected,
        passed_over: batches.passed_over().lines(),
        fields,
    };
    let notes = notes_on(origin, &part, &batches)?;
    Ok(Some(ReadFile { part, seen, notes }))
}

/// Notes on a file that was read to its end.
fn notes_on(
    origin: &Origin,
    part: &FilePart,
    batches: &Batches<()>,
) -> Result<Vec<String>, Failure> {
    let mut notes = notes::of_file(part, batches.passed_over(), batches.lines_as_utf_8());
    if let Some(sheet) = origin.sheet() {
        let findings = ecom_core::source::findings(&origin.path, sheet)?;
        notes.extend(notes::of_sheet(&origin.shown(), &findings));
    }
    Ok(notes)
}

/// True if a file that was taken for UTF-8 has bytes that are not.
fn may_be_other(sniffed: &Sniffed, passed: &Passed) -> bool {
    let is_guess = sniffed.encoding_reason.is_none() && !sniffed.dialect.bom;
    sniffed.dialect.encoding == "UTF-8" && is_guess && passed.invalid > 0
}

/// True for an incomplete file, such as a damaged archive.
fn is_unreadable(failure: &Failure) -> bool {
    failure.code() == Code::Refused && failure.to_string().starts_with("cannot read ")
}

/// The dialect with the line ending that was found, if that agrees with how the file was read: with
/// lines that end in CR, or not.
fn with_line_ending(passed: &Passed, dialect: &Dialect) -> Dialect {
    let same_kind =
        |found: &LineEnding| (*found == LineEnding::Cr) == (dialect.line_ending == LineEnding::Cr);
    // The lines of UTF-16 cannot be counted byte by byte.
    let found = passed.line_ending().filter(same_kind).filter(|_| !is_wide(dialect));
    Dialect { line_ending: found.unwrap_or(dialect.line_ending), ..dialect.clone() }
}

/// For each header its field below the header `found`; equal headers are distinguished by their
/// order.
fn fields_of(headers: &[String], found: &[String]) -> Vec<usize> {
    let mut free: Vec<Option<&str>> = found.iter().map(|name| Some(name.trim())).collect();
    let index = |header: &String| {
        let index = free.iter().position(|name| *name == Some(header.trim()))?;
        free[index] = None;
        Some(index)
    };
    headers.iter().filter_map(index).collect()
}
