//! Sends record by record, at the pace that the user wants, what the topic lacks.

use std::time::{Duration, Instant};

use ecom_core::exit::{Code, Failure};
use ecom_core::stop::Stop;

use crate::clock::Clock;
use crate::input::Input;
use crate::messages::Ready;
use crate::pace::Pace;
use crate::producer::Producer;
use crate::resume::Resume;

/// The longest wait between two looks at the stop signal.
const NAP: Duration = Duration::from_millis(50);

/// How long a line for the user may wait for the acknowledgement that it tells.
const TELLING: Duration = Duration::from_millis(100);

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// All its messages are with the producer.
    Now,
    /// The topic has them from an earlier run.
    Before,
    /// The user wishes to stop; not all its messages were sent.
    Stopped,
}

/// Everything that a record passes on its way.
pub(crate) struct Sender<'a> {
    pub(crate) producer: &'a mut Producer,
    pub(crate) resume: &'a mut Resume,
    pub(crate) pace: Pace,
    pub(crate) input: &'a Input,
    pub(crate) clock: Clock,
    pub(crate) stop: &'a Stop,
}

impl Sender<'_> {
    /// Sends the messages of a record, as far as the topic lacks them.
    pub(crate) fn send(&mut self, record: &mut Ready<'_>) -> Result<Sent, Failure> {
        let (partition, life) = (record.partition, record.life);
        let mut sent = Sent::Before;
        for place in 0..life.len() {
            if !self.resume.lacks(partition, record.number, place, life) {
                continue;
            }
            if sent == Sent::Before && !self.wait()? {
                return Ok(Sent::Stopped);
            }
            self.clock.tick();
            let key = record.key;
            let bytes = record.message(place, self.clock.text());
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
                // What the user reads is then about this record, not the one before.
                self.producer.wait_for_acknowledgement(TELLING);
            }
        }
        Ok(sent)
    }

    /// Waits for the pace; false when the user wishes to stop.
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

    /// A refused message with the place of its record.
    fn at(&self, line: u64, failure: Failure) -> Failure {
        match failure.code() {
            Code::Refused => Failure::refused(self.input.place(line)).because(failure),
            _ => failure,
        }
    }
}
