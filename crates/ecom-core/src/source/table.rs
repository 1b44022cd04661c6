//! The records of a table: those of its files, followed by the fields of the joined table.

use std::path::{Path, PathBuf};

use super::fields::Fields;
use super::files::{File, FileFacts, FilesReader, Way};
use super::join::Joined;
use crate::exit::Failure;
use crate::plan::{Column, Plan, Table};
use crate::record::{Next, Parcel, Record, Reject, Work};
use crate::settings::threads;

/// The files of a table, and those of a joined table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The folder of the files.
    pub folder: PathBuf,
    /// The files, at least one, in the order in which they are read.
    pub files: Vec<File>,
    /// The other table, whose fields follow those of the files.
    pub join: Option<JoinParts>,
}

/// A table that is joined to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinParts {
    /// Its files.
    pub files: Vec<File>,
    /// The header of the column that refers to it.
    pub column: String,
    /// The header of its column that is referred to.
    pub references: String,
}

/// Reads the records of a table.
pub struct TableReader<W: Work = ()> {
    files: FilesReader<W>,
    joined: Option<Joined>,
}

/// The headers under which the columns of a table are found.
#[derive(Clone, Copy, Debug)]
pub struct Headers<'a> {
    own: &'a Record,
    joined: Option<&'a Record>,
    /// The first file.
    path: &'a Path,
}

impl Parts {
    /// The files of a table of a plan, and those of the table that is joined to it.
    ///
    /// # Errors
    /// The joined table is missing.
    pub fn of(plan: &Plan, table: &Table) -> Result<Self, Failure> {
        let files = |table: &Table| table.files().map(File::from).collect();
        let join = table.join.as_ref().map(|join| {
            let other = plan.table(join.table).ok_or_else(|| {
                Failure::refused(format!(
                    "{}: the joined table {} is missing",
                    table.name, join.table
                ))
            })?;
            let (column, references) = (join.column.clone(), join.references.clone());
            Ok::<_, Failure>(JoinParts { files: files(other), column, references })
        });
        Ok(Self { folder: plan.folder.clone(), files: files(table), join: join.transpose()? })
    }
}

impl Headers<'_> {
    /// Where the values of a table's columns are. Refuses a source without one of the columns.
    pub fn fields(&self, table: &Table) -> Result<Fields, Failure> {
        let fields = Fields::new(&table.columns, self.own, self.joined);
        fields.map_err(|missing| {
            let is_joined = |column: &Column| column.header == missing && column.from.is_some();
            let join = table.join.as_ref().filter(|_| table.columns.iter().any(is_joined));
            let holder = match join {
                Some(join) => join.table.to_string(),
                None => self.path.display().to_string(),
            };
            Failure::refused(format!(
                "{holder} has no column {missing:?}, which the plan has in {}: analyze the data set again",
                table.name
            ))
        })
    }
}

impl TableReader {
    /// Opens the files of a table of a plan. `temp` is the folder in which a join sorts.
    ///
    /// # Errors
    /// A file cannot be read or has no valid header.
    pub fn open(plan: &Plan, table: &Table, temp: &Path) -> Result<Self, Failure> {
        Self::of(&Parts::of(plan, table)?, temp)
    }

    /// Opens files. A join reads both tables to their end before it returns.
    ///
    /// # Errors
    /// As for [`TableReader::open`]; a joined table lacks its column.
    pub fn of(parts: &Parts, temp: &Path) -> Result<Self, Failure> {
        Self::working(parts, temp, threads(), |_, _| Ok(()))
    }
}

