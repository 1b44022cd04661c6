//! Against a real Kafka: what an in-process broker does not support.

use std::process::{Command, Output};

use crate::{assert_ends, out, topic_admin};

/// A topic of the real Kafka, deleted when this is dropped.
struct Topic {
    servers: String,
    name: String,
}

impl Topic {
    fn new(name: &str) -> Option<Self> {
        if std::env::var("ECOM_TEST_STACK").as_deref() != Ok("1") {
            println!("SKIPPED: ECOM_TEST_STACK=1 is not set: no real Kafka");
            return None;
        }
        let servers = std::env::var("KAFKA_BOOTSTRAP_SERVERS").unwrap_or("localhost:9092".into());
        Some(Self { servers, name: format!("topic-admin-test-{}-{name}", std::process::id()) })
    }

    fn run(&self, verb: &str, args: &[&str]) -> Output {
        topic_admin(&self.servers, &[&[verb, "--topic", &self.name], args].concat())
    }
}

impl Drop for Topic {
    fn drop(&mut self) {
        self.run("delete", &["--yes"]);
    }
}

#[test]
fn configs_are_set_compared_kept_and_described() {
    let Some(topic) = Topic::new("configs") else { return };
    let name = &topic.name;
    let shape = "3 partitions, replication factor 1, retention.ms=3600000";
    let config = ["--config", "retention.ms=3600000"];
    assert_ends(&topic.run("create", &config), 0, &format!("{name}: created ({shape})\n"));
    assert_ends(&topic.run("create", &config), 0, &format!("{name}: already exists ({shape})\n"));
    assert_ends(
        &topic.run("create", &["--partitions", "4"]),
        4,
        &format!(
            "topic-admin: topic {name} exists, but with 3 partitions instead of 4, \
             retention.ms=3600000 instead of its default: use its present settings, or empty and \
             change it with `topic-admin reset --topic {name}`\n"
        ),
    );
    assert_ends(&topic.run("reset", &["--yes"]), 0, &format!("{name}: empty ({shape})\n"));
    let text = out(&topic.run("describe", &[]));
    let expected = "configs that differ from their defaults: retention.ms=3600000\n";
    assert!(text.contains(expected), "{text}");
    assert_ends(&topic.run("delete", &["--yes"]), 0, &format!("{name}: deleted\n"));
    assert_ends(&topic.run("delete", &["--yes"]), 0, &format!("{name}: does not exist\n"));
}

#[test]
fn what_kafka_refuses_is_wrong_usage() {
    let Some(topic) = Topic::new("refused") else { return };
    let name = &topic.name;
    let message = format!(
        "topic-admin: cannot create the topic {name} with 3 partitions, replication factor 99: \
         Invalid replication factor\n"
    );
    assert_ends(&topic.run("create", &["--replication-factor", "99"]), 2, &message);
    let output = topic.run("create", &["--config", "retention.ms=soon"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn on_a_terminal_the_name_must_be_typed() {
    let Some(topic) = Topic::new("typed") else { return };
    if Command::new("script").arg("--version").output().is_err() {
        println!("SKIPPED: there is no `script` to make a terminal with");
        return;
    }
    let (name, tool) = (&topic.name, env!("CARGO_BIN_EXE_topic-admin"));
    assert_eq!(topic.run("create", &[]).status.code(), Some(0));
    let typed = |answer: &str| {
        let inside = format!("{tool} delete --topic {name} --bootstrap-servers {}", topic.servers);
        let line = format!("printf '%s\\n' '{answer}' | script -qec '{inside}' /dev/null");
        Command::new("sh").args(["-c", &line]).output().unwrap()
    };
    let output = typed("something else");
    assert_eq!(output.status.code(), Some(4));
    let asked = format!("Type {name} to delete it with its 0 messages: ");
    assert!(out(&output).contains(&asked), "{}", out(&output));
    assert!(out(&output).contains("nothing deleted"), "{}", out(&output));
    assert_eq!(topic.run("describe", &[]).status.code(), Some(0));
    let output = typed(name);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert_eq!(topic.run("describe", &[]).status.code(), Some(4));
}
