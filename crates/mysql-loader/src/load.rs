//! Loads the work files into staging tables, verifies them, and publishes all tables in one step.
//!
//! A run that is stopped waits for its last statement, because a server cannot abort every
//! statement. The connection that writes holds a lock of its own; only once that lock is free does
//! this run, or the next one, drop the staging tables.

use std::time::Instant;

use anyhow::Context as _;
use ecom_core::escape::sql_text;
use ecom_core::lock::RunLock;
use ecom_core::plan::{Plan, TableName};
use ecom_core::report::{Accepted, Loading, Run};
use ecom_core::schema::Naming;
use ecom_core::settings::{Format, MysqlArgs};
use ecom_core::show;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::{Code, Failure};

use crate::cli::Args;
use crate::defects;
use crate::existing;
use crate::live::{self, Live};
use crate::session::Session;
use crate::staging::{self, Channel, Loaded};
use crate::summary;
use crate::work_file::{self, WorkFile};

/// Seconds for the server to notice that another run has ended.
const LOCK_WAIT: u64 = 2;
/// Seconds that the last statement of an ended run may continue, as the server cannot abort every
/// statement.
const STATEMENT_WAIT: u64 = 120;

/// Runs the tool.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new(env!("CARGO_BIN_NAME"), args.common);
    let stop = Stop::listen().context("cannot listen for signals")?;
    let begin = Instant::now();
    let folder = args.data_dir();
    let plan = Plan::read(&args.plan)?;
    let run = Run::begin(env!("CARGO_PKG_VERSION"), &plan.data_set);
    let _lock = lock_folder(folder)?;
    let files = work_file::all(&plan, folder)?;
    existing::check_names(&files.iter().map(WorkFile::name).collect::<Vec<_>>())?;
    plan.absences().for_each(|absence| ui.status(absence));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let loader = Loader { args, plan: &plan, files: &files, ui: &ui, stop: &stop };
    // One thread serves the connections; reading and encoding have their own.
    let (loaded, unchanged) = runtime.block_on(loader.run())?;

    let database = args.mysql.address();
    let summary = summary::of(&plan.data_set, &database, unchanged, &loaded, begin.elapsed());
    let mut accepted = Accepted::default();
    for (_, loaded) in &loaded {
        accepted += loaded.tally;
    }
    let loading = Loading { mysql: summary.clone() };
    run.end(Code::Success, accepted, loading).write(folder, None)?;
    show::print(&match args.format.format {
        Format::Text => summary::text(&summary),
        Format::Json => show::json(&summary)?,
    })?;
    Ok(Code::Success)
}

fn lock_folder(folder: &std::path::Path) -> Result<RunLock, Failure> {
    if !folder.is_dir() {
        let folder = folder.display();
        return Err(Failure::refused(format!(
            "there is no folder {folder}: split the data set first"
        )));
    }
    RunLock::acquire(folder, "mysql-loader")
}

/// What a run works with.
struct Loader<'a> {
    args: &'a Args,
    plan: &'a Plan,
    files: &'a [WorkFile],
    ui: &'a Ui,
    stop: &'a Stop,
}

/// The tables with their loading times, and whether all were already loaded.
type Outcome<'a> = (Vec<(&'a WorkFile, Loaded)>, bool);

impl<'a> Loader<'a> {
    async fn run(&self) -> Result<Outcome<'a>, Failure> {
        let (mut reader, mut session) = self.until_stopped(self.connect()).await?;
        let live = self.until_stopped(Live::inspect(&mut session, &self.names())).await?;
        let left_over = live.drop_left_over(&mut session, self.args.replace, self.ui);
        self.until_stopped(left_over).await?;
        if live.holds(&self.marks()) {
            if let Some(outcome) = self.verify(&mut session).await? {
                reader.close().await;
                session.close().await;
                return Ok((outcome, true));
            }
            self.ui.status("the tables have changed since they were loaded: loading them again");
        }
        // Better refused now than after loading for an hour.
        let names = self.names();
        let check = live.check_replaceable(&mut session, &names, self.args.replace);
        self.until_stopped(check).await?;

