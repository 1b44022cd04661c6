//! Each hop, assessed from what the probes saw.

use ecom_core::flume::Counters;
use ecom_core::plan::{Plan, TableName};
use ecom_core::work::{LogRequest, Manifest, ManifestFile, Part};

use crate::collect::{Observations, Observed, RunFiles, TopicEnds};
use crate::snapshot::{Count, HopId, Precision};

use super::assessment::Assessment;
use super::parts::{Arrived, import, loaded};
use super::size::Size;

/// Where things are in HDFS and in Kafka.
#[derive(Clone, Debug)]
pub(crate) struct Locations {
    /// The HDFS folder that contains `sqoop` and `flume`.
    pub(crate) root: String,
    /// The topic of the transactions.
    pub(crate) topic: String,
}

/// Everything that the hops are assessed from.
pub(super) struct Scene<'a> {
    pub(super) seen: &'a Observations,
    pub(super) locations: &'a Locations,
    pub(super) run: Option<&'a RunFiles>,
}

impl Scene<'_> {
    /// Every hop, in the order in which records travel.
    pub(super) fn assessments(&self) -> Vec<Assessment> {
        let (kafka, spool) = (self.kafka(), self.spool());
        let flume_kafka = self.flume_kafka(&kafka);
        let flume_logs = self.flume_logs(&spool);
        vec![self.split(), self.mysql(), self.sqoop(), kafka, flume_kafka, spool, flume_logs]
    }

    fn work(&self) -> bool {
        self.seen.work.fresh().is_some()
    }

    fn manifest(&self) -> Option<&Manifest> {
        self.run.and_then(|run| run.split.as_ref()).map(|(manifest, _)| manifest)
    }

    fn split(&self) -> Assessment {
        let mut assessment = Assessment::of(HopId::Split, "CSV files", "work files");
        assessment.seen = self.work();
        let Some(run) = self.run else { return assessment };
        let done = run.splitter.as_ref().filter(|report| report.is_done());
        assessment.expected = Some(match (done, &run.split) {
            (Some(report), Some(_)) => {
                report.details.split.historical + report.details.split.realtime
            }
            _ => run.plan.split.historical + run.plan.split.realtime,
        });
        if let Some((manifest, written)) = &run.split {
            let rows =
                |part| manifest.file(TableName::Transactions, part).map_or(0, |file| file.rows);
            assessment.arrived = Some(Count::exact(rows(Part::Historical) + rows(Part::Realtime)));
            assessment.newest = Some(*written);
            (assessment.began, assessment.ended) = (true, true);
        }
        assessment.marks = marks(&[assessment.arrived.map(|count| count.value)]);
        assessment.compare();
        assessment
    }

    fn mysql(&self) -> Assessment {
        let mut assessment = Assessment::of(HopId::Mysql, "historical CSV", "MySQL");
        assessment.seen = self.work() && self.seen.mysql.fresh().is_some();
        let (Some(run), Some(manifest)) = (self.run, self.manifest()) else { return assessment };
        let tables = self.seen.mysql.last().map(|tables| tables.tables.as_slice());
        let done = run.loader.as_ref().filter(|report| report.is_done());
        let mut sum = Arrived::default();
        for table in &run.plan.tables {
            let row = tables
                .and_then(|tables| tables.iter().find(|found| found.name == table.name.as_str()));
            sum.add(
                expected_rows(run, manifest, table.name),
                loaded(row, done.map(|done| done.ended)),
            );
        }
        sum.apply_to(&mut assessment);
        // A count from before the end of the loader cannot show a loss.
        assessment.ended = done.is_some() && sum.is_exact();
        assessment.newest = done.map(|report| report.ended);
        assessment
    }

    fn sqoop(&self) -> Assessment {
        let mut assessment =
            Assessment::of(HopId::Sqoop, "MySQL", format!("{}/sqoop", self.locations.root));
        assessment.seen = self.work() && self.seen.hdfs.fresh().is_some();
        let (Some(run), Some(manifest)) = (self.run, self.manifest()) else { return assessment };
        let loaded = run.loader.as_ref().filter(|report| report.is_done());
        let mut sum = Arrived::default();
        assessment.ended = true;
        for table in &run.plan.tables {
            let path = format!("{}/sqoop/{}", self.locations.root, table.name);
            let folder = self.seen.hdfs.last().and_then(|lake| lake.folder(&path));
            let report = run.sqoop.get(table.name.as_str());
            let file = part(manifest, table.name);
            let expected = expected_rows(run, manifest, table.name);
            let report = report.filter(|report| report.is_done());
            sum.add(expected, import(folder, report.map(|report| &report.details), file, expected));
            // An import from before the last load must be repeated; until then nothing is missing.
            assessment.ended &= report.is_some_and(|report| {
                loaded.is_none_or(|loaded| report.ended >= loaded.ended)
                    && self.seen.hdfs.fresh_since(report.ended).is_some()
            });
            assessment.newest = assessment.newest.max(folder.and_then(|folder| folder.modified));
        }
        sum.apply_to(&mut assessment);
        assessment
    }

    fn kafka(&self) -> Assessment {
        let mut assessment =
            Assessment::of(HopId::Kafka, "real-time CSV", self.locations.topic.clone());
        assessment.seen = self.work() && self.seen.kafka.fresh().is_some();
        let (Some(run), Some(manifest)) = (self.run, self.manifest()) else { return assessment };
        let done = run.streamer.get(&TableName::Transactions).filter(|report| report.is_done());
        let rows =
            manifest.file(TableName::Transactions, Part::Realtime).map_or(0, |file| file.rows);
        assessment.expected = Some(done.and_then(|report| report.details.messages).unwrap_or(rows));
        assessment.arrived = self.seen.kafka.last().map(|kafka| {
            let topic = kafka.topics.iter().find(|topic| topic.name == self.locations.topic);
            topic.map_or(Count::exact(0), TopicEnds::count)
        });
        assessment.newest = self.topic().and_then(|topic| topic.newest);
        assessment.ended =
            done.is_some_and(|report| self.seen.kafka.fresh_since(report.ended).is_some());
        assessment.began =
            done.is_some() || assessment.arrived.is_some_and(|count| count.value > 0);
        assessment.marks = marks(&[assessment.arrived.map(|count| count.value)]);
        assessment.compare();
        assessment
    }

    fn topic(&self) -> Option<&TopicEnds> {
        let kafka = self.seen.kafka.last()?;
        kafka.topics.iter().find(|topic| topic.name == self.locations.topic)
    }

    fn flume_kafka(&self, kafka: &Assessment) -> Assessment {
        let path = format!("{}/flume/kafka-transactions", self.locations.root);
        let report = self.run.and_then(|run| run.streamer.get(&TableName::Transactions));
        let details = report.filter(|report| report.is_done()).map(|report| &report.details);
        // Flume writes each value and a line end.
        let bytes = details.and_then(|details| Some(details.value_bytes? + details.messages?));
        let topic = self.topic();
        let mean = topic.and_then(|topic| topic.value_bytes).map(|bytes| bytes + 1.0);
        let lag = topic.map_or(0, |topic| topic.lag.values().sum());
        let sources = self.seen.kafka.fresh().is_some();
        let mut assessment = Assessment::of(HopId::FlumeKafka, self.locations.topic.clone(), path);
        self.flume(
            &mut assessment,
            kafka,
            &self.seen.kafka_agent,
            sources,
            lag,
            &Size { bytes, mean },
        );
        assessment
    }

    fn spool(&self) -> Assessment {
        let mut assessment = Assessment::of(HopId::Spool, "real-time CSV", "spool folder");
        assessment.seen = self.work();
        let Some(run) = self.run else { return assessment };
        let done = run.log_gen.as_ref().filter(|report| report.is_done());
        let lines = done.map(|report| report.details.lines);
        assessment.expected = lines.or_else(|| run.lines_wanted.as_ref().map(LogRequest::lines));
        let written = run.lines_wanted.as_ref().map(|wanted| wanted.lines_in(run.archive.count));
        assessment.arrived = lines.or(written).map(Count::exact);
        assessment.newest = run.archive.newest;
        assessment.ended = done.is_some();
        assessment.began = assessment.ended || run.archive.count > 0;
        assessment.marks = marks(&[assessment.arrived.map(|count| count.value)]);
        assessment.compare();
        assessment
    }

    fn flume_logs(&self, spool: &Assessment) -> Assessment {
        let path = format!("{}/flume/logs", self.locations.root);
        let archive = self.run.map(|run| run.archive).unwrap_or_default();
        let done = self.run.and_then(|run| run.log_gen.as_ref()).filter(|report| report.is_done());
        let bytes = done.map(|report| report.details.bytes().unwrap_or(archive.bytes));
        let lines = spool.arrived.map_or(0, |count| count.value);
        let mean = (lines > 0).then(|| archive.bytes as f64 / lines as f64);
        let waiting = self.run.map_or(0, |run| run.waiting.count);
        let mut assessment = Assessment::of(HopId::FlumeLogs, "spool folder", path);
        self.flume(
            &mut assessment,
            spool,
            &self.seen.log_agent,
            true,
            waiting,
            &Size { bytes, mean },
        );
        assessment
    }

    /// A hop carried by a Flume agent: `source` is the hop before it, `waiting` what the agent has
    /// not read yet.
    fn flume(
        &self,
        assessment: &mut Assessment,
        source: &Assessment,
        agent: &Observed<Counters>,
        sources: bool,
        waiting: u64,
        size: &Size,
    ) {
        let folder = self.seen.hdfs.last().and_then(|lake| lake.folder(&assessment.between.1));
        let Some(folder) = folder.filter(|_| self.manifest().is_some()) else {
            assessment.seen = self.work() && sources && self.seen.hdfs.fresh().is_some();
            return;
        };
        let available = source.arrived.map_or(0, |count| count.value);
        assessment.expected = source.expected;
        (assessment.arrived, assessment.over) = size.rows(folder, source.expected, available);
        let (expected, arrived) = (assessment.expected.unwrap_or(0), assessment.arrived);
        assessment.short = arrived.map_or(0, |arrived| expected.saturating_sub(arrived.value));
        assessment.in_flight = arrived.map(|arrived| available.saturating_sub(arrived.value));
        let counters = agent.fresh();
        let channel = counters.map_or(0, Counters::in_channel);
        let open = folder.open_files > 0 || !folder.held_open.is_empty();
        assessment.pending = waiting > 0 || channel > 0 || open;
        assessment.ended = source.ended && source.short == 0;
        assessment.began = folder.files > 0 || (counters.is_some() && available > 0);
        assessment.newest = folder.modified;
        // An agent that nothing depends on may be down: the hop is known anyway.
        let needed = needs_agent(assessment, available, waiting);
        let stores = self.work() && sources && self.seen.hdfs.fresh().is_some();
        assessment.seen = stores && (counters.is_some() || !needed);
        let agent = counters.map(|counters| [counters.received, counters.delivered, channel]);
        assessment.marks = [folder.bytes, folder.files, folder.open_files, waiting].into();
        assessment.marks.extend(agent.unwrap_or_default());
    }
}

