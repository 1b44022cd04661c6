//! The connection that the commands share.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ecom_core::exit::Failure;
use ecom_core::kafka::{Cluster, Topic, Troubles, failure};
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

/// A connection that changes topics.
pub(crate) struct Admin {
    pub(crate) cluster: Cluster,
    pub(crate) ui: Ui,
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
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Ok(Self { cluster, ui: ui.clone(), client, runtime, timeout: args.timeout() })
    }

    /// Creates a topic. `Ok(false)` if there is one with that name.
    pub(crate) fn create(&self, name: &str, shape: &Shape) -> Result<bool, Failure> {
        let replication = TopicReplication::Fixed(shape.replication);
        let mut topic = NewTopic::new(name, shape.partitions, replication);
        for (name, value) in &shape.configs {
            topic = topic.set(name, value);
        }
        let answer = self.runtime.block_on(self.client.create_topics([&topic], &self.options()));
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
        let answer = self.runtime.block_on(self.client.delete_topics(&[name], &self.options()));
        match outcome(answer) {
            Ok(()) => Ok(true),
            Err(KafkaError::AdminOp(RDKafkaErrorCode::UnknownTopicOrPartition)) => Ok(false),
            Err(error) => Err(failure(&format!("cannot delete the topic {name}"), &error)),
        }
    }

    /// The configs of a topic that differ from the broker's defaults; `None` if the broker cannot
    /// report them.
    pub(crate) fn configs(&self, name: &str) -> Result<Option<BTreeMap<String, String>>, Failure> {
        let topic = [ResourceSpecifier::Topic(name)];
        let doing = format!("cannot read the configs of {name}");
        let answer = self.runtime.block_on(self.client.describe_configs(&topic, &self.options()));
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
                // The other sources are defaults of the broker or of Kafka.
                if entry.source == ConfigSource::DynamicTopic {
                    configs.insert(entry.name, entry.value.unwrap_or_default());
                }
            }
        }
        Ok(Some(configs))
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
