//! Sends the messages that the topic lacks, record by record, at the pace that the user chose.

use std::time::{Duration, Instant};

use ecom_core::exit::{Code, Failure};
use ecom_core::stop::Stop;

use crate::clock::Clock;
use crate::input::Input;
use crate::messages::Ready;
use crate::pace::Pace;
use crate::producer::Producer;
use crate::resume::Resume;

/// The longest wait between two checks of the stop signal.
const NAP: Duration = Duration::from_millis(50);

/// How long a progress line may wait for the acknowledgement that it prints.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_millis(100);

/// Messages that a stream without a pace sends between two looks at the clock: some microseconds.
const SAME_TIME: u64 = 32;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The producer has queued all its messages.
    Now,
    /// The topic has them from an earlier run.
    Before,
    /// The user stopped the run before all its messages were sent.
    Stopped,
}

/// Everything needed to send a record.
pub(crate) struct Sender<'a> {
    pub(crate) producer: &'a mut Producer,
    pub(crate) resume: &'a mut Resume,
    pub(crate) pace: Pace,
    pub(crate) input: &'a Input,
    pub(crate) clock: Clock,
    pub(crate) stop: &'a Stop,
}

impl Sender<'_> {
    /// Sends the messages of a record that the topic lacks.
    pub(crate) fn send(&mut self, record: &mut Ready<'_>) -> Result<Sent, Failure> {
        let (partition, life) = (record.partition, record.life);
        let mut sent = Sent::Before;
        for index in 0..life.len() {
            if !self.resume.lacks(partition, record.number, index, life) {
                continue;
            }
            // The pace is that of records: the events of one record are not delayed.
            if sent == Sent::Before && !self.wait()? {
                return Ok(Sent::Stopped);
            }
            if self.pace.is_kept() || self.producer.sent().is_multiple_of(SAME_TIME) {
                self.clock.tick();
            }
            let key = record.key;
            let bytes = record.message(index, self.clock.text());
            let time = self.clock.milliseconds();
            let go_on = || self.stop.requested().is_none();
            let taken = self.producer.send(partition, key, bytes, time, go_on);
            if !taken.map_err(|failure| self.at(record.line, failure))? {
                return Ok(Sent::Stopped);
            }
            self.resume.sent(partition);
            sent = Sent::Now;
        }
        if sent == Sent::Now {
            self.pace.sent();
            if self.pace.is_readable() {
                // So that the line about this record counts its own acknowledgement.
                self.producer.wait_for_acknowledgement(ACKNOWLEDGED_WITHIN);
            }
        }
        Ok(sent)
    }

    /// Waits as the pace requires; returns false if the user stops the run.
    fn wait(&mut self) -> Result<bool, Failure> {
        while let Some(wait) = self.pace.wait(Instant::now) {
            self.producer.check()?;
            if self.stop.requested().is_some() {
                return Ok(false);
            }
            self.producer.serve(wait.min(NAP));
        }
        Ok(self.stop.requested().is_none())
    }

    /// Adds the location of the record to a refusal.
    fn at(&self, line: u64, failure: Failure) -> Failure {
        match failure.code() {
            Code::Refused => Failure::refused(self.input.location(line)).because(failure),
            _ => failure,
        }
    }
}