/// Whether records can only arrive if the agent works.
fn needs_agent(assessment: &Assessment, available: u64, waiting: u64) -> bool {
    let exact = |arrived: Count| arrived.precision == Precision::Exact;
    let complete = assessment.short == 0 && assessment.arrived.is_some_and(exact);
    waiting > 0 || (available > 0 && !complete)
}

impl TopicEnds {
    /// The number of its messages, with its precision.
    pub(super) fn count(&self) -> Count {
        let precision = if self.exact { Precision::Exact } else { Precision::UpperBound };
        Count { value: self.messages, precision }
    }
}

/// Rows that MySQL should hold of a table: what the loader counted, else what the splitter wrote.
pub(super) fn expected_rows(run: &RunFiles, manifest: &Manifest, table: TableName) -> u64 {
    let done = run.loader.as_ref().filter(|report| report.is_done());
    let tables = done.map_or(&[][..], |report| &report.details.mysql.tables);
    let loaded = tables.iter().find(|loaded| loaded.table == table);
    loaded
        .map(|loaded| loaded.figures.rows)
        .or_else(|| part(manifest, table).map(|file| file.rows))
        .unwrap_or(0)
}

/// The work file of a table that goes to MySQL.
pub(super) fn part(manifest: &Manifest, table: TableName) -> Option<&ManifestFile> {
    manifest.file(table, Part::in_mysql(table))
}

/// The name of the table, if the plan contains it.
pub(super) fn planned(plan: &Plan, name: &str) -> Option<TableName> {
    plan.tables.iter().map(|table| table.name).find(|table| table.as_str() == name)
}

fn marks(numbers: &[Option<u64>]) -> Vec<u64> {
    numbers.iter().map(|number| number.unwrap_or(u64::MAX)).collect()
}
