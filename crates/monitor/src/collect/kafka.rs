//! Kafka: ends of all partitions, committed offsets of Flume's group and the newest messages, asked on a thread of its
//! own, because librdkafka's questions block.

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

/// The brokers, asked through a thread.
pub(crate) struct Probe {
    questions: SyncSender<Question>,
    wanted: Wanted,
    deadline: Duration,
}

struct Question {
    /// The topics that matter most.
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
        // One question waits at most: the next one finds out that the last one is still open.
        let (questions, asked) = sync_channel(0);
        thread::spawn(move || answer(client, &asked));
        Ok(Self { questions, wanted, deadline })
    }
}

/// Answers for ever: when the process ends the thread ends with it, so that no broker that hangs holds it up.
fn answer(mut client: Client, questions: &Receiver<Question>) {
    while let Ok(Question { first, flume, deadline, answer }) = questions.recv() {
        // Nobody may be waiting any more.
        let _ = answer.send(client.look(&first, flume.as_deref(), deadline));
    }
    // Dropping it would wait for brokers.
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
        let deadline = Instant::now() + self.deadline.mul_f64(0.9);
        let mut question = Question { first, flume, deadline, answer };
        // The thread may need a moment to come back for the next question.
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

/// Never seen, unless the thread panicked.
const ENDED: &str = "the thread that queries Kafka has ended";
