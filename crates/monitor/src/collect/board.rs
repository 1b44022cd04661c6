//! The last answers of all probes, and the loop in which each probe asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use ecom_core::clock;
use ecom_core::flume::Counters;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::analytics::Analysis;
use super::hdfs::Lake;
use super::mysql::Tables;
use super::observed::Observed;
use super::probe::{Ask, Schedule};
use super::topics::Topics;
use super::work::WorkFolder;

/// How many probes there are.
const PROBES: usize = 7;

/// The last answers of all servers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observations {
    /// The work folder, the archive of logs and the spool folder.
    pub(crate) work: Observed<WorkFolder>,
    /// MySQL.
    pub(crate) mysql: Observed<Tables>,
    /// Kafka.
    pub(crate) kafka: Observed<Topics>,
    /// HDFS.
    pub(crate) hdfs: Observed<Lake>,
    /// Flume's log-agent.
    pub(crate) log_agent: Observed<Counters>,
    /// Flume's kafka-agent.
    pub(crate) kafka_agent: Observed<Counters>,
    /// The results of the analysis.
    pub(crate) analytics: Observed<Analysis>,
}

/// Where all probes put their answers; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    seen: Arc<Mutex<Observations>>,
    /// How many answers each probe has had so far, valid or not.
    answers: watch::Sender<[u64; PROBES]>,
}

impl Board {
    /// The last answers; nothing older than `limit` counts as fresh.
    pub(crate) fn seen(&self, now: DateTime<Utc>, limit: Duration) -> Observations {
        let mut seen = self.lock();
        seen.work.expire(now, limit);
        seen.mysql.expire(now, limit);
        seen.kafka.expire(now, limit);
        seen.hdfs.expire(now, limit);
        seen.log_agent.expire(now, limit);
        seen.kafka_agent.expire(now, limit);
        seen.analytics.expire(now, limit);
        seen.clone()
    }

    /// Waits until every probe has answered `round` times.
    pub(crate) async fn answered(&self, round: u64) {
        let all = |answers: &[u64; PROBES]| answers.iter().all(|answers| *answers >= round);
        // The sender lives as long as `self`.
        let _ = self.answers.subscribe().wait_for(all).await;
    }

    fn lock(&self) -> MutexGuard<'_, Observations> {
        // No thread can panic halfway through a change here.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks forever. `index` is the number of the probe, `slot` selects where its answers go.
pub(crate) async fn run<A: Ask>(
    mut asked: A,
    schedule: Schedule,
    board: Board,
    index: usize,
    slot: fn(&mut Observations) -> &mut Observed<A::Answer>,
) {
    let mut ticks = interval_at(schedule.begin, schedule.interval);
    // A server that was slow once must not be asked in bursts afterwards.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        let begin = Instant::now();
        let deadline = schedule.deadline();
        let answer = timeout(deadline, asked.ask()).await;
        let mut seen = board.lock();
        let observed = slot(&mut seen);
        match answer {
            Ok(Ok(value)) => observed.saw(value, clock::now(), begin.elapsed()),
            Ok(Err(why)) => observed.missed(why, clock::now()),
            Err(_) => {
                let why = format!("no answer within {} s", deadline.as_secs_f64());
                observed.missed(why, clock::now());
            }
        }
        drop(seen);
        board.answers.send_modify(|answers| answers[index] += 1);
    }
}
