//! What must not be overwritten: the sources, the plan, and the split of another data set.

use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic::{self, same_file};
use ecom_core::lock::lock_file;
use ecom_core::plan::{self, Plan};
use ecom_core::work::{MANIFEST, REJECTS};

use crate::ledger::Ledger;
use crate::publish::output_names;
use crate::split::TOOL;

/// Refuses a folder in which any of these would be overwritten.
pub(crate) fn guard(folder: &Path, plan: &Plan, plan_path: &Path) -> Result<(), Failure> {
    let data = output_names(plan);
    let data = data.iter().map(String::as_str).chain([REJECTS, MANIFEST]);
    // The folder's own plan is overwritten too, but it may be the one that is read.
    for name in data.chain([plan::FILE_NAME]) {
        let output = folder.join(name);
        let is_read = |path: &Path| same_file(&output, path);
        let plan_is_lost = name != plan::FILE_NAME && is_read(plan_path);
        if plan_is_lost || plan.sources().any(|source| is_read(&source)) {
            return Err(Failure::refused(format!(
                "{} would overwrite itself: choose another --out-dir",
                output.display()
            )));
        }
    }
    match data_set_in(folder) {
        Some(held) if held != plan.data_set => Err(Failure::refused(format!(
            "{} holds the data set {held}, not {}: choose another --out-dir",
            folder.display(),
            plan.data_set
        ))),
        _ => Ok(()),
    }
}

/// Refuses a folder in which a file would be overwritten that no splitter made. Where one has worked,
/// its lock file tells, and in a copy of a work folder the manifest does: there the names are its own.
pub(crate) fn guard_foreign(
    folder: &Path,
    plan: &Plan,
    plan_path: &Path,
    force: bool,
) -> Result<(), Failure> {
    let work_plan = folder.join(plan::FILE_NAME);
    if !same_file(&work_plan, plan_path) && Plan::read(&work_plan).is_err() {
        atomic::guard_foreign(&work_plan, force, |_| false)?;
    }
    if folder.join(lock_file(TOOL)).exists() || Ledger::read(folder).is_some() {
        return Ok(());
    }
    let names = output_names(plan);
    let names = names.iter().map(String::as_str).chain([REJECTS, MANIFEST]);
    names
        .into_iter()
        .try_for_each(|name| atomic::guard_foreign(&folder.join(name), force, |_| false))
}

/// The data set that a work folder holds.
fn data_set_in(folder: &Path) -> Option<String> {
    let held = Ledger::read(folder).map(|ledger| ledger.manifest.data_set);
    held.or_else(|| Plan::read(&folder.join(plan::FILE_NAME)).ok().map(|held| held.data_set))
}
