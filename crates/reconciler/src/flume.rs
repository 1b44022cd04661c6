//! The hops by Flume, on which records may still be on their way.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::work::Part;

use crate::checks::{Checks, names, source_of};
use crate::hdfs::Folder;
use crate::hop::Hop;
use crate::law::LOG_LINES;
use crate::line::Parser;
use crate::logs::Archive;
use crate::side::{Changed, Side as _};
use crate::split::{Envelope, Form, MESSAGE_FACTS, Split};
use crate::verdict::Check;

/// How long to wait before Flume's files are counted again.
const PAUSE: Duration = Duration::from_secs(1);

impl Checks<'_> {
    /// Checks the messages that Flume took from Kafka.
    pub(crate) fn flume_kafka(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        self.runtime.block_on(self.hdfs.ready())?;
        let table = self.plan.transactions()?;
        let folder = self.folder(&["flume", "kafka-transactions"]);
        let form = Form::Message(Envelope { source: source_of(table), partitions: None });
        let expected = Split::new(&self.file(table, Part::Realtime)?, table, form);
        let parser = Parser::message(table);
        let found = Folder::written_by_flume(self.hdfs, self.runtime, &folder, parser);
        let columns = names(table, &MESSAGE_FACTS);
        let rows = self.manifest.file(table.name, Part::Realtime).map_or(0, |file| file.rows);
        let check = || {
            let store = format!("HDFS {folder}");
            let subject = table.name.as_str();
            self.compare(Hop::FlumeKafka, subject, store, &expected, &found, columns.clone())
        };
        done(self.patiently("messages", rows, &found, check)?);
        Ok(())
    }

    /// Checks the log lines that Flume took from the spool folder.
    pub(crate) fn flume_logs(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        let expected = Archive::open(self.work)?;
        self.runtime.block_on(self.hdfs.ready())?;
        let folder = self.folder(&["flume", "logs"]);
        let found = Folder::written_by_flume(self.hdfs, self.runtime, &folder, Parser::Log);
        let mut lines = 0;
        expected.visit(&mut |_| {
            lines += 1;
            Ok(())
        })?;
        let check = || {
            let store = format!("HDFS {folder}");
            self.compare(Hop::FlumeLogs, LOG_LINES, store, &expected, &found, Vec::new())
        };
        done(self.patiently(LOG_LINES, lines, &found, check)?);
        Ok(())
    }

    /// Compares now, or, under `--wait`, when Flume has brought all that is expected. It looks
    /// again while records are missing and nothing else is wrong.
    fn patiently(
        &self,
        what: &str,
        expected: u64,
        found: &Folder<'_>,
        check: impl Fn() -> Result<Check>,
    ) -> Result<Check> {
        let deadline = Instant::now() + Duration::from_secs(self.args.wait);
        let mut told = None;
        loop {
            while Instant::now() < deadline {
                let count = match found.count(self.stop) {
                    Err(error) if error.is::<Changed>() => continue,
                    count => count?,
                };
                if count >= expected {
                    break;
                }
                if told.replace(count) != Some(count) {
                    let text = format!("waiting for Flume: {count} of {expected} {what} in HDFS");
                    self.ui.status(text);
                }
                self.pause()?;
            }
            let check = check()?;
            if !check.counts.only_missing() || Instant::now() >= deadline {
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
