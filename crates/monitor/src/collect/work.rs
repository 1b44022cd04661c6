//! The work folder: plan, manifest, run reports and archived log files; and the spool folder.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use ecom_core::Failure;
use ecom_core::exit::{describe, io_failure};
use ecom_core::plan::{self, Plan, Role, TableName};
use ecom_core::report::{Delivery, Details, Import, Loading, LogTruth, Report, WorkFiles};
use ecom_core::settings::VAR_DIR;
use ecom_core::work::{
    LOGS, LogRequest, LogTicket, MANIFEST, Manifest, StoresMark, folder, is_log_file,
    waits_for_flume,
};
use serde::de::DeserializeOwned;

use super::probe::Ask;
use super::subject::{Subjects, offer};
use super::wanted::{Wanted, WantedTable};

/// The folders on this machine.
#[derive(Args, Clone, Debug)]
pub(crate) struct FolderArgs {
    /// Folder of the work folders and the servers' state
    #[arg(long, env = "ECOM_VAR_DIR", value_name = "DIR", default_value = VAR_DIR)]
    pub(crate) var_dir: PathBuf,

    /// Folder where log files wait for Flume [default: logs/incoming below --var-dir]
    #[arg(long = "spool-dir", env = "LOG_SPOOL_DIR", value_name = "DIR")]
    spool: Option<PathBuf>,
}

impl FolderArgs {
    /// Where log files wait for Flume.
    pub(crate) fn spool_dir(&self) -> PathBuf {
        self.spool.clone().unwrap_or_else(|| self.var_dir.join("logs/incoming"))
    }
}

/// Where the plan, the reports and the log files are.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The plan to watch; without one, that of the data set in the stores.
    pub(crate) plan: Option<PathBuf>,
    /// The folder of the work folders and the servers' state.
    pub(crate) var: PathBuf,
    /// Where log files wait for Flume.
    pub(crate) spool: PathBuf,
    /// The topic of the transactions.
    pub(crate) topic: String,
}

/// The probe of the work folder.
pub(crate) struct Probe {
    paths: Paths,
    wanted: Wanted,
    subjects: Subjects,
}

/// What the work folder says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WorkFolder {
    /// The data set.
    pub(crate) data_set: Option<String>,
    /// What is known about it, once there is a plan.
    pub(crate) run: Option<RunFiles>,
}

/// Everything that was recorded about a data set, starting with its plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RunFiles {
    /// The plan.
    pub(crate) plan: Plan,
    /// The work folder.
    pub(crate) folder: PathBuf,
    /// When the stores were claimed for it.
    pub(crate) claimed: Option<DateTime<Utc>>,
    /// What the splitter wrote, and when.
    pub(crate) split: Option<(Manifest, DateTime<Utc>)>,
    /// The report of the splitter.
    pub(crate) splitter: Option<Report<WorkFiles>>,
    /// The report of mysql-loader.
    pub(crate) loader: Option<Report<Loading>>,
    /// The reports of the imports, by target folder.
    pub(crate) sqoop: BTreeMap<String, Report<Import>>,
    /// The reports of the streamer, by table.
    pub(crate) streamer: BTreeMap<TableName, Report<Delivery>>,
    /// The report of log-gen.
    pub(crate) log_gen: Option<Report<LogTruth>>,
    /// The lines that were requested from log-gen.
    pub(crate) lines_wanted: Option<LogRequest>,
    /// The log files that were handed over.
    pub(crate) archive: LogFiles,
    /// The log files that wait for Flume.
    pub(crate) waiting: LogFiles,
}

/// Some log files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogFiles {
    /// How many.
    pub(crate) count: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// When the newest one was written.
    pub(crate) newest: Option<DateTime<Utc>>,
}

impl Probe {
    /// Watches these paths.
    pub(crate) fn new(paths: Paths, wanted: Wanted, subjects: Subjects) -> Self {
        Self { paths, wanted, subjects }
    }
}

impl Ask for Probe {
    type Answer = WorkFolder;

    async fn ask(&mut self) -> Result<WorkFolder, String> {
        let paths = self.paths.clone();
        let read = tokio::task::spawn_blocking(move || paths.read()).await;
        let read = read.map_err(|_| "reading the work folder failed".to_owned());
        let work = read.and_then(|work| work.map_err(|failure| describe(&failure.into())));
        // Before the tables, whose readers may ask for it at once. A plan that cannot be read is no other.
        if let Ok(WorkFolder { run, .. }) = &work {
            offer(&self.subjects, run.as_ref());
        }
        if let Ok(WorkFolder { run: Some(run), .. }) = &work {
            self.wanted.set(wanted(&run.plan, &self.paths.topic));
        } else {
            self.wanted.set(Vec::new());
        }
        work
    }
}

impl Paths {
    /// The folder that is watched, for people.
    pub(crate) fn address(&self, data_set: Option<&str>) -> String {
        let folder = match (&self.plan, data_set) {
            (Some(plan), _) => folder(None, plan).to_owned(),
            (None, Some(data_set)) => self.var.join("runs").join(data_set),
            (None, None) => self.var.join("runs"),
        };
        folder.display().to_string()
    }

