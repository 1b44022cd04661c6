//! The connection that the commands share.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use ecom_core::exit::{Code, Failure};
use ecom_core::kafka::{Cluster, Topic, Troubles, failure};
use ecom_core::message::LARGEST_MESSAGE;
use ecom_core::settings::KafkaArgs;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use rdkafka::admin::{
    AdminClient, AdminOptions, ConfigSource, NewTopic, ResourceSpecifier, TopicReplication,
    TopicResult,
};
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

use crate::shape::Shape;

/// The config with the largest message that a topic takes.
pub(crate) const MESSAGE_LIMIT: &str = "max.message.bytes";

/// A connection that changes topics.
pub(crate) struct Admin {
    pub(crate) cluster: Cluster,
    pub(crate) ui: Ui,
    stop: Stop,
    client: AdminClient<Troubles>,
    runtime: tokio::runtime::Runtime,
    timeout: Duration,
}

impl Admin {
    /// Connects to the brokers.
    pub(crate) fn connect(args: &KafkaArgs, stop: &Stop, ui: &Ui) -> anyhow::Result<Self> {
        let cluster = Cluster::connect(args, stop)?;
        let client = args
            .client()
            .create_with_context(Troubles::default())
            .map_err(|error| failure("cannot start a Kafka client", &error))?;
        // librdkafka has its own threads and timers; the runtime only waits for their answers.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let (ui, stop) = (ui.clone(), stop.clone());
        Ok(Self { cluster, ui, stop, client, runtime, timeout: args.timeout() })
    }

    /// Creates a topic that takes every message that the tools can make. `Ok(false)` if there is one with that name.
    pub(crate) fn create(&self, name: &str, shape: &Shape) -> Result<bool, Failure> {
        let replication = TopicReplication::Fixed(shape.replication);
        let mut topic = NewTopic::new(name, shape.partitions, replication);
        let limit = LARGEST_MESSAGE.to_string();
        if !shape.configs.contains_key(MESSAGE_LIMIT) {
            topic = topic.set(MESSAGE_LIMIT, &limit);
        }
        for (name, value) in &shape.configs {
            topic = topic.set(name, value);
        }
        let answer = self.wait_for(self.client.create_topics([&topic], &self.options()))?;
        match outcome(answer) {
            Ok(()) => Ok(true),
            Err(KafkaError::AdminOp(RDKafkaErrorCode::TopicAlreadyExists)) => Ok(false),
            Err(error) => {
                Err(failure(&format!("cannot create the topic {name} with {shape}"), &error))
            }
        }
    }

    /// Deletes a topic. `Ok(false)` if there is none with that name.
    pub(crate) fn delete(&self, name: &str) -> Result<bool, Failure> {
        let answer = self.wait_for(self.client.delete_topics(&[name], &self.options()))?;
        match outcome(answer) {
            Ok(()) => Ok(true),
            Err(KafkaError::AdminOp(RDKafkaErrorCode::UnknownTopicOrPartition)) => Ok(false),
            Err(error) => Err(failure(&format!("cannot delete the topic {name}"), &error)),
        }
    }

    /// The configs of a topic that differ from the broker's defaults and from what [`Self::create`]
    /// sets; `None` if the broker cannot report them.
    pub(crate) fn configs(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Failure> {
        let topic = [ResourceSpecifier::Topic(name)];
        let doing = format!("cannot read the configs of {name}");
        let answer = self.wait_for(self.client.describe_configs(&topic, &self.options()))?;
        let resources = match answer {
            Ok(resources) => resources,
            Err(KafkaError::AdminOp(RDKafkaErrorCode::UnsupportedFeature)) => return Ok(None),
            Err(error) => return Err(failure(&doing, &error)),
        };
        let mut configs = BTreeMap::new();
        // One topic was asked for, so there is one resource.
        for resource in resources {
            let resource = resource.map_err(|code| failure(&doing, &KafkaError::AdminOp(code)))?;
            for entry in resource.entries {
                let value = entry.value.unwrap_or_default();
                // The other sources are defaults of the broker or of Kafka.
                let own = entry.source == ConfigSource::DynamicTopic;
                let differs = match value.parse().map(|limit: u32| limit.cmp(&LARGEST_MESSAGE)) {
                    Ok(order) if entry.name == MESSAGE_LIMIT => {
                        order == Ordering::Less || (own && order == Ordering::Greater)
                    }
                    _ => own,
                };
                if differs {
                    configs.insert(entry.name, value);
                }
            }
        }
        Ok(Some(configs))
    }

    /// Waits for an answer or a signal.
    fn wait_for<T>(&self, answer: impl Future<Output = T>) -> Result<T, Failure> {
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                answer = answer => Ok(answer),
                code = self.stop.stopped() => {
                    Err(Failure::new(code, "stopped by a signal: waiting for Kafka"))
                }
            }
        })
    }

    /// Asks for the topic until `done` accepts it, at most for `--kafka-timeout`.
    ///
    /// # Errors
    /// Exit code 5 at the deadline; `missing` says what was still missing.
    pub(crate) fn wait(
        &self,
        name: &str,
        done: impl Fn(Option<&Topic>) -> bool,
        missing: &str,
    ) -> Result<(), Failure> {
        let deadline = Instant::now() + self.timeout;
        loop {
            if done(self.cluster.find(name)?.as_ref()) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                let seconds = self.timeout.as_secs();
                return Err(Failure::unavailable(format!(
                    "topic {name}: {missing} after {seconds} s"
                )));
            }
            self.cluster.pause(Duration::from_millis(50))?;
        }
    }

    /// Reads a line of standard input, on a thread of its own: reading does not end with a signal.
    pub(crate) fn answer(&self) -> Result<String, Failure> {
        let (sender, line) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = std::io::stdin().read_line(&mut line);
            // Nobody waits for it after a signal.
            let _ = sender.send(read.map(|_| line));
        });
        loop {
            self.stop.check(|| "nothing deleted".into())?;
            match line.recv_timeout(Duration::from_millis(50)) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Ok(line)) => return Ok(line),
                Ok(Err(error)) => {
                    let problem = "cannot read the answer";
                    return Err(Failure::new(Code::Unexpected, problem).because(error));
                }
                // The thread ends only after it has sent something.
                Err(RecvTimeoutError::Disconnected) => return Ok(String::new()),
            }
        }
    }

    /// How long to wait for Kafka.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    fn options(&self) -> AdminOptions {
        let timeout = Some(self.timeout);
        AdminOptions::new().request_timeout(timeout).operation_timeout(timeout)
    }
}

/// The result for the only topic of a request.
fn outcome(answer: Result<Vec<TopicResult>, KafkaError>) -> Result<(), KafkaError> {
    for result in answer? {
        result.map_err(|(_, code)| KafkaError::AdminOp(code))?;
    }
    Ok(())
}
