//! Queries the servers, each with its own deadline, and keeps their last answers.
//!
//! Nothing here reads the data lake itself. A folder costs one content summary per round, plus a
//! listing of its two newest partitions. The run reports say how many bytes the log lines and
//! messages have, so a folder with exactly those bytes holds exactly those records; until then the
//! count is an estimate, and what open files hold is in flight. Sqoop's report of a folder is valid
//! as long as the folder has the bytes that the report names. Equal bytes prove counts, not
//! contents: that is the job of the reconciler.
//!
//! Two more look into contents: `analytics` shows the results of the analysis with their proof, and `live`
//! sums the messages of the topic, and the groups that Spark's stream makes of them.

mod agent;
mod analytics;
mod board;
mod hdfs;
mod kafka;
mod kafka_client;
mod kafka_policies;
mod live;
mod mysql;
mod observed;
mod probe;
mod subject;
mod topics;
mod wanted;
mod work;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;
use ecom_core::Failure;
use ecom_core::flume::{Agent, FlumeArgs};
use ecom_core::input::check_regular;
use ecom_core::settings::StoresArgs;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

pub(crate) use analytics::{Analysis, RealTime};
pub(crate) use board::Observations;
pub(crate) use hdfs::{Area, Lake};
pub(crate) use live::Told;
pub(crate) use mysql::TableRows;
pub(crate) use observed::Observed;
pub(crate) use topics::TopicEnds;
pub(crate) use work::RunFiles;

use board::Board;
use live::Live;
use probe::{Schedule, ScheduleArgs};
use subject::Subjects;
use wanted::Wanted;
use work::{FolderArgs, Paths};

/// How much of the interval to wait for late probes; what they see later is in the next snapshot.
const PATIENCE: f64 = 0.3;

/// What to watch, and where the servers are.
#[derive(Args, Clone, Debug)]
pub(crate) struct CollectArgs {
    /// The plan to watch [default: the plan of the data set that the stores hold]
    #[arg(long, value_name = "FILE", env = "ECOM_PLAN")]
    plan: Option<PathBuf>,

    /// Topic whose messages are summed live, such as that of a replay [default: that of the
    /// transactions]
    #[arg(long, value_name = "TOPIC")]
    live_topic: Option<String>,

    #[command(flatten)]
    pub(crate) schedule: ScheduleArgs,

    #[command(flatten)]
    folders: FolderArgs,

    #[command(flatten)]
    pub(crate) stores: StoresArgs,

    #[command(flatten)]
    pub(crate) flume: FlumeArgs,
}

impl CollectArgs {
    /// Refuses a plan that can never be read: a missing one may still come.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.plan.as_deref().map_or(Ok(()), check_regular)
    }
}

/// The running probes.
pub(crate) struct Probes {
    board: Board,
    live: Live,
    schedule: Schedule,
    paths: Paths,
}

impl Probes {
    /// Starts them.
    pub(crate) fn start(args: &CollectArgs) -> Result<Self, Failure> {
        let schedule = Schedule { begin: Instant::now(), interval: args.schedule.interval() };
        let (board, wanted) = (Board::default(), Wanted::new());
        let subjects = Subjects::new(None);
        let deadline = schedule.deadline();
        let paths = Paths {
            plan: args.plan.clone(),
            var: args.folders.var_dir.clone(),
            spool: args.folders.spool_dir(),
            topic: args.stores.topics.kafka_topic.clone(),
        };
        let work = work::Probe::new(paths.clone(), wanted.clone(), subjects.clone());
        let mysql = mysql::Probe::new(&args.stores.mysql, wanted.clone(), deadline);
        let kafka = kafka::Probe::new(&args.stores.kafka, wanted.clone(), deadline)?;
        let hdfs = &args.stores.hdfs;
        let lake = hdfs::Probe::new(hdfs, args.stores.root.clone(), wanted.clone())?;
        let results = analytics::Probe::new(hdfs, wanted, subjects.clone(), deadline)?;
        let topic = args.live_topic.as_ref().unwrap_or(&paths.topic);
        let has_spark = *topic == paths.topic;
        let live = Live::start(&args.stores.kafka, topic, has_spark, schedule.interval, subjects)?;
        let log_agent = Agent::new(args.flume.log_agent())?;
        let kafka_agent = Agent::new(args.flume.kafka_agent())?;
        tokio::spawn(board::run(work, schedule, board.clone(), 0, |seen| &mut seen.work));
        tokio::spawn(board::run(mysql, schedule, board.clone(), 1, |seen| &mut seen.mysql));
        tokio::spawn(board::run(kafka, schedule, board.clone(), 2, |seen| &mut seen.kafka));
        tokio::spawn(board::run(lake, schedule, board.clone(), 3, |seen| &mut seen.hdfs));
        tokio::spawn(board::run(log_agent, schedule, board.clone(), 4, |seen| &mut seen.log_agent));
        tokio::spawn(board::run(kafka_agent, schedule, board.clone(), 5, |seen| {
            &mut seen.kafka_agent
        }));
        tokio::spawn(board::run(results, schedule, board.clone(), 6, |seen| &mut seen.analytics));
        Ok(Self { board, live, schedule, paths })
    }

    /// Ticks whenever they ask.
    pub(crate) fn ticks(&self) -> Interval {
        let mut ticks = interval_at(self.schedule.begin, self.schedule.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        ticks
    }

    /// Waits a moment for the answers of a round; the first round is 1.
    pub(crate) async fn answered(&self, round: u64) {
        let patience = match round {
            // The first snapshot must be complete: `--once` prints no other.
            1 => self.schedule.deadline() + self.schedule.interval / 10,
            _ => self.schedule.interval.mul_f64(PATIENCE),
        };
        let answered = async {
            self.board.answered(round).await;
            if round == 1 {
                self.live.settled().await;
            }
        };
        let _ = timeout(patience, answered).await;
    }

    /// What the topic of the transactions says by itself; `None` without a data set.
    pub(crate) fn told(&self) -> Option<Told> {
        self.live.told()
    }

    /// What they saw last.
    pub(crate) fn seen(&self, now: DateTime<Utc>) -> Observations {
        self.board.seen(now, self.schedule.interval * 3)
    }

    /// The work folder that they watch, for people.
    pub(crate) fn work_folder(&self, seen: &Observations) -> String {
        self.paths.address(seen.work.last().and_then(|work| work.data_set.as_deref()))
    }
}
