//! Reads every file of a data set, decides, reports, and writes the plan.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::{Code, code_of, describe};
use ecom_core::lock::RunLock;
use ecom_core::plan::LeftOut;
use ecom_core::report::{Analysis, Run};
use ecom_core::settings::Format;
use ecom_core::show::counted;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work;

use crate::cli::Args;
use crate::decide::plan::{Decision, decide};
use crate::decide::wishes::{Wishes, draft_file};
use crate::keep::{PlanOutcome, guard, is_current, write_plan};
use crate::name::data_set;
use crate::profile::file::FileProfile;
use crate::profile::gather::{DataSet, gather};
use crate::profile::header_check::other_width;
use crate::profile::observe::Context;
use crate::profile::part::FilePart;
use crate::read::batch::SHOWN_REJECTS;
use crate::read::folder::{self, DataFiles};
use crate::report::{Results, html, json, text};

/// Share of the records in the historical part if the user gives none.
const RATIO: f64 = 0.7;
/// Damaged records that are accepted even in a very small file.
const FEW: u64 = 10;
/// How many reasons a refusal lists.
const REASONS: usize = 3;

/// Analyzes the data set that the command line names.
#[expect(clippy::needless_pass_by_value, reason = "the shape that every tool's `run` has")]
pub(crate) fn run(args: Args) -> anyhow::Result<Code> {
    let path = folder::open(&args.dir)?;
    let data_set = data_set::name_of(&path);
    if args.print_name {
        writeln!(io::stdout(), "{data_set}")?;
        return Ok(Code::Success);
    }
    let ui = Ui::new("analyzer", args.common);
    let stop = Stop::listen()?;
    let found = folder::data_files(&path)?;
    // Checked before any file is read, because reading can take minutes.
    guard_outputs(&args, &path, &found)?;
    // Two runs with the same plan would overwrite each other's results.
    let _lock = match &args.plan {
        Some(plan) => Some(RunLock::acquire(work::folder(None, plan), "analyzer")?),
        None => None,
    };
    let run = Run::begin(env!("CARGO_PKG_VERSION"), &data_set);
    let (answers, threads) = (args.answers(), args.threads.count());
    let context = Context { ui: &ui, stop: &stop, answers: &answers, threads };
    let wishes = wishes(&args, path, data_set);
    let (DataSet { files, left_out }, read) = read(&found.sources, &args, &context)?;
    let is_read = read.is_ok();
    let decision = read
        .and_then(|()| check_rejects(&files, args.max_rejects))
        .and_then(|()| decide(&files, &wishes, &context))
        .map(|decision| with_left_out(decision, &left_out))
        .map_err(anyhow::Error::from);
    let results = Results {
        wishes: &wishes,
        files: &files,
        left_out: &left_out,
        split: found.split_names(),
        decision: decision.as_ref(),
    };
    show(&results, &args, &context)?;
    let keeps_plan = is_read && keeps_plan(&results, &args);
    let decision = match decision {
        Err(cause) if !keeps_plan => return Err(cause),
        decision => decision,
    };
    warn_rejects(&files, &ui);
    if let Some(path) = &args.plan {
        ui.status(write(&decision, path, &args)?);
        write_report(path, &files, &run)?;
    }
    Ok(code(&files))
}

/// Refuses to write the plan or the page over anything but an earlier one.
fn guard_outputs(args: &Args, folder: &Path, found: &DataFiles) -> Result<(), Failure> {
    if let Some(plan) = &args.plan {
        guard(plan, folder, found)?;
    }
    if let Some(page) = &args.html {
        html::guard(page, args.plan.as_deref(), folder, found)?;
    }
    Ok(())
}

fn wishes(args: &Args, folder: PathBuf, data_set: String) -> Wishes {
    Wishes {
        folder,
        data_set,
        ratio: args.ratio.unwrap_or(RATIO),
        by: args.by,
        roles: args.role.clone(),
        // An existing plan needs no draft.
        draft: args.plan.as_deref().filter(|plan| !plan.exists()).map(draft_file),
    }
}

/// Adds the files that could not be read to the plan.
fn with_left_out(mut decision: Decision, left_out: &[LeftOut]) -> Decision {
    decision.plan.left_out.extend(left_out.iter().cloned());
    // Sorted, so that the plan does not depend on the order of the search.
    decision.plan.left_out.sort_by(|a, b| a.file.cmp(&b.file));
    decision
}

/// The names of all files found.
fn names(files: &[FileProfile], left_out: &[LeftOut]) -> impl Iterator<Item = String> {
    let parts = files.iter().flat_map(|file| &file.parts).map(FilePart::shown);
    parts.chain(left_out.iter().map(|left| left.file.clone()))
}