impl<W: Work> TableReader<W> {
    /// Opens files whose records are read in batches, on that many threads; see [`TableReader::next`].
    /// `make` makes the work on the records of each file, from the headers and the name of the file.
    ///
    /// # Errors
    /// As for [`TableReader::of`]; those of `make`.
    pub fn working(
        parts: &Parts,
        temp: &Path,
        threads: usize,
        make: impl Fn(Headers<'_>, &str) -> Result<W, Failure> + Send + 'static,
    ) -> Result<Self, Failure> {
        let folder = parts.folder.as_path();
        let way = Way { threads, ahead: parts.join.is_none() };
        let open =
            |files: &[File]| FilesReader::<()>::open(folder, files, way, Box::new(|_, _| Ok(())));
        let joined = parts.join.as_ref().map(|join| {
            let lines = (open(&parts.files)?, join.column.as_str());
            Joined::new(lines, (open(&join.files)?, &join.references), temp)
        });
        let joined = joined.transpose()?;
        let joined_header = joined.as_ref().map(|joined| joined.header().clone());
        let path = parts.files.first().map(|file| folder.join(file.shown())).unwrap_or_default();
        let make = Box::new(move |own: &Record, file: &str| {
            make(Headers { own, joined: joined_header.as_ref(), path: &path }, file)
        });
        Ok(Self { joined, files: FilesReader::open(folder, &parts.files, way, make)? })
    }

    /// The header of the first file; the fields of all files come in its order.
    #[must_use]
    pub fn header(&self) -> &Record {
        self.files.header()
    }

    /// The header of the joined table, whose fields follow.
    #[must_use]
    pub fn joined_header(&self) -> Option<&Record> {
        self.joined.as_ref().map(Joined::header)
    }

    /// Where the values of a table's columns are. Refuses a source without one of the columns.
    pub fn fields(&self, table: &Table) -> Result<Fields, Failure> {
        let path = self.files.first_path();
        let headers = Headers { own: self.header(), joined: self.joined_header(), path: &path };
        headers.fields(table)
    }

    /// Reads the next record, or returns what was found instead.
    ///
    /// # Errors
    /// A file cannot be read, or turns out at its end not to be the one that was analyzed.
    pub fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        loop {
            if let Some(found) = self.files.single(record) {
                return Ok(found);
            }
            let Some(parcel) = self.next()? else { return Ok(Next::End) };
            self.files.read_singly(parcel);
        }
    }

    /// The next records, all of one file, with what the work made of them; `None` at the end. There may
    /// be no record among them.
    ///
    /// # Errors
    /// As for [`TableReader::read`], which must not be called too.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot both fail and end")]
    pub fn next(&mut self) -> Result<Option<Parcel<W::Product>>, Failure> {
        let Some(mut parcel) = self.files.next()? else { return Ok(None) };
        if let Some(joined) = &mut self.joined {
            joined.append(&mut parcel.batch)?;
            self.files.work().work(&parcel.batch, &mut parcel.product);
        }
        Ok(Some(parcel))
    }

    /// The work on the records of the file that the last ones came from.
    #[must_use]
    pub fn work(&self) -> &W {
        self.files.work()
    }

    /// Gives a parcel back, so that its memory is used again.
    pub fn give_back(&self, parcel: Parcel<W::Product>) {
        self.files.give_back(parcel);
    }

    /// Rejects the record that was read last, for a reason that only the caller can see; `field` is
    /// the index of the field at fault.
    #[must_use]
    pub fn reject(&self, record: &Record, field: Option<usize>, reason: String) -> Reject {
        let column = field.and_then(|index| self.column(index));
        self.files.reject(record, column, reason)
    }

    /// The header of a field.
    #[must_use]
    pub fn column(&self, index: usize) -> Option<&str> {
        let own = self.header().len();
        match self.joined_header() {
            _ if index < own => Some(self.header().field(index)),
            Some(joined) if index - own < joined.len() => Some(joined.field(index - own)),
            _ => None,
        }
    }

    /// The index of the file that the last record came from.
    #[must_use]
    pub fn file(&self) -> usize {
        self.files.at()
    }

    /// The name of the file that the last record came from: `orders.csv`, or
    /// `archive.zip/orders.csv`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.files.name()
    }

    /// The names of all files.
    #[must_use]
    pub fn file_names(&self) -> &[String] {
        self.files.names()
    }

    /// What is known of each file that was read to its end.
    #[must_use]
    pub fn facts(&self) -> &[FileFacts] {
        self.files.facts()
    }

    /// Lines without a record in all files read to their end: without any value, or the header again.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        self.facts().iter().map(|facts| facts.passed_over.lines()).sum()
    }

    /// With a joined table: the records without a counterpart, and the records of the other table
    /// that no record refers to.
    #[must_use]
    pub fn join_counts(&self) -> Option<(u64, u64)> {
        self.joined.as_ref().map(|joined| (joined.without, joined.unused))
    }

    /// About how many bytes were read so far, for a progress bar; see [`TableReader::size`].
    #[must_use]
    pub fn position(&self) -> u64 {
        self.files.position()
    }

    /// About how many bytes there are to read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.size()
    }
}
