//! From what was written to what is seen: read back, compared, renamed, the manifest last.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use ecom_core::Failure;
use ecom_core::atomic;
use ecom_core::checksum::Tally;
use ecom_core::exit::{Code, io_failure};
use ecom_core::plan::{self, Plan, Split, SplitBy, TableName, hexadecimal};
use ecom_core::words::counted;
use ecom_core::work::{MANIFEST, Manifest, Part, REJECTS};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::cli::OnOrphan;
use crate::part::Written;
use crate::rejects::RejectWriter;
use crate::request::Request;
use crate::run::Halves;
use crate::stubs::{Output, relaxed};

/// Changes when the same plan gives other files than before.
const FORMAT: u32 = 2;

/// The manifest with what it was made from, so that a second identical run finds nothing to do.
#[derive(Serialize, Deserialize)]
pub(crate) struct Ledger {
    #[serde(flatten)]
    pub(crate) manifest: Manifest,
    #[serde(default)]
    made_from: Vec<String>,
}

/// What was asked for, as it decides the files.
pub(crate) struct Asked<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) plan_path: &'a Path,
    pub(crate) request: &'a Request,
    pub(crate) on_orphan: OnOrphan,
}

/// The manifest in `folder`, if its files are there and made from what is asked for.
pub(crate) fn up_to_date(folder: &Path, asked: &Asked<'_>) -> Result<Option<Manifest>, Failure> {
    let Some(ledger) = read_ledger(folder) else { return Ok(None) };
    let Ok(work_plan) = Plan::read(&folder.join(plan::FILE_NAME)) else { return Ok(None) };
    let own = Request::At(work_plan.split.by, work_plan.split.cut.clone());
    let known = |plan: &Plan, request: &Request| {
        ledger.made_from.contains(&fingerprint(plan, request, asked.on_orphan))
    };
    if !known(asked.plan, asked.request) || !known(&work_plan, &own) {
        return Ok(None);
    }
    let mut checked = HashSet::new();
    for table in &asked.plan.tables {
        if table.files().any(|source| checked.insert(source.file)) {
            asked.plan.check_source(table)?;
        }
    }
    let complete = folder.join(REJECTS).is_file()
        && ledger.manifest.files.iter().all(|file| file.check(folder).is_ok());
    Ok(complete.then_some(ledger.manifest))
}

/// Removes what a run that was killed had begun to write; the caller holds the folder's lock.
pub(crate) fn remove_leftovers(folder: &Path, plan: &Plan) -> Result<(), Failure> {
    let kept = [REJECTS, MANIFEST, plan::FILE_NAME].map(str::to_owned);
    let mut names = output_names(plan);
    names.extend(known_names(folder));
    names.extend(kept);
    names.iter().try_for_each(|name| remove(&folder.join(format!(".{name}.partial"))))
}

/// Reads every file back and compares what it holds with what was read.
pub(crate) fn verify<'a>(
    full: Vec<Output<'a>>,
    halves: Halves<'a>,
) -> Result<Vec<Written>, Failure> {
    let Halves { historical, realtime, cells, .. } = halves;
    let (historical, rest) = thread::scope(|scope| {
        let rest = scope.spawn(|| {
            let realtime = realtime.read_back()?;
            let tables =
                full.into_iter().map(|output| compare(output.cells, output.file.read_back()?));
            Ok::<_, Failure>((realtime, tables.collect::<Result<Vec<_>, _>>()?))
        });
        let historical = historical.read_back();
        let rest = rest.join();
        let rest =
            rest.map_err(|_| Failure::new(Code::Unexpected, "the verifying thread panicked"));
        Ok::<_, Failure>((historical?, rest??))
    })?;
    let (realtime, mut written) = rest;
    let mut both = historical.cells;
    both += realtime.cells;
    if both != cells {
        return Err(differs("the two parts of transactions", cells, both));
    }
    written.splice(0..0, [historical, realtime]);
    match written.iter().find(|file| file.cells.count != file.entry.rows) {
        Some(file) => {
            let counted = Tally { count: file.entry.rows, ..file.cells };
            Err(differs(&file.entry.name, counted, file.cells))
        }
        None => Ok(written),
    }
}

