//! The comparisons of each hop.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::exit::io_failure;
use ecom_core::hdfs::Hdfs;
use ecom_core::kafka::Cluster;
use ecom_core::plan::{Plan, Role, Table, TableName};
use ecom_core::report::{Delivery, Report};
use ecom_core::stop::Stop;
use ecom_core::ui::Ui;
use ecom_core::work::{Manifest, ManifestFile, Part, StoresMark};

use crate::check::Check;
use crate::cli::Args;
use crate::compare::{Comparison, Outcome, Sides};
use crate::facts::fact_names;
use crate::hdfs::Folder;
use crate::hop::Hop;
use crate::input::{Input, WorkFiles};
use crate::kafka::Messages;
use crate::line::Parser;
use crate::mysql::TableRows;
use crate::respool::MissingLines;
use crate::runtime::Runtime;
use crate::source::Totals;
use crate::work_file::{KAFKA_FACTS, MESSAGE_FACTS, MessageFacts, StoreForm, WorkFile};

/// The folder that `sqoop_import.sh --where` fills with the transactions of an amount over 100.
const HIGH_VALUE: &str = "high_value_transactions";

/// What every check needs.
pub(crate) struct Checks<'a> {
    pub(crate) args: &'a Args,
    pub(crate) plan: &'a Plan,
    pub(crate) manifest: &'a Manifest,
    pub(crate) work: &'a Path,
    pub(crate) hdfs: &'a Hdfs,
    pub(crate) runtime: &'a Runtime,
    pub(crate) stop: &'a Stop,
    pub(crate) ui: &'a Ui,
    /// Takes the log lines that are missing in HDFS, with `--respool`.
    pub(crate) missing: Option<&'a Mutex<MissingLines>>,
}

