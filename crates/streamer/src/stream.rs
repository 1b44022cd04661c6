//! Streams a file: finds out what is there, sends the rest, proves that all of it arrived.

use std::sync::Arc;
use std::time::Duration;

use ecom_core::checksum::Tally;
use ecom_core::exit::{Code, Failure};
use ecom_core::kafka::{Cluster, Ends, Topic, check_topic_name};
use ecom_core::lock::RunLock;
use ecom_core::message::TableEvents;
use ecom_core::report::untyped::Report;
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;

use crate::cli::Args;
use crate::clock::Clock;
use crate::input::Input;
use crate::messages::{Account, Messages};
use crate::pace::Pace;
use crate::producer::Producer;
use crate::progress::Teller;
use crate::resume::Resume;
use crate::send::{Sender, Sent};

/// How long what a killed run sent may take to appear behind what is seen.
const SETTLE: Duration = Duration::from_millis(300);

/// Streams the file that the user named.
#[expect(clippy::needless_pass_by_value, reason = "the shape of every tool")]
pub(crate) fn run(args: Args) -> anyhow::Result<Code> {
    let ui = Ui::new("streamer", args.common);
    let stop = Stop::listen()?;
    let input = Arc::new(Input::open(&args.file, args.plan.as_deref())?);
    let table = input.file.table;
    let topic = args.topic.clone().unwrap_or_else(|| args.topics.of(table).to_owned());
    check_topic_name(&topic)?;
    let events = args.events.in_table(input.table()?);
    events.check(input.table()?)?;
    let stream = Stream { args: &args, ui: &ui, stop: &stop, input: &input, topic: &topic, events };
    if args.print {
        stream.print()?;
        return Ok(Code::Success);
    }
    let _lock = RunLock::acquire(input.folder(), &format!("streamer-{topic}"))?;
    let mut report =
        Report::begin(table.stream_report(), env!("CARGO_PKG_VERSION"), &input.plan.data_set);
    report.detail("topic", &topic);
    report.detail("file", &input.file.name);
    let result = stream.run(&mut report);
    let code = result.as_ref().map_or_else(Failure::code, |()| Code::Success);
    let written = report.write(input.folder(), code);
    result?;
    written?;
    Ok(code)
}

