//! Creates topics.

use std::collections::BTreeMap;

use ecom_core::exit::Failure;
use ecom_core::kafka::{Topic, check_topic_name};
use ecom_core::work::StoresMark;

use crate::admin::Admin;
use crate::shape::Shape;

/// Creates the missing topics and waits until each can be written. Creates nothing and refuses if one
/// exists in another shape, or if the one that Flume reads, `flume`, is not the one that it has read.
pub(crate) fn create(
    admin: &Admin,
    names: &[String],
    wanted: &Shape,
    flume: &str,
) -> Result<(), Failure> {
    for name in names {
        check_topic_name(name)?;
    }
    let mark = StoresMark::of_stack();
    if names.iter().any(|name| name == flume) && mark.topic()?.is_some() {
        mark.check_topic(flume, admin.cluster.topic_id(flume)?.as_deref())?;
    }
    // All topics are compared before the first one is created.
    let topics = admin.cluster.topics()?;
    let mut missing = Vec::new();
    for name in names {
        let Some(topic) = topics.iter().find(|topic| topic.name == *name) else {
            missing.push(name);
            continue;
        };
        let have = Shape::of(topic, configs(admin, name, wanted)?);
        let differences = have.differences(wanted);
        if !differences.is_empty() {
            return Err(Failure::refused(format!(
                "topic {name} exists, but with {}: use its present settings, or empty and change it \
                 with `topic-admin reset --topic {name}`",
                differences.join(", ")
            )));
        }
        // An existing topic may still be without leaders, for example after a restart.
        wait(admin, name)?;
        admin.ui.status(format!("{name}: already exists ({have})"));
    }
    for name in missing {
        // It did not exist a moment ago, so its shape is unknown.
        if !admin.create(name, wanted)? {
            return Err(Failure::refused(format!(
                "topic {name} was created by somebody else at the same time"
            )));
        }
        wait(admin, name)?;
        admin.ui.status(format!("{name}: created ({wanted})"));
    }
    Ok(())
}

/// Waits until every partition of a topic has a leader.
pub(crate) fn wait(admin: &Admin, name: &str) -> Result<(), Failure> {
    admin.wait(name, |topic| topic.is_some_and(Topic::is_led), "a partition has no leader")
}

/// The configs of a topic; if the broker cannot report them, the wanted ones, with a warning.
fn configs(admin: &Admin, name: &str, wanted: &Shape) -> Result<BTreeMap<String, String>, Failure> {
    let configs = admin.configs(name)?;
    Ok(configs.unwrap_or_else(|| {
        admin.ui.warn(format!("{name}: the broker does not report configs: not compared"));
        wanted.configs.clone()
    }))
}
