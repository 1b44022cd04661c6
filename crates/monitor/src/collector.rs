//! Turns the probes' answers into a snapshot at every interval.

use std::time::Duration;

use anyhow::Result;
use ecom_core::{Code, Failure, clock};

use crate::collect::{CollectArgs, Probes};
use crate::judge::{Addresses, Judge, Locations};
use crate::outlet::Outlet;
use crate::snapshot::Snapshot;

/// The probes, and the judge of their answers.
pub(crate) struct Collector {
    probes: Probes,
    judge: Judge,
}

impl Collector {
    /// Starts the probes.
    pub(crate) fn start(args: &CollectArgs) -> Result<Self, Failure> {
        let probes = Probes::start(args)?;
        let addresses = Addresses {
            mysql: args.stores.mysql.address(),
            kafka: args.stores.kafka.bootstrap_servers.clone(),
            hdfs: args.stores.hdfs.webhdfs_url.trim_end_matches('/').to_owned(),
            log_agent: args.flume.log_agent(),
            kafka_agent: args.flume.kafka_agent(),
        };
        let root = args.stores.root.hdfs_root.trim_end_matches('/').to_owned();
        let locations = Locations { root, topic: args.stores.topics.kafka_topic.clone() };
        let interval = args.schedule.interval();
        let threshold = Duration::from_secs_f64(args.schedule.stale_after);
        Ok(Self { probes, judge: Judge::new(interval, threshold, locations, addresses) })
    }

    /// Passes a snapshot to the outlet at every interval until it needs no more.
    pub(crate) async fn feed(mut self, outlet: &mut Outlet) -> Result<Code> {
        let mut ticks = self.probes.ticks();
        for round in 1.. {
            ticks.tick().await;
            self.probes.answered(round).await;
            if let Some(code) = outlet.take(self.snapshot())? {
                return Ok(code);
            }
        }
        Ok(Code::Success)
    }

    fn snapshot(&mut self) -> Snapshot {
        let now = clock::now();
        let seen = self.probes.seen(now);
        let folder = self.probes.work_folder(&seen);
        self.judge.judge(&seen, self.probes.told(), &folder, now)
    }
}
