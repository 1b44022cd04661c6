//! The rows of both sides of a comparison, with each value in the one text that its type gives it.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::analytics::{Condition, Measure};
use ecom_core::canonical::Canonical;
use ecom_core::decimal::Number;
use ecom_core::exit::io_failure;
use ecom_core::plan::SqlType;

use crate::side::{Each, Entry, Location, Side, UNREADABLE};

/// The columns that a proof compares: first the keys, then the figures.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Their types in the result.
    pub(super) types: Vec<SqlType>,
    /// How many are keys.
    pub(super) keys: usize,
}

/// Rows that were computed again, in a temporary file without a name.
pub(super) struct Rows {
    columns: Columns,
    file: File,
    folder: std::path::PathBuf,
    writer: Option<BufWriter<File>>,
    /// If set, only rows with these keys count.
    only: Option<HashSet<Vec<u8>>>,
}

/// The rows of a result, with the columns that a proof compares.
pub(super) struct Found<'a> {
    /// The result, with all its columns.
    pub(super) result: &'a dyn Side,
    /// What is compared.
    pub(super) columns: Columns,
    /// The indexes of these columns in the result.
    pub(super) places: Vec<usize>,
    /// Of the result's rows, those that count, by the index of the column.
    pub(super) conditions: Vec<(usize, &'a Condition)>,
    /// For the sums over all rows, how each figure adds up.
    pub(super) total: Option<Vec<&'a Measure>>,
}

impl Columns {
    /// Appends a row with each value in the one text of its type, and returns its key in bytes.
    fn normal<'v>(
        &self,
        values: impl Iterator<Item = Option<&'v str>>,
        row: &mut Canonical,
    ) -> Vec<u8> {
        row.clear();
        for (value, sql_type) in values.zip(&self.types) {
            match value {
                Some(text) if sql_type.is_number() => {
                    row.push(Some(&Number::parse(text).map_or(text.to_owned(), Number::plain)));
                }
                Some(text) if sql_type.is_time() => row.push(Some(whole_second(text))),
                other => row.push(other),
            }
        }
        let mut key = row.clone();
        key.truncate(self.keys);
        key.bytes().to_owned()
    }

    fn pass(&self, row: &Canonical, location: Location, each: &mut Each<'_>) -> Result<()> {
        let indexes: Vec<_> = (0..self.keys).collect();
        let mut key = String::new();
        row.key_into(&indexes, &mut key);
        if self.keys == 0 {
            key.push_str("total");
        }
        let record = row.bytes();
        each(Entry { key: key.as_bytes(), record, core: record.len(), location })
    }
}

/// A time without zeros behind its seconds: 10:00:00.500 is 10:00:00.5.
fn whole_second(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

impl Rows {
    /// No rows yet.
    pub(super) fn new(folder: &Path, columns: Columns) -> Result<Self, Failure> {
        let cannot = |error| io_failure("write a temporary file in", folder, error);
        let file = tempfile::tempfile_in(folder).map_err(cannot)?;
        let writer = BufWriter::new(file.try_clone().map_err(cannot)?);
        let folder = folder.to_owned();
        Ok(Self { columns, file, folder, writer: Some(writer), only: None })
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: &Canonical) -> Result<()> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let bytes = row.bytes();
        let length = u32::try_from(bytes.len())?;
        let written =
            writer.write_all(&length.to_le_bytes()).and_then(|()| writer.write_all(bytes));
        Ok(written.map_err(|error| io_failure("write a temporary file in", &self.folder, error))?)
    }

    /// Ends the writing.
    pub(super) fn end(mut self) -> Result<Self> {
        if let Some(mut writer) = self.writer.take() {
            let written = writer.flush();
            written
                .map_err(|error| io_failure("write a temporary file in", &self.folder, error))?;
        }
        Ok(self)
    }

    /// Of these rows, only those whose keys the result has.
    pub(super) fn only_those_of(mut self, found: &Found<'_>) -> Result<Self> {
        let (mut keys, mut row) = (HashSet::new(), Canonical::new());
        found.each_row(
            &mut |values, _| {
                keys.insert(self.columns.normal(values.values(), &mut row));
                Ok(())
            },
            &mut |_| Ok(()),
        )?;
        self.only = Some(keys);
        Ok(self)
    }

    fn each_row(&self, each: &mut dyn FnMut(&Canonical, u64) -> Result<()>) -> Result<()> {
        let cannot = |error| io_failure("read a temporary file in", &self.folder, error);
        let mut file = self.file.try_clone().map_err(cannot)?;
        file.seek(SeekFrom::Start(0)).map_err(cannot)?;
        let mut reader = BufReader::new(file);
        let (mut bytes, mut row, mut number) = (Vec::new(), Canonical::new(), 0);
        let mut length = [0; 4];
        loop {
            match reader.read_exact(&mut length) {
                Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
                read => read.map_err(cannot)?,
            }
            bytes.resize(u32::from_le_bytes(length) as usize, 0);
            reader.read_exact(&mut bytes).map_err(cannot)?;
            row.assign_bytes(&bytes).map_err(Failure::refused)?;
            number += 1;
            each(&row, number)?;
        }
    }
}

