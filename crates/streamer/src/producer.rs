//! Sends messages and counts what Kafka acknowledges.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use ecom_core::exit::Failure;
use ecom_core::kafka::{Troubles, failure};
use ecom_core::message::LARGEST_MESSAGE;
use ecom_core::settings::KafkaArgs;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::producer::{
    BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext, PurgeConfig,
};
use rdkafka::types::RDKafkaErrorCode;

/// How long to wait for deliveries before a full queue or a flush is checked again.
const STEP: Duration = Duration::from_millis(1);

/// Messages sent between two checks of the deliveries. The sending thread serves them, because a
/// thread that only waits for them would cost more than it saves.
const BURST: u64 = 256;

/// How long the delivery reports may take after an error that stops the producer.
const REPORTS_WITHIN: Duration = Duration::from_secs(2);

/// A producer that counts its deliveries. Every message sent is either acknowledged or leads to a
/// failure; after the first failure no more messages reach Kafka.
pub(crate) struct Producer {
    client: BaseProducer<Deliveries>,
    counts: Arc<Counts>,
    topic: String,
    servers: String,
    timeout: Duration,
    sent: u64,
    /// The acknowledged count when it last grew, and when that was.
    alive: (u64, Instant),
}

/// What the delivery callback counted.
#[derive(Debug, Default)]
struct Counts {
    acknowledged: AtomicU64,
    failure: Mutex<Option<KafkaError>>,
    failed: std::sync::atomic::AtomicBool,
}

/// Receives librdkafka's callbacks.
struct Deliveries {
    counts: Arc<Counts>,
    troubles: Troubles,
}

/// How batches of messages are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Compression {
    /// As they are
    #[default]
    None,
    /// With LZ4: a fifth of the space in Kafka, for more work here
    Lz4,
}

impl Compression {
    /// Its name in Kafka.
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
        }
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.troubles.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.troubles.error(error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        match result {
            Ok(_) => {
                self.counts.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Err((error, _)) => self.counts.fail(error),
        }
    }
}

impl Counts {
    /// Keeps the first error that says why a message failed.
    ///
    /// After a fatal error librdkafka drops the messages in its queue, and their reports may arrive
    /// before that of the message which Kafka refused.
    fn fail(&self, error: &KafkaError) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.as_ref().is_none_or(is_purge) {
            *failure = Some(error.clone());
        }
        self.failed.store(true, Ordering::Release);
    }

    fn failure(&self) -> Option<KafkaError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// True for a message that failed only because others did.
fn is_purge(error: &KafkaError) -> bool {
    let code = error.rdkafka_error_code();
    matches!(code, Some(RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight))
}

impl Producer {
    /// Starts a producer for one topic.
    pub(crate) fn start(
        args: &KafkaArgs,
        topic: &str,
        compression: Compression,
    ) -> Result<Self, Failure> {
        let counts = Arc::new(Counts::default());
        let context = Deliveries { counts: counts.clone(), troubles: Troubles::default() };
        let client = args
            .client()
            .set("acks", "all")
            .set("enable.idempotence", "true")
            // A batch that Kafka refuses must not leave a gap before later ones.
            .set("enable.gapless.guarantee", "true")
            // For the same reason no message times out alone: all are dropped together.
            .set("message.timeout.ms", "0")
            .set("compression.type", compression.name())
            // What the topic takes; the default of client and broker is 1 MiB.
            .set("message.max.bytes", LARGEST_MESSAGE.to_string())
            .set("linger.ms", "20")
            .set("batch.num.messages", "100000")
            .set("queue.buffering.max.messages", "200000")
            .set("queue.buffering.max.kbytes", "65536")
            .create_with_context(context)
            .map_err(|error| failure("cannot start a Kafka producer", &error))?;
        Ok(Self {
            client,
            counts,
            topic: topic.to_owned(),
            servers: args.bootstrap_servers.clone(),
            timeout: args.timeout(),
            sent: 0,
            alive: (0, Instant::now()),
        })
    }

