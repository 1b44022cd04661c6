//! Lists and describes topics.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use chrono::{DateTime, SecondsFormat};
use ecom_core::exit::Failure;
use ecom_core::kafka::{Ends, Topic, is_internal};
use ecom_core::settings::Format;
use rdkafka::message::Message as _;
use serde_json::json;

use crate::admin::Admin;
use crate::shape::Shape;

/// A partition with what it holds; `None` where it has no leader to ask.
struct Content {
    ends: Ends,
    newest: Option<i64>,
}

/// Prints a line for every topic.
pub(crate) fn list(admin: &Admin, all: bool, format: Format) -> anyhow::Result<()> {
    let mut topics = admin.cluster.topics()?;
    topics.retain(|topic| all || !is_internal(&topic.name));
    let mut rows = Vec::new();
    for topic in &topics {
        rows.push((topic, contents(admin, topic)?));
    }
    let text = match format {
        Format::Json => {
            let objects: Vec<_> = rows
                .iter()
                .map(|(topic, contents)| {
                    json!({
                        "topic": topic.name,
                        "partitions": topic.count(),
                        "messages": contents.as_deref().map(messages),
                        "newest": contents.as_deref().and_then(newest).map(time),
                    })
                })
                .collect();
            serde_json::to_string_pretty(&objects)? + "\n"
        }
        Format::Text => {
            let cells = rows.iter().map(|(topic, contents)| {
                vec![
                    topic.name.clone(),
                    topic.count().to_string(),
                    shown(contents.as_deref().map(messages)),
                    shown(contents.as_deref().and_then(newest).map(time)),
                ]
            });
            table(&["topic", "partitions", "messages", "newest message"], cells)
        }
    };
    print(&text)?;
    if topics.is_empty() {
        admin.ui.status("no topic yet: create the platform's with `topic-admin create`");
    }
    Ok(())
}

/// Prints all that is known of each topic.
pub(crate) fn describe(admin: &Admin, names: &[String], format: Format) -> anyhow::Result<()> {
    let topics = admin.cluster.topics()?;
    let mut found = Vec::new();
    for name in names {
        ecom_core::kafka::check_topic_name(name)?;
        let topic = topics.iter().find(|topic| topic.name == *name);
        found.push(topic.ok_or_else(|| {
            Failure::refused(format!(
                "topic {name} does not exist: create it with `topic-admin create --topic {name}`"
            ))
        })?);
    }
    let mut text = String::new();
    let mut objects = Vec::new();
    for topic in found {
        let contents = contents(admin, topic)?;
        let configs = admin.configs(&topic.name)?;
        match format {
            Format::Json => objects.push(object(topic, contents.as_deref(), configs.as_ref())),
            Format::Text => text += &paragraph(topic, contents.as_deref(), configs),
        }
    }
    if format == Format::Json {
        text = serde_json::to_string_pretty(&objects)? + "\n";
    }
    print(&text)
}

/// What every partition of a topic holds; `None` when one has no leader.
fn contents(admin: &Admin, topic: &Topic) -> Result<Option<Vec<Content>>, Failure> {
    if !topic.is_led() {
        return Ok(None);
    }
    let ends = admin.cluster.ends(topic)?;
    let last = admin.cluster.last(&topic.name, &ends)?;
    let contents = ends.into_iter().zip(last).map(|(ends, last)| {
        let newest = last.and_then(|message| message.timestamp().to_millis());
        Content { ends, newest }
    });
    Ok(Some(contents.collect()))
}

fn messages(contents: &[Content]) -> u64 {
    contents.iter().map(|content| content.ends.count()).sum()
}

fn newest(contents: &[Content]) -> Option<i64> {
    contents.iter().filter_map(|content| content.newest).max()
}

fn object(
    topic: &Topic,
    contents: Option<&[Content]>,
    configs: Option<&BTreeMap<String, String>>,
) -> serde_json::Value {
    let shape = Shape::of(topic, BTreeMap::new());
    let partitions: Vec<_> = topic
        .partitions
        .iter()
        .enumerate()
        .map(|(place, partition)| {
            let content = contents.map(|contents| &contents[place]);
            json!({
                "partition": partition.id,
                "leader": partition.leader,
                "replicas": partition.replicas,
                "in_sync": partition.in_sync,
                "first_offset": content.map(|content| content.ends.offsets.start),
                "end_offset": content.map(|content| content.ends.offsets.end),
                "messages": content.map(|content| content.ends.count()),
                "newest": content.and_then(|content| content.newest).map(time),
            })
        })
        .collect();
    json!({
        "topic": topic.name,
        "replication_factor": shape.replication,
        "messages": contents.map(messages),
        "partitions": partitions,
        "configs": configs,
    })
}

fn paragraph(
    topic: &Topic,
    contents: Option<&[Content]>,
    configs: Option<BTreeMap<String, String>>,
) -> String {
    let shape = Shape::of(topic, BTreeMap::new());
    let mut text = format!("{}: {shape}, ", topic.name);
    // Writing to a String cannot fail.
    let _ = match contents {
        Some(contents) => writeln!(text, "{} messages", messages(contents)),
        None => writeln!(text, "a partition has no leader"),
    };
    let rows = topic.partitions.iter().enumerate().map(|(place, partition)| {
        let content = contents.map(|contents| &contents[place]);
        vec![
            format!("  {}", partition.id),
            shown(partition.leader),
            brokers(&partition.replicas),
            brokers(&partition.in_sync),
            shown(content.map(|content| content.ends.offsets.start)),
            shown(content.map(|content| content.ends.offsets.end)),
            shown(content.map(|content| content.ends.count())),
            shown(content.and_then(|content| content.newest).map(time)),
        ]
    });
    text += &table(
        &[
            "  partition",
            "leader",
            "replicas",
            "in sync",
            "first",
            "end",
            "messages",
            "newest message",
        ],
        rows,
    );
    let configs = configs.map_or_else(
        || "not told by the broker".to_owned(),
        |configs| {
            let pairs: Vec<_> =
                configs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            if pairs.is_empty() { "none".to_owned() } else { pairs.join(", ") }
        },
    );
    let _ = writeln!(text, "  configs that differ from their defaults: {configs}\n");
    text
}

/// Rows of text below their header, the first column to the left, numbers to the right.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut lines = vec![header.iter().map(|&cell| cell.to_owned()).collect::<Vec<_>>()];
    lines.extend(rows);
    let width = |place: usize| lines.iter().map(|line| line[place].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (place, cell) in line.iter().enumerate() {
            let width = widths[place];
            // Writing to a String cannot fail.
            let _ = match place {
                0 => write!(row, "{cell:<width$}"),
                _ => write!(row, "  {cell:>width$}"),
            };
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

fn brokers(ids: &[i32]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".into(), |value| value.to_string())
}

/// Kafka's milliseconds as RFC 3339.
fn time(milliseconds: i64) -> String {
    DateTime::from_timestamp_millis(milliseconds).map_or_else(
        || milliseconds.to_string(),
        |time| time.to_rfc3339_opts(SecondsFormat::Millis, true),
    )
}

fn print(text: &str) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lines_its_columns_up() {
        let rows = [["orders", "3", "72"], ["a", "12", "-"]];
        let rows = rows.iter().map(|row| row.map(str::to_owned).to_vec());
        let expected = "topic   partitions  messages\norders           3        72\n\
                        a               12         -\n";
        assert_eq!(table(&["topic", "partitions", "messages"], rows), expected);
    }

    #[test]
    fn times_are_rfc_3339() {
        assert_eq!(time(1_731_252_645_123), "2024-11-10T15:30:45.123Z");
    }
}