    fn read(&self) -> Result<WorkFolder, Failure> {
        let mark = StoresMark::of(&self.var.join("stack/data"));
        let held = mark.read()?;
        let path = match (&self.plan, &held) {
            (Some(path), _) => path.clone(),
            (None, Some(held)) => self.var.join("runs").join(held).join(plan::FILE_NAME),
            (None, None) => return Ok(WorkFolder::default()),
        };
        if self.plan.is_none() && !path.exists() {
            return Ok(WorkFolder { data_set: held, run: None });
        }
        let plan = Plan::read(&path)?;
        // The mark is written when the stores are claimed: older reports are about stores that are
        // gone.
        let claimed = (held.as_ref() == Some(&plan.data_set)).then(|| mark.since()).flatten();
        let run = self.run(folder(None, &path), plan, claimed)?;
        Ok(WorkFolder { data_set: Some(run.plan.data_set.clone()), run: Some(run) })
    }

    fn run(
        &self,
        folder: &Path,
        plan: Plan,
        claimed: Option<DateTime<Utc>>,
    ) -> Result<RunFiles, Failure> {
        let manifest = folder.join(MANIFEST);
        let split = if manifest.exists() { Some(Manifest::read(folder)?) } else { None };
        // The manifest of another plan says nothing about this one.
        let split = split.filter(|split| split.check_plan(&plan).is_ok());
        let split = split.zip(written(&manifest));
        let mut streamer = BTreeMap::new();
        for table in &plan.tables {
            let found = report::<Delivery>(folder, Delivery::subject(table.name), claimed)?;
            // It may be of a time when the topic had another name.
            let own = found.filter(|found| found.details.topic == topic(table.name, &self.topic));
            streamer.extend(own.map(|own| (table.name, own)));
        }
        let archive = folder.join(LOGS);
        Ok(RunFiles {
            split,
            splitter: report(folder, None, None)?,
            loader: report(folder, None, claimed)?,
            sqoop: imports(folder, claimed)?,
            streamer,
            log_gen: report(folder, None, claimed)?,
            lines_wanted: LogTicket::read(&archive).ok().flatten().map(|ticket| ticket.request),
            archive: LogFiles::in_folder(&archive, is_log_file)?,
            waiting: LogFiles::in_folder(&self.spool, waits_for_flume)?,
            plan,
            folder: folder.to_owned(),
            claimed,
        })
    }
}

impl LogFiles {
    /// The files of a folder whose names count; none if the folder does not exist.
    fn in_folder(folder: &Path, counts: fn(&str) -> bool) -> Result<Self, Failure> {
        let cannot = |error| io_failure("read the folder", folder, error);
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries.map_err(cannot)?,
        };
        let mut files = Self::default();
        for entry in entries {
            // Flume may just have deleted the file.
            if let Some(found) = file(&entry.map_err(cannot)?, counts) {
                files.count += 1;
                files.bytes += found.len();
                files.newest = files.newest.max(found.modified().ok().map(Into::into));
            }
        }
        Ok(files)
    }
}

/// The report about a subject, if it was written after `since`.
fn report<D: Details + DeserializeOwned>(
    work: &Path,
    subject: Option<&str>,
    since: Option<DateTime<Utc>>,
) -> Result<Option<Report<D>>, Failure> {
    let report = Report::read(work, subject)?;
    Ok(report.filter(|report: &Report<D>| since.is_none_or(|since| report.ended >= since)))
}

/// The reports of all imports, by the name of the target folder.
fn imports(
    work: &Path,
    since: Option<DateTime<Utc>>,
) -> Result<BTreeMap<String, Report<Import>>, Failure> {
    let mut imports = BTreeMap::new();
    let Ok(entries) = fs::read_dir(work.join("reports")) else { return Ok(imports) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let tool = name.to_str().and_then(|name| name.strip_suffix(".json"));
        let folder = tool.and_then(|tool| tool.strip_prefix(Import::NAME)?.strip_prefix('-'));
        let Some(folder) = folder else { continue };
        let found = report(work, Some(folder), since)?;
        imports.extend(found.map(|found| (folder.to_owned(), found)));
    }
    Ok(imports)
}

/// The metadata of a complete log file: not hidden, not being written, not consumed.
fn file(entry: &DirEntry, counts: fn(&str) -> bool) -> Option<Metadata> {
    let counted = counts(&entry.file_name().to_string_lossy());
    entry.metadata().ok().filter(|found| counted && found.is_file())
}

fn wanted(plan: &Plan, streamed: &str) -> Vec<WantedTable> {
    let tables = plan.tables.iter().map(|table| WantedTable {
        name: table.name.to_string(),
        event_time: table.role(Role::EventTime).map(|index| table.columns[index].name.clone()),
        topic: topic(table.name, streamed).to_owned(),
        streamed: table.name == TableName::Transactions,
    });
    tables.collect()
}

/// The topic of a table.
fn topic(table: TableName, streamed: &str) -> &str {
    if table == TableName::Transactions { streamed } else { table.topic() }
}

/// When a file was written.
fn written(path: &Path) -> Option<DateTime<Utc>> {
    fs::metadata(path).and_then(|found| found.modified()).ok().map(Into::into)
}
