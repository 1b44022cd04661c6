//! Accounts for the files in the data set's folder: the plan must have each in a table or name it in
//! `left_out`. A file in neither is a failed verification. If the plan leaves sales out, the closing
//! line starts with `!` instead of `✓`, but the exit code is that of the comparison.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::plan::{LeftOut, Plan};
use ecom_core::source::bytes::{Packing, members};
use ecom_core::source::is_data_file;
use ecom_core::work::{Manifest, REJECTS};
use serde::Serialize;

/// What happened to the source files. Each file of an archive and each sheet of a workbook counts.
#[derive(Debug, Serialize)]
pub(crate) struct Sources {
    /// How many there are in the folder; `None` if nobody looked.
    pub(crate) found: Option<u64>,
    /// How many are in tables of the plan.
    pub(crate) in_tables: u64,
    /// Those that the plan lists in `left_out`.
    pub(crate) left_out: Vec<LeftOut>,
    /// What is wrong with them.
    pub(crate) problems: Vec<String>,
}

impl Sources {
    /// What the plan says, without looking at the folder.
    pub(crate) fn planned(plan: &Plan) -> Self {
        Self {
            found: None,
            in_tables: in_tables(plan).len() as u64,
            left_out: plan.left_out.clone(),
            problems: Vec::new(),
        }
    }

    /// Compares the plan with the folder.
    pub(crate) fn look(&mut self, plan: &Plan) -> Result<(), Failure> {
        let used = in_tables(plan);
        let left_out: BTreeSet<&str> =
            plan.left_out.iter().map(|left| left.file.as_str()).collect();
        for file in left_out.iter().filter(|file| used.contains(**file)) {
            self.problems.push(format!("{file} is both in a table and in left_out of the plan"));
        }
        let is_named = |file: &str| used.contains(file) || left_out.contains(file);
        let mut found = found(&plan.folder, is_named)?;
        for file in found.iter().filter(|file| !is_named(file)) {
            let problem = "is in the folder but not in the plan: analyze the data set again";
            self.problems.push(format!("{file} {problem}"));
        }
        for file in left_out {
            if found.contains(file) {
                continue;
            }
            // It may be inside an archive that is named as a whole or cannot be read.
            if plan.folder.join(outer(file)).exists() {
                found.insert(file.to_owned());
                continue;
            }
            let problem =
                "is in left_out of the plan but not in the folder: remove it from left_out";
            self.problems.push(format!("{file} {problem}"));
        }
        self.found = Some(found.len() as u64);
        Ok(())
    }

    /// All files that the plan mentions.
    pub(crate) fn total(&self) -> u64 {
        self.in_tables + self.left_out.len() as u64
    }

    /// The left-out files with sales, or those without.
    pub(crate) fn left_out_with(&self, sales: bool) -> impl Iterator<Item = &LeftOut> {
        self.left_out.iter().filter(move |left| left.sales == sales)
    }

    /// True if every file with sales is in a table.
    pub(crate) fn has_all_sales(&self) -> bool {
        self.left_out_with(true).next().is_none()
    }
}

/// The source files of all tables; a derived table has those of the transactions.
fn in_tables(plan: &Plan) -> BTreeSet<String> {
    plan.tables.iter().flat_map(|table| table.files().map(|file| file.shown())).collect()
}

/// The name in the folder: of the archive or workbook, if the file is inside one.
fn outer(name: &str) -> &str {
    name.split_once('/').map_or(name, |(outer, _)| outer)
}

/// The data files in a folder. An archive or workbook counts as its files or sheets, unless it is
/// named as a whole.
fn found(folder: &Path, is_named: impl Fn(&str) -> bool) -> Result<BTreeSet<String>, Failure> {
    let mut found = BTreeSet::new();
    for file in data_files(folder)? {
        let inner = if is_named(&file) { None } else { inner_files(&folder.join(&file)) };
        match inner {
            Some(inner) => found.extend(inner.iter().map(|member| format!("{file}/{member}"))),
            None => drop(found.insert(file)),
        }
    }
    Ok(found)
}

/// The data files of an archive or the sheets of a workbook; `None` if there are none or they cannot
/// be read.
fn inner_files(path: &Path) -> Option<Vec<String>> {
    let packing = Packing::of(path);
    if !packing.has_members() {
        return None;
    }
    let is_sheet = packing == Packing::Workbook;
    let members = members(path).ok()?.into_iter().map(|member| member.name);
    let found: Vec<_> = members.filter(|name| is_sheet || is_data_file(Path::new(name))).collect();
    (!found.is_empty()).then_some(found)
}

/// The names of the data files in a folder, without the splitter's work files.
fn data_files(folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let failure = |error| io_failure("read", folder, error);
    // The work folder may be the data set's folder itself.
    let split = Manifest::read(folder).map(|manifest| manifest.files).unwrap_or_default();
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        let path = entry.map_err(failure)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_split = split.iter().any(|file| file.name == name);
        let is_rejects = name == REJECTS && !split.is_empty();
        if is_data_file(Path::new(&name)) && !is_split && !is_rejects && path.is_file() {
            found.insert(name);
        }
    }
    Ok(found)
}
