//! The plan of the work folder: the user's plan with what the split came to.

use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::input;
use ecom_core::plan::{self, Plan};
use ecom_core::work;
use serde::Deserialize;

use crate::ledger::Asked;
use crate::part::Halves;
use crate::stubs::{Output, relaxed};

/// The plan for the work folder: with the split as it is now, and with columns nullable where
/// records were added that have only their key.
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

/// Writes the plan into the work folder. A text that already says the same is kept, and with it the
/// user's comments.
pub(crate) fn write(folder: &Path, asked: &Asked<'_>, wanted: &Plan) -> Result<(), Failure> {
    let path = folder.join(plan::FILE_NAME);
    // Parsed without `Plan::read`, which makes the source folder absolute.
    let says_so = |text: &String| toml::from_str::<Plan>(text).is_ok_and(|plan| plan == *wanted);
    let candidates = [path.as_path(), asked.plan_path];
    let kept = candidates.iter().filter_map(|path| input::text(path).ok()).find(says_so);
    match kept {
        Some(text) => ecom_core::atomic::write(&path, text.as_bytes()),
        None => wanted.write(&path),
    }
}

/// The source folder as a plan in `folder` must name it.
fn source_folder(folder: &Path, asked: &Asked<'_>) -> Result<PathBuf, Failure> {
    #[derive(Deserialize)]
    struct Sources {
        folder: PathBuf,
    }
    let text = input::text(asked.plan_path)?;
    let absolute = |path: &Path| {
        path.canonicalize().map_err(|error| io_failure("find the folder", path, error))
    };
    let home = absolute(work::folder(None, asked.plan_path))?;
    match toml::from_str::<Sources>(&text) {
        Ok(plan) if plan.folder.is_absolute() || home == absolute(folder)? => Ok(plan.folder),
        _ => absolute(&asked.plan.folder),
    }
}
