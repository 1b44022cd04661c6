//! Describes topics.

use std::collections::BTreeMap;

use ecom_core::exit::Failure;
use ecom_core::kafka::{Topic, check_topic_name};
use ecom_core::settings::Format;
use ecom_core::show::{Style, Table, json, print};
use serde::Serialize;

use crate::admin::Admin;
use crate::content::{contents, messages};
use crate::shape::Shape;

/// Everything that is known about a topic; offsets are unknown if a partition has no leader.
#[derive(Serialize)]
struct Description {
    topic: String,
    /// A topic that was deleted and made again has another one.
    id: Option<String>,
    replication_factor: i32,
    messages: Option<u64>,
    partitions: Vec<PartitionLine>,
    /// Those that differ from their defaults; unknown if the broker does not report them.
    configs: Option<BTreeMap<String, String>>,
}

#[derive(Serialize)]
struct PartitionLine {
    partition: i32,
    leader: Option<i32>,
    replicas: Vec<i32>,
    in_sync: Vec<i32>,
    first_offset: Option<i64>,
    end_offset: Option<i64>,
    messages: Option<u64>,
    newest: Option<String>,
}

/// Prints everything that is known about each topic.
pub(crate) fn describe(admin: &Admin, names: &[String], format: Format) -> anyhow::Result<()> {
    let topics = admin.cluster.topics()?;
    let mut descriptions = Vec::new();
    for name in names {
        check_topic_name(name)?;
        let topic = topics.iter().find(|topic| topic.name == *name).ok_or_else(|| {
            Failure::refused(format!(
                "topic {name} does not exist: create it with `topic-admin create --topic {name}`"
            ))
        })?;
        descriptions.push(Description::of(admin, topic)?);
    }
    match format {
        Format::Json => print(&json(&descriptions)?)?,
        Format::Text => {
            let paragraphs: Vec<String> = descriptions.iter().map(Description::text).collect();
            print(&paragraphs.join("\n"))?;
        }
    }
    Ok(())
}

impl Description {
    fn of(admin: &Admin, topic: &Topic) -> Result<Self, Failure> {
        let contents = contents(admin, topic)?;
        let content = |index: usize| contents.as_ref().and_then(|contents| contents.get(index));
        let line = |(index, partition): (usize, &ecom_core::kafka::Partition)| PartitionLine {
            partition: partition.id,
            leader: partition.leader,
            replicas: partition.replicas.clone(),
            in_sync: partition.in_sync.clone(),
            first_offset: content(index).map(|content| content.ends.offsets.start),
            end_offset: content(index).map(|content| content.ends.offsets.end),
            messages: content(index).map(|content| content.ends.count()),
            newest: content(index).and_then(crate::content::PartitionContent::time),
        };
        Ok(Self {
            topic: topic.name.clone(),
            id: admin.cluster.topic_id(&topic.name)?,
            replication_factor: Shape::of(topic, BTreeMap::new()).replication,
            messages: contents.as_deref().map(messages),
            partitions: topic.partitions.iter().enumerate().map(line).collect(),
            configs: admin.configs(&topic.name)?,
        })
    }

    fn text(&self) -> String {
        let shape = Shape {
            partitions: i32::try_from(self.partitions.len()).unwrap_or(i32::MAX),
            replication: self.replication_factor,
            configs: BTreeMap::new(),
        };
        let messages = match self.messages {
            Some(count) => format!("{count} messages"),
            None => "a partition has no leader".into(),
        };
        let rows = self.table().render(false).replace('\n', "\n  ");
        let configs = match &self.configs {
            None => "not reported by the broker".into(),
            Some(configs) if configs.is_empty() => "none".into(),
            Some(configs) => {
                let pairs = configs.iter().map(|(name, value)| format!("{name}={value}"));
                pairs.collect::<Vec<_>>().join(", ")
            }
        };
        format!(
            "{}: {shape}, {messages}\n  {rows}configs that differ from their defaults: {configs}\n",
            self.topic
        )
    }

    fn table(&self) -> Table {
        let table = Table::new(Style::Plain).number("partition").number("leader");
        let table = table.text("replicas").text("in sync").number("first").number("end");
        let mut table = table.number("messages").text("newest message");
        for line in &self.partitions {
            table.row([
                line.partition.to_string(),
                or_dash(line.leader),
                brokers(&line.replicas),
                brokers(&line.in_sync),
                or_dash(line.first_offset),
                or_dash(line.end_offset),
                or_dash(line.messages),
                or_dash(line.newest.as_ref()),
            ]);
        }
        table
    }
}

/// A value that may be unknown.
pub(crate) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".into(), |value| value.to_string())
}

fn brokers(ids: &[i32]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
