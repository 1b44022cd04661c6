//! The hops through Flume, on which records may still be in flight.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use ecom_core::checksum::Tally;
use ecom_core::show::counted;
use ecom_core::work::Part;
use ecom_core::{Failure, escape};

use crate::check::Check;
use crate::checks::{Checks, names};
use crate::compare::Sides;
use crate::hdfs::Folder;
use crate::hop::Hop;
use crate::law::LOG_LINES;
use crate::line::Parser;
use crate::logs::{self, Archive};
use crate::rest::{Feed, Rest};
use crate::shared::lock;
use crate::side::{Changed, Side};
use crate::work_file::{MESSAGE_FACTS, WorkFile};

/// How long to wait before Flume's files are counted again.
const PAUSE: Duration = Duration::from_secs(1);

impl Checks<'_> {
    /// Checks the messages that Flume read from Kafka.
    pub(crate) fn flume_kafka(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        self.ready()?;
        let table = self.plan.transactions()?;
        let folder = self.args.stores.root.folder("flume/kafka-transactions");
        let form = self.message_form(table, None);
        let expected = WorkFile::new(&self.file(table, Part::Realtime)?, table, form);
        let parser = Parser::message(table);
        let found = Folder::written_by_flume(self.hdfs, self.runtime, &folder, parser);
        let columns = names(table, &MESSAGE_FACTS);
        let sides = Sides { expected: &expected, found: &found, columns: &columns };
        let feed = Feed::of_topic(self)?;
        let check = || {
            let store = format!("HDFS {folder}");
            self.compare(Hop::FlumeKafka, table.name.as_str(), store, sides)
        };
        done(self.patiently(("messages", &feed), &expected, &found, check)?.0);
        Ok(())
    }

    /// Checks the log lines that Flume read from the spool folder.
    pub(crate) fn flume_logs(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        let expected = Archive::open(self.work)?;
        self.ready()?;
        let folder = self.args.stores.root.folder("flume/logs");
        let found = Folder::written_by_flume(self.hdfs, self.runtime, &folder, Parser::Log);
        let sides = Sides { expected: &expected, found: &found, columns: &[] };
        let check = || self.compare(Hop::FlumeLogs, LOG_LINES, format!("HDFS {folder}"), sides);
        let feed = Feed::of_logs(self)?;
        let (mut checked, works) = self.patiently((LOG_LINES, &feed), &expected, &found, check)?;
        if let Some(note) = self.respool(&checked, works, &feed)? {
            self.ui.status(&note);
            (checked, _) = self.patiently((LOG_LINES, &feed), &expected, &found, check)?;
            checked.notes.push(note);
        }
        let truth = logs::truth(self.work)?.filter(|truth| *truth != checked.expected);
        checked.judge(truth.map(|Tally { count, checksum }| {
            format!(
                "log-gen reports {count} lines with checksum {checksum}: the copies in logs differ"
            )
        }));
        done(checked);
        Ok(())
    }

    /// With `--respool`, hands missing lines over to Flume again if nothing is on its way to HDFS any
    /// more; says so.
    fn respool(&self, check: &Check, works: bool, feed: &Feed) -> Result<Option<String>> {
        let lost = check.counts.missing;
        let (Some(missing), Some(spool)) = (self.missing, feed.spool()) else { return Ok(None) };
        if lost == 0 || !check.moving.is_empty() {
            return Ok(None);
        }
        // What its file channel holds is not known while it does not run; and the folder may be that of
        // another machine.
        if !works || !spool.is_dir() {
            let folder = escape::path(spool);
            let cause = "the missing log lines are not handed over again: log-agent does not work";
            self.ui.status(format!("{cause}, or there is no folder {folder}"));
            return Ok(None);
        }
        let name = lock(missing).hand_over(spool)?;
        let lines = counted(lost, "log line");
        Ok(Some(format!("{lines} had been lost and went to HDFS again, in {name}")))
    }

    /// Compares at once, or with `--wait` as soon as Flume has written what is expected and nothing is
    /// on its way. Compares again while records are missing, or may still come, and nothing else is
    /// wrong.
    fn patiently(
        &self,
        (what, feed): (&str, &Feed),
        expected: &dyn Side,
        found: &Folder<'_>,
        check: impl Fn() -> Result<Check>,
    ) -> Result<(Check, bool)> {
        let deadline = Instant::now() + Duration::from_secs(self.args.wait);
        let mut wanted = 0;
        // Counting lines is much cheaper than comparing them, so compare only when the count is right.
        if self.args.wait > 0 && self.missing.is_none() {
            expected.visit(&mut |_| {
                wanted += 1;
                Ok(())
            })?;
        }
        loop {
            self.await_lines(found, wanted, what, deadline)?;
            self.await_rest(found, feed, deadline)?;
            let mut check = check()?;
            let Rest { moving, notes, works } = feed.rest(self, found)?;
            // More time only helps if records are missing or may still come, and nothing else is wrong.
            let moves = check.counts.total() == 0 && !moving.is_empty();
            // What is missing now is lost.
            let settled = self.missing.is_some() && moving.is_empty();
            let hopeless = settled || !(check.counts.only_missing() || moves);
            if hopeless || Instant::now() >= deadline {
                (check.moving, check.notes) = (moving, notes);
                // Flume creates its folder for the first record, so without records there is none.
                let absent = found.absent().filter(|_| check.expected.count > 0);
                check.judge(absent);
                return Ok((check, works));
            }
            self.pause()?;
        }
    }

    /// Waits until the folder has as many lines as are wanted, at most until the deadline.
    fn await_lines(
        &self,
        found: &Folder<'_>,
        wanted: u64,
        what: &str,
        deadline: Instant,
    ) -> Result<()> {
        let mut reported = None;
        while Instant::now() < deadline {
            let count = match found.count() {
                // Flume renamed a file meanwhile.
                Err(error) if error.is::<Changed>() => continue,
                count => count?,
            };
            if count >= wanted {
                break;
            }
            if reported.replace(count) != Some(count) {
                self.ui.status(format!("waiting for Flume: {count} of {wanted} {what} in HDFS"));
            }
            self.pause()?;
        }
        Ok(())
    }

    /// Waits until nothing is on its way, at most until the deadline.
    fn await_rest(&self, found: &Folder<'_>, feed: &Feed, deadline: Instant) -> Result<()> {
        let mut reported = String::new();
        while Instant::now() < deadline {
            found.begin()?;
            let moving = feed.rest(self, found)?.moving.join(", ");
            if moving.is_empty() {
                break;
            }
            if reported != moving {
                self.ui.status(format!("waiting for Flume: {moving}"));
                reported = moving;
            }
            self.pause()?;
        }
        Ok(())
    }

    fn pause(&self) -> Result<(), Failure> {
        thread::sleep(PAUSE);
        self.stop.check(|| "still waiting for Flume".into())
    }
}
