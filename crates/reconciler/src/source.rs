//! A source file as the splitter has to see it: records that are accepted, and those in
//! `rejects.csv`.

use std::path::Path;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::canonical::{Canonical, Converter};
use ecom_core::plan::{Dialect, Plan, Table};
use ecom_core::record::{Next, Reader, Record, Reject};
use ecom_core::work::REJECTS;

/// The source file of a table.
pub(crate) struct Source<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) table: &'a Table,
    pub(crate) work: &'a Path,
}

/// One accepted record.
pub(crate) struct Row<'r> {
    /// The record as it stands in the source.
    pub(crate) record: &'r Record,
    /// Its number among the accepted records; the first is 1.
    pub(crate) number: u64,
    header: &'r Record,
    text: &'r str,
    fields: &'r [Option<usize>],
}

/// The cells of a record in the order of the table's columns; `number` is that of a generated one.
fn cells<'r>(
    record: &'r Record,
    fields: &'r [Option<usize>],
    number: &'r str,
) -> impl Iterator<Item = Option<&'r str>> {
    fields.iter().map(move |field| field.map_or(Some(number), |place| record.value(place)))
}

/// How many records a source has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// All of them.
    pub(crate) read: u64,
    /// Those in `rejects.csv`.
    pub(crate) rejected: u64,
}

impl Row<'_> {
    /// For every column of another table its field in the source.
    pub(crate) fn fields_of(&self, table: &Table) -> Result<Vec<Option<usize>>, Failure> {
        table.source_fields(self.header.iter()).map_err(|missing| {
            Failure::refused(format!("{}: there is no column {missing:?}", table.file))
        })
    }

    /// The cells in the order of the table's columns; that of a generated column is the number.
    pub(crate) fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        cells(self.record, self.fields, self.text)
    }
}

impl Source<'_> {
    /// Reads every record and hands it over: to `accepted`, unless `rejects.csv` has it, with its
    /// values in canonical form in the order of the table's columns; or to
    /// `lost` where it is no record and `rejects.csv` does not have it.
    pub(crate) fn read(
        &self,
        accepted: &mut dyn FnMut(&Row<'_>, &mut Canonical) -> Result<()>,
        lost: &mut dyn FnMut(&Reject) -> Result<()>,
    ) -> Result<Totals> {
        let path = self.plan.folder.join(&self.table.file);
        let mut reader = Reader::open(&path, &self.table.dialect)?;
        let fields = self.table.source_fields(reader.header().iter());
        let fields = fields.map_err(|missing| {
            Failure::refused(format!("{}: there is no column {missing:?}", path.display()))
        })?;
        let converter = Converter::new(self.table);
        let mut rejects = Rejects::open(self.work, &self.table.file)?;
        let (mut record, mut canonical) = (Record::new(), Canonical::new());
        let (mut totals, mut number, mut text) = (Totals::default(), 0, String::new());
        loop {
            let next = reader.read(&mut record)?;
            let line = match &next {
                Next::End => break,
                Next::Record => record.line(),
                Next::Reject(reject) => reject.line,
            };
            totals.read += 1;
            if rejects.has(line)? {
                totals.rejected += 1;
                continue;
            }
            if let Next::Reject(reject) = next {
                lost(&reject)?;
                continue;
            }
            crate::line::number(&mut text, number + 1);
            let values = cells(&record, &fields, &text);
            match converter.convert_values(values, &mut canonical) {
                Ok(()) => {
                    number += 1;
                    let (record, header) = (&record, reader.header());
                    let row = Row { record, number, header, text: &text, fields: &fields };
                    accepted(&row, &mut canonical)?;
                }
                Err(misfit) => {
                    lost(&reader.reject(&record, fields[misfit.column], misfit.reason))?;
                }
            }
        }
        rejects.finish()?;
        Ok(totals)
    }
}

/// The lines of one file that `rejects.csv` names, in their order.
struct Rejects {
    reader: Reader,
    record: Record,
    file: String,
    next: Option<u64>,
}

impl Rejects {
    fn open(work: &Path, file: &str) -> Result<Self, Failure> {
        let reader = Reader::open(&work.join(REJECTS), &Dialect::work())?;
        let file = file.to_owned();
        let mut rejects = Self { reader, record: Record::new(), file, next: None };
        rejects.advance()?;
        Ok(rejects)
    }

    /// True when the record that begins on that line was rejected; lines must rise.
    fn has(&mut self, line: u64) -> Result<bool, Failure> {
        match self.next {
            Some(next) if next == line => self.advance().map(|()| true),
            Some(next) if next < line => Err(self.stranger(next)),
            _ => Ok(false),
        }
    }

    fn finish(&self) -> Result<(), Failure> {
        self.next.map_or(Ok(()), |line| Err(self.stranger(line)))
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
                // A reject of a megabyte makes a longer record: its beginning is enough.
                Next::Reject(reject) => {
                    beginning = String::from_utf8_lossy(&reject.raw).into_owned();
                    let mut fields = beginning.split(',');
                    (fields.next().unwrap_or_default(), fields.next().unwrap_or_default())
                }
            };
            if file == self.file {
                self.next = Some(line.parse().map_err(|_| self.stranger(0))?);
                return Ok(());
            }
        }
    }

    fn stranger(&self, line: u64) -> Failure {
        Failure::verification(format!(
            "{REJECTS} names line {line} of {}, on which no record begins",
            self.file
        ))
    }
}
