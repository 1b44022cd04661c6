//! Lists topics.

use ecom_core::kafka::is_internal;
use ecom_core::settings::Format;
use ecom_core::show::{Style, Table, json, print};
use serde::Serialize;

use crate::admin::Admin;
use crate::content::{contents, messages, newest};
use crate::describe::or_dash;

/// One topic of the list; `messages` is unknown if a partition has no leader.
#[derive(Serialize)]
struct TopicLine {
    topic: String,
    partitions: i32,
    messages: Option<u64>,
    newest: Option<String>,
}

/// Prints one line per topic.
pub(crate) fn list(admin: &Admin, all: bool, format: Format) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for topic in admin.cluster.topics()? {
        if all || !is_internal(&topic.name) {
            let contents = contents(admin, &topic)?;
            lines.push(TopicLine {
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
            let table = Table::new(Style::Plain).text("topic").number("partitions");
            let mut table = table.number("messages").text("newest message");
            for TopicLine { topic, partitions, messages, newest } in &lines {
                let partitions = partitions.to_string();
                table.row([
                    topic.clone(),
                    partitions,
                    or_dash(*messages),
                    or_dash(newest.as_ref()),
                ]);
            }
            print(&table.render(false))?;
        }
    }
    if lines.is_empty() {
        admin.ui.status("no topics yet: create the platform's topics with `topic-admin create`");
    }
    Ok(())
}
