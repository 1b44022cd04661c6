//! Asks the servers, each at its own pace, and keeps what they answered last.

mod agent;
mod board;
mod hdfs;
mod kafka;
mod kafka_client;
mod kafka_policies;
mod mysql;
mod observed;
mod probe;
mod topics;
mod wanted;
mod work;

use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::Failure;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use crate::cli::Args;

pub(crate) use agent::Counters;
pub(crate) use board::Observations;
pub(crate) use hdfs::Area;
pub(crate) use mysql::TableRows;
pub(crate) use observed::Observed;
pub(crate) use topics::TopicEnds;
pub(crate) use work::Run;

use board::Board;
use probe::Pace;
use wanted::Wanted;
use work::Places;

/// Share of the interval for which probes that are late are waited for; what they see later is in the
/// next picture.
const PATIENCE: f64 = 0.3;

/// All probes at work.
pub(crate) struct Probes {
    board: Board,
    pace: Pace,
    places: Places,
}

impl Probes {
    /// Starts them.
    pub(crate) fn start(args: &Args) -> Result<Self, Failure> {
        let interval = Duration::from_secs_f64(args.interval);
        let pace = Pace { begin: Instant::now(), interval };
        let (board, wanted) = (Board::default(), Wanted::new());
        let places = Places {
            plan: args.plan.clone(),
            var: args.var_dir.clone(),
            spool: args.spool_dir(),
            topic: args.topics.kafka_topic.clone(),
        };
        let work = work::Probe::new(places.clone(), wanted.clone());
        let mysql = mysql::Probe::new(&args.mysql, wanted.clone(), pace.deadline());
        let kafka = kafka::Probe::new(&args.kafka, wanted.clone(), pace.deadline())?;
        let lake = hdfs::Probe::new(&args.hdfs, &args.hdfs_root, wanted)?;
        let log_agent = agent::Agent::new(args.agent_address(args.log_agent_port))?;
        let kafka_agent = agent::Agent::new(args.agent_address(args.kafka_agent_port))?;
        tokio::spawn(board::run(work, pace, board.clone(), 0, |seen| &mut seen.work));
        tokio::spawn(board::run(mysql, pace, board.clone(), 1, |seen| &mut seen.mysql));
        tokio::spawn(board::run(kafka, pace, board.clone(), 2, |seen| &mut seen.kafka));
        tokio::spawn(board::run(lake, pace, board.clone(), 3, |seen| &mut seen.hdfs));
        tokio::spawn(board::run(log_agent, pace, board.clone(), 4, |seen| &mut seen.log_agent));
        tokio::spawn(board::run(kafka_agent, pace, board.clone(), 5, |seen| &mut seen.kafka_agent));
        Ok(Self { board, pace, places })
    }

    /// Ticks when they ask.
    pub(crate) fn ticks(&self) -> Interval {
        let mut ticks = interval_at(self.pace.begin, self.pace.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        ticks
    }

    /// Waits a little for the answers to a question; the first is 1.
    pub(crate) async fn answered(&self, round: u64) {
        let patience = match round {
            // The first picture is a whole one.
            1 => self.pace.deadline() + self.pace.interval / 10,
            _ => self.pace.interval.mul_f64(PATIENCE),
        };
        let _ = timeout(patience, self.board.answered(round)).await;
    }

    /// What they saw last.
    pub(crate) fn seen(&self, now: DateTime<Utc>) -> Observations {
        self.board.seen(now, self.pace.interval * 3)
    }

    /// The work folder that they look at, for people.
    pub(crate) fn work_folder(&self, seen: &Observations) -> String {
        self.places.address(seen.work.last().and_then(|work| work.data_set.as_deref()))
    }
}