/// Reads all files. If nothing can be read, the cause is returned beside an empty data set, so that
/// the report can show it too.
fn read(
    sources: &[PathBuf],
    args: &Args,
    context: &Context<'_>,
) -> Result<(DataSet, Result<(), Failure>), Failure> {
    let data = match gather(sources, &args.encoding, context) {
        Err(cause) if cause.code() == Code::Refused => {
            return Ok((DataSet::default(), Err(cause)));
        }
        gathered => gathered?,
    };
    let columns = data.files.iter().flat_map(|file| &file.columns);
    context.answers.check(columns.map(|column| column.header.as_str()))?;
    Ok((data, Ok(())))
}

/// True if an existing plan that a person completed is kept although the analyzer alone would refuse
/// the data set.
fn keeps_plan(results: &Results<'_>, args: &Args) -> bool {
    let (Err(cause), Some(path)) = (results.decision, &args.plan) else { return false };
    // These flags ask for a new plan.
    let asked = args.force || !args.role.is_empty();
    code_of(cause) == Code::Refused
        && !asked
        && check_rejects(results.files, args.max_rejects).is_ok()
        && is_current(path, &results.wishes.folder, names(results.files, results.left_out))
}

/// Writes the plan, unless the existing one is kept, and returns what happened to it.
fn write(decision: &anyhow::Result<Decision>, path: &Path, args: &Args) -> anyhow::Result<String> {
    let shown = path.display();
    let decision = match decision {
        Ok(decision) => decision,
        Err(cause) => {
            let cause = describe(cause);
            return Ok(format!(
                "kept {shown} because its source files are unchanged; without it: {cause}"
            ));
        }
    };
    Ok(match write_plan(&decision.plan, path, args)? {
        PlanOutcome::Written => format!("wrote {shown}"),
        PlanOutcome::Same => format!("{shown} is up to date: nothing changed"),
        PlanOutcome::Edited => format!(
            "kept the edited {shown} because its source files are unchanged (--force replaces it)"
        ),
    })
}

fn write_report(path: &Path, files: &[FileProfile], run: &Run) -> Result<(), Failure> {
    let accepted: u64 = files.iter().map(|file| file.rows).sum();
    let rejected = files.iter().map(|file| file.rejected).sum();
    let report = run.end(code(files), accepted, Analysis { plan: path.to_owned() });
    report.with_rejected(rejected).write(work::folder(None, path), None)
}

fn code(files: &[FileProfile]) -> Code {
    let rejected = files.iter().any(|file| file.rejected > 0);
    if rejected { Code::Rejected } else { Code::Success }
}

/// Refuses a data set with too many damaged records.
fn check_rejects(files: &[FileProfile], most: Option<u64>) -> Result<(), Failure> {
    for file in files.iter().filter(|file| file.rejected > 0) {
        let read = file.rows + file.rejected;
        // 1 %, but ten in a small file, unless that is more than half of it.
        let most = most.unwrap_or((read / 100).max(FEW.min(read / 2)));
        if file.rejected <= most && file.rows > 0 {
            continue;
        }
        if let Some(problem) = other_width(file) {
            return Err(Failure::refused(problem));
        }
        let first = file.rejects.first().map(ToString::to_string).unwrap_or_default();
        let (path, rejected) = (file.path.display(), file.rejected);
        let damaged = if file.rows == 0 {
            format!("all {} are damaged", counted(rejected, "record"))
        } else {
            format!(
                "{rejected} of {read} records are damaged, more than the {most} allowed \
                 (--max-rejects)"
            )
        };
        let reasons = reasons(file);
        return Err(Failure::refused(format!("{path}: {damaged}{reasons}; first: {first}")));
    }
    Ok(())
}

/// The most frequent reasons, if there are several.
fn reasons(file: &FileProfile) -> String {
    if file.reasons.len() < 2 {
        return String::new();
    }
    let most = file.reasons.iter().take(REASONS);
    let named: Vec<_> =
        most.map(|reason| format!("{} with {}", reason.count, reason.why)).collect();
    format!(": {}", named.join(", "))
}

fn warn_rejects(files: &[FileProfile], ui: &Ui) {
    for file in files.iter().filter(|file| file.rejected > 0) {
        for reject in &file.rejects {
            ui.warn(reject.to_string());
        }
        let more = file.rejected.saturating_sub(SHOWN_REJECTS as u64);
        if more > 0 {
            ui.warn(format!("{}: {more} more damaged records", file.name));
        }
    }
}

/// Prints the report, and writes the page if requested. For a refused data set both contain what is
/// known about its files and why it is refused.
fn show(results: &Results<'_>, args: &Args, context: &Context<'_>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.report_format() {
        Format::Text => text::write(results, args.common.verbose > 0, &mut out)?,
        Format::Json => json::write(results, &mut out)?,
    }
    out.flush()?;
    if let Some(page) = &args.html {
        html::write(results, page, context)?;
        context.ui.status(format!("wrote {}", page.display()));
    }
    Ok(())
}
