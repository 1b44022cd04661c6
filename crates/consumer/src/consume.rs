//! Reads a topic until a limit is reached; prints and counts its messages.

use std::path::Path;
use std::time::{Duration, Instant};

use ecom_core::exit::{Code, Failure, io_failure};
use ecom_core::kafka::{Cluster, Ends, check_topic_name, code_in, failure, is_unavailable};
use ecom_core::show::{counted, thousands};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::cli::Args;
use crate::count::Counts;
use crate::show::{Content, MessageFormat, Printer};
use crate::start;

/// How long to wait for a message before checking the limits again.
const STEP: Duration = Duration::from_millis(100);

/// How long to wait for a message before those that were printed are made visible: long enough that whole
/// blocks are written while messages arrive, and too short to notice.
const QUIET: Duration = Duration::from_millis(10);

/// Messages between two looks at the clock and the stop signal.
const BURST: u32 = 256;

/// Reads the topic that the user named.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new("consumer", args.common);
    let stop = Stop::listen()?;
    check_topic_name(args.topic())?;
    let cluster = match &args.group {
        Some(group) => Cluster::connect_as(&args.kafka, &stop, group)?,
        None => Cluster::connect(&args.kafka, &stop)?,
    };
    let mut reading = Reading::begin(args, &cluster)?;
    let why = reading.read(&stop)?;
    // Before the counts are printed: messages that were printed must not come again.
    reading.commit()?;
    reading.print_counts(&ui, why)?;
    if let Some(code) = stop.requested() {
        return Ok(code);
    }
    match args.expect {
        Some(expected) if expected != reading.counts.messages => {
            let received = thousands(reading.counts.messages);
            let topic = args.topic();
            let expected = counted(expected, "message");
            let message = format!("expected {expected} from {topic}, received {received}");
            Err(Failure::verification(message).into())
        }
        _ => Ok(Code::Success),
    }
}

/// The reading of a topic.
struct Reading<'a> {
    args: &'a Args,
    cluster: &'a Cluster,
    printer: Printer,
    counts: Counts,
    /// Sorted by partition.
    positions: Vec<Position>,
    /// Whether reading stops at the end.
    until_end: bool,
    begin: Instant,
    /// When the last message arrived.
    heard: Instant,
}

/// How far a partition is read.
struct Position {
    partition: i32,
    /// The next offset.
    next: i64,
    /// The end when the run began.
    end: i64,
    /// True until it is read to that end.
    open: bool,
    /// Messages counted.
    count: u64,
}

impl<'a> Reading<'a> {
    fn begin(args: &'a Args, cluster: &'a Cluster) -> Result<Self, Failure> {
        let topic = cluster.topic(args.topic())?;
        let ends = cluster.ends(&topic)?;
        let mut starts = start::offsets(cluster, args.topic(), &ends, args.from)?;
        if args.group.is_some() {
            starts = start::committed(cluster, args.topic(), &ends, &starts)?;
        }
        let partitions = || ends.iter().map(|ends| ends.partition).zip(starts.iter().copied());
        cluster.assign(args.topic(), partitions())?;
        let limited =
            args.max_messages.is_some() || args.idle_timeout.is_some() || args.max_time.is_some();
        // --expect alone must end somewhere.
        let until_end = args.until_end || (args.expect.is_some() && !limited);
        let position = |(ends, start): (&Ends, &i64)| Position {
            partition: ends.partition,
            next: *start,
            end: ends.offsets.end,
            open: *start < ends.offsets.end,
            count: 0,
        };
        let printer = Printer::new(args.format)
            .map_err(|error| io_failure("write to", Path::new("standard output"), error))?;
        Ok(Self {
            args,
            cluster,
            printer,
            counts: Counts::new(args.count_by.as_deref()),
            positions: ends.iter().zip(&starts).map(position).collect(),
            until_end,
            begin: Instant::now(),
            heard: Instant::now(),
        })
    }

