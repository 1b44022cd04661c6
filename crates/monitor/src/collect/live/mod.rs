//! What the topic of the transactions says by itself: a thread reads it from the first message and sums.
//! Another does the same with the topic of Spark's stream, if there is one.
//!
//! Every record counts once, by its source and number, as in the analysis of the lake; sums are exact. So
//! when nothing moves, both say the same, and the judge compares them. Nothing is stored: after a restart
//! the topic is read again, which gives the same. Kafka answers slowly or not at all without any effect on
//! the probes.

mod groups;
mod orders;
mod seen;
mod shape;
mod spark;
mod summary;
mod topic;
mod totals;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use ecom_core::Failure;
use ecom_core::exit::describe;
use ecom_core::settings::KafkaArgs;
use rdkafka::message::BorrowedMessage;
use tokio::runtime::Handle;
use tokio::sync::watch;

use self::spark::Stream;
use self::topic::{Look, Polled, Topic};
use self::totals::Totals;
use super::subject::{Subject, Subjects};
use crate::snapshot::{self, LiveState};

/// Messages that are taken at once.
const AT_ONCE: usize = 256;

/// How long to wait for a message before looking whether there is something else to do.
const STEP: Duration = Duration::from_millis(100);

/// The longest time from one look at the topic's ends to the next.
const LONGEST: Duration = Duration::from_secs(2);

/// Where Spark's stream writes its groups.
const SPARK_TOPIC: &str = "ecommerce-analytics";

/// The sums of this moment.
pub(crate) struct Told {
    /// As the snapshot shows them, without the agreements.
    pub(crate) live: snapshot::Live,
    /// When the newest message arrived.
    pub(crate) newest: Option<DateTime<Utc>>,
}

/// The threads that read.
pub(crate) struct Live {
    subjects: Subjects,
    shared: Arc<Shared<Totals>>,
    spark: Option<Arc<Shared<Stream>>>,
}

/// What is kept of a topic's messages.
trait Sums: Sized + Send + 'static {
    /// Before the first message.
    fn begin(subject: &Subject) -> Result<Self, Failure>;

    /// Adds a message.
    fn take(&mut self, message: &BorrowedMessage<'_>);
}

struct Shared<S> {
    topic: String,
    reading: Mutex<Reading<S>>,
    /// True once there is something to tell: all is read, or why it cannot be.
    settled: watch::Sender<bool>,
}

/// How far the thread has come.
struct Reading<S> {
    totals: Option<S>,
    /// Whether Kafka has answered.
    looked: bool,
    is_missing: bool,
    unread: u64,
    error: Option<String>,
}

impl Live {
    /// Starts the threads; they wait until the data set is known. `has_spark` is true if the topic is the
    /// one that Spark's stream reads.
    pub(crate) fn start(
        args: &KafkaArgs,
        topic: &str,
        has_spark: bool,
        interval: Duration,
        subjects: Subjects,
    ) -> Result<Self, Failure> {
        let pause = (interval / 2).min(LONGEST);
        let shared = start(args, topic, pause, &subjects)?;
        let spark = has_spark.then(|| start(args, SPARK_TOPIC, pause, &subjects)).transpose()?;
        Ok(Self { subjects, shared, spark })
    }

    /// Waits until there is something to tell.
    pub(crate) async fn settled(&self) {
        if self.subjects.borrow().is_some() {
            // The sender lives as long as `self`.
            let _ = self.shared.settled.subscribe().wait_for(|settled| *settled).await;
            if let Some(spark) = &self.spark {
                let _ = spark.settled.subscribe().wait_for(|settled| *settled).await;
            }
        }
    }

    /// The sums of this moment; `None` without a data set.
    pub(crate) fn told(&self) -> Option<Told> {
        let reading = self.shared.lock();
        let totals = reading.totals.as_ref()?;
        let mut live = summary::summary(totals, &self.shared.topic);
        live.unread = reading.unread;
        live.state = reading.state();
        let missing = || format!("the topic {} does not exist", self.shared.topic);
        live.error = reading.is_missing.then(missing).or_else(|| reading.error.clone());
        let has_sums = totals.each_record_is_an_order();
        live.spark = self.spark.as_ref().and_then(|spark| spark.lock().spark(has_sums));
        Some(Told { live, newest: totals.newest.and_then(summary::moment) })
    }
}

impl<S> Shared<S> {
    fn lock(&self) -> MutexGuard<'_, Reading<S>> {
        // No thread can panic halfway through a change here.
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Default for Reading<S> {
    fn default() -> Self {
        Self { totals: None, looked: false, is_missing: false, unread: 0, error: None }
    }
}

impl<S> Reading<S> {
    fn state(&self) -> LiveState {
        match self {
            Self { error: Some(_), .. } => LiveState::Unreachable,
            Self { looked: true, is_missing: false, unread: 0, .. } => LiveState::Current,
            _ => LiveState::Reading,
        }
    }