        let chosen = Channel::choose(&mut session, &self.args.mysql, self.ui);
        let mut channel = self.until_stopped(chosen).await?;
        let mut connections = vec![session.id(), reader.id()];
        connections.extend(channel.id());
        let staged = self.until_stopped(self.stage(&mut session, &mut reader, &mut channel)).await;
        let published = match staged {
            Ok(loaded) => self.publish(&mut session).await.map(|()| loaded),
            Err(failure) => Err(failure),
        };
        match published {
            Ok(loaded) => {
                channel.close().await;
                reader.close().await;
                session.close().await;
                Ok((loaded, false))
            }
            Err(failure) => {
                // Dropped, not closed: a statement may still be running, and cleaning up ends it.
                drop((session, reader, channel));
                self.clean_up(&connections).await;
                Err(failure)
            }
        }
    }

    /// Waits for `work` or a signal.
    async fn until_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            done = work => done,
            code = self.stop.stopped() => Err(defects::stopped(code)),
        }
    }

    /// Connects once to read back and once to write, and takes a lock on each connection. The lock
    /// of the run is on the one that reads back: if this process is killed, the server notices at
    /// once, while the other connection may be in the middle of a long statement.
    async fn connect(&self) -> Result<(Session, Session), Failure> {
        let mysql = &self.args.mysql;
        let mut reader = Session::open(mysql, self.ui, self.stop).await?;
        reader.lock(&lock_name(mysql), LOCK_WAIT).await?;
        let mut session = Session::open(mysql, self.ui, self.stop).await?;
        session.lock(&writing_lock_name(mysql), STATEMENT_WAIT).await?;
        Ok((reader, session))
    }

    /// Publishes the staging tables. Signals do not interrupt this short step.
    async fn publish(&self, session: &mut Session) -> Result<(), Failure> {
        // Others may have created tables while this run was loading.
        let live = Live::inspect(session, &self.names()).await?;
        live.check_replaceable(session, &self.names(), self.args.replace).await?;
        live.publish(session, &self.names()).await
    }

    /// The tables of the data set, those that others refer to first.
    fn names(&self) -> Vec<TableName> {
        self.files.iter().map(WorkFile::name).collect()
    }

    fn marks(&self) -> Vec<(TableName, String)> {
        let mark = |file: &WorkFile| (file.name(), existing::mark(file, &self.plan.data_set));
        self.files.iter().map(mark).collect()
    }

    /// Reads back the live tables; `None` if they differ from the files.
    async fn verify(
        &self,
        session: &mut Session,
    ) -> Result<Option<Vec<(&'a WorkFile, Loaded)>>, Failure> {
        let mut found = Vec::new();
        for file in self.files {
            let begin = Instant::now();
            let tally = tokio::select! {
                tally = staging::tally(session, file, &Naming::LIVE) => tally?,
                code = self.stop.stopped() => return Err(defects::stopped(code)),
            };
            if tally != Some(file.expected()) {
                return Ok(None);
            }
            found.push((file, Loaded { tally: file.expected(), time: begin.elapsed() }));
        }
        Ok(Some(found))
    }

    /// Fills and verifies the staging tables.
    async fn stage(
        &self,
        session: &mut Session,
        reader: &mut Session,
        channel: &mut Channel<'_>,
    ) -> Result<Vec<(&'a WorkFile, Loaded)>, Failure> {
        let prefix = live::free_foreign_key_prefix(session).await?;
        let naming = Naming { table_prefix: existing::STAGING, foreign_key_prefix: &prefix };
        let mut loaded = Vec::new();
        for file in self.files {
            let done = staging::stage(session, reader, file, &naming, channel).await?;
            for key in &file.table().foreign_keys {
                defects::check_references(session, file, key, &naming).await?;
            }
            // Only now: a table with this comment is complete and verified.
            let mark = sql_text(&existing::mark(file, &self.plan.data_set));
            let table = naming.table(file.name());
            session.execute(format!("ALTER TABLE {table} COMMENT = {mark}")).await?;
            loaded.push((file, done));
        }
        Ok(loaded)
    }

    /// Ends the statements of this run on the server, and drops the staging tables. If that fails,
    /// the next run does it.
    async fn clean_up(&self, connections: &[u64]) {
        // One attempt, whatever signal arrived.
        let mysql = MysqlArgs { mysql_timeout: 0, ..self.args.mysql.clone() };
        let Ok(mut session) = Session::open(&mysql, self.ui, &Stop::default()).await else {
            return;
        };
        for id in connections {
            // An error means that the connection has already ended.
            let _ = session.execute(format!("KILL {id}")).await;
        }
        if session.lock(&lock_name(&mysql), LOCK_WAIT).await.is_ok()
            && let Err(failure) = drop_staging(&mut session, &mysql).await
        {
            self.ui.warn(format!("cannot drop the staging tables, the next run will: {failure}"));
        }
        session.close().await;
    }
}

/// Drops the staging tables once no statement of this run can create one.
async fn drop_staging(session: &mut Session, mysql: &MysqlArgs) -> Result<(), Failure> {
    session.lock(&writing_lock_name(mysql), STATEMENT_WAIT).await?;
    live::drop_staging(session).await
}

/// The name of the server's lock that allows one run at a time.
fn lock_name(mysql: &MysqlArgs) -> String {
    at_most_64(&format!("mysql-loader.{}", mysql.mysql_database))
}

/// The name of the lock of the connection that writes: once it is free, no statement of an earlier
/// run can create a table.
fn writing_lock_name(mysql: &MysqlArgs) -> String {
    at_most_64(&format!("mysql-loader-writes.{}", mysql.mysql_database))
}

/// The name, cut to the server's limit for lock names.
fn at_most_64(name: &str) -> String {
    name.chars().take(64).collect()
}