    /// Reads until there is a reason to stop, and returns it.
    fn read(&mut self, stop: &Stop) -> anyhow::Result<&'static str> {
        let cluster = self.cluster;
        loop {
            if let Some(why) = self.reason_to_stop(stop) {
                return Ok(why);
            }
            for _ in 0..BURST {
                let mut event = cluster.consumer().poll(Duration::ZERO);
                let waited = event.is_none();
                if waited {
                    self.look_at_clock();
                    event = self.wait()?;
                }
                match event {
                    None => break,
                    Some(Ok(message)) => self.take(&message)?,
                    Some(Err(error)) => self.handle(&error, stop)?,
                }
                if waited || self.is_done() {
                    break;
                }
            }
            self.look_at_clock();
        }
    }

    /// Waits for a message. Flushes only when none has come for a moment: fast, and nothing stays unprinted
    /// for long.
    fn wait(&mut self) -> anyhow::Result<Option<KafkaResult<BorrowedMessage<'a>>>> {
        let consumer = self.cluster.consumer();
        let event = consumer.poll(QUIET.min(self.patience()));
        if event.is_some() {
            return Ok(event);
        }
        self.printer.flush()?;
        Ok(consumer.poll(self.patience()))
    }

    /// Notes when the last messages arrived.
    fn look_at_clock(&mut self) {
        if self.counts.received() {
            self.heard = Instant::now();
        }
    }

    /// True if no more messages are wanted.
    fn is_done(&self) -> bool {
        self.has_most() || self.is_at_end()
    }

    fn has_most(&self) -> bool {
        self.args.max_messages.is_some_and(|most| self.counts.messages >= most)
    }

    fn is_at_end(&self) -> bool {
        self.until_end && !self.positions.iter().any(|position| position.open)
    }

    fn reason_to_stop(&self, stop: &Stop) -> Option<&'static str> {
        let over = |limit: Option<Duration>, since: Instant| {
            limit.is_some_and(|limit| since.elapsed() >= limit)
        };
        if stop.requested().is_some() {
            Some("stopped by a signal")
        } else if self.has_most() {
            Some("--max-messages reached")
        } else if self.is_at_end() {
            Some("end of the topic")
        } else if over(self.args.idle_timeout, self.heard) {
            Some("--idle-timeout reached")
        } else if over(self.args.max_time, self.begin) {
            Some("--max-time reached")
        } else {
            None
        }
    }

    /// How long to wait for a message.
    fn patience(&self) -> Duration {
        let left = |limit: Option<Duration>, since: Instant| {
            limit.map_or(STEP, |limit| limit.saturating_sub(since.elapsed()))
        };
        let idle = left(self.args.idle_timeout, self.heard);
        STEP.min(idle).min(left(self.args.max_time, self.begin))
    }

    /// Prints and counts a message, unless it is behind the end.
    fn take(&mut self, message: &BorrowedMessage<'_>) -> anyhow::Result<()> {
        let (partition, offset) = (message.partition(), message.offset());
        let Some(position) = position(&mut self.positions, partition) else { return Ok(()) };
        if self.until_end {
            // A partition that is read to its end may deliver newer messages while others are read.
            let wanted = position.open && offset < position.end;
            position.open = wanted && offset + 1 < position.end;
            if !wanted {
                return Ok(());
            }
        }
        position.next = offset + 1;
        position.count += 1;
        let content = Content::of(message.payload());
        self.printer.print(message, content)?;
        self.counts.add(message, content);
        Ok(())
    }

    /// Handles the end of a partition, waits while Kafka is unavailable, and fails on other errors.
    fn handle(&mut self, error: &KafkaError, stop: &Stop) -> Result<(), Failure> {
        match error {
            KafkaError::PartitionEOF(partition) => {
                if let Some(position) = position(&mut self.positions, *partition) {
                    position.open = false;
                }
                Ok(())
            }
            error if code_in(error).is_some_and(is_unavailable) => {
                match self.cluster.wait_for_answer() {
                    // The next turn of the loop sees the signal and ends with the counts so far.
                    Err(_) if stop.requested().is_some() => Ok(()),
                    other => other,
                }
            }
            error => Err(failure(&format!("cannot read {}", self.args.topic()), error)),
        }
    }

    /// Commits the group's offsets, if there is a group.
    fn commit(&self) -> Result<(), Failure> {
        let Some(group) = &self.args.group else { return Ok(()) };
        let doing = format!("cannot commit the offsets of the group {group}");
        let mut list = TopicPartitionList::new();
        for Position { partition, next, .. } in &self.positions {
            list.add_partition_offset(self.args.topic(), *partition, Offset::Offset(*next))
                .map_err(|error| failure(&doing, &error))?;
        }
        let committed = self.cluster.consumer().commit(&list, CommitMode::Sync);
        committed.map_err(|error| failure(&doing, &error))
    }

    /// Prints the counts.
    fn print_counts(&mut self, ui: &Ui, why: &str) -> anyhow::Result<()> {
        let values = match self.args.format {
            MessageFormat::Json => self.counts.values_json(),
            MessageFormat::Pretty | MessageFormat::None => self.counts.values_text(),
        };
        if let Some(text) = values {
            self.printer.print_text(&text)?;
        }
        self.printer.flush()?;
        let partitions = self.positions.iter().filter(|position| position.count > 0);
        let partitions = partitions.map(|position| (position.partition, position.count));
        for line in self.counts.summary(self.args.topic(), partitions, why) {
            ui.status(line);
        }
        Ok(())
    }
}

/// The position of a partition; there are few.
fn position(positions: &mut [Position], partition: i32) -> Option<&mut Position> {
    positions.iter_mut().find(|position| position.partition == partition)
}
