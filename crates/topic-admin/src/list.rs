//! Lists topics.

use ecom_core::kafka::is_internal;
use ecom_core::settings::Format;
use serde::Serialize;

use crate::admin::Admin;
use crate::content::{contents, messages, newest};
use crate::print::{json, print, shown, table};

/// What a list tells of a topic; `messages` is unknown when a partition has no leader.
#[derive(Serialize)]
struct Line {
    topic: String,
    partitions: i32,
    messages: Option<u64>,
    newest: Option<String>,
}

/// Prints a line for every topic.
pub(crate) fn list(admin: &Admin, all: bool, format: Format) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for topic in admin.cluster.topics()? {
        if all || !is_internal(&topic.name) {
            let contents = contents(admin, &topic)?;
            lines.push(Line {
                partitions: topic.count(),
                topic: topic.name,
                messages: contents.as_deref().map(messages),
                newest: contents.as_deref().and_then(newest),
            });
        }
    }
    match format {
        Format::Json => print(&json(&lines)?)?,
        Format::Text => {
            let cells = lines.iter().map(|line| {
                let count = line.partitions.to_string();
                vec![line.topic.clone(), count, shown(line.messages), shown(line.newest.as_ref())]
            });
            print(&table(&["topic", "partitions", "messages", "newest message"], cells))?;
        }
    }
    if lines.is_empty() {
        admin.ui.status("no topic yet: create the platform's with `topic-admin create`");
    }
    Ok(())
}
