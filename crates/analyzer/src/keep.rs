//! What happens to an existing plan.
//!
//! A person may have edited it, so it is never overwritten: while the sources are the same the
//! analyzer leaves it alone and says so, and when they have changed it refuses until `--force`. A
//! file that is not a plan is never replaced, not even with `--force`. A plan that a person
//! completed takes precedence over the analyzer's doubts: a data set that the analyzer alone would
//! refuse is accepted with a plan whose source files are unchanged; flags that contradict that plan
//! are refused.

use std::collections::BTreeMap;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic::same_file;
use ecom_core::input;
use ecom_core::plan::{Plan, Role, Table, TableName};
use ecom_core::source::is_data_file;
use ecom_core::work;

use crate::cli::Args;
use crate::read::folder::DataFiles;

/// What happened to the file of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanOutcome {
    Written,
    /// It already contains what would be written.
    Same,
    /// It was edited, and its source files have not changed.
    Edited,
}

/// Refuses to write the plan over anything but a plan, even with `--force`.
pub(crate) fn guard(path: &Path, folder: &Path, files: &DataFiles) -> Result<(), Failure> {
    input::check_regular(path)?;
    let shown = path.display();
    let refuse =
        |why: &str| Err(Failure::refused(format!("{shown} {why} (choose another --plan)")));
    if files.all().any(|source| same_file(source, path)) {
        return refuse("is a file of the data set");
    }
    // The next run would read the plan as a source file.
    if is_data_file(path) && same_file(work::folder(None, path), folder) {
        return refuse("would be read as data");
    }
    match Plan::read(path) {
        Err(cause) if path.try_exists().unwrap_or(true) && !looks_like_a_plan(path) => {
            let problem = "refusing to overwrite a file that is not a plan (choose another --plan)";
            Err(Failure::refused(problem).because(cause))
        }
        _ => Ok(()),
    }
}

/// True for a plan of any version, even one that a typo has made unreadable: it begins with its
/// version. An empty file has nothing to lose.
fn looks_like_a_plan(path: &Path) -> bool {
    let Ok(text) = input::text(path) else { return false };
    let is_version = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let value = value.split('#').next()?.trim();
        (name.trim() == "version").then(|| value.parse::<u32>().is_ok())
    };
    let mut lines = text.lines().take_while(|line| !line.trim_start().starts_with('['));
    text.trim().is_empty() || lines.any(|line| is_version(line) == Some(true))
}

/// Writes the plan unless that would destroy somebody's edits.
pub(crate) fn write_plan(plan: &Plan, path: &Path, args: &Args) -> Result<PlanOutcome, Failure> {
    if args.force || !path.try_exists().unwrap_or(true) {
        // An equal plan keeps its file, and with it the comments that a person wrote there.
        if Plan::read(path).is_ok_and(|old| old == *plan) {
            return Ok(PlanOutcome::Same);
        }
        plan.write(path)?;
        return Ok(PlanOutcome::Written);
    }
    let old = Plan::read(path).map_err(|error| {
        Failure::refused("the existing plan cannot be read (--force replaces it)").because(error)
    })?;
    if old == *plan {
        return Ok(PlanOutcome::Same);
    }
    let shown = path.display();
    if let Some(file) = changed_source(&old, plan) {
        return Err(Failure::refused(format!(
            "{shown} was made from other files: {file} differs (--force replaces the plan)"
        )));
    }
    let asks = |asked: bool, what: &str| {
        let problem =
            format!("{shown} has a different {what} (--force replaces the plan and its edits)");
        if asked { Err(Failure::refused(problem)) } else { Ok(()) }
    };
    // The ratio was written and read, never calculated, so equal ratios have equal bits.
    asks(args.ratio.is_some_and(|ratio| ratio.to_bits() != old.split.ratio.to_bits()), "ratio")?;
    asks(args.by.is_some_and(|by| by != old.split.by), "kind of cut")?;
    asks(!args.role.is_empty() && roles(&old) != roles(plan), "role for a column")?;
    let formats_asked = args.date_order.is_some()
        || args.number_style.is_some()
        || !args.answers().formats.is_empty();
    asks(formats_asked && formats(&old) != formats(plan), "format for a column")?;
    asks(!args.encoding.is_empty() && encodings(&old) != encodings(plan), "encoding")?;
    Ok(PlanOutcome::Edited)
}

/// The formats of all columns.
fn formats(plan: &Plan) -> Vec<(TableName, &str, Option<&str>)> {
    let columns = plan
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table.name, column)));
    columns.map(|(table, column)| (table, column.name.as_str(), column.format.as_deref())).collect()
}

/// The encodings of all source files.
fn encodings(plan: &Plan) -> Vec<(&str, &str)> {
    let files = plan.tables.iter().flat_map(Table::files);
    files.map(|source| (source.file, source.dialect.encoding.as_str())).collect()
}

/// The roles of all columns of the source files.
fn roles(plan: &Plan) -> Vec<(TableName, &str, Option<Role>)> {
    let tables = plan.tables.iter().filter(|table| !table.derived);
    let columns = tables.flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let of_files = columns.filter(|(_, column)| !column.generated);
    of_files.map(|(table, column)| (table.name, column.header.as_str(), column.role)).collect()
}

/// True for a plan of this folder that lists all of `files` and whose source files are unchanged. A
/// person may have completed it, so it counts even if the analyzer alone would not know enough.
pub(crate) fn is_current(
    path: &Path,
    folder: &Path,
    mut files: impl Iterator<Item = String>,
) -> bool {
    let is_here = |plan: &Plan| plan.folder.canonicalize().is_ok_and(|found| found == folder);
    let plan = Plan::read(path).ok().filter(is_here);
    plan.is_some_and(|plan| {
        let known = known(&plan);
        files.all(|file| known.contains_key(&file))
            && plan.tables.iter().all(|table| plan.check_source(table).is_ok())
    })
}

/// The first file that only one of the plans lists, or that they list with different checksums.
fn changed_source(old: &Plan, new: &Plan) -> Option<String> {
    // A data set can be moved; its name then stays the same.
    if old.folder != new.folder && old.data_set != new.data_set {
        return Some(old.folder.display().to_string());
    }
    let (old, new) = (known(old), known(new));
    let differs = |(file, sha256): &(&String, &Option<String>)| {
        let before = old.get(*file);
        before.is_none_or(|before| before.is_some() && sha256.is_some() && before != *sha256)
    };
    let gone = old.keys().find(|file| !new.contains_key(*file));
    new.iter().find(differs).map(|(file, _)| file).or(gone).cloned()
}

/// The files that a plan has in tables, with their SHA-256, and those that it leaves out.
fn known(plan: &Plan) -> BTreeMap<String, Option<String>> {
    let left_out = plan.left_out.iter().map(|left| (left.file.clone(), None));
    let sources = plan.tables.iter().flat_map(Table::files);
    left_out.chain(sources.map(|source| (source.shown(), Some(source.sha256.into())))).collect()
}
