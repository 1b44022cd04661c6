//! Where a page may be written: never over a file of the data set, a plan, or anything else that is
//! not such a page.

use std::io::Read as _;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic::same_file;
use ecom_core::input;
use ecom_core::source::is_data_file;

use crate::read::folder::DataFiles;

/// What every page begins with.
pub(super) const BEGIN: &str =
    "<!doctype html>\n<!-- What `analyzer` found out about a data set. -->\n";

/// Refuses to write a page over anything but a page.
pub(crate) fn guard(
    path: &Path,
    plan: Option<&Path>,
    folder: &Path,
    files: &DataFiles,
) -> Result<(), Failure> {
    input::check_regular(path)?;
    let shown = path.display();
    let refuse =
        |why: &str| Err(Failure::refused(format!("{shown} {why} (choose another --html)")));
    if files.all().any(|source| same_file(source, path)) {
        return refuse("is a file of the data set");
    }
    if is_data_file(path) && same_file(ecom_core::work::folder(None, path), folder) {
        return refuse("would be read as data");
    }
    if plan.is_some_and(|plan| plan == path || same_file(plan, path)) {
        return refuse("is also the file of the plan");
    }
    if path.try_exists().unwrap_or(true) && !is_page(path) {
        return refuse("exists and is not a page that analyzer wrote");
    }
    Ok(())
}

/// True for a page that this tool wrote, and for an empty file, which has nothing to lose.
fn is_page(path: &Path) -> bool {
    let mut begin = Vec::new();
    let Ok(file) = input::open(path) else { return false };
    let read = file.take(BEGIN.len() as u64).read_to_end(&mut begin);
    read.is_ok() && (begin.is_empty() || begin == BEGIN.as_bytes())
}
