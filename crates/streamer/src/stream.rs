//! Streams a file: finds out what the topic holds, sends the rest, and proves that all of it
//! arrived.
//!
//! Kafka's idempotence ends with the process, so a run resumes from the last message of each
//! partition: it computes the partition of each record as Kafka's own partitioner does, proves by
//! count and key which messages are there, and sends only the rest. At the end the count and
//! checksum of the records read must match the manifest, because a reader that stopped early would
//! look like a short file.

use std::sync::Arc;
use std::time::Duration;

use ecom_core::checksum::Tally;
use ecom_core::exit::{Code, Failure};
use ecom_core::kafka::{Cluster, Ends, Topic, check_topic_name};
use ecom_core::lock::RunLock;
use ecom_core::message::TableEvents;
use ecom_core::report::{Accepted, Delivery, Run};
use ecom_core::show::counted;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::StoresMark;

use crate::cli::Args;
use crate::clock::Clock;
use crate::input::Input;
use crate::messages::{Account, Messages};
use crate::pace::Pace;
use crate::producer::Producer;
use crate::progress::Progress;
use crate::resume::Resume;
use crate::send::{Sender, Sent};

/// How long messages of a killed run may take to appear in the topic.
const SETTLE: Duration = Duration::from_millis(300);

/// Streams the file that the user named.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new("streamer", args.common);
    let stop = Stop::listen()?;
    let input = Arc::new(Input::open(&args.file, args.plan.as_deref())?);
    let table = input.file.table;
    let topic = args.topic.clone().unwrap_or_else(|| args.topics.of(table).to_owned());
    check_topic_name(&topic)?;
    let events = args.events.in_table(&input.table);
    events.check(&input.table)?;
    let stream = Stream { args, ui: &ui, stop: &stop, input: &input, topic: &topic, events };
    if args.print {
        stream.print()?;
        return Ok(Code::Success);
    }
    let _lock = RunLock::acquire(input.folder(), &format!("streamer-{topic}"))?;
    let run = Run::begin(env!("CARGO_PKG_VERSION"), &input.data_set);
    // A replay into another topic says nothing about the table's own.
    let other = (topic != args.topics.of(table)).then(|| Delivery::subject_in(table, &topic));
    let (topic, file) = (topic.clone(), input.file.name.clone());
    let delivery = Delivery { topic, file, ..Delivery::default() };
    let mut outcome = Outcome { accepted: Accepted::default(), delivery };
    let result = stream.run(&run, &mut outcome);
    // Also after a failure: whoever watches wants to know how far the run got.
    let code = result.as_ref().map_or_else(Failure::code, |()| Code::Success);
    let report = run.end(code, outcome.accepted, outcome.delivery);
    let subject = other.as_deref().or_else(|| Delivery::subject(table));
    let written = report.write(input.folder(), subject);
    result?;
    written?;
    Ok(code)
}

/// What a run has achieved so far.
struct Outcome {
    accepted: Accepted,
    delivery: Delivery,
}

impl Outcome {
    /// Notes what the topic holds now, whether this run sent it or an earlier one.
    fn holds(&mut self, account: Account) {
        self.accepted = account.records.into();
        self.delivery.messages = Some(account.messages);
        self.delivery.value_bytes = Some(account.value_bytes);
    }

    fn acknowledged(&mut self, sent: u64, acknowledged: u64) {
        self.delivery.sent = Some(sent);
        self.delivery.acknowledged = Some(acknowledged);
    }
}

/// What a run works with.
struct Stream<'a> {
    args: &'a Args,
    ui: &'a Ui,
    stop: &'a Stop,
    input: &'a Arc<Input>,
    topic: &'a str,
    events: TableEvents,
}