    fn is_settled(&self) -> bool {
        self.is_missing || self.state() != LiveState::Reading
    }
}

/// Starts a thread that reads a topic.
fn start<S: Sums>(
    args: &KafkaArgs,
    topic: &str,
    pause: Duration,
    subjects: &Subjects,
) -> Result<Arc<Shared<S>>, Failure> {
    let (reading, settled) = (Mutex::default(), watch::Sender::new(false));
    let shared = Arc::new(Shared { topic: topic.to_owned(), reading, settled });
    let reader = Reader {
        topic: Topic::new(args, topic)?,
        shared: shared.clone(),
        subjects: subjects.subscribe(),
        pause,
    };
    let runtime = Handle::current();
    thread::spawn(move || reader.run(&runtime));
    Ok(shared)
}

struct Reader<S> {
    topic: Topic,
    shared: Arc<Shared<S>>,
    subjects: watch::Receiver<Option<Arc<Subject>>>,
    /// From one look to the next.
    pause: Duration,
}

impl<S: Sums> Reader<S> {
    /// Reads until the process ends, so that a broker that hangs cannot delay the exit.
    fn run(mut self, runtime: &Handle) {
        loop {
            let subject = self.subjects.borrow_and_update().clone();
            self.topic.restart();
            *self.shared.lock() = Reading::default();
            let ended = match subject {
                Some(subject) => self.read(&subject),
                None => runtime.block_on(self.subjects.changed()).is_err(),
            };
            if ended {
                break;
            }
        }
        // Dropping the client would wait for the brokers.
        std::mem::forget(self.topic);
    }

    /// Reads the topic of a data set until there is another; true at the end of the process.
    fn read(&mut self, subject: &Subject) -> bool {
        let empty = || S::begin(subject);
        loop {
            match self.subjects.has_changed() {
                Ok(true) if !self.is_still(subject) => return false,
                Ok(_) => {}
                Err(_) => return true,
            }
            let look = self.topic.look();
            let (has_none, was_missing) = {
                let reading = self.shared.lock();
                (reading.totals.is_none(), reading.is_missing)
            };
            let begins = match look {
                Ok(Look::Other) => true,
                Ok(Look::Missing) => !was_missing,
                _ => has_none,
            };
            self.note(look, begins.then(empty).transpose());
            self.take_until(Instant::now() + self.pause);
        }
    }

    /// Whether the newest data set is the same, as far as its messages go.
    fn is_still(&mut self, subject: &Subject) -> bool {
        let newest = self.subjects.borrow_and_update();
        newest.as_ref().is_some_and(|it| it.plan == subject.plan && it.work == subject.work)
    }

    /// Notes what a look has found; `totals` are the sums to begin with, if reading begins.
    fn note(&self, look: Result<Look, String>, totals: Result<Option<S>, Failure>) {
        let mut reading = self.shared.lock();
        match totals {
            Ok(Some(fresh)) => reading.totals = Some(fresh),
            Ok(None) => {}
            Err(failure) => {
                reading.error = Some(describe(&failure.into()));
                return;
            }
        }
        match look {
            Ok(look) => {
                reading.looked = true;
                reading.is_missing = look == Look::Missing;
                reading.error = None;
            }
            Err(why) => reading.error = Some(why),
        }
        reading.unread = self.topic.unread();
    }

    /// Takes messages until the next look.
    fn take_until(&mut self, next: Instant) {
        loop {
            self.settle();
            let left = next.saturating_duration_since(Instant::now());
            if left.is_zero() || self.subjects.has_changed().unwrap_or(true) {
                return;
            }
            // The first is awaited without holding the lock.
            let mut polled = self.topic.poll(left.min(STEP));
            if matches!(polled, Polled::Nothing) {
                continue;
            }
            let mut reading = self.shared.lock();
            let Some(totals) = reading.totals.as_mut() else { return };
            for count in 1.. {
                match polled {
                    Polled::Message(message) => totals.take(&message),
                    Polled::Nothing => break,
                    Polled::Lost => return self.topic.restart(),
                }
                if count == AT_ONCE {
                    break;
                }
                polled = self.topic.poll(Duration::ZERO);
            }
            reading.unread = self.topic.unread();
        }
    }

    fn settle(&self) {
        if self.shared.lock().is_settled() {
            self.shared.settled.send_if_modified(|settled| !std::mem::replace(settled, true));
        }
    }
}
