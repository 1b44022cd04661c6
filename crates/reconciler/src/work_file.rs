//! The expected side: a work file, in the form in which a store must hold it.

use std::path::{Path, PathBuf};

use anyhow::Result;
use ecom_core::canonical::Canonical;
use ecom_core::kafka::partition_of;
use ecom_core::message::TableEvents;
use ecom_core::plan::Table;
use ecom_core::work::{Part, Records};

use crate::facts::push_cells;
use crate::line::number;
use crate::side::{Each, Entry, Location, Side};

/// The records of one work file.
pub(crate) struct WorkFile<'a> {
    path: PathBuf,
    table: &'a Table,
    form: StoreForm,
}

/// The form in which a store must hold a record.
pub(crate) enum StoreForm {
    /// Canonical, as in the work file.
    Plain,
    /// As it is, but only records with a value over 100 in the column of this index.
    HighValue(usize),
    /// With its cells as written, and its part.
    Written(Option<Part>),
    /// With the facts of its Kafka message.
    Message(MessageFacts),
}

/// What a message holds besides its record.
#[derive(Clone)]
pub(crate) struct MessageFacts {
    /// The first 16 hexadecimal digits of the source's SHA-256.
    pub(crate) source: String,
    /// The events that are sent for a record.
    pub(crate) events: TableEvents,
    /// The number of the topic's partitions, if message keys and partitions are compared.
    pub(crate) partitions: Option<i32>,
}

/// The names of a message's facts, which follow the names of its columns.
pub(crate) const MESSAGE_FACTS: [&str; 3] = ["event_type", "record_number", "source"];

/// The names of the facts that only Kafka knows.
pub(crate) const KAFKA_FACTS: [&str; 2] = ["message key", "partition"];

impl<'a> WorkFile<'a> {
    /// The records of the work file at `path`, which belong to `table`.
    pub(crate) fn new(path: &Path, table: &'a Table, form: StoreForm) -> Self {
        Self { path: path.to_owned(), table, form }
    }
}

impl Side for WorkFile<'_> {
    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let mut records = Records::open(&self.path, self.table)?;
        let keys = self.table.key_positions();
        let mut key = String::new();
        while let Some(record) = records.next()? {
            let line = record.line();
            let found = record.canonical;
            found.key_into(&keys, &mut key);
            let core = found.bytes().len();
            match &self.form {
                StoreForm::HighValue(column) if !over_100(found.value(*column)) => continue,
                StoreForm::Message(envelope) => {
                    let message = Message { key: &key, number: record.number, line };
                    envelope.visit(&message, found, each)?;
                    continue;
                }
                StoreForm::Written(part) => push_cells(found, record.cells.values(), *part),
                _ => {}
            }
            let location = Location { file: 0, line };
            each(Entry { key: key.as_bytes(), record: found.bytes(), core, location })?;
        }
        Ok(())
    }

    fn name(&self, location: Location) -> String {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        format!("{name}:{}", location.line)
    }
}

/// What a message's facts are made from.
struct Message<'a> {
    key: &'a str,
    number: u64,
    line: u64,
}

impl MessageFacts {
    /// Passes on every message of a record.
    fn visit(
        &self,
        message: &Message<'_>,
        record: &mut Canonical,
        each: &mut Each<'_>,
    ) -> Result<()> {
        let events = self.events.of_key(message.key);
        let key = message.key.as_bytes();
        let (columns, core) = (record.len(), record.bytes().len());
        let (mut name, mut digits) = (String::new(), String::new());
        for event in events {
            // The same record serves all its events; drop the facts of the previous one.
            record.truncate(columns);
            name.clear();
            name.push_str(self.events.name(*event, record));
            record.push(Some(&name));
            record.push(Some(number(&mut digits, message.number)));
            record.push(Some(&self.source));
            if let Some(partitions) = self.partitions {
                record.push(Some(message.key));
                record.push(Some(number(&mut digits, partition_of(key, partitions))));
            }
            let location = Location { file: 0, line: message.line };
            each(Entry { key, record: record.bytes(), core, location })?;
        }
        Ok(())
    }
}

/// True for a number over 100 in canonical form. Compares text: a DECIMAL may exceed any integer type.
fn over_100(value: Option<&str>) -> bool {
    let Some(text) = value else { return false };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    match whole.len() {
        _ if whole.starts_with('-') => false,
        0..=2 => false,
        3 => whole > "100" || (whole == "100" && fraction.bytes().any(|digit| digit != b'0')),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_100_means_what_it_means_to_mysql() {
        for (value, wanted) in [
            ("100", false),
            ("100.00", false),
            ("100.01", true),
            ("101", true),
            ("99.99", false),
            ("1000.00", true),
            ("-500.00", false),
            ("0.00", false),
        ] {
            assert_eq!(over_100(Some(value)), wanted, "{value}");
        }
        assert!(!over_100(None));
    }
}
