//! The records of a work file, in the canonical form that every store is compared in.

use std::path::Path;

use crate::canonical::Canonical;
use crate::convert::Converter;
use crate::exit::Failure;
use crate::plan::{Dialect, Table};
use crate::record::{Next, Reader, Record};

/// Reads the records of a work file.
///
/// A file is proven to be the one listed in the manifest by [`super::ManifestFile::check`], before
/// it is read; what does not fit the plan all the same is refused where it appears.
pub struct Records {
    reader: Reader,
    converter: Converter,
    key: Vec<usize>,
    cells: Record,
    canonical: Canonical,
    number: u64,
}

/// The record that was read last.
#[derive(Debug)]
pub struct WorkRecord<'a> {
    /// The record's number in its file; the first is 1.
    pub number: u64,
    /// Its values, as they are written.
    pub cells: &'a Record,
    /// Its values in canonical form. They may be changed or taken: the next record replaces them.
    pub canonical: &'a mut Canonical,
    key: &'a [usize],
}

impl Records {
    /// Opens the work file at `path`, which holds records of `table`. Refuses a file whose header is
    /// not that of the table.
    pub fn open(path: &Path, table: &Table) -> Result<Self, Failure> {
        let reader = Reader::open(path, &Dialect::work())?;
        check_header(path, reader.header(), table)?;
        Ok(Self {
            reader,
            converter: Converter::new(table),
            key: table.key_positions(),
            cells: Record::new(),
            canonical: Canonical::new(),
            number: 0,
        })
    }

    /// Reads the next record; `None` at the end of the file. Refuses a record that is broken or that
    /// does not fit the plan.
    #[expect(clippy::should_implement_trait, reason = "a record is borrowed until the next")]
    #[inline]
    pub fn next(&mut self) -> Result<Option<WorkRecord<'_>>, Failure> {
        let Self { reader, converter, cells, canonical, .. } = self;
        match reader.read(cells)? {
            Next::Record => {}
            Next::End => return Ok(None),
            Next::Reject(reject) => return Err(misfit(&reject)),
        }
        if let Err(found) = converter.convert(cells, canonical) {
            return Err(misfit(&reader.reject(cells, Some(found.column), found.reason)));
        }
        self.number += 1;
        let (number, cells, key) = (self.number, &self.cells, &self.key);
        Ok(Some(WorkRecord { number, cells, canonical: &mut self.canonical, key }))
    }
}

impl WorkRecord<'_> {
    /// The line of the file on which the record begins.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.cells.line()
    }

    /// Replaces `key` by the record's key: the values of the key's columns, joined by `|`.
    #[inline]
    pub fn key_into(&self, key: &mut String) {
        self.canonical.key_into(self.key, key);
    }
}

/// Refuses the header of a work file that is not that of its table.
pub fn check_header(path: &Path, header: &Record, table: &Table) -> Result<(), Failure> {
    if header.iter().eq(table.work_header()) {
        return Ok(());
    }
    let same = header.iter().zip(table.work_header()).take_while(|(found, wanted)| found == wanted);
    let position = same.count();
    let quoted = |text: Option<&str>| text.map_or("nothing".into(), |text| format!("{text:?}"));
    Err(Failure::refused(format!(
        "{}: line 1: column {} is {} where the plan has {}: split the data set again",
        path.display(),
        position + 1,
        quoted(header.iter().nth(position)),
        quoted(table.work_header().nth(position)),
    )))
}

fn misfit(reject: &crate::record::Reject) -> Failure {
    Failure::refused(format!("{reject}: the file does not fit the plan, split the data set again"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{WorkFolder, plan, table};
    use crate::work::Part;

    fn work(lines: &[&str]) -> (WorkFolder, std::path::PathBuf) {
        let columns = "| row_id | BIGINT | generated = true
            Day | day | DATE | format = '%d.%m.%Y'
            Name | name | VARCHAR(20)";
        let work = WorkFolder::new(plan("shop", [table("transactions", "row_id, name", columns)]));
        work.write("transactions", Part::Realtime, lines);
        let path = work.file("transactions_realtime.csv");
        (work, path)
    }

    #[test]
    fn records_are_numbered_and_in_canonical_form_with_key_and_line() {
        let (work, path) = work(&["7,31.12.2024,\"two\nlines\"", "8,01.01.2025,\"\""]);
        let mut records = Records::open(&path, &work.plan().tables[0]).unwrap();
        let (mut found, mut key) = (Vec::new(), String::new());
        while let Some(record) = records.next().unwrap() {
            record.key_into(&mut key);
            let day = record.canonical.value(1).unwrap().to_owned();
            found.push((record.number, record.line(), key.clone(), day));
        }
        let wanted = [(1, 2, "7|two\nlines", "2024-12-31"), (2, 4, "8|", "2025-01-01")];
        let wanted = wanted.map(|(number, line, key, day)| (number, line, key.into(), day.into()));
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_record_that_does_not_fit_the_plan_is_refused_where_it_appears() {
        let (work, path) = work(&["7,31.12.2024,a", "8,31.13.2024,b"]);
        let mut records = Records::open(&path, &work.plan().tables[0]).unwrap();
        assert!(records.next().unwrap().is_some());
        let error = records.next().unwrap_err().to_string();
        assert!(error.starts_with("transactions_realtime.csv: line 3: column Day: "), "{error}");
        assert!(
            error.ends_with(": the file does not fit the plan, split the data set again"),
            "{error}"
        );
    }

    #[test]
    fn the_first_column_that_is_not_that_of_the_plan_is_named() {
        let (work, path) = work(&[]);
        for (header, wanted) in [
            ("row_id,Date,Name", "column 2 is \"Date\" where the plan has \"Day\""),
            ("row_id,Day", "column 3 is nothing where the plan has \"Name\""),
            ("row_id,Day,Name,More", "column 4 is \"More\" where the plan has nothing"),
        ] {
            std::fs::write(&path, format!("{header}\n")).unwrap();
            let error = Records::open(&path, &work.plan().tables[0]).err().unwrap().to_string();
            let wanted = format!("{}: line 1: {wanted}: split the data set again", path.display());
            assert_eq!(error, wanted);
        }
    }
}