    /// Queues a message made at `time`, in milliseconds since 1970, in librdkafka. While the queue
    /// is full, waits as long as `go_on` is true; returns false if the message was not queued.
    pub(crate) fn send(
        &mut self,
        partition: i32,
        key: &str,
        message: &[u8],
        time: i64,
        go_on: impl Fn() -> bool,
    ) -> Result<bool, Failure> {
        if self.counts.failed.load(Ordering::Acquire) {
            return Err(self.delivery_failure());
        }
        if self.sent == self.acknowledged() {
            // No message was outstanding until now.
            self.alive.1 = Instant::now();
        }
        loop {
            let record = BaseRecord::to(&self.topic)
                .partition(partition)
                .key(key)
                .payload(message)
                .timestamp(time);
            let error = match self.client.send(record) {
                Ok(()) => break,
                Err((error, _)) => error,
            };
            if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
                return Err(self.refusal(&error));
            }
            self.check()?;
            if !go_on() {
                return Ok(false);
            }
            self.client.poll(STEP);
        }
        self.sent += 1;
        // Not after every message: a poll costs more than queuing one.
        if self.sent.is_multiple_of(BURST) {
            self.client.poll(Duration::ZERO);
        }
        Ok(true)
    }

    /// Messages queued.
    pub(crate) fn sent(&self) -> u64 {
        self.sent
    }

    /// Messages that Kafka acknowledged.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.counts.acknowledged.load(Ordering::Relaxed)
    }

    /// Serves deliveries for a while.
    pub(crate) fn serve(&self, time: Duration) {
        self.client.poll(time);
    }

    /// Fails if a delivery failed, or if nothing was acknowledged within the timeout.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        if self.counts.failed.load(Ordering::Acquire) {
            return Err(self.delivery_failure());
        }
        let acknowledged = self.acknowledged();
        let now = Instant::now();
        if acknowledged != self.alive.0 || acknowledged == self.sent {
            self.alive = (acknowledged, now);
        }
        if now - self.alive.1 < self.timeout {
            return Ok(());
        }
        let seconds = self.timeout.as_secs();
        let failure = Failure::unavailable(format!(
            "Kafka at {} acknowledged nothing for {seconds} s",
            self.servers
        ));
        Err(match self.client.client().context().troubles.last() {
            Some(cause) => failure.because(cause),
            None => failure,
        })
    }

    /// Waits until everything that was sent is acknowledged.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        while self.acknowledged() < self.sent {
            self.check()?;
            self.client.poll(STEP);
        }
        self.check()
    }

    /// Waits until everything that was sent is acknowledged, but not longer than `most`.
    pub(crate) fn wait_for_acknowledgement(&self, most: Duration) {
        let begin = Instant::now();
        while self.acknowledged() < self.sent && begin.elapsed() < most {
            self.client.poll(STEP);
        }
    }

    /// Drops what is not acknowledged: nothing may reach Kafka after a gap.
    pub(crate) fn abandon(&self) {
        self.client.purge(PurgeConfig::default().queue().inflight());
    }

    /// Why librdkafka accepts no more messages. After a fatal error the cause is in the delivery
    /// reports, which arrive a moment later.
    fn refusal(&self, error: &KafkaError) -> Failure {
        self.wait_for_cause();
        if self.counts.failed.load(Ordering::Acquire) {
            return self.delivery_failure();
        }
        failure(&format!("cannot send to {}", self.topic), error)
    }

    fn delivery_failure(&self) -> Failure {
        self.wait_for_cause();
        let doing = format!("a message to {} was not delivered", self.topic);
        match self.counts.failure() {
            Some(error) => failure(&doing, &error),
            None => Failure::unavailable(doing),
        }
    }

    /// Serves deliveries until one of them says why messages fail.
    fn wait_for_cause(&self) {
        let begin = Instant::now();
        while self.counts.failure().as_ref().is_none_or(is_purge)
            && begin.elapsed() < REPORTS_WITHIN
        {
            self.client.poll(STEP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_the_refusal_and_not_what_was_dropped_because_of_it() {
        use RDKafkaErrorCode::{PurgeQueue, TopicAuthorizationFailed};
        let counts = Counts::default();
        for code in [PurgeQueue, TopicAuthorizationFailed, PurgeQueue] {
            counts.fail(&KafkaError::MessageProduction(code));
        }
        let code = counts.failure().and_then(|error| error.rdkafka_error_code());
        assert_eq!(code, Some(TopicAuthorizationFailed));
    }
}
