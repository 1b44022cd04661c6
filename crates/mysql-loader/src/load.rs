//! Loads the split files into staging tables, proves them, and publishes all tables in one step.

use std::io::{self, Write as _};
use std::time::Instant;

use anyhow::Context as _;
use ecom_core::escape::sql_text;
use ecom_core::lock::RunLock;
use ecom_core::plan::{Plan, TableName};
use ecom_core::report::{Accepted, Loading, Run};
use ecom_core::schema::Naming;
use ecom_core::settings::{Format, MysqlArgs};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::{Code, Failure};

use crate::cli::Args;
use crate::defects;
use crate::live::{self, Live};
use crate::session::Session;
use crate::source::{self, Source};
use crate::staging::{self, Channel, Loaded};
use crate::summary;

/// Seconds that the server may take to notice the end of another run.
const LOCK_WAIT: u64 = 2;
/// Seconds that the last statement of a run may go on when the run has ended: the server cannot
/// leave every one half-way.
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
    let sources = source::sources(&plan, folder)?;
    live::check_names(&sources.iter().map(Source::name).collect::<Vec<_>>())?;
    plan.absences().for_each(|absence| ui.status(absence));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let work = Work { args, plan: &plan, sources: &sources, ui: &ui, stop: &stop };
    let (loaded, unchanged) = runtime.block_on(work.run())?;

    let database = args.mysql.address();
    let summary = summary::of(&plan.data_set, &database, unchanged, &loaded, begin.elapsed());
    let mut accepted = Accepted::default();
    for (_, loaded) in &loaded {
        accepted += loaded.tally;
    }
    let loading = Loading { mysql: summary.clone() };
    run.end(Code::Success, accepted, loading).write(folder, None)?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    match args.format.format {
        Format::Text => summary::write_text(&summary, &mut output)?,
        Format::Json => summary::write_json(&summary, &mut output)?,
    }
    output.flush()?;
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

/// All that a run works with.
struct Work<'a> {
    args: &'a Args,
    plan: &'a Plan,
    sources: &'a [Source],
    ui: &'a Ui,
    stop: &'a Stop,
}

/// Tables with what loading them took, and whether all of it was there already.
type Outcome<'a> = (Vec<(&'a Source, Loaded)>, bool);

impl<'a> Work<'a> {
    async fn run(&self) -> Result<Outcome<'a>, Failure> {
        let (mut reader, mut session) = self.connect().await?;
        let live = Live::inspect(&mut session, &self.names()).await?;
        live.drop_left_over(&mut session, self.args.replace, self.ui).await?;
        if live.holds(&self.marks()) {
            if let Some(outcome) = self.verify(&mut session).await? {
                reader.close().await;
                session.close().await;
                return Ok((outcome, true));
            }
            self.ui.status("the tables were changed since they were loaded: loading them again");
        }
        live.check_replaceable(&mut session, &self.names(), self.args.replace).await?;