/// Makes everything visible. Without a manifest a folder holds nothing, so the old one goes first
/// and the new one comes last: whatever moment the process dies at, no manifest tells of files
/// that are not there.
pub(crate) fn publish(
    folder: &Path,
    written: Vec<Written>,
    rejects: RejectWriter,
    asked: &Asked<'_>,
    final_plan: &Plan,
) -> Result<Manifest, Failure> {
    let rejected = rejects.count();
    let kept_plan = plan_text(folder, asked, final_plan);
    let known = known_names(folder);
    remove(&folder.join(MANIFEST))?;
    rejects.commit()?;
    let files = written.into_iter().map(Written::publish).collect::<Result<Vec<_>, _>>()?;
    for name in known {
        if files.iter().all(|file| file.name != name) {
            remove(&folder.join(&name))?;
        }
    }
    match kept_plan {
        Some(text) => atomic::write(&folder.join(plan::FILE_NAME), text.as_bytes())?,
        None => final_plan.write(&folder.join(plan::FILE_NAME))?,
    }
    let source = final_plan.transactions()?.identity();
    let manifest = Manifest { data_set: final_plan.data_set.clone(), source, files, rejected };
    let own = Request::At(final_plan.split.by, final_plan.split.cut.clone());
    let mut made_from: Vec<_> =
        [(asked.plan, asked.request), (final_plan, asked.request), (final_plan, &own)]
            .map(|(plan, request)| fingerprint(plan, request, asked.on_orphan))
            .into();
    made_from.dedup();
    let ledger = Ledger { manifest, made_from };
    let mut json = serde_json::to_vec_pretty(&ledger).map_err(|error| {
        Failure::new(Code::Unexpected, "cannot write the manifest").because(error)
    })?;
    json.push(b'\n');
    atomic::write(&folder.join(MANIFEST), &json)?;
    Ok(ledger.manifest)
}

