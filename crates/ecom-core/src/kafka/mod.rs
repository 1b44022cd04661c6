//! What every tool that uses Kafka needs: a quiet client, errors with an exit code, topics and their
//! offsets, reading up to an end, and Java's partitioner.

mod cluster;
mod identity;
mod partitioner;
mod reading;

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, SecondsFormat};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaErrorCode;

pub use cluster::{Cluster, Partition, Topic, check_topic_name, is_internal, topics_in};
pub use identity::topic_id;
pub use partitioner::partition_of;
pub use reading::Ends;

use crate::escape::excerpt;
use crate::exit::{Code, Failure};

/// The consumer group of Flume's kafka-agent: see `flume-conf/flume-kafka.conf`.
pub const FLUME_GROUP: &str = "flume-consumer";

/// The most characters of a report that are shown.
const REASON: usize = 600;

/// Collects what librdkafka reports: it goes to the log, and the last report becomes the cause of the
/// failure that follows. Nothing is printed on standard error directly.
#[derive(Debug, Default)]
pub struct Troubles {
    last: Mutex<Option<String>>,
}

impl Troubles {
    /// The last report, if there was one.
    pub fn last(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the last report, because the service answered.
    pub fn forget(&self) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Keeps a report, without librdkafka's statistics at its end.
    pub fn keep(&self, reason: &str) {
        // "… failed: Connection refused (after 0ms in state CONNECT, 3 identical error(s) …)"
        let reason = reason.split(" (after ").next().unwrap_or(reason);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(excerpt(reason, REASON));
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
        // "All brokers are down" says less than the report about each of them before.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            self.keep(reason);
        }
    }
}

impl ConsumerContext for Troubles {}

/// A message's time, in milliseconds since 1970, as RFC 3339; as a number if it is out of range.
#[must_use]
pub fn time_text(milliseconds: i64) -> String {
    DateTime::from_timestamp_millis(milliseconds).map_or_else(
        || milliseconds.to_string(),
        |time| time.to_rfc3339_opts(SecondsFormat::Millis, true),
    )
}

/// An error of librdkafka as a failure; `doing` says what failed ("cannot create the topic x").
#[must_use]
pub fn failure(doing: &str, error: &KafkaError) -> Failure {
    let code = match error {
        KafkaError::ClientConfig(..) | KafkaError::ClientCreation(_) => Code::Usage,
        other => code_in(other).map_or(Code::Unexpected, code_of),
    };
    Failure::new(code, doing).because(words(error))
}

/// Kafka's error code in an error of librdkafka.
#[must_use]
pub fn code_in(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    match error {
        // rdkafka does not return this one.
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

/// The exit code for an error of Kafka.
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

/// True for errors that go away once the broker is back, less busy, or has space again, or once it is Kafka that answers.
#[must_use]
pub fn is_unavailable(error: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Error;
    matches!(
        error,
        Error::BrokerTransportFailure
            | Error::AllBrokersDown
            | Error::Partial
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
            | Error::BadMessage
            | Error::Underflow
            | Error::UnknownProtocol
            | Error::ReassignmentInProgress
    )
}

/// What went wrong, without rdkafka's name of the operation.
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

/// The words of an error code: "Message timed out" for `MessageTimedOut (Local: Message timed out)`.
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
        let text = crate::exit::describe(&failure.into());
        assert_eq!(text, "cannot create the topic orders: Request timed out");
    }

    #[test]
    fn every_kind_of_error_has_its_exit_code() {
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
    fn the_last_report_is_the_cause_without_its_statistics() {
        let troubles = Troubles::default();
        assert!(troubles.last().is_none());
        let reason = "localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection \
                      refused (after 0ms in state CONNECT)";
        troubles.error(KafkaError::Global(RDKafkaErrorCode::BrokerTransportFailure), reason);
        troubles.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers down");
        let cause = troubles.last();
        let expected =
            "localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused";
        assert_eq!(cause.as_deref(), Some(expected));
        troubles.forget();
        assert!(troubles.last().is_none());
    }
}