impl Checks<'_> {
    /// Checks one hop and passes each check to `done` as soon as it is finished.
    pub(crate) fn check(&self, hop: Hop, done: &mut dyn FnMut(Check)) -> Result<()> {
        match hop {
            Hop::Input => self.input(done),
            Hop::Mysql => self.mysql(done),
            Hop::Kafka => self.kafka(done),
            Hop::Sqoop => self.sqoop(done),
            Hop::FlumeKafka => self.flume_kafka(done),
            Hop::FlumeLogs => self.flume_logs(done),
            Hop::Analytics => self.analytics(done),
        }
    }

    fn input(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        let mut rejected = 0;
        let is_transactions = |table: &&Table| table.name == TableName::Transactions;
        let tables = self.plan.tables.iter();
        // Transactions come last: the manifest counts the rejects of all tables together.
        let transactions = tables.clone().filter(is_transactions);
        for table in tables.filter(|table| !is_transactions(table)).chain(transactions) {
            if !table.derived {
                self.plan.check_source(table)?;
            }
            let (mut check, totals) = self.work_files(table)?;
            rejected += totals.rejected;
            if is_transactions(&table) {
                let counted = self.manifest.rejected;
                let differs =
                    || format!("rejects.csv has {rejected} records, the manifest says {counted}");
                check.judge((counted != rejected).then(differs));
            }
            done(check);
        }
        Ok(())
    }

    /// Compares the work files of a table with its source files, and counts the records of those.
    fn work_files(&self, table: &Table) -> Result<(Check, Totals)> {
        let parts = Part::all_of(table.name);
        let listed: Vec<_> =
            parts.iter().filter_map(|part| self.manifest.file(table.name, *part)).collect();
        let rows = listed.iter().map(|file| file.rows).sum();
        let expected = Input::new(self.plan, table, self.work, rows);
        let split = |part: &Part| {
            // Only where there are two parts can a record be in the wrong one.
            let fact = (parts.len() > 1).then_some(*part);
            Ok(WorkFile::new(&self.file(table, *part)?, table, StoreForm::Written(fact)))
        };
        let found = WorkFiles(parts.iter().map(split).collect::<Result<_, Failure>>()?);
        let facts = fact_names(table);
        let facts: Vec<_> = facts.iter().map(String::as_str).collect();
        let (subject, columns) = (table.name.as_str(), names(table, &facts));
        let store = self.work.display().to_string();
        let sides = Sides { expected: &expected, found: &found, columns: &columns };
        let mut check = self.compare(Hop::Input, subject, store, sides)?;
        check.judge(manifest_differs(&listed, check.found));
        let totals = expected.totals();
        if table.name == TableName::Transactions {
            check.figures = vec![("read", totals.read), ("rejected", totals.rejected)];
            check.figures.extend(listed.iter().map(|file| (part_figure(file.part), file.rows)));
            let passed_over = table.passed_over;
            check.figures.extend((passed_over > 0).then_some(("passed_over", passed_over)));
        }
        Ok((check, totals))
    }

    fn mysql(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        for table in &self.plan.tables {
            let expected = WorkFile::new(
                &self.file(table, Part::in_mysql(table.name))?,
                table,
                StoreForm::Plain,
            );
            let found = TableRows::new(&self.args.stores.mysql, self.runtime, table);
            let store = format!("MySQL {}.{}", self.args.stores.mysql.mysql_database, table.name);
            let subject = table.name.as_str();
            let columns = names(table, &[]);
            let sides = Sides { expected: &expected, found: &found, columns: &columns };
            done(self.compare(Hop::Mysql, subject, store, sides)?);
        }
        Ok(())
    }

    fn kafka(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        let cluster = Cluster::connect(&self.args.stores.kafka, self.stop)?;
        for table in &self.plan.tables {
            // A topic of that name may belong to somebody else if the table was not streamed.
            if matches!(table.name, TableName::Further(_)) && !self.was_streamed(table.name)? {
                continue;
            }
            let topic = self.topic(table.name);
            let found = Messages::new(&cluster, topic, Parser::message(table))?;
            // Messages without a report were streamed from another work folder: compare them.
            if !self.was_streamed(table.name)? && found.is_empty()? {
                self.ui.status(format!("kafka: {} were never streamed: skipped", table.name));
                continue;
            }
            let form = self.message_form(table, Some(found.partitions()));
            let expected =
                WorkFile::new(&self.file(table, Part::in_kafka(table.name))?, table, form);
            let columns = names(table, &[&MESSAGE_FACTS[..], &KAFKA_FACTS].concat());
            let store = format!("Kafka {topic}");
            let subject = table.name.as_str();
            let sides = Sides { expected: &expected, found: &found, columns: &columns };
            let mut check = self.compare(Hop::Kafka, subject, store, sides)?;
            check.judge(self.other_topic(&cluster, topic)?);
            done(check);
        }
        Ok(())
    }

    /// The problem if the topic that Flume reads is not the one from which it filled HDFS.
    fn other_topic(&self, cluster: &Cluster, topic: &str) -> Result<Option<String>, Failure> {
        let mark = StoresMark::of_stack();
        let is_read = *topic == self.args.stores.topics.kafka_topic;
        if !is_read || mark.topic()?.is_none() || mark.read()?.as_ref() != Some(&self.plan.data_set)
        {
            return Ok(None);
        }
        let id = cluster.topic_id(topic)?;
        Ok(mark.check_topic(topic, id.as_deref()).err().map(|failure| failure.to_string()))
    }

    fn sqoop(&self, done: &mut dyn FnMut(Check)) -> Result<()> {
        self.ready()?;
        let mut check = |subject: &str, table: &Table, form: StoreForm| {
            let folder = self.args.stores.root.folder(&format!("sqoop/{subject}"));
            let expected =
                WorkFile::new(&self.file(table, Part::in_mysql(table.name))?, table, form);
            let found = Folder::imported(self.hdfs, self.runtime, &folder, Parser::sqoop(table));
            let store = format!("HDFS {folder}");
            let columns = names(table, &[]);
            let sides = Sides { expected: &expected, found: &found, columns: &columns };
            done(self.compare(Hop::Sqoop, subject, store, sides)?);
            anyhow::Ok(())
        };
        for table in &self.plan.tables {
            check(table.name.as_str(), table, StoreForm::Plain)?;
        }
        // A table with this name has the folder for itself.
        if self.plan.tables.iter().any(|table| table.name.as_str() == HIGH_VALUE) {
            self.ui
                .status(format!("sqoop: {HIGH_VALUE} is a table of the data set, not a selection"));
            return Ok(());
        }
        let transactions = self.plan.transactions()?;
        let amount = transactions.role(Role::Amount);
        let amount = amount.filter(|index| transactions.columns[*index].sql_type.is_number());
        if let Some(index) = amount {
            return check(HIGH_VALUE, transactions, StoreForm::HighValue(index));
        }
        self.ui.status(format!("sqoop: the data set has no amount, so there is no {HIGH_VALUE}"));
        Ok(())
    }

    pub(crate) fn compare(
        &self,
        hop: Hop,
        subject: &str,
        store: String,
        sides: Sides<'_>,
    ) -> Result<Check> {
        let begin = Instant::now();
        // An estimate for the progress bar: each side has as many records as the largest work file.
        let rows = self.manifest.files.iter().map(|file| file.rows).max().unwrap_or_default();
        let progress = self.ui.records(&format!("{} {subject}", hop.as_str()), 2 * rows);
        let comparison = Comparison {
            sides,
            examples: self.args.examples,
            folder: self.work,
            stop: self.stop,
            progress: &progress,
            missing: self.missing.filter(|_| hop == Hop::FlumeLogs),
        };
        let outcome: Outcome = comparison.run()?;
        let mut check = Check::new(hop, subject, store, outcome);
        check.seconds = begin.elapsed().as_secs_f64();
        Ok(check)
    }

    /// True if Kafka must hold a table: transactions always, other tables only if the streamer has
    /// reported them, because streaming them is optional.
    fn was_streamed(&self, table: TableName) -> Result<bool, Failure> {
        let report = Report::<Delivery>::path(self.work, Delivery::subject(table));
        let reported = report.try_exists().map_err(|error| io_failure("read", &report, error))?;
        Ok(reported || table == TableName::Transactions)
    }

    /// The work file of a part of a table.
    pub(crate) fn file(&self, table: &Table, part: Part) -> Result<PathBuf, Failure> {
        Ok(self.work.join(&self.manifest.file_or_refuse(table.name, part)?.name))
    }

    /// The form of a table's messages. With the number of the topic's `partitions`, message keys and
    /// partitions are compared too.
    pub(crate) fn message_form(&self, table: &Table, partitions: Option<i32>) -> StoreForm {
        // Messages carry only the first 16 digits of the SHA-256.
        let source = table.identity().chars().take(16).collect();
        let events = self.args.events.in_table(table);
        StoreForm::Message(MessageFacts { source, events, partitions })
    }

    /// Waits until HDFS can serve.
    pub(crate) fn ready(&self) -> Result<()> {
        self.runtime.wait(async { Ok(self.hdfs.ready().await.map(drop)?) })
    }

    fn topic(&self, table: TableName) -> &str {
        let given = self.args.topic.iter().find(|(name, _)| *name == table);
        given.map_or(self.args.stores.topics.of(table), |(_, topic)| topic)
    }
}

/// The problem if the manifest contradicts the work files.
fn manifest_differs(listed: &[&ManifestFile], found: Tally) -> Option<String> {
    let mut manifest = Tally::default();
    for file in listed {
        manifest += file.tally();
    }
    (manifest != found).then(|| {
        format!("the manifest says {} records with checksum {}", manifest.count, manifest.checksum)
    })
}

/// The figure's name for a part of `transactions`.
fn part_figure(part: Part) -> &'static str {
    if part == Part::Historical { "historical" } else { "realtime" }
}

/// The names of a table's columns, followed by those of the facts.
pub(crate) fn names(table: &Table, facts: &[&str]) -> Vec<String> {
    let columns = table.columns.iter().map(|column| column.name.as_str());
    columns.chain(facts.iter().copied()).map(str::to_owned).collect()
}