/// One run.
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
        // Which partition a message would go to is nothing that it says.
        let messages = Messages::start(self.input, self.events, 1);
        let account = crate::print::print(messages, self.total())?;
        self.check_read(account.records)
    }

    fn run(&self, report: &mut Report) -> Result<(), Failure> {
        // It finds its way to the brokers while the topic is looked at.
        let producer = Producer::start(&self.args.kafka, self.topic)?;
        let cluster = Cluster::connect(&self.args.kafka, self.stop)?;
        let topic = cluster.topic(self.topic)?;
        let ends = settled_ends(&cluster, &topic)?;
        let last = cluster.last(self.topic, &ends)?;
        let mut resume = Resume::new(self.topic, self.input, &ends, last)?;
        let go_on = || self.stop.requested().is_none();
        let whole = resume.prove(self.input, self.events, go_on)?;
        self.stop.check(|| "nothing was sent yet".into())?;
        let held = resume.held();
        report.detail("already_there", held);
        if held > 0 {
            self.ui.status(format!("{}: {held} messages are there already", self.topic));
        }
        let sent = match whole {
            Some(account) if self.args.limit.is_none() => {
                tell_account(report, account);
                (report.sent, report.acknowledged) = (Some(0), Some(0));
                0
            }
            _ => self.send_and_wait(producer, &mut resume, report)?,
        };
        resume.verify(&cluster.ends(&topic)?)?;
        self.tell_end(sent, report.seconds());
        Ok(())
    }

    /// Sends what the topic lacks and waits until Kafka acknowledged it; the number of messages.
    fn send_and_wait(
        &self,
        mut producer: Producer,
        resume: &mut Resume,
        report: &mut Report,
    ) -> Result<u64, Failure> {
        let sent = self.send_all(&mut producer, resume, report);
        let flushed = producer.flush();
        if flushed.is_err() {
            producer.abandon();
        }
        let done = producer.acknowledged();
        report.sent = Some(producer.sent());
        report.acknowledged = Some(done);
        let number = sent
            .and_then(|number| flushed.map(|()| number))
            .map_err(|failure| self.with_progress(failure, &producer))?;
        let total = self.total();
        self.stop.check(|| {
            format!("sent record {number}/{total}, {done} messages acknowledged; a re-run resumes")
        })?;
        Ok(done)
    }

    /// Sends what the topic lacks; the number of the last record that was sent or there.
    fn send_all(
        &self,
        producer: &mut Producer,
        resume: &mut Resume,
        report: &mut Report,
    ) -> Result<u64, Failure> {
        let mut messages = Messages::start(self.input, self.events, resume.count());
        let pace = Pace::new(self.args);
        let mut teller = Teller::new(self.ui, self.topic, self.total(), pace.is_readable());
        let (input, clock, stop) = (&**self.input, Clock::start(), self.stop);
        let mut sender = Sender { producer, resume, pace, input, clock, stop };
        let mut account = Account::default();
        let result = self.send_each(&mut messages, &mut sender, &mut teller, &mut account);
        tell_account(report, account);
        let done = account.records.count;
        if !result? {
            return Ok(done);
        }
        if producer.sent() > 0 {
            producer.flush()?;
            teller.end(done, producer.acknowledged());
        }
        self.check_read(account.records)?;
        Ok(done)
    }

    /// Fails when what was read is not what the splitter wrote.
    fn check_read(&self, read: Tally) -> Result<(), Failure> {
        let file = &self.input.file;
        let whole = self.total() == file.rows;
        if read.count == self.total() && (!whole || read == file.tally()) {
            return Ok(());
        }
        let told =
            |tally: Tally| format!("{} records with checksum {}", tally.count, tally.checksum);
        Err(Failure::verification(format!(
            "{} has {} where the splitter counted {}: the plan was changed since, run splitter again",
            file.name,
            told(read),
            told(file.tally())
        )))
    }

    /// Sends record by record; false when the user wishes to stop.
    fn send_each(
        &self,
        messages: &mut Messages,
        sender: &mut Sender<'_>,
        teller: &mut Teller<'_>,
        account: &mut Account,
    ) -> Result<bool, Failure> {
        while account.records.count < self.total()
            && let Some(mut record) = messages.next()?
        {
            match sender.send(&mut record)? {
                Sent::Stopped => return Ok(false),
                Sent::Before => {}
                Sent::Now => teller.sent(record.number, sender.producer.acknowledged()),
            }
            account.add(&record);
        }
        Ok(true)
    }

    /// Records of the file that this run is about.
    fn total(&self) -> u64 {
        self.input.file.rows.min(self.args.limit.unwrap_or(u64::MAX))
    }

    /// The failure with what was reached before it.
    fn with_progress(&self, failure: Failure, producer: &Producer) -> Failure {
        let (topic, sent, done) = (self.topic, producer.sent(), producer.acknowledged());
        if sent == 0 {
            return failure;
        }
        let resumes = if failure.code() == Code::Unavailable { "; a re-run resumes" } else { "" };
        let reached = format!("{topic}: {done} of {sent} messages were acknowledged{resumes}");
        Failure::new(failure.code(), reached).because(failure)
    }

    /// Says how it went: all that was sent was acknowledged and found.
    fn tell_end(&self, sent: u64, seconds: f64) {
        let (topic, total) = (self.topic, self.total());
        if sent == 0 {
            self.ui.status(format!("{topic}: all {total} records are there: nothing was sent"));
            return;
        }
        let rate = sent as f64 / seconds.max(0.001);
        self.ui.status(format!(
            "{topic}: {sent} messages sent, {sent} acknowledged and found in the topic, in \
             {seconds:.1} s ({rate:.0}/s)"
        ));
    }
}

/// The ends of the topic once nothing moves them: the broker may still be busy with what a run
/// that was killed a moment ago had sent.
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

/// Puts into the report what is in the topic now, whether this run sent it or an earlier one.
fn tell_account(report: &mut Report, account: Account) {
    report.accepted = account.records.into();
    report.detail("messages", account.messages);
    report.detail("value_bytes", account.value_bytes);
}
