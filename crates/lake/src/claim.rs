//! Which data set the stores hold: [`StoresMark`], and beside it `sources`, with the path of the data
//! set's folder, then one line per source file: its name and its SHA-256. Stores that an early version
//! filled have no `sources`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use ecom_core::plan::{Plan, Table, sha256_of};
use ecom_core::work::StoresMark;
use ecom_core::{Failure, atomic, escape, input, show};

const BEGIN_ANEW: &str = "run again from step 1 with --reset to empty the stores first";

/// A run that is about to fill the stores.
#[derive(Debug, Args)]
pub(crate) struct ClaimArgs {
    /// Name of the data set
    #[arg(long, value_name = "NAME")]
    pub(crate) data_set: String,

    /// Folder of the data set's source files
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: PathBuf,

    /// Plan of the data set; check accepts a missing one
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// Folder of the stores' data [default: do not compare with the stores]
    #[arg(long, value_name = "DIR")]
    pub(crate) stores: Option<PathBuf>,

    /// Also compare the source files with their SHA-256 in the plan
    #[arg(long)]
    pub(crate) files: bool,
}

/// Refuses a data set that is not the one in the stores, and a plan made from other files.
///
/// # Errors
///
/// Exit code 4: the stores hold another data set; the plan was made from another folder of the same
/// name; the stores were filled from other files; with `--files`, a source file has changed.
pub(crate) fn check(wanted: &ClaimArgs) -> Result<(), Failure> {
    let held = match &wanted.stores {
        Some(stores) => StoresMark::of(stores).read()?,
        None => None,
    };
    if let Some(held) = held.as_ref().filter(|held| **held != wanted.data_set) {
        let problem = format!("the stores hold the data set {held}");
        return Err(Failure::refused(format!(
            "{problem}: run again with --reset to empty them first"
        )));
    }
    // The first step of a run checks before there is a plan.
    if !wanted.plan.exists() {
        return Ok(());
    }
    let plan = Plan::read(&wanted.plan)?;
    let sources = sources(&plan);
    refuse_other_folder(wanted, sources.lines().next().unwrap_or_default())?;
    // Without a mark the stores are empty, whatever a killed run left beside it.
    let stores = wanted.stores.as_deref().filter(|_| held.is_some()).map(StoresMark::of);
    if let Some(known) = stores.and_then(|mark| input::text(&mark.sources()).ok()) {
        compare(wanted, &known, &sources)?;
    }
    if wanted.files { check_files(wanted, &plan) } else { Ok(()) }
}

/// Checks, then writes the files that are missing.
pub(crate) fn claim(wanted: &ClaimArgs) -> Result<(), Failure> {
    check(wanted)?;
    let Some(stores) = &wanted.stores else { return Ok(()) };
    let mark = StoresMark::of(stores);
    let sources_file = mark.sources();
    if mark.since().is_none() || !sources_file.exists() {
        // Before the mark: a mark without sources would look like that of an early version.
        atomic::write(&sources_file, sources(&Plan::read(&wanted.plan)?).as_bytes())?;
    }
    mark.set(&wanted.data_set)
}

/// Prints the files with sales that the plan leaves out, one per line.
pub(crate) fn list_left_out(plan: &Path) -> anyhow::Result<()> {
    let plan = Plan::read(plan)?;
    let files = plan.left_out.iter().filter(|left| left.sales);
    let lines: String = files.map(|left| escape::line(&left.file) + "\n").collect();
    Ok(show::print(&lines)?)
}

/// The content of the file `sources` for a plan.
fn sources(plan: &Plan) -> String {
    let folder = plan.folder.canonicalize().unwrap_or_else(|_| plan.folder.clone());
    let files = plan.tables.iter().flat_map(Table::files);
    let files: BTreeSet<_> =
        files.map(|source| format!("{} {}\n", source.file, source.sha256)).collect();
    format!("{}\n{}", folder.display(), files.into_iter().collect::<String>())
}

/// Two folders of the same name are two data sets, although they share a work folder.
fn refuse_other_folder(wanted: &ClaimArgs, held: &str) -> Result<(), Failure> {
    let folder = wanted.folder.canonicalize().unwrap_or_else(|_| wanted.folder.clone());
    if Path::new(held) == folder {
        return Ok(());
    }
    let (name, folder) = (&wanted.data_set, folder.display());
    let problem = format!("{name} is the data set of {held}, not of {folder}");
    Err(Failure::refused(format!("{problem}: {BEGIN_ANEW}")))
}

/// Refuses stores that were not filled from the files of the plan.
fn compare(wanted: &ClaimArgs, known: &str, sources: &str) -> Result<(), Failure> {
    refuse_other_folder(wanted, known.lines().next().unwrap_or_default())?;
    let (known, sources): (BTreeSet<_>, BTreeSet<_>) =
        (known.lines().skip(1).collect(), sources.lines().skip(1).collect());
    // One line is enough to name: the way out is the same for all.
    match known.symmetric_difference(&sources).next() {
        Some(line) => Err(other_file(wanted, line.rsplit_once(' ').map_or(line, |(name, _)| name))),
        None => Ok(()),
    }
}

fn check_files(wanted: &ClaimArgs, plan: &Plan) -> Result<(), Failure> {
    let files = plan.tables.iter().flat_map(Table::files);
    let files: BTreeSet<_> = files.map(|source| (source.file, source.sha256)).collect();
    for (file, sha256) in files {
        if sha256_of(&plan.folder.join(file)).ok().as_deref() != Some(sha256) {
            return Err(other_file(wanted, file));
        }
    }
    Ok(())
}

fn other_file(wanted: &ClaimArgs, file: &str) -> Failure {
    let path = wanted.folder.join(file);
    let problem = format!("{} is not the file that was analyzed", path.display());
    Failure::refused(format!("{problem}: {BEGIN_ANEW}"))
}
