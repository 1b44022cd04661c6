//! Generates the log files, or finds that they are there already.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use ecom_core::Code;
use ecom_core::checksum::Tally;
use ecom_core::exit::{Failure, io_failure};
use ecom_core::lock::RunLock;
use ecom_core::plan::{self, Plan, Role, Table};
use ecom_core::report::untyped::Report;
use ecom_core::settings::Format;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::{MANIFEST, Manifest};

use crate::archive::{Archive, HandOver};
use crate::cli::Args;
use crate::narrator::{Census, Narrator};
use crate::pace::Pace;
use crate::request::Request;
use crate::truth::{self, Counter, Truth};

const TOOL: &str = env!("CARGO_BIN_NAME");

/// Generates the log files.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new(TOOL, args.common);
    let stop = Stop::listen().context("cannot listen for signals")?;
    File::open(&args.csv).map_err(|error| io_failure("read", &args.csv, error))?;
    let plan_path = args.plan.clone().unwrap_or_else(|| folder_of(&args.csv).join(plan::FILE_NAME));
    let work = folder_of(&plan_path);
    let plan = Plan::read(&plan_path)?;
    let table = plan.transactions()?;
    let request = Request::new(args, table)?;
    let lines = request.lines();
    check_manifest(work, &plan, &request, &args.csv)?;
    let _lock = RunLock::acquire(work, TOOL)?;
    let archive = Archive::open(work, TOOL)?;
    if args.reset {
        archive.reset()?;
    }
    if let Some(earlier) = archive.request()? {
        refuse_another(&request, &earlier, &args.csv)?;
        if let Some(truth) = complete(&archive, work, &request)? {
            ui.status(format!("all {lines} lines were written before: nothing changed"));
            print(&truth, args.format.format)?;
            return Ok(Code::Success);
        }
    }
    let census = Census::take(&args.csv, table, lines, &stop)?;
    let _output_lock = RunLock::of_folder(&request.output_dir)?;
    say_what_is_missing(&ui, table);
    let mut report = Report::begin(TOOL, env!("CARGO_PKG_VERSION"), &plan.data_set);
    report.detail("request", &request);
    let mut job = Job {
        narrator: Narrator::new(&args.csv, &plan, census, lines, request.seed)?,
        hand_over: archive.hand_over(&request)?,
        archive,
        counter: Counter::default(),
        pace: Pace::new(args.rate),
        stop,
    };
    let result = job.write_all(&request, &ui);
    let (orders, records) = job.narrator.told();
    let truth = job.counter.truth(orders);
    report.accepted = records.into();
    truth.tell(&mut report);
    match result {
        Ok(()) => report.write(work, Code::Success)?,
        Err(failure) => {
            if matches!(failure.code(), Code::Interrupted | Code::Terminated) {
                report.write(work, failure.code())?;
            }
            return Err(failure.into());
        }
    }
    let all = if job.narrator.told_all() { "all" } else { "the first" };
    ui.status(format!(
        "wrote {} lines in {} files to {}: {all} {orders} orders told",
        truth.lines,
        truth.files.len(),
        args.output_dir.display(),
    ));
    print(&truth, args.format.format)?;
    Ok(Code::Success)
}

/// The run while it makes lines and hands files over.
struct Job {
    narrator: Narrator,
    hand_over: HandOver,
    archive: Archive,
    counter: Counter,
    pace: Pace,
    stop: Stop,
}

impl Job {
    fn write_all(&mut self, request: &Request, ui: &Ui) -> Result<(), Failure> {
        let progress = ui.records("log lines", request.lines());
        let mut line = String::new();
        for number in 0..request.num_files {
            let wanted = request.lines_of(number);
            let mut made = self.narrator.line(&mut line)?;
            let (name, mut file) = self.hand_over.file(number, self.narrator.second())?;
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
                    progress.set(number * request.logs_per_file + tally.count);
                }
                made = self.narrator.line(&mut line)?;
            }
            match file {
                Some(file) => self.hand_over.finish(&name, file)?,
                None => self.archive.check(&name, tally)?,
            }
            self.counter.add_file(name, tally, bytes);
            progress.set(number * request.logs_per_file + wanted);
        }
        Ok(())
    }

    fn check_stop(&self, request: &Request) -> Result<(), Failure> {
        self.stop.check(|| {
            let files = self.counter.files();
            format!("{files} of {} files handed over; a re-run goes on there", request.num_files)
        })
    }
}

/// The folder that a file is in.
fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Refuses a file that the splitter did not write, where there is a manifest to say so.
fn check_manifest(work: &Path, plan: &Plan, request: &Request, csv: &Path) -> Result<(), Failure> {
    if !work.join(MANIFEST).exists() {
        return Ok(());
    }
    let manifest = Manifest::read(work)?;
    manifest.check_plan(plan)?;
    match manifest.named(&request.csv) {
        Some(file) if file.sha256 == request.sha256 => Ok(()),
        _ => Err(Failure::refused(format!(
            "{} is not a file that the splitter wrote: split the data set again",
            csv.display()
        ))),
    }
}

fn refuse_another(request: &Request, earlier: &Request, csv: &Path) -> Result<(), Failure> {
    let differences = request.differences(earlier);
    if differences.is_empty() {
        return Ok(());
    }
    Err(Failure::refused(format!(
        "{}: logs were written for another request before ({}): run it again, or --reset to forget \
         its files",
        csv.display(),
        differences.join(", ")
    )))
}

/// The truth about a run of this request that is complete, proven by its copies.
fn complete(archive: &Archive, work: &Path, request: &Request) -> Result<Option<Truth>, Failure> {
    let Some(earlier) = truth::earlier(work, TOOL) else { return Ok(None) };
    if earlier.request != *request {
        return Ok(None);
    }
    for file in &earlier.truth.files {
        archive.check(&file.name, Tally { count: file.lines, checksum: file.checksum })?;
    }
    Ok((earlier.exit_code == 0).then_some(earlier.truth))
}

fn say_what_is_missing(ui: &Ui, table: &Table) {
    let has = |role| table.role(role).is_some();
    if !has(Role::CustomerId) && !has(Role::CustomerName) {
        ui.status("the data has no customer column: the lines speak of a guest");
    }
    if !has(Role::EventTime) {
        ui.status("the data has no event time: the lines are dated from a fixed day on");
    }
}

fn print(truth: &Truth, format: Format) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Text => truth.print(&mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, truth)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(())
}