        let connections = [session.id(), reader.id()];
        let staged = tokio::select! {
            staged = self.stage(&mut session, &mut reader) => staged,
            code = stopped(self.stop) => Err(defects::stopped(code)),
        };
        let published = match staged {
            Ok(loaded) => self.publish(&mut session).await.map(|()| loaded),
            Err(failure) => Err(failure),
        };
        match published {
            Ok(loaded) => {
                reader.close().await;
                session.close().await;
                Ok((loaded, false))
            }
            Err(failure) => {
                drop((session, reader));
                self.clean_up(&connections).await;
                Err(failure)
            }
        }
    }

    /// Connects once to read back and once to write, and takes the locks of both. That of the run is
    /// with the connection that reads back: when this process is killed, the server notices there
    /// at once, while the other may be in the middle of a long statement.
    async fn connect(&self) -> Result<(Session, Session), Failure> {
        let mysql = &self.args.mysql;
        let mut reader = Session::open(mysql, self.ui, self.stop).await?;
        reader.lock(&lock_name(mysql), LOCK_WAIT).await?;
        let mut session = Session::open(mysql, self.ui, self.stop).await?;
        session.lock(&writing_lock_name(mysql), STATEMENT_WAIT).await?;
        Ok((reader, session))
    }

    /// Publishes the staging tables. No signal ends this: it takes a moment, or has happened.
    async fn publish(&self, session: &mut Session) -> Result<(), Failure> {
        // Others may have made tables while the loading went on.
        let live = Live::inspect(session, &self.names()).await?;
        live.check_replaceable(session, &self.names(), self.args.replace).await?;
        live.publish(session, &self.names()).await
    }

    /// The tables that the data set has, those that others refer to first.
    fn names(&self) -> Vec<TableName> {
        self.sources.iter().map(Source::name).collect()
    }

    fn marks(&self) -> Vec<(TableName, String)> {
        let mark = |source: &Source| (source.name(), live::mark(source, &self.plan.data_set));
        self.sources.iter().map(mark).collect()
    }

    /// Reads back the live tables; `None` when they do not hold what the files have.
    async fn verify(
        &self,
        session: &mut Session,
    ) -> Result<Option<Vec<(&'a Source, Loaded)>>, Failure> {
        let mut found = Vec::new();
        for source in self.sources {
            let begin = Instant::now();
            let tally = tokio::select! {
                tally = staging::tally(session, source.table(), &Naming::LIVE) => tally?,
                code = stopped(self.stop) => return Err(defects::stopped(code)),
            };
            if tally != Some(source.expected()) {
                return Ok(None);
            }
            found.push((source, Loaded { tally: source.expected(), time: begin.elapsed() }));
        }
        Ok(Some(found))
    }

    /// Fills and proves the staging tables.
    async fn stage(
        &self,
        session: &mut Session,
        reader: &mut Session,
    ) -> Result<Vec<(&'a Source, Loaded)>, Failure> {
        let prefix = live::free_foreign_key_prefix(session).await?;
        let naming = Naming { table_prefix: live::STAGING, foreign_key_prefix: &prefix };
        let channel = Channel::choose(session, self.ui).await?;
        let mut loaded = Vec::new();
        for source in self.sources {
            let done = staging::stage(session, reader, source, &naming, channel).await?;
            for key in &source.table().foreign_keys {
                defects::check_references(session, source, key, &naming).await?;
            }
            let mark = sql_text(&live::mark(source, &self.plan.data_set));
            let table = naming.table(source.name());
            session.execute(&format!("ALTER TABLE {table} COMMENT = {mark}")).await?;
            loaded.push((source, done));
        }
        Ok(loaded)
    }

    /// Ends what the server may still do for this run, and drops the staging tables. Where that
    /// fails, the next run does it.
    async fn clean_up(&self, connections: &[u32]) {
        // Once, and whatever signal came.
        let mysql = MysqlArgs { mysql_timeout: 0, ..self.args.mysql.clone() };
        let Ok(mut session) = Session::open(&mysql, self.ui, &Stop::default()).await else {
            return;
        };
        for id in connections {
            // An error says that the connection is gone already.
            let _ = session.execute(&format!("KILL {id}")).await;
        }
        if session.lock(&lock_name(&mysql), LOCK_WAIT).await.is_ok()
            && let Err(failure) = drop_staging(&mut session, &mysql).await
        {
            self.ui.warn(format!(
                "the staging tables are still there, the next run drops them: {failure}"
            ));
        }
        session.close().await;
    }
}

/// Drops the staging tables once no statement can make one any more.
async fn drop_staging(session: &mut Session, mysql: &MysqlArgs) -> Result<(), Failure> {
    session.lock(&writing_lock_name(mysql), STATEMENT_WAIT).await?;
    live::drop_staging(session).await
}

/// The name of the server's lock that lets one run at a time work.
fn lock_name(mysql: &MysqlArgs) -> String {
    at_most_64(&format!("mysql-loader.{}", mysql.mysql_database))
}

/// The name of the lock that the connection which writes has: when it is free, no statement of an
/// earlier run can make a table any more.
fn writing_lock_name(mysql: &MysqlArgs) -> String {
    at_most_64(&format!("mysql-loader-writes.{}", mysql.mysql_database))
}

/// As many characters of a lock's name as the server takes.
fn at_most_64(name: &str) -> String {
    name.chars().take(64).collect()
}

/// Waits for a signal.
async fn stopped(stop: &Stop) -> Code {
    loop {
        if let Some(code) = stop.requested() {
            return code;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
