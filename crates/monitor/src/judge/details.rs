//! Tables, topics and folders, with what is expected of each.

use ecom_core::plan::TableName;
use ecom_core::work::Manifest;

use crate::snapshot::{Count, Folder, Hdfs, Hop, HopId, HopState, Kafka, Mysql, Table, Topic};

use super::hops::{Scene, expected_rows, part, planned};
use super::parts::import;

impl Scene<'_> {
    /// MySQL, as last seen.
    pub(super) fn mysql_details(&self) -> Option<Mysql> {
        let seen = self.seen.mysql.last()?;
        let tables = seen.tables.iter().map(|table| Table {
            name: table.name.clone(),
            rows: table.rows,
            counted: table.counted,
            expected: self.expected(&table.name),
            newest_event: table.newest.clone(),
        });
        Some(Mysql { version: seen.version.clone(), tables: tables.collect() })
    }

    /// Kafka, as last seen.
    pub(super) fn kafka_details(&self) -> Option<Kafka> {
        let seen = self.seen.kafka.last()?;
        let topics = seen.topics.iter().map(|topic| Topic {
            name: topic.name.clone(),
            partitions: topic.partitions,
            leaderless: topic.leaderless,
            messages: topic.count(),
            expected: self.messages(&topic.name),
            newest: topic.newest,
            lag: topic.lag.clone(),
        });
        Some(Kafka { brokers: seen.brokers, topics: topics.collect() })
    }

    /// HDFS, as last seen.
    pub(super) fn hdfs_details(&self, hops: &[Hop]) -> Option<Hdfs> {
        let seen = self.seen.hdfs.last()?;
        let folders = seen.folders.iter().map(|folder| {
            let (rows, expected) = self.rows(&folder.path, hops);
            Folder {
                path: folder.path.clone(),
                exists: folder.exists,
                bytes: folder.bytes,
                files: folder.files,
                open_files: folder.open_files,
                modified: folder.modified,
                rows,
                expected,
            }
        });
        Some(Hdfs {
            safe_mode: seen.state.safe_mode,
            live_data_nodes: seen.state.live_data_nodes,
            dead_data_nodes: seen.state.dead_data_nodes,
            capacity_total: seen.state.capacity_total,
            capacity_used: seen.state.capacity_used,
            capacity_remaining: seen.state.capacity_remaining,
            folders: folders.collect(),
        })
    }

    /// Messages that Flume has yet to read, as last seen.
    pub(super) fn lag(&self) -> u64 {
        let topics = self.seen.kafka.last().map(|kafka| kafka.topics.as_slice());
        let mut topics = topics.unwrap_or_default().iter();
        let topic = topics.find(|topic| topic.name == self.locations.topic);
        topic.map_or(0, |topic| topic.lag.values().sum())
    }

    /// Topics other than that of the transactions that hold more or fewer messages than the
    /// streamer delivered: name, messages, expected.
    pub(super) fn wrong_topics(&self) -> Vec<(String, u64, u64)> {
        let topics = self.seen.kafka.fresh().map(|kafka| kafka.topics.as_slice());
        let topics = topics.unwrap_or_default().iter();
        let others = topics.filter(|topic| topic.exact && topic.name != self.locations.topic);
        let wrong = others.filter_map(|topic| {
            let run = self.run?;
            let report = run.streamer.values().find(|it| it.details.topic == topic.name)?;
            self.seen.kafka.fresh_since(report.ended)?;
            let expected = self.messages(&topic.name)?;
            (expected != topic.messages).then(|| (topic.name.clone(), topic.messages, expected))
        });
        wrong.collect()
    }

    fn manifest_and(&self, table: &str) -> Option<(&Manifest, TableName)> {
        let run = self.run?;
        let (manifest, _) = run.split.as_ref()?;
        Some((manifest, planned(&run.plan, table)?))
    }

    /// Rows that MySQL's table should have.
    fn expected(&self, table: &str) -> Option<u64> {
        let (manifest, table) = self.manifest_and(table)?;
        Some(expected_rows(self.run?, manifest, table))
    }

    /// Messages that a topic should have: known after the split for the transactions, and after
    /// streaming for the others.
    fn messages(&self, topic: &str) -> Option<u64> {
        let run = self.run?;
        if topic == self.locations.topic {
            let (manifest, _) = run.split.as_ref()?;
            let file = manifest.file(TableName::Transactions, ecom_core::work::Part::Realtime);
            let report = run.streamer.get(&TableName::Transactions).filter(|it| it.is_done());
            return report.and_then(|it| it.details.messages).or(file.map(|file| file.rows));
        }
        let report = run.streamer.values().find(|report| report.details.topic == topic)?;
        report.details.messages.filter(|_| report.is_done())
    }

    /// Rows of a folder, and how many there should be.
    fn rows(&self, path: &str, hops: &[Hop]) -> (Option<Count>, Option<u64>) {
        let written = hops
            .iter()
            .find(|hop| matches!(hop.id, HopId::FlumeKafka | HopId::FlumeLogs) && hop.to == path);
        if let Some(hop) = written {
            return (hop.arrived.filter(|_| hop.state != HopState::Unknown), hop.expected);
        }
        let sqoop = format!("{}/sqoop/", self.locations.root);
        let (Some(name), Some(run)) = (path.strip_prefix(&sqoop), self.run) else {
            return (None, None);
        };
        let folder = self.seen.hdfs.last().and_then(|lake| lake.folder(path));
        let report =
            run.sqoop.get(name).filter(|report| report.is_done()).map(|report| &report.details);
        match self.manifest_and(name) {
            Some((manifest, table)) => {
                let expected = expected_rows(run, manifest, table);
                (import(folder, report, part(manifest, table), expected), Some(expected))
            }
            // The user imported a part of a table: only the report of the import knows how many
            // rows.
            None => (report.and_then(|report| import(folder, Some(report), None, 0)), None),
        }
    }
}
