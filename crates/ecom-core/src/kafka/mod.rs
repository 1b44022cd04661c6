//! Kafka, as every tool that speaks to it needs it: a client that is quiet, errors with an exit
//! code, topics and their ends, bounded reading, and Java's partitioner.

mod cluster;
mod partitioner;
mod reading;

use std::sync::{Mutex, PoisonError};

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

pub use cluster::{Cluster, Partition, Topic, check_topic_name, is_internal};
pub use partitioner::partition_of;
pub use reading::Ends;

use crate::exit::{Code, Failure};

/// Keeps what librdkafka says of its troubles: they go to the log, and the last one becomes the
/// cause of the failure that they lead to. Nothing reaches standard error by itself.
#[derive(Debug, Default)]
pub struct Troubles {
    last: Mutex<Option<String>>,
}

/// An error of librdkafka, in its own words and without the operation, which the caller names.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cause(String);

impl Troubles {
    /// The last trouble as a cause, if there was one.
    pub fn last(&self) -> Option<Cause> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone().map(Cause)
    }

    /// Forgets the last trouble: the service answered.
    pub fn forget(&self) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Keeps a trouble.
    pub fn keep(&self, reason: &str) {
        // "… failed: Connection refused (after 0ms in state CONNECT, 3 identical error(s) …)"
        let reason = reason.split(" (after ").next().unwrap_or(reason);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(reason.to_owned());
    }
}

impl ClientContext for Troubles {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Debug | RDKafkaLogLevel::Info | RDKafkaLogLevel::Notice => {
                tracing::debug!("librdkafka: {facility} {message}");
            }
            _ => tracing::info!("librdkafka: {facility} {message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::PartitionEOF) {
            return;
        }
        tracing::info!("librdkafka: {error}: {reason}");
        // That all brokers are down says less than what was said of each before.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            self.keep(reason);
        }
    }
}

impl ConsumerContext for Troubles {}

/// An error of librdkafka as a failure: `doing` says what was tried ("cannot create the topic x").
#[must_use]
pub fn failure(doing: &str, error: &KafkaError) -> Failure {
    let code = match error {
        KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_) => Code::Usage,
        other => code_in(other).map_or(Code::Unexpected, code_of),
    };
    Failure::new(code, doing).because(Cause(words(error)))
}

/// Kafka's code inside an error of librdkafka.
#[must_use]
pub fn code_in(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    match error {
        // rdkafka leaves this one out.
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

/// The exit code that an error of Kafka asks for.
#[must_use]
pub fn code_of(error: RDKafkaErrorCode) -> Code {
    use RDKafkaErrorCode as Error;
    match error {
        Error::InvalidReplicationFactor
        | Error::InvalidReplicaAssignment
        | Error::InvalidConfig
        | Error::InvalidPartitions
        | Error::InvalidTopic
        | Error::InvalidArgument
        | Error::UnsupportedSASLMechanism => Code::Usage,
        Error::UnknownTopicOrPartition
        | Error::UnknownTopic
        | Error::UnknownPartition
        | Error::TopicAlreadyExists
        | Error::TopicAuthorizationFailed
        | Error::ClusterAuthorizationFailed
        | Error::GroupAuthorizationFailed
        | Error::Authentication
        | Error::SaslAuthenticationFailed
        | Error::MessageSizeTooLarge
        | Error::InvalidMessageSize
        | Error::InvalidRecord
        | Error::TopicDeletionDisabled
        | Error::PolicyViolation
        | Error::AutoOffsetReset
        | Error::OffsetOutOfRange => Code::Refused,
        other if is_unavailable(other) => Code::Unavailable,
        _ => Code::Unexpected,
    }
}

/// True for what passes when the broker is back, or less busy, or has room again.
#[must_use]
pub fn is_unavailable(error: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Error;
    matches!(
        error,
        Error::BrokerTransportFailure
            | Error::AllBrokersDown
            | Error::Resolve
            | Error::OperationTimedOut
            | Error::TimedOutQueue
            | Error::RequestTimedOut
            | Error::MessageTimedOut
            | Error::WaitingForCoordinator
            | Error::QueueFull
            | Error::Retry
            | Error::PurgeQueue
            | Error::PurgeInflight
            | Error::LeaderNotAvailable
            | Error::NotLeaderForPartition
            | Error::BrokerNotAvailable
            | Error::ReplicaNotAvailable
            | Error::NetworkException
            | Error::CoordinatorLoadInProgress
            | Error::CoordinatorNotAvailable
            | Error::NotCoordinator
            | Error::NotEnoughReplicas
            | Error::NotEnoughReplicasAfterAppend
            | Error::NotController
            | Error::KafkaStorageError
            | Error::ThrottlingQuotaExceeded
            | Error::ReassignmentInProgress
    )
}

/// What went wrong, without the name of the operation that rdkafka puts in front.
fn words(error: &KafkaError) -> String {
    match (code_in(error), error) {
        (_, KafkaError::ClientConfig(_, problem, name, value)) => {
            format!("{problem}: {name}={value}")
        }
        (_, KafkaError::ClientCreation(problem) | KafkaError::AdminOpCreation(problem)) => {
            problem.clone()
        }
        (Some(code), _) => code_words(code),
        (None, other) => other.to_string(),
    }
}

/// An error code in Kafka's words: `MessageTimedOut (Local: Message timed out)` without the name.
#[must_use]
pub fn code_words(code: RDKafkaErrorCode) -> String {
    let text = code.to_string();
    let inner = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(&text).trim_start_matches("Local: ").trim_start_matches("Broker: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_becomes_a_failure_with_its_code_and_words() {
        let failure = failure(
            "cannot create the topic orders",
            &KafkaError::AdminOp(RDKafkaErrorCode::RequestTimedOut),
        );
        assert_eq!(failure.code(), Code::Unavailable);
        let told = crate::exit::describe(&failure.into());
        assert_eq!(told, "cannot create the topic orders: Request timed out");
    }

    #[test]
    fn every_kind_of_trouble_has_its_exit_code() {
        for (error, code) in [
            (RDKafkaErrorCode::MessageTimedOut, Code::Unavailable),
            (RDKafkaErrorCode::KafkaStorageError, Code::Unavailable),
            (RDKafkaErrorCode::MessageSizeTooLarge, Code::Refused),
            (RDKafkaErrorCode::InvalidReplicationFactor, Code::Usage),
            (RDKafkaErrorCode::Fail, Code::Unexpected),
        ] {
            assert_eq!(code_of(error), code, "{error}");
        }
    }

    #[test]
    fn the_last_trouble_is_the_cause_without_its_statistics() {
        let troubles = Troubles::default();
        assert!(troubles.last().is_none());
        let reason = "localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection \
                      refused (after 0ms in state CONNECT)";
        troubles.error(KafkaError::Global(RDKafkaErrorCode::BrokerTransportFailure), reason);
        troubles.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers down");
        let told = troubles.last().map(|cause| cause.to_string());
        let expected =
            "localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused";
        assert_eq!(told.as_deref(), Some(expected));
        troubles.forget();
        assert!(troubles.last().is_none());
    }
}
