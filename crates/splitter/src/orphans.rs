//! Records whose reference has no target, found by sorting both sides on disk.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::canonical::{Form, unpadded};
use ecom_core::exit::io_failure;
use ecom_core::plan::{ForeignKey, Table};
use ecom_core::sort::{Sorted, Sorter};

use crate::foreign;
use crate::part::{PartFile, SORT_BUDGET};

/// Compares the values of one foreign key with those that it may have.
pub(crate) struct OrphanSearch<'a> {
    key: &'a ForeignKey,
    column: usize,
    folder: &'a Path,
    sorter: Sorter,
}

/// Values that the other table lacks, in the order of first appearance.
pub(crate) struct Missing<'a> {
    pub(crate) key: &'a ForeignKey,
    /// Records with such a value.
    pub(crate) records: u64,
    values: Sorted,
}

/// The numbers of all records to reject as orphans, in a temporary file without a name.
///
/// Each item is the number of a record (8 bytes) and the index of a foreign key in `keys` (2).
pub(crate) struct UnwantedList<'a> {
    keys: Vec<&'a ForeignKey>,
    file: File,
    folder: PathBuf,
    /// Items of the list; a record with two unknown values has two.
    pub(crate) count: u64,
    /// How many there are of each foreign key.
    pub(crate) orphans: Vec<(&'a ForeignKey, u64)>,
}

/// Goes through an [`UnwantedList`] while its records are read.
pub(crate) struct Unwanted<'a> {
    keys: Vec<&'a ForeignKey>,
    input: BufReader<File>,
    folder: PathBuf,
    next: Option<(u64, usize)>,
}

impl<'a> OrphanSearch<'a> {
    /// For a foreign key of `table`; `parent` is the file of the table that it refers to.
    pub(crate) fn new(
        folder: &'a Path,
        table: &Table,
        key: &'a ForeignKey,
        parent: &mut PartFile<'_>,
    ) -> Result<Self, Failure> {
        let column = foreign::column(table, key)?;
        let mut search = Self { key, column, folder, sorter: Sorter::new(folder, SORT_BUDGET) };
        foreign::each_target(parent, key, &mut |value| search.push(value, &[]))?;
        Ok(search)
    }

    /// Sees the record with that number.
    pub(crate) fn see(&mut self, number: u64, canonical: Form<'_>) -> Result<(), Failure> {
        match canonical.value(self.column) {
            Some(value) => self.push(value, &number.to_be_bytes()),
            None => Ok(()),
        }
    }

    /// The values that the other table lacks.
    pub(crate) fn missing(self) -> Result<Missing<'a>, Failure> {
        let key = self.key;
        let mut firsts = Sorter::new(self.folder, SORT_BUDGET);
        let mut records = 0;
        self.for_each_orphan(|value, number, is_first| {
            records += 1;
            if is_first { firsts.push(number, value) } else { Ok(()) }
        })?;
        Ok(Missing { key, records, values: firsts.finish()? })
    }

    fn push(&mut self, value: &str, number: &[u8]) -> Result<(), Failure> {
        self.sorter.push(unpadded(value).as_bytes(), number)
    }

    /// Calls `see` with the value and the record number of every orphan, and whether it is the
    /// first of its value.
    fn for_each_orphan(
        self,
        mut see: impl FnMut(&[u8], &[u8], bool) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut sorted = self.sorter.finish()?;
        let (mut current, mut known): (Option<Vec<u8>>, bool) = (None, false);
        while let Some((value, number)) = sorted.next()? {
            let is_first = current.as_deref() != Some(value);
            if is_first {
                current = Some(value.to_owned());
                // The other table's values have no number, so they sort before the references.
                known = number.is_empty();
            }
            if !known {
                see(value, number, is_first)?;
            }
        }
        Ok(())
    }
}

impl Missing<'_> {
    /// The next value and the number of the first record that has it.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &str)>, Failure> {
        let Some((number, value)) = self.values.next()? else { return Ok(None) };
        let value = std::str::from_utf8(value).map_err(|_| Failure::refused("not UTF-8"))?;
        Ok(Some((number_of(number), value)))
    }
}

impl<'a> UnwantedList<'a> {
    /// Lists all orphans of several foreign keys.
    pub(crate) fn new(folder: &Path, searches: Vec<OrphanSearch<'a>>) -> Result<Self, Failure> {
        let failure = |error| io_failure("sort in", folder, error);
        let keys: Vec<_> = searches.iter().map(|search| search.key).collect();
        let mut orphans: Vec<_> = keys.iter().map(|key| (*key, 0)).collect();
        let mut sorter = Sorter::new(folder, SORT_BUDGET);
        for (index, search) in searches.into_iter().enumerate() {
            let count = &mut orphans[index].1;
            let index = u16::try_from(index).expect("MySQL has at most 4,096 columns in a table");
            search.for_each_orphan(|_, number, _| {
                *count += 1;
                sorter.push(number, &index.to_be_bytes())
            })?;
        }
        let file = tempfile::tempfile_in(folder).map_err(failure)?;
        let mut output = BufWriter::new(&file);
        let mut sorted = sorter.finish()?;
        let mut count = 0;
        while let Some((number, index)) = sorted.next()? {
            count += 1;
            output.write_all(number).and_then(|()| output.write_all(index)).map_err(failure)?;
        }
        output.flush().map_err(failure)?;
        drop(output);
        Ok(Self { keys, file, folder: folder.to_owned(), count, orphans })
    }

    /// Opens the list at its beginning. Only one may be open: they share a position in the file.
    pub(crate) fn open(&self) -> Result<Unwanted<'a>, Failure> {
        let failure = |error| io_failure("sort in", &self.folder, error);
        let mut file = self.file.try_clone().map_err(failure)?;
        file.rewind().map_err(failure)?;
        let (keys, folder) = (self.keys.clone(), self.folder.clone());
        let mut unwanted = Unwanted { keys, input: BufReader::new(file), folder, next: None };
        unwanted.advance()?;
        Ok(unwanted)
    }
}

impl<'a> Unwanted<'a> {
    /// The foreign key for which the record with that number is unwanted. Numbers must rise.
    pub(crate) fn take(&mut self, number: u64) -> Result<Option<&'a ForeignKey>, Failure> {
        let mut found = None;
        while let Some((next, index)) = self.next
            && next == number
        {
            found = found.or(Some(self.keys[index]));
            self.advance()?;
        }
        Ok(found)
    }

    fn advance(&mut self) -> Result<(), Failure> {
        let mut item = [0; 10];
        self.next = match self.input.read_exact(&mut item) {
            Ok(()) => {
                let index = u16::from_be_bytes([item[8], item[9]]);
                Some((number_of(&item[..8]), usize::from(index)))
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
            Err(error) => return Err(io_failure("sort in", &self.folder, error)),
        };
        Ok(())
    }
}

fn number_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
