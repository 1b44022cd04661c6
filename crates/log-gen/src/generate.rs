//! Generates the log files, or finds that an earlier run wrote them all.

use std::path::Path;

use anyhow::Context as _;
use ecom_core::Code;
use ecom_core::checksum::Tally;
use ecom_core::exit::Failure;
use ecom_core::input;
use ecom_core::lock::RunLock;
use ecom_core::plan::{self, Plan, Role, Table};
use ecom_core::report::{LogTruth, Report, Run};
use ecom_core::settings::Format;
use ecom_core::show;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::{LogRequest, MANIFEST, Manifest, folder};

use crate::archive::{Archive, HandOver};
use crate::cli::Args;
use crate::narrator::{Census, Narrator};
use crate::pace::Pace;
use crate::request;
use crate::truth::{self, Counter};

const TOOL: &str = env!("CARGO_BIN_NAME");

/// Generates the log files.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new(TOOL, args.common);
    let stop = Stop::listen().context("cannot listen for signals")?;
    // A missing file is the likeliest mistake: report it before anything about its plan.
    input::open(&args.csv)?;
    let plan_path = args.plan.clone();
    let plan_path = plan_path.unwrap_or_else(|| folder(None, &args.csv).join(plan::FILE_NAME));
    let work = folder(None, &plan_path);
    let plan = Plan::read(&plan_path)?;
    let request = request::of(args, plan.transactions()?)?;
    check_manifest(work, &plan, &request, &args.csv)?;
    let _lock = RunLock::acquire(work, TOOL)?;
    let archive = Archive::open(work)?;
    if args.reset {
        archive.reset()?;
    }
    let truth = if let Some(truth) = complete(&archive, &request, &args.csv)? {
        ui.status(format!("all {} lines were written before: nothing changed", truth.lines));
        truth
    } else {
        write_logs(args, &plan, &request, archive, stop, &ui)?
    };
    show::print(&match args.format.format {
        Format::Text => truth::text(&truth),
        Format::Json => show::json(&truth)?,
    })?;
    Ok(Code::Success)
}

/// Writes the log files, or those that an earlier run has left.
fn write_logs(
    args: &Args,
    plan: &Plan,
    request: &LogRequest,
    archive: Archive,
    stop: Stop,
    ui: &Ui,
) -> Result<LogTruth, Failure> {
    let (table, lines) = (plan.transactions()?, request.lines());
    let census = Census::take(&args.csv, table, lines, &stop)?;
    // Runs for different data sets may share the output folder, and each must see the other's
    // names.
    let _output_lock = RunLock::of_folder(&request.output_dir)?;
    report_missing_columns(ui, table);
    let run = Run::begin(env!("CARGO_PKG_VERSION"), &plan.data_set);
    let mut job = Job {
        narrator: Narrator::new(&args.csv, plan, census, lines, request.seed)?,
        hand_over: archive.hand_over(request)?,
        archive,
        counter: Counter::default(),
        pace: Pace::new(args.rate),
        stop,
    };
    let result = job.write_all(request, ui);
    let (orders, records) = job.narrator.covered();
    let truth = job.counter.truth(request, orders);
    let code = result.as_ref().map_or_else(Failure::code, |()| Code::Success);
    if matches!(code, Code::Success | Code::Interrupted | Code::Terminated) {
        run.end(code, records, truth.clone()).write(job.archive.work(), None)?;
    }
    result?;
    let all = if job.narrator.is_whole() { "all" } else { "the first" };
    ui.status(format!(
        "wrote {} lines in {} files to {}, covering {all} {orders} orders",
        truth.lines,
        truth.files.len(),
        args.output_dir.display(),
    ));
    Ok(truth)
}

/// What a run works with while it writes lines and hands files over.
struct Job {
    narrator: Narrator,
    hand_over: HandOver,
    archive: Archive,
    counter: Counter,
    pace: Pace,
    stop: Stop,
}

impl Job {
    fn write_all(&mut self, request: &LogRequest, ui: &Ui) -> Result<(), Failure> {
        let progress = ui.records("log lines", request.lines());
        let mut line = String::new();
        for index in 0..request.num_files {
            let wanted = request.lines_of(index);
            let mut made = self.narrator.line(&mut line)?;
            let (name, mut file) = self.hand_over.file(index, self.narrator.second())?;
            let (mut tally, mut bytes) = (Tally::default(), 0);
            loop {
                while file.is_some() && !self.pace.is_due() {
                    self.check_stop(request)?;
                }
                self.check_stop(request)?;
                tally.add(line.as_bytes());
                bytes += line.len() as u64 + 1;
                self.counter.add(made);
                if let Some(file) = &mut file {
                    line.push('\n');
                    file.write(&line)?;
                }
                if tally.count == wanted {
                    break;
                }
                if tally.count.is_multiple_of(4096) {
                    progress.set(index * request.logs_per_file + tally.count);
                }
                made = self.narrator.line(&mut line)?;
            }
            match file {
                Some(file) => self.hand_over.finish(&name, file)?,
                None => self.archive.check(&name, tally)?,
            }
            self.counter.add_file(name, tally, bytes);
            progress.set(index * request.logs_per_file + wanted);
        }
        Ok(())
    }

    fn check_stop(&self, request: &LogRequest) -> Result<(), Failure> {
        self.stop.check(|| {
            let files = self.counter.files();
            format!("{files} of {} files handed over; a re-run resumes", request.num_files)
        })
    }
}

/// Refuses a file that the manifest, if it exists, does not list with this SHA-256.
fn check_manifest(
    work: &Path,
    plan: &Plan,
    request: &LogRequest,
    csv: &Path,
) -> Result<(), Failure> {
    if !work.join(MANIFEST).exists() {
        return Ok(());
    }
    let manifest = Manifest::read(work)?;
    manifest.check_plan(plan)?;
    manifest.entry_of(csv)?.check_sha256(csv, &request.sha256)
}

fn refuse_another(request: &LogRequest, earlier: &LogRequest, csv: &Path) -> Result<(), Failure> {
    let differences = request::differences(request, earlier);
    if differences.is_empty() {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "{}: logs were already written for a different request ({}): repeat that request, or \
         delete its files with --reset",
        csv.display(),
        differences.join(", ")
    )))
}

/// The truth about a complete run of this request, proven by its copies; refuses the files of a
/// different request. A report that cannot be read is treated as missing: the files are then
/// checked line by line.
fn complete(
    archive: &Archive,
    request: &LogRequest,
    csv: &Path,
) -> Result<Option<LogTruth>, Failure> {
    let Some(earlier) = archive.request()? else { return Ok(None) };
    refuse_another(request, &earlier, csv)?;
    let Ok(Some(report)) = Report::<LogTruth>::read(archive.work(), None) else { return Ok(None) };
    if report.details.request.as_ref() != Some(request) {
        return Ok(None);
    }
    for file in &report.details.files {
        archive.check(&file.name, Tally { count: file.lines, checksum: file.checksum })?;
    }
    Ok((report.exit_code == Code::Success as u8).then_some(report.details))
}

fn report_missing_columns(ui: &Ui, table: &Table) {
    let has = |role| table.role(role).is_some();
    if !has(Role::CustomerId) && !has(Role::CustomerName) {
        ui.status("the data set has no customer column: every customer is a guest");
    }
    if !has(Role::EventTime) {
        ui.status("the data set has no event time: the lines start on a fixed day");
    }
}