/// The plan as the work folder is to hold it: with the split as it came out, and with columns that
/// may be empty where rows were added that have nothing but their key.
pub(crate) fn final_plan(
    folder: &Path,
    asked: &Asked<'_>,
    full: &[Output<'_>],
    halves: &Halves<'_>,
) -> Result<Plan, Failure> {
    let mut plan = asked.plan.clone();
    let (historical, realtime) = (halves.historical.rows(), halves.realtime.rows());
    plan.split = asked.request.split(&halves.cut, &plan.split, historical, realtime);
    for output in full.iter().filter(|output| output.stubs > 0) {
        let name = output.file.table().name;
        let references = plan.tables.iter().flat_map(|table| &table.foreign_keys);
        let references: Vec<String> =
            references.filter(|key| key.table == name).map(|key| key.references.clone()).collect();
        for table in plan.tables.iter_mut().filter(|table| table.name == name) {
            for column in &references {
                *table = relaxed(table, column)?;
            }
        }
    }
    plan.folder = source_folder(folder, asked)?;
    Ok(plan)
}

/// The plan's own text, where the folder's plan is to say the same: a person's remarks stay.
fn plan_text(folder: &Path, asked: &Asked<'_>, wanted: &Plan) -> Option<String> {
    let candidates = [&folder.join(plan::FILE_NAME), asked.plan_path];
    // Read as it stands, without making its folder absolute.
    let says_so = |text: &String| toml::from_str::<Plan>(text).is_ok_and(|plan| plan == *wanted);
    candidates.iter().filter_map(|path| fs::read_to_string(path).ok()).find(says_so)
}

/// The folder of the sources as a plan in `folder` has to name it.
fn source_folder(folder: &Path, asked: &Asked<'_>) -> Result<PathBuf, Failure> {
    #[derive(Deserialize)]
    struct Home {
        folder: PathBuf,
    }
    let text = fs::read_to_string(asked.plan_path)
        .map_err(|error| io_failure("read", asked.plan_path, error))?;
    let home = asked.plan_path.parent().unwrap_or(Path::new(""));
    let home = if home.as_os_str().is_empty() { Path::new(".") } else { home };
    let absolute = |path: &Path| {
        path.canonicalize().map_err(|error| io_failure("find the folder", path, error))
    };
    match toml::from_str::<Home>(&text) {
        Ok(plan) if plan.folder.is_absolute() || absolute(home)? == absolute(folder)? => {
            Ok(plan.folder)
        }
        _ => absolute(&asked.plan.folder),
    }
}

fn compare(wanted: Tally, written: Written) -> Result<Written, Failure> {
    if written.cells == wanted {
        return Ok(written);
    }
    Err(differs(&written.entry.name, wanted, written.cells))
}

fn differs(what: &str, wanted: Tally, found: Tally) -> Failure {
    Failure::verification(format!(
        "{what}: {} with checksum {} were read, {} with {} were written: nothing was \
         changed",
        counted(wanted.count, "record"),
        wanted.checksum,
        found.count,
        found.checksum
    ))
}

/// What the manifest in a folder says, with what it was made from.
pub(crate) fn read_ledger(folder: &Path) -> Option<Ledger> {
    serde_json::from_slice(&fs::read(folder.join(MANIFEST)).ok()?).ok()
}

/// What decides the files: the plan without the place of its sources and its split, the request,
/// and what is done with orphans.
fn fingerprint(plan: &Plan, request: &Request, on_orphan: OnOrphan) -> String {
    let mut plan = plan.clone();
    plan.folder = PathBuf::new();
    let cut = String::new();
    plan.split = Split { by: SplitBy::Rows, ratio: 0.0, cut, historical: 0, realtime: 0 };
    let text = format!("{FORMAT} {plan:?} {request:?} {on_orphan:?}");
    hexadecimal(&Sha256::digest(text))
}

/// The data files of a data set; those of customers and products also where it has none.
pub(crate) fn output_names(plan: &Plan) -> BTreeSet<String> {
    let tables = plan.tables.iter().map(|table| table.name).chain(TableName::KNOWN);
    tables.flat_map(file_names).collect()
}

/// The data files that a work folder may hold, as far as its manifest and its plan tell.
fn known_names(folder: &Path) -> BTreeSet<String> {
    let known = TableName::KNOWN.into_iter().flat_map(file_names);
    let mut names: BTreeSet<String> = known.collect();
    // Between the old manifest and the new one there is none: the old plan is still there then.
    if let Ok(plan) = Plan::read(&folder.join(plan::FILE_NAME)) {
        names.extend(output_names(&plan));
    }
    let files = read_ledger(folder).map(|ledger| ledger.manifest.files);
    names.extend(files.into_iter().flatten().map(|file| file.part.file_name(file.table)));
    names
}

fn file_names(table: TableName) -> Vec<String> {
    let parts: &[Part] = match table {
        TableName::Transactions => &[Part::Historical, Part::Realtime],
        _ => &[Part::Full],
    };
    parts.iter().map(|part| part.file_name(table)).collect()
}

/// Removes a file, durably; one that is not there is no error.
fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_failure("remove", path, error)),
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| io_failure("write", folder, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_what_was_read_fails_the_verification() {
        let mut wanted = Tally::default();
        wanted.add(b"record");
        let failure = differs("customers_full.csv", wanted, Tally::default());
        assert_eq!(failure.code(), Code::VerificationFailed);
        let text = failure.to_string();
        assert!(text.starts_with("customers_full.csv: 1 record with checksum "), "{text}");
        assert!(text.ends_with("0 with 0000000000000000 were written: nothing was changed"));
    }
}
