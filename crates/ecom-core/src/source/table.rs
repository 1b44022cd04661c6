//! The records of a table: those of its files, followed by the fields of the joined table.

use std::path::{Path, PathBuf};

use super::fields::Fields;
use super::files::{File, FileFacts, FilesReader};
use super::join::Joined;
use crate::canonical::Canonical;
use crate::convert::Misfit;
use crate::exit::Failure;
use crate::plan::{Column, Plan, Table};
use crate::record::{Next, Record, Reject};

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
pub struct TableReader {
    files: FilesReader,
    joined: Option<Joined>,
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

impl TableReader {
    /// Opens the files of a table of a plan. `temp` is the folder in which a join sorts.
    ///
    /// # Errors
    /// A file cannot be read or has no valid header.
    pub fn open(plan: &Plan, table: &Table, temp: &Path) -> Result<Self, Failure> {
        Self::of(&Parts::of(plan, table)?, temp)
    }

    /// Opens the files of a table of a plan and brings their records into canonical form on another
    /// thread, if that needs nothing but the records of one file: see [`TableReader::converted`].
    ///
    /// # Errors
    /// As for [`TableReader::open`].
    pub fn converting(plan: &Plan, table: &Table, temp: &Path) -> Result<Self, Failure> {
        let parts = Parts::of(plan, table)?;
        let is_made = table.columns.iter().any(|column| column.generated);
        if parts.files.len() > 1 || parts.join.is_some() || is_made {
            return Self::of(&parts, temp);
        }
        let files = FilesReader::open(&parts.folder, &parts.files, Some(table))?;
        Ok(Self { files, joined: None })
    }

    /// Opens files. A join reads both tables to their end before it returns.
    ///
    /// # Errors
    /// As for [`TableReader::open`]; a joined table lacks its column.
    pub fn of(parts: &Parts, temp: &Path) -> Result<Self, Failure> {
        let open = |files: &[File]| FilesReader::open(&parts.folder, files, None);
        let joined = parts.join.as_ref().map(|join| {
            let lines = (open(&parts.files)?, join.column.as_str());
            Joined::new(lines, (open(&join.files)?, &join.references), temp)
        });
        Ok(Self { joined: joined.transpose()?, files: open(&parts.files)? })
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
        let fields = Fields::new(&table.columns, self.header(), self.joined_header());
        fields.map_err(|missing| {
            let is_joined = |column: &Column| column.header == missing && column.from.is_some();
            let join = table.join.as_ref().filter(|_| table.columns.iter().any(is_joined));
            let holder = match join {
                Some(join) => join.table.to_string(),
                None => self.files.first_path().display().to_string(),
            };
            Failure::refused(format!(
                "{holder} has no column {missing:?}, which the plan has in {}: analyze the data set again",
                table.name
            ))
        })
    }

    /// Reads the next record, or returns what was found instead.
    ///
    /// # Errors
    /// A file cannot be read, or turns out at its end not to be the one that was analyzed.
    pub fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        let next = self.files.read(record)?;
        if let (Next::Record, Some(joined)) = (&next, &mut self.joined) {
            joined.append(record)?;
        }
        Ok(next)
    }

    /// Takes the canonical form of the record that was read last, if it was made ahead.
    pub fn converted(&mut self, canonical: &mut Canonical) -> Option<Result<(), Misfit>> {
        self.files.converted(canonical)
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
