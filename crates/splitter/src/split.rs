//! Splits: finds out what is asked for, does it, verifies it, prints it.

use ecom_core::lock::RunLock;
use ecom_core::plan::Plan;
use ecom_core::report::{self, Accepted, FileCount, SourceCount, WorkFiles};
use ecom_core::show::counted;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::{self, Manifest};
use ecom_core::{Code, Failure};

use crate::claims::Judge;
use crate::cli::{Args, OnOrphan};
use crate::guard::{guard, guard_foreign};
use crate::ledger::{self, Asked};
use crate::request::Request;
use crate::run::{Made, Run, Task};
use crate::{final_plan, publish, summary, verify};

/// The name of this tool, and of its lock.
pub(crate) const TOOL: &str = env!("CARGO_BIN_NAME");

/// Splits a data set.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new(TOOL, args.common);
    let stop = Stop::listen()?;
    let plan = Plan::read(&args.plan)?;
    let request = Request::new(args, &plan)?;
    let folder = work::folder(args.out_dir.as_deref(), &args.plan);
    guard(folder, &plan, &args.plan)?;
    guard_foreign(folder, &plan, &args.plan, args.force)?;
    let _lock = RunLock::acquire(folder, TOOL)?;
    publish::remove_leftovers(folder, &plan)?;
    plan.absences().for_each(|absence| ui.status(absence));
    let limit = args.max_rejects.unwrap_or_else(|| accepted_rejects(&plan, args.on_orphan));
    let (plan_path, on_orphan) = (args.plan.as_path(), args.on_orphan);
    let asked = Asked { plan: &plan, plan_path, request: &request, on_orphan };
    let manifest = if let Some(manifest) = ledger::up_to_date(folder, &asked)? {
        check_limit(&manifest, limit)?;
        ui.status("already split: the same data, plan and options; nothing was changed");
        manifest
    } else {
        let judge = Judge::new(&plan, plan_path, args.max_rejects.is_some());
        let threads = args.threads.count();
        let task = Task { plan: &plan, judge, folder, on_orphan, limit, threads };
        split(task, &asked, &ui, &stop)?
    };
    if let Some(warning) = request.empty_side(&manifest, &plan.split) {
        ui.warn(warning);
    }
    summary::print(folder, &manifest, args.format.format)?;
    Ok(code(&manifest))
}

fn split(task: Task<'_>, asked: &Asked<'_>, ui: &Ui, stop: &Stop) -> Result<Manifest, Failure> {
    let begun = report::Run::begin(env!("CARGO_PKG_VERSION"), &asked.plan.data_set);
    let (folder, threads) = (task.folder, task.threads);
    let run = Run::new(task, ui, stop)?;
    let Made { full, halves, rejects, counts } = run.make(asked.request)?;
    let final_plan = final_plan::final_plan(folder, asked, &full, &halves)?;
    let stubs: u64 = full.iter().map(|output| output.stubs).sum();
    let written = verify::verify(full, halves, threads)?;
    stop.check(|| "nothing was changed".into())?;
    let manifest = publish::publish(folder, written, rejects, asked, &final_plan)?;
    let mut accepted = Accepted::default();
    for count in &counts {
        accepted += count.accepted;
    }
    let details = WorkFiles {
        sources: counts.clone(),
        stubs,
        split: final_plan.split,
        files: manifest.files.clone(),
    };
    let report = begun.end(code(&manifest), accepted, details).with_rejected(manifest.rejected);
    report.write(folder, None)?;
    show(ui, &counts, begun.seconds());
    Ok(manifest)
}

/// The rejects that the user has accepted with the plan.
fn accepted_rejects(plan: &Plan, on_orphan: OnOrphan) -> u64 {
    let sources = plan.tables.iter().filter(|table| !table.derived);
    let known = |table: &ecom_core::plan::Table| {
        let orphans: u64 = table.foreign_keys.iter().map(|key| key.orphans).sum();
        table.rejected + if on_orphan == OnOrphan::Reject { orphans } else { 0 }
    };
    sources.map(known).sum()
}

fn check_limit(manifest: &Manifest, limit: u64) -> Result<(), Failure> {
    if manifest.rejected <= limit {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "{}, more than {limit}: nothing was changed (allow more with --max-rejects)",
        counted(manifest.rejected, "rejected record")
    )))
}

fn code(manifest: &Manifest) -> Code {
    if manifest.rejected == 0 { Code::Success } else { Code::Rejected }
}

fn show(ui: &Ui, counts: &[SourceCount], seconds: f64) {
    for file in counts.iter().flat_map(|count| &count.files) {
        let FileCount { file, read, accepted, rejected, passed_over } = file;
        let passed_over = match passed_over {
            0 => String::new(),
            count => format!("; {} without a record skipped", counted(*count, "line")),
        };
        ui.status(format!(
            "{file}: {read} read = {accepted} accepted + {rejected} rejected{passed_over}"
        ));
    }
    ui.status(format!("split and verified by count and checksum in {seconds:.1} s"));
}