impl Stream<'_> {
    /// Prints what would be sent to an empty topic.
    fn print(&self) -> Result<(), Failure> {
        // A message does not contain its partition, so any number of them will do.
        let messages = Messages::start(self.input, self.events, 1);
        let account = crate::print::print(messages, self.total())?;
        self.check_read(account.records)
    }

    fn run(&self, run: &Run, outcome: &mut Outcome) -> Result<(), Failure> {
        // Started first, so that it connects while the topic is inspected.
        let producer = Producer::start(&self.args.kafka, self.topic, self.args.compression)?;
        let cluster = Cluster::connect(&self.args.kafka, self.stop)?;
        let topic = cluster.topic(self.topic)?;
        self.check_identity(&cluster)?;
        let ends = settled_ends(&cluster, &topic)?;
        let last = cluster.last(self.topic, &ends)?;
        let mut resume = Resume::new(self.topic, self.input, &ends, last)?;
        let go_on = || self.stop.requested().is_none();
        let whole = resume.prove(self.input, self.events, go_on)?;
        self.stop.check(|| "nothing was sent yet".into())?;
        let held = resume.held();
        outcome.delivery.already_there = Some(held);
        if held > 0 {
            self.ui.status(format!("{}: {} already there", self.topic, counted(held, "message")));
        }
        let sent = match whole {
            Some(account) if self.args.limit.is_none() => {
                outcome.holds(account);
                outcome.acknowledged(0, 0);
                0
            }
            _ => self.send_and_wait(producer, &mut resume, outcome)?,
        };
        resume.verify(&cluster.ends(&topic)?)?;
        self.print_end(sent, run.seconds());
        Ok(())
    }

    /// Refuses to send into a topic that is not the one from which Flume filled HDFS; notes the topic
    /// before the first message. Only for stores that are known to hold this data set.
    fn check_identity(&self, cluster: &Cluster) -> Result<(), Failure> {
        let mark = StoresMark::of_stack();
        let read_by_flume = *self.topic == self.args.topics.kafka_topic;
        if !read_by_flume || mark.read()?.as_ref() != Some(&self.input.data_set) {
            return Ok(());
        }
        let id = cluster.topic_id(self.topic)?;
        mark.check_topic(self.topic, id.as_deref())?;
        match id {
            Some(id) if mark.topic()?.is_none() => mark.set_topic(self.topic, &id),
            _ => Ok(()),
        }
    }

    /// Sends what the topic lacks and waits until Kafka has acknowledged it. Returns the number of
    /// messages.
    fn send_and_wait(
        &self,
        mut producer: Producer,
        resume: &mut Resume,
        outcome: &mut Outcome,
    ) -> Result<u64, Failure> {
        let sent = self.send_all(&mut producer, resume, outcome);
        // Also after a failure or a stop: Kafka may still acknowledge what it received.
        let flushed = producer.flush();
        if flushed.is_err() {
            producer.abandon();
        }
        let done = producer.acknowledged();
        outcome.acknowledged(producer.sent(), done);
        let number = sent
            .and_then(|number| flushed.map(|()| number))
            .map_err(|failure| self.with_progress(failure, &producer))?;
        let total = self.total();
        self.stop.check(|| {
            format!("sent record {number}/{total}, {done} messages acknowledged; a re-run resumes")
        })?;
        Ok(done)
    }

    /// Sends what the topic lacks. Returns the number of the last record that it sent or found
    /// there.
    fn send_all(
        &self,
        producer: &mut Producer,
        resume: &mut Resume,
        outcome: &mut Outcome,
    ) -> Result<u64, Failure> {
        let mut messages = Messages::start(self.input, self.events, resume.count());
        let pace = Pace::new(self.args);
        let mut progress = Progress::new(self.ui, self.topic, self.total(), pace.is_readable());
        let (input, clock, stop) = (&**self.input, Clock::start(), self.stop);
        let mut sender = Sender { producer, resume, pace, input, clock, stop };
        let mut account = Account::default();
        let result = self.send_each(&mut messages, &mut sender, &mut progress, &mut account);
        outcome.holds(account);
        let done = account.records.count;
        if !result? {
            return Ok(done);
        }
        if producer.sent() > 0 {
            producer.flush()?;
            progress.end(done, producer.acknowledged());
        }
        self.check_read(account.records)?;
        Ok(done)
    }

    /// Fails unless what was read is what the manifest lists.
    fn check_read(&self, read: Tally) -> Result<(), Failure> {
        let file = &self.input.file;
        let whole = self.total() == file.rows;
        if read.count == self.total() && (!whole || read == file.tally()) {
            return Ok(());
        }
        let shown = |tally: Tally| {
            format!("{} with checksum {}", counted(tally.count, "record"), tally.checksum)
        };
        Err(Failure::verification(format!(
            "{} has {} where the manifest lists {}: the plan has changed since, split the data set \
             again",
            file.name,
            shown(read),
            shown(file.tally())
        )))
    }

    /// Sends record by record; returns false if the user stops the run.
    fn send_each(
        &self,
        messages: &mut Messages,
        sender: &mut Sender<'_>,
        progress: &mut Progress<'_>,
        account: &mut Account,
    ) -> Result<bool, Failure> {
        while account.records.count < self.total()
            && let Some(mut record) = messages.next()?
        {
            match sender.send(&mut record)? {
                Sent::Stopped => return Ok(false),
                Sent::Before => {}
                Sent::Now => progress.sent(record.number, sender.producer.acknowledged()),
            }
            account.add(&record);
        }
        Ok(true)
    }

    /// Records of the file that this run covers.
    fn total(&self) -> u64 {
        self.input.file.rows.min(self.args.limit.unwrap_or(u64::MAX))
    }

    /// Adds to a failure how far the run got.
    fn with_progress(&self, failure: Failure, producer: &Producer) -> Failure {
        let (topic, sent, done) = (self.topic, producer.sent(), producer.acknowledged());
        if sent == 0 {
            return failure;
        }
        let resumes = if failure.code() == Code::Unavailable { "; a re-run resumes" } else { "" };
        let reached = format!("{topic}: {done} of {sent} messages were acknowledged{resumes}");
        Failure::new(failure.code(), reached).because(failure)
    }

    /// Prints the result: every message sent was acknowledged and found.
    fn print_end(&self, sent: u64, seconds: f64) {
        let (topic, total) = (self.topic, self.total());
        if sent == 0 {
            self.ui.status(format!(
                "{topic}: all {total} records are already there: nothing was sent"
            ));
            return;
        }
        let rate = sent as f64 / seconds.max(0.001);
        self.ui.status(format!(
            "{topic}: {sent} messages sent, {sent} acknowledged and found in the topic, in \
             {seconds:.1} s ({rate:.0}/s)"
        ));
    }
}

/// The ends of the topic once they no longer move: the broker may still be appending the messages
/// of a run that was killed a moment ago.
fn settled_ends(cluster: &Cluster, topic: &Topic) -> Result<Vec<Ends>, Failure> {
    let mut ends = cluster.ends(topic)?;
    while ends.iter().any(|ends| !ends.is_empty()) {
        cluster.pause(SETTLE)?;
        let later = cluster.ends(topic)?;
        if later == ends {
            break;
        }
        ends = later;
    }
    Ok(ends)
}
