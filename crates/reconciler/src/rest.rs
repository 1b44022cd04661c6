//! Whether everything that was on its way to a folder of Flume's has arrived.
//!
//! Equal records prove a hop only when what feeds it is at rest: a topic that was read twice holds the
//! right records for a while, and then too many. A record is first in its source (the topic, the spool
//! folder), then in its agent's channel, then in a file. They are asked in this order, so that a record
//! that moves meanwhile is seen further on, and after the comparison, so that the files that were
//! compared must still be those that HDFS lists.
//!
//! An agent that does not run moves nothing, so stores can be proven after it was stopped. What its
//! file channel holds is not known then, and the report says so: Flume empties it before it ends, but a
//! killed agent may write records again after its next start. A memory channel ends with its agent.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::exit::{Code, describe, io_failure};
use ecom_core::flume::{Agent, Counters};
use ecom_core::kafka::{Cluster, FLUME_GROUP};
use ecom_core::show::counted;
use ecom_core::work::{LOGS, LogTicket, waits_for_flume};

use crate::checks::Checks;
use crate::hdfs::Folder;

/// How long an agent may take to show its metrics.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an agent reads.
enum Source {
    /// A topic. The connection is that of Flume's consumer group, which it does not join.
    Topic(Box<Cluster>, String),
    /// A folder of log files.
    Spool(PathBuf),
    /// It is not known.
    Unknown(String),
}

/// An agent of Flume with what it reads.
pub(crate) struct Feed {
    source: Source,
    agent: Agent,
    name: &'static str,
    /// Its channel outlives it.
    keeps: bool,
}

/// What is known about records on their way.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    /// What may still arrive; empty if nothing does.
    pub(crate) moving: Vec<String>,
    /// What cannot be known.
    pub(crate) notes: Vec<String>,
    /// The agent works.
    pub(crate) works: bool,
}

impl Feed {
    /// The agent that reads the topic of the transactions.
    pub(crate) fn of_topic(checks: &Checks<'_>) -> Result<Self> {
        let stores = &checks.args.stores;
        let source = match Cluster::connect_as(&stores.kafka, checks.stop, FLUME_GROUP) {
            Ok(cluster) => Source::Topic(Box::new(cluster), stores.topics.kafka_topic.clone()),
            // The records in HDFS can be compared anyway.
            Err(failure) if failure.code() == Code::Unavailable => {
                Source::Unknown(describe(&failure.into()))
            }
            Err(failure) => return Err(failure.into()),
        };
        let agent = Agent::new(checks.args.flume.kafka_agent())?;
        Ok(Self { source, agent, name: "kafka-agent", keeps: true })
    }

    /// The agent that reads the folder into which the log files were handed over.
    pub(crate) fn of_logs(checks: &Checks<'_>) -> Result<Self> {
        let ticket = LogTicket::read(&checks.work.join(LOGS))?;
        let folder = ticket.map(|ticket| ticket.request.output_dir).unwrap_or_default();
        let agent = Agent::new(checks.args.flume.log_agent())?;
        Ok(Self { source: Source::Spool(folder), agent, name: "log-agent", keeps: false })
    }

    /// The folder of log files that the agent reads.
    pub(crate) fn spool(&self) -> Option<&Path> {
        match &self.source {
            Source::Spool(folder) => Some(folder),
            _ => None,
        }
    }

    /// What is still on its way to `folder`.
    pub(crate) fn rest(&self, checks: &Checks<'_>, folder: &Folder<'_>) -> Result<Rest> {
        let mut rest = Rest::default();
        rest.moving.extend(self.waiting()?);
        let counters = checks.runtime.wait(async {
            let answer = tokio::time::timeout(PATIENCE, self.agent.ask()).await;
            Ok(answer.ok().and_then(std::result::Result::ok))
        })?;
        rest.works = counters.as_ref().is_some_and(|counters| counters.broken.is_none());
        let in_channel = counters.as_ref().map_or(0, Counters::in_channel);
        if in_channel > 0 {
            let events = counted(in_channel, "event");
            rest.moving.push(format!("{events} in the channel of {}", self.name));
        }
        if counters.is_none() && self.keeps {
            let name = self.name;
            rest.notes.push(format!("{name} does not run: what its channel holds is not known"));
        }
        let open = folder.open_files();
        if open > 0 {
            let (name, files) = (self.name, counted(open, "file"));
            rest.moving.push(match counters {
                Some(_) => format!("{name} has {files} open"),
                None => format!(
                    "{name} does not run and has left {files} open: run \
                     orchestration/start_flume.sh, which recovers {}",
                    if open == 1 { "it" } else { "them" }
                ),
            });
        }
        if folder.has_changed()? {
            rest.moving.push("the files have changed since they were compared".into());
        }
        Ok(rest)
    }

    /// What the agent has not read yet.
    fn waiting(&self) -> Result<Option<String>> {
        let (count, what) = match &self.source {
            Source::Topic(cluster, name) => match lag(cluster, name) {
                Ok(lag) => (lag, "message"),
                Err(failure) if failure.code() == Code::Unavailable => {
                    return Ok(Some(describe(&failure.into())));
                }
                Err(failure) => return Err(failure.into()),
            },
            Source::Spool(folder) => (log_files(folder)?, "file"),
            Source::Unknown(why) => return Ok(Some(why.clone())),
        };
        let waiting = format!("{} that {} has not read", counted(count, what), self.name);
        Ok((count > 0).then_some(waiting))
    }
}

/// Messages that Flume has yet to read; a topic that does not exist has none.
fn lag(cluster: &Cluster, topic: &str) -> Result<u64, Failure> {
    cluster.find(topic)?.map_or(Ok(0), |topic| cluster.lag(&topic))
}

/// The files in a folder, which may be missing, that Flume will read.
fn log_files(folder: &Path) -> Result<u64, Failure> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries.map_err(|error| io_failure("read the folder", folder, error))?,
    };
    // Flume may just have deleted a file.
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|it| it.is_file()));
    let names = files.map(|entry| entry.file_name());
    Ok(names.filter(|name| waits_for_flume(&name.to_string_lossy())).count() as u64)
}
