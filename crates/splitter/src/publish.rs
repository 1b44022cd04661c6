//! Makes the files visible, the manifest last, and removes what earlier runs left.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic::sync_folder;
use ecom_core::exit::io_failure;
use ecom_core::plan::{self, Plan, TableName};
use ecom_core::work::{MANIFEST, Manifest, Part, REJECTS};

use crate::final_plan;
use crate::ledger::{Asked, Ledger};
use crate::part::Written;
use crate::rejects::Rejects;

/// Makes everything visible, and returns the manifest.
///
/// A folder without a manifest holds nothing, so the old one goes first and the new one comes last:
/// at whatever moment the process dies, no manifest lists files that do not exist.
pub(crate) fn publish(
    folder: &Path,
    written: Vec<Written>,
    rejects: Rejects<'_>,
    asked: &Asked<'_>,
    plan: &Plan,
) -> Result<Manifest, Failure> {
    let rejected = rejects.count();
    let known = known_names(folder);
    remove(&folder.join(MANIFEST))?;
    rejects.commit()?;
    let files = written.into_iter().map(Written::publish).collect::<Result<Vec<_>, _>>()?;
    for name in known {
        if files.iter().all(|file| file.name != name) {
            remove(&folder.join(&name))?;
        }
    }
    final_plan::write(folder, asked, plan)?;
    let source = plan.transactions()?.identity();
    let manifest = Manifest { data_set: plan.data_set.clone(), source, files, rejected };
    let ledger = Ledger::new(manifest, asked, plan);
    ledger.write(folder)?;
    Ok(ledger.manifest)
}

/// Removes the unfinished files of a run that was killed; the caller holds the folder's lock.
pub(crate) fn remove_leftovers(folder: &Path, plan: &Plan) -> Result<(), Failure> {
    let kept = [REJECTS, MANIFEST, plan::FILE_NAME].map(str::to_owned);
    let mut names = output_names(plan);
    names.extend(known_names(folder));
    names.extend(kept);
    names.iter().try_for_each(|name| remove(&folder.join(format!(".{name}.partial"))))
}

/// The work files of a data set; those of customers and products even if it has none.
pub(crate) fn output_names(plan: &Plan) -> BTreeSet<String> {
    let tables = plan.tables.iter().map(|table| table.name).chain(TableName::KNOWN);
    tables.flat_map(file_names).collect()
}

/// The work files that a folder may hold, judging by its manifest and its plan.
fn known_names(folder: &Path) -> BTreeSet<String> {
    let known = TableName::KNOWN.into_iter().flat_map(file_names);
    let mut names: BTreeSet<String> = known.collect();
    // A run that died between the two manifests left none, but the old plan is still there.
    if let Ok(plan) = Plan::read(&folder.join(plan::FILE_NAME)) {
        names.extend(output_names(&plan));
    }
    let files = Ledger::read(folder).map(|ledger| ledger.manifest.files);
    names.extend(files.into_iter().flatten().map(|file| file.part.file_name(file.table)));
    names
}

fn file_names(table: TableName) -> impl Iterator<Item = String> {
    Part::all_of(table).iter().map(move |part| part.file_name(table))
}

/// Removes a file durably; a file that does not exist is not an error.
fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_failure("remove", path, error)),
    }
    sync_folder(path).map_err(|error| io_failure("write", path, error))
}
