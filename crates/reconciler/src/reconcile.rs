//! Reads the plan and the manifest, checks the hops, and reports the result.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::Result;
use ecom_core::exit::{Code, Failure};
use ecom_core::hdfs::Hdfs;
use ecom_core::lock::RunLock;
use ecom_core::plan::Plan;
use ecom_core::report::{self, Accepted, Proof, Run};
use ecom_core::settings::Format;
use ecom_core::show;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::{Manifest, ManifestFile, Part, folder};

use crate::check::{Check, Unchecked};
use crate::checks::Checks;
use crate::cli::Args;
use crate::hop::Hop;
use crate::law::laws;
use crate::respool::MissingLines;
use crate::runtime::Runtime;
use crate::scope::scope;
use crate::shared::lock;
use crate::sources::Sources;
use crate::verdict::FullVerdict;
use crate::{closing, text};

const TOOL: &str = "reconciler";

/// How many hops are checked at the same time; each needs memory of its own.
const MOST_AT_ONCE: usize = 3;

/// Runs the tool.
pub(crate) fn run(args: &Args) -> Result<Code> {
    let ui = Ui::new(TOOL, args.common);
    let stop = Stop::listen()?;
    let hdfs = Hdfs::new(&args.stores.hdfs)?;
    let plan = Plan::read(&args.plan)?;
    let work = folder(args.data_dir.as_deref(), &args.plan);
    let manifest = Manifest::read(work)?;
    manifest.check_plan(&plan)?;
    let hops = Hop::chosen(&args.hop);
    // A proof against changed work files would prove nothing.
    check_files(&manifest, work, &hops)?;
    let _lock = RunLock::acquire(work, TOOL)?;
    let run = Run::begin(env!("CARGO_PKG_VERSION"), &plan.data_set);
    let runtime = Runtime::new(&stop)?;
    check_topics(args, &plan)?;
    plan.absences().for_each(|absence| ui.status(absence));
    let missing = args.respool.then(|| MissingLines::new(work).map(Mutex::new)).transpose()?;
    let checks = Checks {
        args,
        plan: &plan,
        manifest: &manifest,
        work,
        hdfs: &hdfs,
        runtime: &runtime,
        stop: &stop,
        ui: &ui,
        missing: missing.as_ref(),
    };
    let verdict = check_all(&checks, &hops);
    // A stopped run has no verdict, not even about the hops that were finished.
    stop.check(|| "not every hop was checked".into())?;
    let code = verdict.code();
    let mut accepted = Accepted::default();
    verdict.checks.iter().for_each(|check| accepted += check.found);
    // Written before anything is printed, so that a closed pipe cannot lose it.
    let subject = (hops == [Hop::Analytics]).then_some(Hop::Analytics.as_str());
    run.end(code, accepted, Proof { verdict: &verdict }).write(work, subject)?;
    print(args, &verdict)?;
    judge(&verdict, code)
}

/// Refuses `--topic` for a table that is not in the plan.
fn check_topics(args: &Args, plan: &Plan) -> Result<(), Failure> {
    match args.topic.iter().find(|(table, _)| plan.table(*table).is_none()) {
        None => Ok(()),
        Some((table, _)) => {
            let names = plan.tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>();
            let names = names.join(", ");
            Err(Failure::usage(format!("--topic {table}: the tables of the plan are {names}")))
        }
    }
}

/// Refuses if a work file that is needed is not as the splitter wrote it.
fn check_files(manifest: &Manifest, work: &Path, hops: &[Hop]) -> Result<(), Failure> {
    let needed = |file: &&ManifestFile| {
        hops.iter().any(|hop| match hop {
            Hop::Input | Hop::Analytics => true,
            Hop::Mysql | Hop::Sqoop => file.part != Part::Realtime,
            Hop::Kafka => file.part != Part::Historical,
            Hop::FlumeKafka => file.part == Part::Realtime,
            Hop::FlumeLogs => false,
        })
    };
    manifest.files.iter().filter(needed).try_for_each(|file| file.check(work).map(drop))
}

/// Checks the hops, some at the same time; those that may have to wait for Flume come last.
fn check_all(checks: &Checks<'_>, hops: &[Hop]) -> FullVerdict {
    let waiting = Mutex::new(hops.iter().copied());
    let found: Mutex<(Vec<Check>, Vec<Unchecked>)> = Mutex::default();
    let work = || {
        loop {
            let Some(hop) = lock(&waiting).next() else { return };
            let checked = checks.check(hop, &mut |check| lock(&found).0.push(check));
            // The other hops are still checked and reported.
            if let Err(error) = checked {
                lock(&found).1.push(Unchecked::new(hop, &error));
            }
        }
    };
    let at_once = thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE);
    thread::scope(|scope| (0..at_once).for_each(|_| drop(scope.spawn(work))));
    let (mut checked, mut unchecked) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut sources = Sources::planned(checks.plan);
    if hops.contains(&Hop::Input)
        && let Err(failure) = sources.look(checks.plan)
    {
        unchecked.push(Unchecked::new(Hop::Input, &failure.into()));
    }
    // Threads finish in any order; the report has the order of the pipeline.
    checked.sort_by_key(|check| check.hop);
    unchecked.sort_by_key(|unchecked| unchecked.hop);
    let verdict = FullVerdict {
        outcome: report::Verdict {
            data_set: checks.plan.data_set.clone(),
            scope: scope(checks.plan, checks.manifest, &checked),
            ..report::Verdict::default()
        },
        laws: laws(&checked, &unchecked, &sources, hops),
        checks: checked,
        unchecked,
        sources,
    };
    verdict.judge()
}

/// Prints the report.
fn print(args: &Args, verdict: &FullVerdict) -> Result<()> {
    let text = match args.format.format {
        Format::Json => show::json(verdict)?,
        Format::Text => text::report(verdict, show::color(&io::stdout())),
    };
    Ok(show::print(&text)?)
}

/// The end of the run: a one-line error unless every store is equal.
fn judge(verdict: &FullVerdict, code: Code) -> Result<Code> {
    if code == Code::Success {
        return Ok(code);
    }
    if code == Code::VerificationFailed {
        return Err(Failure::verification(closing::summary(verdict)).into());
    }
    let mut message = Vec::new();
    if verdict.still_moves() {
        let words = closing::moving(verdict);
        message.push(format!("{words}: run again with --wait SECONDS"));
    }
    for Unchecked { hop, error, .. } in &verdict.unchecked {
        message.push(format!("{}: {error}", hop.as_str()));
    }
    Err(Failure::new(code, message.join("; ")).into())
}