impl Side for Rows {
    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let mut normal = Canonical::new();
        self.each_row(&mut |row, line| {
            let key = self.columns.normal(row.values(), &mut normal);
            if self.only.as_ref().is_some_and(|only| !only.contains(&key)) {
                return Ok(());
            }
            self.columns.pass(&normal, Location { file: 0, line }, each)
        })
    }

    fn name(&self, _: Location) -> String {
        "computed from the work files".into()
    }
}

impl Found<'_> {
    /// Passes the compared values of each row on; what is not a row goes to `unreadable`.
    fn each_row(
        &self,
        each: &mut dyn FnMut(&Canonical, Location) -> Result<()>,
        unreadable: &mut dyn FnMut(Entry<'_>) -> Result<()>,
    ) -> Result<()> {
        let (mut all, mut row) = (Canonical::new(), Canonical::new());
        self.result.visit(&mut |entry| {
            if entry.key.first() == Some(&UNREADABLE) {
                return unreadable(entry);
            }
            all.assign_bytes(entry.record).map_err(Failure::refused)?;
            let holds =
                |(index, condition): &(usize, &Condition)| condition.holds(all.value(*index));
            if !self.conditions.iter().all(holds) {
                return Ok(());
            }
            row.clear();
            self.places.iter().for_each(|index| row.push(all.value(*index)));
            each(&row, entry.location)
        })
    }

    /// The figures of all rows together.
    fn total(&self, measures: &[&Measure], each: &mut Each<'_>) -> Result<()> {
        let mut totals: Vec<Option<String>> = vec![None; measures.len()];
        let each_cell = std::cell::RefCell::new(each);
        self.each_row(
            &mut |row, _| {
                for ((total, value), measure) in totals.iter_mut().zip(row.values()).zip(measures) {
                    add(total, value, measure)?;
                }
                Ok(())
            },
            &mut |entry| (*each_cell.borrow_mut())(entry),
        )?;
        let mut normal = Canonical::new();
        self.columns.normal(totals.iter().map(Option::as_deref), &mut normal);
        self.columns.pass(&normal, Location::default(), each_cell.into_inner())
    }
}

/// Adds a row's figure to the total.
fn add(total: &mut Option<String>, value: Option<&str>, measure: &Measure) -> Result<(), Failure> {
    let Some(value) = value else { return Ok(()) };
    let Some(held) = total.as_deref() else {
        *total = Some(value.to_owned());
        return Ok(());
    };
    let numbers = Number::parse(held).zip(Number::parse(value));
    let wanted = match measure {
        Measure::Min(_) => std::cmp::Ordering::Less,
        Measure::Max(_) => std::cmp::Ordering::Greater,
        _ => {
            let (held, more) = numbers.ok_or_else(|| {
                Failure::verification(format!("{value:?} in a result is no number"))
            })?;
            *total = Some(held.plus(more)?.plain());
            return Ok(());
        }
    };
    let order = numbers.map_or_else(|| value.cmp(held), |(held, value)| value.compare(held));
    if order == wanted {
        *total = Some(value.to_owned());
    }
    Ok(())
}

impl Side for Found<'_> {
    fn begin(&self) -> Result<Option<String>> {
        self.result.begin()
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        if let Some(measures) = &self.total {
            return self.total(measures, each);
        }
        let each = std::cell::RefCell::new(each);
        let mut normal = Canonical::new();
        self.each_row(
            &mut |row, location| {
                self.columns.normal(row.values(), &mut normal);
                self.columns.pass(&normal, location, *each.borrow_mut())
            },
            &mut |entry| (*each.borrow_mut())(entry),
        )
    }

    fn name(&self, location: Location) -> String {
        self.result.name(location)
    }
}
