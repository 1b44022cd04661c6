//! Metrics of MySQL, Kafka, HDFS and the Flume agents.

use super::MOST;
use super::families::{Metrics, labels, set, set_if, shortened};
use crate::snapshot::{Agent, AgentState, Folder, Hdfs, Kafka, Mysql};

impl Metrics {
    pub(super) fn mysql(&mut self, mysql: Option<&Mysql>) {
        let rows = self.integers("table_rows", "Rows in the table", "rows");
        let expected =
            self.integers("table_expected_rows", "Rows that the table should have", "rows");
        for table in mysql.iter().flat_map(|mysql| &mysql.tables).take(MOST) {
            let labels = labels([("table", table.name.as_str())]);
            set_if(&rows, &labels, table.rows);
            set_if(&expected, &labels, table.expected);
        }
    }

    pub(super) fn kafka(&mut self, kafka: Option<&Kafka>) {
        let brokers = self.integers("kafka_brokers", "Brokers that are up", "");
        let partitions = self.integers("topic_partitions", "Partitions of the topic", "");
        let leaderless =
            self.integers("topic_leaderless_partitions", "Partitions without a leader", "");
        let messages =
            self.integers("topic_messages", "Messages in the topic, by its watermarks", "messages");
        let expected = self.integers(
            "topic_expected_messages",
            "Messages that the topic should have",
            "messages",
        );
        let lag = self.integers(
            "group_lag_messages",
            "Messages that the group has not consumed yet",
            "messages",
        );
        let age = self.seconds("topic_newest_age", "Age of the newest message, by its timestamp");
        set_if(&brokers, &vec![], kafka.map(|kafka| kafka.brokers.into()));
        let mut groups = 0;
        for topic in kafka.iter().flat_map(|kafka| &kafka.topics).take(MOST) {
            let labels = labels([("topic", topic.name.as_str())]);
            set(&partitions, &labels, topic.partitions.into());
            set(&leaderless, &labels, topic.leaderless.into());
            set(&messages, &labels, topic.messages.value);
            set_if(&expected, &labels, topic.expected);
            if let Some(newest) = topic.newest {
                age.get_or_create(&labels).set(self.seconds_since(newest));
            }
            for (group, count) in topic.lag.iter().take(MOST - groups) {
                groups += 1;
                let mut labels = labels.clone();
                labels.push(("group", shortened(group)));
                set(&lag, &labels, *count);
            }
        }
    }

    pub(super) fn hdfs(&mut self, hdfs: Option<&Hdfs>) {
        let safe_mode = self.integers("hdfs_safe_mode", "1 if HDFS is in safe mode", "");
        let nodes = self.integers("hdfs_data_nodes", "DataNodes by state", "");
        let capacity = self.integers(
            "hdfs_capacity_bytes",
            "Capacity of HDFS: total, used, remaining",
            "bytes",
        );
        if let Some(hdfs) = hdfs {
            set(&safe_mode, &vec![], u64::from(hdfs.safe_mode));
            set(&nodes, &labels([("state", "live")]), hdfs.live_data_nodes);
            set(&nodes, &labels([("state", "dead")]), hdfs.dead_data_nodes);
            set(&capacity, &labels([("kind", "total")]), hdfs.capacity_total);
            set(&capacity, &labels([("kind", "used")]), hdfs.capacity_used);
            set(&capacity, &labels([("kind", "remaining")]), hdfs.capacity_remaining);
        }
        self.folders(hdfs.map_or(&[], |hdfs| &hdfs.folders));
    }

    fn folders(&mut self, folders: &[Folder]) {
        let exists = self.integers("folder_exists", "1 if the folder exists", "");
        let bytes = self.integers("folder_size_bytes", "Bytes in the folder", "bytes");
        let files = self.integers("folder_files", "Files in the folder", "files");
        let open =
            self.integers("folder_open_files", "Files that are still being written", "files");
        let records =
            self.integers("folder_records", "Rows or lines in the folder, if known", "records");
        let expected = self.integers(
            "folder_expected_records",
            "Rows or lines that the folder should hold",
            "records",
        );
        let age = self.seconds("folder_modified_age", "Time since the folder last changed");
        for folder in folders.iter().take(MOST) {
            let labels = labels([("folder", folder.path.as_str())]);
            set(&exists, &labels, u64::from(folder.exists));
            set(&bytes, &labels, folder.bytes);
            set(&files, &labels, folder.files);
            set(&open, &labels, folder.open_files);
            set_if(&records, &labels, folder.rows.map(|count| count.value));
            set_if(&expected, &labels, folder.expected);
            if let Some(modified) = folder.modified {
                age.get_or_create(&labels).set(self.seconds_since(modified));
            }
        }
    }

    pub(super) fn agents<'a>(&mut self, agents: impl Iterator<Item = &'a Agent>) {
        let healthy =
            self.integers("agent_healthy", "1 if source, channel and sink are running", "");
        let received = self.integers(
            "agent_received_events",
            "Events received since the agent started",
            "events",
        );
        let delivered = self.integers(
            "agent_delivered_events",
            "Events delivered since the agent started",
            "events",
        );
        let channel = self.integers("agent_channel_events", "Events in the channel", "events");
        let capacity = self.integers(
            "agent_channel_capacity_events",
            "Events that the channel can hold",
            "events",
        );
        let age = self.seconds("agent_progress_age", "Time since the counters last increased");
        for agent in agents {
            let labels = labels([("agent", agent.name.as_str())]);
            set(&healthy, &labels, u64::from(agent.state == AgentState::Healthy));
            set(&received, &labels, agent.received);
            set(&delivered, &labels, agent.delivered);
            set(&channel, &labels, agent.channel_size);
            set(&capacity, &labels, agent.channel_capacity);
            if let Some(progress) = agent.last_progress {
                age.get_or_create(&labels).set(self.seconds_since(progress));
            }
        }
    }
}
