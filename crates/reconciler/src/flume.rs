//! The hops by Flume, on which records may still be on their way.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::work::Part;

use crate::check::Check;
use crate::checks::{Checks, names};
use crate::compare::Sides;
use crate::hdfs::Folder;
use crate::hop::Hop;
use crate::law::LOG_LINES;
use crate::line::Parser;
use crate::logs::{self, Archive};
use crate::side::{Changed, Side};
use crate::work_file::{MESSAGE_FACTS, WorkFile};

/// How long to wait before Flume's files are counted again.
const PAUSE: Duration = Duration::from_secs(1);

impl Checks<'_> {
    /// Checks the messages that Flume took from Kafka.
    pub(crate) fn flume_kafka(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        self.ready()?;
        let table = self.plan.transactions()?;
        let folder = self.args.root.folder("flume/kafka-transactions");
        let form = self.message_form(table, None);
        let expected = WorkFile::new(&self.file(table, Part::Realtime)?, table, form);
        let parser = Parser::message(table);
        let found = Folder::written_by_flume(self.hdfs, self.runtime, &folder, parser);
        let columns = names(table, &MESSAGE_FACTS);
        let sides = Sides { expected: &expected, found: &found, columns: &columns };
        let check = || {
            let store = format!("HDFS {folder}");
            self.compare(Hop::FlumeKafka, table.name.as_str(), store, sides)
        };
        done(self.patiently("messages", &expected, &found, check)?);
        Ok(())
    }

    /// Checks the log lines that Flume took from the spool folder.
    pub(crate) fn flume_logs(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        let expected = Archive::open(self.work)?;
        self.ready()?;
        let folder = self.args.root.folder("flume/logs");
        let found = Folder::written_by_flume(self.hdfs, self.runtime, &folder, Parser::Log);
        let sides = Sides { expected: &expected, found: &found, columns: &[] };
        let check = || self.compare(Hop::FlumeLogs, LOG_LINES, format!("HDFS {folder}"), sides);
        let mut checked = self.patiently(LOG_LINES, &expected, &found, check)?;
        let truth = logs::truth(self.work)?.filter(|truth| *truth != checked.expected);
        checked.judge(truth.map(|Tally { count, checksum }| {
            format!("log-gen reports {count} lines with checksum {checksum}: its copies differ")
        }));
        done(checked);
        Ok(())
    }

    /// Compares now, or, under `--wait`, when Flume has brought all that is expected. It looks
    /// again while records are missing and nothing else is wrong.
    fn patiently(
        &self,
        what: &str,
        expected: &dyn Side,
        found: &Folder<'_>,
        check: impl Fn() -> Result<Check>,
    ) -> Result<Check> {
        let deadline = Instant::now() + Duration::from_secs(self.args.wait);
        let (mut told, mut wanted) = (None, 0);
        if self.args.wait > 0 {
            expected.visit(&mut |_| {
                wanted += 1;
                Ok(())
            })?;
        }
        loop {
            while Instant::now() < deadline {
                let count = match found.count() {
                    Err(error) if error.is::<Changed>() => continue,
                    count => count?,
                };
                if count >= wanted {
                    break;
                }
                if told.replace(count) != Some(count) {
                    let text = format!("waiting for Flume: {count} of {wanted} {what} in HDFS");
                    self.ui.status(text);
                }
                self.pause()?;
            }
            let mut check = check()?;
            if !check.counts.only_missing() || Instant::now() >= deadline {
                let absent = found.absent().filter(|_| check.expected.count > 0);
                check.judge(absent);
                return Ok(check);
            }
            self.pause()?;
        }
    }

    fn pause(&self) -> Result<(), Failure> {
        thread::sleep(PAUSE);
        self.stop.check(|| "Flume was being waited for".into())
    }
}
