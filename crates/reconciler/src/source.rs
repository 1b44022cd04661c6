//! The source files of a table as the splitter should see them: records that are accepted, and those
//! in `rejects.csv`.

use std::path::Path;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::canonical::Canonical;
use ecom_core::convert::Converter;
use ecom_core::plan::{Dialect, Plan, Table};
use ecom_core::record::{Next, Reader, Record, Reject};
use ecom_core::source::{Fields, TableReader};
use ecom_core::work::REJECTS;

use crate::side::Location;

/// The source files of a table.
pub(crate) struct SourceTable<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) table: &'a Table,
    pub(crate) work: &'a Path,
}

/// One accepted record.
pub(crate) struct SourceRecord<'r> {
    /// Its number among the accepted records; the first is 1.
    pub(crate) number: u64,
    /// Where it is in the source files.
    pub(crate) location: Location,
    record: &'r Record,
    fields: &'r Fields,
    text: &'r str,
    file: &'r str,
}

/// How many records a source has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// All of them.
    pub(crate) read: u64,
    /// Those in `rejects.csv`.
    pub(crate) rejected: u64,
}

impl SourceRecord<'_> {
    /// The cell of one of the table's columns, by its index.
    pub(crate) fn cell(&self, column: usize) -> Option<&str> {
        self.fields.value(column, self.record, self.text, self.file)
    }

    /// The cells in the order of the table's columns; a generated column has the record's number or
    /// the name of its file.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        self.fields.values(self.record, self.text, self.file)
    }
}

impl SourceTable<'_> {
    /// Reads every record. Those in `rejects.csv` are only counted. The others go to `accepted`, with
    /// their values in canonical form in the order of the table's columns, or to `lost` if they are
    /// not valid and should have been rejected.
    pub(crate) fn read(
        &self,
        accepted: &mut dyn FnMut(&SourceRecord<'_>, &mut Canonical) -> Result<()>,
        lost: &mut dyn FnMut(&Reject, Location) -> Result<()>,
    ) -> Result<Totals> {
        let mut reader = TableReader::open(self.plan, self.table, self.work)?;
        let fields = reader.fields(self.table)?;
        let converter = Converter::new(self.table);
        let mut rejects = Rejects::open(self.work, reader.file_names())?;
        let (mut record, mut canonical) = (Record::new(), Canonical::new());
        let (mut totals, mut number, mut text) = (Totals::default(), 0, String::new());
        loop {
            let next = reader.read(&mut record)?;
            rejects.reach(reader.file())?;
            let line = match &next {
                Next::End => break,
                Next::Record => record.line(),
                Next::Reject(reject) => reject.line,
            };
            totals.read += 1;
            // Whether a rejected record deserved it is not judged: only that it is listed.
            if rejects.has(line)? {
                totals.rejected += 1;
                continue;
            }
            let location = Location {
                file: u32::try_from(reader.file()).expect("fewer than 2^32 files"),
                line,
            };
            if let Next::Reject(reject) = next {
                lost(&reject, location)?;
                continue;
            }
            // The number that the record will have if it is accepted; generated columns hold it.
            crate::line::number(&mut text, number + 1);
            let values = fields.values(&record, &text, reader.file_name());
            match converter.convert_values(values, &mut canonical) {
                Ok(()) => {
                    number += 1;
                    let (record, fields, text) = (&record, &fields, text.as_str());
                    let file = reader.file_name();
                    let row = SourceRecord { number, location, record, fields, text, file };
                    accepted(&row, &mut canonical)?;
                }
                Err(misfit) => {
                    let field = fields.index(misfit.column);
                    lost(&reader.reject(&record, field, misfit.reason), location)?;
                }
            }
        }
        rejects.finish()?;
        Ok(totals)
    }
}

/// The lines that `rejects.csv` names, file by file, in ascending order.
struct Rejects<'a> {
    work: &'a Path,
    files: Vec<String>,
    reader: Reader,
    record: Record,
    file: usize,
    next: Option<u64>,
}

impl<'a> Rejects<'a> {
    fn open(work: &'a Path, files: &[String]) -> Result<Self, Failure> {
        let (reader, record) = (open(work)?, Record::new());
        let mut rejects = Self { work, files: files.to_vec(), reader, record, file: 0, next: None };
        rejects.advance()?;
        Ok(rejects)
    }

    /// Continues with a later file; fails if lines of an earlier one are left.
    fn reach(&mut self, file: usize) -> Result<(), Failure> {
        while self.file < file {
            self.finish()?;
            self.file += 1;
            // The search for another line of the file before has read rejects.csv to its end.
            self.reader = open(self.work)?;
            self.advance()?;
        }
        Ok(())
    }

    /// True if the record that begins on that line was rejected. Call it with ascending lines.
    fn has(&mut self, line: u64) -> Result<bool, Failure> {
        match self.next {
            Some(next) if next == line => self.advance().map(|()| true),
            Some(next) if next < line => Err(self.no_record(next)),
            _ => Ok(false),
        }
    }

    fn finish(&self) -> Result<(), Failure> {
        self.next.map_or(Ok(()), |line| Err(self.no_record(line)))
    }

    fn advance(&mut self) -> Result<(), Failure> {
        loop {
            let beginning;
            let (file, line) = match self.reader.read(&mut self.record)? {
                Next::End => {
                    self.next = None;
                    return Ok(());
                }
                Next::Record => (self.record.field(0), self.record.field(1)),
                // A rejected record of 1 MiB makes a longer one here; its first fields are enough.
                Next::Reject(reject) => {
                    beginning = String::from_utf8_lossy(&reject.raw).into_owned();
                    let mut fields = beginning.split(',');
                    (fields.next().unwrap_or_default(), fields.next().unwrap_or_default())
                }
            };
            if file == self.files[self.file] {
                self.next = Some(line.parse().map_err(|_| self.no_record(0))?);
                return Ok(());
            }
        }
    }

    fn no_record(&self, line: u64) -> Failure {
        Failure::verification(format!(
            "{REJECTS} names line {line} of {}, but no record begins there",
            self.files[self.file]
        ))
    }
}

fn open(work: &Path) -> Result<Reader, Failure> {
    Reader::open(&work.join(REJECTS), &Dialect::work())
}
