//! Deletes and empties topics, with the user's consent.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use clap::Args;
use ecom_core::exit::Failure;
use ecom_core::kafka::{Topic, check_topic_name, is_internal};
use ecom_core::work::StoresMark;

use crate::admin::{Admin, MESSAGE_LIMIT};
use crate::create;
use crate::shape::Shape;

/// The user's consent to lose messages.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Consent {
    /// Do not ask for confirmation
    #[arg(short, long)]
    pub(crate) yes: bool,
}

/// The shape of a topic after a reset; what is `None` or not named stays the same.
pub(crate) struct WantedShape {
    pub(crate) partitions: Option<i32>,
    pub(crate) replication: Option<i32>,
    pub(crate) configs: BTreeMap<String, String>,
}

/// Refuses what can be refused without asking Kafka: internal topics, and a missing `--yes` if there
/// is no terminal to ask on.
pub(crate) fn check(names: &[String], consent: Consent) -> Result<(), Failure> {
    for name in names {
        check_topic_name(name)?;
        if is_internal(name) {
            return Err(Failure::refused(format!(
                "{name} is an internal topic of Kafka: not deleted"
            )));
        }
    }
    if consent.yes || io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Failure::usage("cannot ask for confirmation without a terminal: use --yes to delete"))
}

/// Deletes the topics that exist and waits until they are gone.
pub(crate) fn delete(admin: &Admin, names: &[String], consent: Consent) -> anyhow::Result<()> {
    let topics = admin.cluster.topics()?;
    let mut existing = Vec::new();
    for name in names {
        match topics.iter().find(|topic| topic.name == *name) {
            Some(topic) => existing.push(topic),
            None => admin.ui.status(format!("{name}: does not exist")),
        }
    }
    ask(admin, &existing, "delete", consent)?;
    for topic in existing {
        remove(admin, &topic.name)?;
        admin.ui.status(format!("{}: deleted", topic.name));
        warn_of_flume(admin, &topic.name)?;
    }
    Ok(())
}

/// Says what a topic's deletion leaves behind if Flume has read it. Kafka forgets the group's offsets
/// with the topic, but HDFS and the channel of a running agent are not this tool's.
fn warn_of_flume(admin: &Admin, name: &str) -> Result<(), Failure> {
    let mark = StoresMark::of_stack();
    if mark.topic()?.is_some_and(|(held, _)| held == name) {
        let command = mark.refill();
        admin.ui.warn(format!(
            "{name}: HDFS still holds what Flume read from it, and would get it a second time: to \
             empty the stores and fill them again: {command}"
        ));
    }
    Ok(())
}

/// Empties topics: deletes each and creates it again in its present or the wanted shape.
pub(crate) fn reset(
    admin: &Admin,
    names: &[String],
    wanted: &WantedShape,
    consent: Consent,
) -> anyhow::Result<()> {
    let topics = admin.cluster.topics()?;
    let mut existing = Vec::new();
    let mut shapes = Vec::new();
    for name in names {
        let topic = topics.iter().find(|topic| topic.name == *name);
        let have = match topic {
            Some(topic) => Shape::of(topic, admin.configs(name)?.unwrap_or_default()),
            // The defaults of `topic-admin create`.
            None => Shape { partitions: 3, replication: 1, configs: BTreeMap::new() },
        };
        // Every shape is read before the first deletion: a failure here changes nothing.
        shapes.push((name, wanted.of(have)));
        existing.extend(topic);
    }
    ask(admin, &existing, "empty", consent)?;
    for (name, shape) in shapes {
        if existing.iter().any(|topic| topic.name == *name) {
            remove(admin, name)?;
        }
        renew(admin, name, &shape)?;
        admin.ui.status(format!("{name}: empty ({shape})"));
        warn_of_flume(admin, name)?;
    }
    Ok(())
}

impl WantedShape {
    fn of(&self, have: Shape) -> Shape {
        let mut configs = have.configs;
        // A limit that is too small for some messages is what a reset mends.
        configs.remove(MESSAGE_LIMIT);
        configs.extend(self.configs.clone());
        Shape {
            partitions: self.partitions.unwrap_or(have.partitions),
            replication: self.replication.unwrap_or(have.replication),
            configs,
        }
    }
}

/// Deletes one topic and waits until it is gone.
fn remove(admin: &Admin, name: &str) -> Result<(), Failure> {
    admin.delete(name)?;
    admin.wait(name, |topic| topic.is_none(), "still exists")
}

/// Creates a topic that was just deleted. Tries again while the broker is still deleting it.
fn renew(admin: &Admin, name: &str, shape: &Shape) -> Result<(), Failure> {
    let deadline = Instant::now() + admin.timeout();
    while !admin.create(name, shape)? {
        if Instant::now() >= deadline {
            return Err(Failure::unavailable(format!("topic {name} was not deleted in time")));
        }
        admin.cluster.pause(Duration::from_millis(200))?;
    }
    create::wait(admin, name)
}

/// Asks on the terminal for the name of each topic before anything is deleted.
fn ask(admin: &Admin, topics: &[&Topic], verb: &str, consent: Consent) -> anyhow::Result<()> {
    if consent.yes {
        return Ok(());
    }
    for topic in topics {
        // Offsets are unknown without a leader.
        let messages = if topic.is_led() {
            let ends = admin.cluster.ends(topic)?;
            ends.iter().map(ecom_core::kafka::Ends::count).sum::<u64>().to_string()
        } else {
            "all".into()
        };
        let name = &topic.name;
        let question = format!("Type {name} to {verb} it with its {messages} messages: ");
        // Standard output stays free of questions.
        io::stderr().write_all(question.as_bytes())?;
        let answer = admin.answer()?;
        if answer.trim() != name {
            return Err(Failure::refused(format!("not {name}: nothing deleted")).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_stays_the_same() {
        let have = Shape {
            partitions: 6,
            replication: 2,
            configs: [("a".to_owned(), "1".to_owned())].into(),
        };
        let same = WantedShape { partitions: None, replication: None, configs: BTreeMap::new() };
        assert_eq!(same.of(have.clone()), have);
        let other = WantedShape { configs: [("a".to_owned(), "2".to_owned())].into(), ..same };
        let other = WantedShape { partitions: Some(1), ..other };
        assert_eq!(other.of(have).to_string(), "1 partition, replication factor 2, a=2");
    }
}
