//! Asks the servers, each at its own pace, and puts what they answer together into snapshots.

mod agent;
mod hdfs;
mod kafka;
mod kafka_client;
mod kafka_policies;
mod mysql;
mod observed;
mod probe;
mod reports;
mod wanted;
mod work;

use std::time::Duration;

use anyhow::Result;
use chrono::Utc;
use ecom_core::{Code, Failure};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use crate::cli::Args;
use crate::judge::{Addresses, Judge, Names};
use crate::outlet::Outlet;

pub(crate) use agent::Counters;
pub(crate) use hdfs::Area;
pub(crate) use kafka::TopicEnds;
pub(crate) use mysql::TableRows;
pub(crate) use observed::{Observations, Observed};
pub(crate) use reports::{Report, Sqoop};
pub(crate) use work::Run;

use probe::{Board, Pace};
use wanted::Wanted;
use work::Places;

/// Share of the interval for which a snapshot waits for probes that are late; what they see later is
/// in the next one.
const PATIENCE: f64 = 0.3;

/// All probes at work.
pub(crate) struct Collector {
    board: Board,
    pace: Pace,
    judge: Judge,
    places: Places,
}

impl Collector {
    /// Starts the probes.
    pub(crate) fn start(args: &Args) -> Result<Self, Failure> {
        let interval = Duration::from_secs_f64(args.interval);
        let pace = Pace { begin: Instant::now(), interval };
        let (board, wanted) = (Board::default(), Wanted::new());
        let places = Places {
            plan: args.plan.clone(),
            var: args.var_dir.clone(),
            spool: args.spool_dir(),
            topic: args.kafka_topic.clone(),
        };
        let addresses = Addresses {
            mysql: args.mysql.address(),
            kafka: args.kafka.bootstrap_servers.clone(),
            hdfs: args.hdfs.webhdfs_url.trim_end_matches('/').to_owned(),
            log_agent: args.agent_address(args.log_agent_port),
            kafka_agent: args.agent_address(args.kafka_agent_port),
        };
        let work = work::Probe::new(places.clone(), wanted.clone());
        let mysql = mysql::Probe::new(&args.mysql, wanted.clone(), pace.deadline());
        let kafka = kafka::Probe::new(&args.kafka, wanted.clone(), pace.deadline())?;
        let lake = hdfs::Probe::new(&args.hdfs, &args.hdfs_root, wanted)?;
        let log_agent = agent::Agent::new(addresses.log_agent.clone())?;
        let kafka_agent = agent::Agent::new(addresses.kafka_agent.clone())?;
        tokio::spawn(probe::run(work, pace, board.clone(), 0, |seen| &mut seen.work));
        tokio::spawn(probe::run(mysql, pace, board.clone(), 1, |seen| &mut seen.mysql));
        tokio::spawn(probe::run(kafka, pace, board.clone(), 2, |seen| &mut seen.kafka));
        tokio::spawn(probe::run(lake, pace, board.clone(), 3, |seen| &mut seen.hdfs));
        tokio::spawn(probe::run(log_agent, pace, board.clone(), 4, |seen| &mut seen.log_agent));
        tokio::spawn(probe::run(kafka_agent, pace, board.clone(), 5, |seen| &mut seen.kafka_agent));
        let root = args.hdfs_root.trim_end_matches('/').to_owned();
        let names = Names { root, topic: args.kafka_topic.clone() };
        let threshold = Duration::from_secs_f64(args.stale_after);
        let judge = Judge::new(interval, threshold, names, addresses);
        Ok(Self { board, pace, judge, places })
    }

    /// Gives a snapshot at every interval, until one of them was the last that is wanted.
    pub(crate) async fn feed(mut self, outlet: &mut Outlet) -> Result<Code> {
        let mut ticks = interval_at(self.pace.begin, self.pace.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        for round in 1.. {
            ticks.tick().await;
            // The first picture is a whole one.
            let patience = match round {
                1 => self.pace.deadline() + self.pace.interval / 10,
                _ => self.pace.interval.mul_f64(PATIENCE),
            };
            let _ = timeout(patience, self.board.answered(round)).await;
            if let Some(code) = outlet.take(self.snapshot())? {
                return Ok(code);
            }
        }
        Ok(Code::Success)
    }

    fn snapshot(&mut self) -> crate::snapshot::Snapshot {
        let now = Utc::now();
        let seen = self.board.seen(now, self.pace.interval * 3);
        let data_set = seen.work.last().and_then(|work| work.data_set.as_deref());
        let address = self.places.address(data_set);
        self.judge.judge(&seen, &address, now)
    }
}
