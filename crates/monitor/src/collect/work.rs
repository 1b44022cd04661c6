//! The work folder: what the plan, the manifest and the run reports say, the archive of logs, and the spool folder.

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
use ecom_core::work::{LOGS, LogRequest, LogTicket, MANIFEST, Manifest, folder, is_log_file};
use serde::de::DeserializeOwned;

use super::probe::Ask;
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
    /// The plan that was named; without one, that of the data set which the stores hold.
    pub(crate) plan: Option<PathBuf>,
    /// What runs leave behind.
    pub(crate) var: PathBuf,
    /// Where log files wait for Flume.
    pub(crate) spool: PathBuf,
    /// The topic of the transactions.
    pub(crate) topic: String,
}

/// The files of a run.
pub(crate) struct Probe {
    paths: Paths,
    wanted: Wanted,
    /// The last report of the streamer on its own topic: a demonstration into another topic
    /// overwrites it for a while.
    streamer: Option<Report<Delivery>>,
}

/// What the files of a run say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct WorkFolder {
    /// The data set.
    pub(crate) data_set: Option<String>,
    /// What is known of it, once there is a plan.
    pub(crate) run: Option<RunFiles>,
}

/// A run, from its plan on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RunFiles {
    /// The plan.
    pub(crate) plan: Plan,
    /// What the splitter wrote, and when.
    pub(crate) split: Option<(Manifest, DateTime<Utc>)>,
    /// What the splitter said.
    pub(crate) splitter: Option<Report<WorkFiles>>,
    /// What the loader said.
    pub(crate) loader: Option<Report<Loading>>,
    /// What the imports said, by the folder that they filled.
    pub(crate) sqoop: BTreeMap<String, Report<Import>>,
    /// What the streamer said, by table.
    pub(crate) streamer: BTreeMap<TableName, Report<Delivery>>,
    /// What log-gen said.
    pub(crate) log_gen: Option<Report<LogTruth>>,
    /// Lines that log-gen was asked for.
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
    /// When the newest of them was written.
    pub(crate) newest: Option<DateTime<Utc>>,
}

impl Probe {
    /// Looks at these paths.
    pub(crate) fn new(paths: Paths, wanted: Wanted) -> Self {
        Self { paths, wanted, streamer: None }
    }
}

impl Ask for Probe {
    type Answer = WorkFolder;

    async fn ask(&mut self) -> Result<WorkFolder, String> {
        let (paths, before) = (self.paths.clone(), self.streamer.clone());
        let looked = tokio::task::spawn_blocking(move || paths.look(before.as_ref())).await;
        let looked = looked.map_err(|_| "reading it was interrupted".to_owned());
        let work = looked.and_then(|work| work.map_err(|failure| describe(&failure.into())));
        if let Ok(WorkFolder { run: Some(run), .. }) = &work {
            self.wanted.set(wanted(&run.plan, &self.paths.topic));
            self.streamer = run.streamer.get(&TableName::Transactions).cloned();
        } else {
            self.wanted.set(Vec::new());
        }
        work
    }
}

impl Paths {
    /// The folder that is looked at, for people.
    pub(crate) fn address(&self, data_set: Option<&str>) -> String {
        let folder = match (&self.plan, data_set) {
            (Some(plan), _) => folder(None, plan).to_owned(),
            (None, Some(data_set)) => self.var.join("runs").join(data_set),
            (None, None) => self.var.join("runs"),
        };
        folder.display().to_string()
    }

    fn look(&self, before: Option<&Report<Delivery>>) -> Result<WorkFolder, Failure> {
        let mark = self.var.join("stack/data/data_set");
        let held = match fs::read_to_string(&mark) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            held => Some(held.map_err(|error| io_failure("read", &mark, error))?.trim().to_owned()),
        };
        let path = match (&self.plan, &held) {
            (Some(path), _) => path.clone(),
            (None, Some(held)) if is_plain(held) => {
                self.var.join("runs").join(held).join(plan::FILE_NAME)
            }
            (None, _) => return Ok(WorkFolder::default()),
        };
        if self.plan.is_none() && !path.exists() {
            return Ok(WorkFolder { data_set: held, run: None });
        }
        let plan = Plan::read(&path)?;
        // What was reported before the stores were filled is about stores that are gone.
        let claimed = (held.as_ref() == Some(&plan.data_set)).then(|| written(&mark)).flatten();
        let run = self.run(folder(None, &path), plan, claimed, before)?;
        Ok(WorkFolder { data_set: Some(run.plan.data_set.clone()), run: Some(run) })
    }

    fn run(
        &self,
        folder: &Path,
        plan: Plan,
        claimed: Option<DateTime<Utc>>,
        before: Option<&Report<Delivery>>,
    ) -> Result<RunFiles, Failure> {
        let manifest = folder.join(MANIFEST);
        let split = if manifest.exists() { Some(Manifest::read(folder)?) } else { None };
        let split = split.filter(|split| split.check_plan(&plan).is_ok());
        let split = split.zip(written(&manifest));
        let mut streamer = BTreeMap::new();
        for table in &plan.tables {
            let said = report::<Delivery>(folder, Delivery::subject(table.name), claimed)?;
            let own =
                |said: &Report<Delivery>| said.details.topic == topic(table.name, &self.topic);
            let earlier = said.as_ref().and(before).filter(|said| own(said)).cloned();
            let said = said.filter(own).or(earlier);
            streamer.extend(said.map(|said| (table.name, said)));
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
            archive: LogFiles::in_folder(&archive)?,
            waiting: LogFiles::in_folder(&self.spool)?,
            plan,
        })
    }
}

impl LogFiles {
    /// The log files of a folder that are complete; none where there is no folder.
    fn in_folder(folder: &Path) -> Result<Self, Failure> {
        let cannot = |error| io_failure("read the folder", folder, error);
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries.map_err(cannot)?,
        };
        let mut files = Self::default();
        for entry in entries {
            // What Flume has just deleted does not wait any more.
            if let Some(found) = log_file(&entry.map_err(cannot)?) {
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

/// The reports of all imports, by the name of the folder that they filled.
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
        let said = report(work, Some(folder), since)?;
        imports.extend(said.map(|said| (folder.to_owned(), said)));
    }
    Ok(imports)
}

/// A log file that is complete: not hidden, not being written, not eaten.
fn log_file(entry: &DirEntry) -> Option<Metadata> {
    let name = entry.file_name();
    let complete = is_log_file(name.to_str()?);
    entry.metadata().ok().filter(|found| complete && found.is_file())
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

/// A name that leads to no other folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
