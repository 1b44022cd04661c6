//! Kafka: the ends of all partitions, the committed offsets of Flume's group, and the newest
//! messages. They are queried on a separate thread, because librdkafka's requests block.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use ecom_core::Failure;
use ecom_core::settings::KafkaArgs;
use tokio::sync::oneshot;

use super::kafka_client::Client;
use super::probe::Ask;
use super::topics::Topics;
use super::wanted::Wanted;

/// The brokers, queried through a thread.
pub(crate) struct Probe {
    questions: SyncSender<Question>,
    wanted: Wanted,
    deadline: Duration,
}

struct Question {
    /// The topics to query first.
    first: Vec<String>,
    /// The topic that Flume reads.
    flume: Option<String>,
    deadline: Instant,
    answer: oneshot::Sender<Result<Topics, String>>,
}

impl Probe {
    /// Starts the thread; does not connect yet.
    pub(crate) fn new(
        args: &KafkaArgs,
        wanted: Wanted,
        deadline: Duration,
    ) -> Result<Self, Failure> {
        let client = Client::new(args)?;
        // Without a queue, a new question can tell that the previous one is still running.
        let (questions, asked) = sync_channel(0);
        thread::spawn(move || answer(client, &asked));
        Ok(Self { questions, wanted, deadline })
    }
}

/// Answers until the process ends, so that a broker that hangs cannot delay the exit.
fn answer(mut client: Client, questions: &Receiver<Question>) {
    while let Ok(Question { first, flume, deadline, answer }) = questions.recv() {
        // The receiver may have given up.
        let _ = answer.send(client.query(&first, flume.as_deref(), deadline));
    }
    // Dropping the client would wait for the brokers.
    std::mem::forget(client);
}

impl Ask for Probe {
    type Answer = Topics;

    async fn ask(&mut self) -> Result<Topics, String> {
        self.wanted.known().await;
        let tables = self.wanted.tables();
        let first = tables.iter().map(|table| table.topic.clone()).collect();
        let flume = tables.iter().find(|table| table.streamed).map(|table| table.topic.clone());
        let (answer, answered) = oneshot::channel();
        // A little early, so that librdkafka's own reason arrives before the probe gives up.
        let deadline = Instant::now() + self.deadline.mul_f64(0.9);
        let mut question = Question { first, flume, deadline, answer };
        // The thread may need a moment to be ready for the next question.
        for _ in 0..20 {
            match self.questions.try_send(question) {
                Ok(()) => return answered.await.unwrap_or_else(|_| Err(ENDED.into())),
                Err(TrySendError::Full(back)) => question = back,
                Err(TrySendError::Disconnected(_)) => return Err(ENDED.into()),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Err("the previous query is still running".into())
    }
}

/// Only seen if the thread panicked.
const ENDED: &str = "the thread that queries Kafka has ended";
