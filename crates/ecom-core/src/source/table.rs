//! The records of a table: file after file, each brought into the order of the first one's header,
//! with the joined table's fields behind them.

use std::path::{Path, PathBuf};

use super::bytes;
use super::fields::Fields;
use super::file::FileReader;
use super::join::Joined;
use crate::canonical::{Canonical, Misfit};
use crate::exit::Failure;
use crate::plan::{Column, Dialect, Plan, SourceFile, Table};
use crate::record::{LinesAsUtf8, Next, PassedOver, Record, Reject};

/// One source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name in the folder.
    pub name: String,
    /// The file inside an archive, or the sheet of a workbook.
    pub member: Option<String>,
    /// How it is written.
    pub dialect: Dialect,
    /// The SHA-256 that it has to have, that of the archive or the workbook itself; none where it
    /// is not known yet.
    pub sha256: Option<String>,
}

/// The files of a table, and the table that is joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The folder of the files.
    pub folder: PathBuf,
    /// The files, at least one, in the order in which they are read.
    pub files: Vec<File>,
    /// The other table whose fields stand behind those of the files.
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

/// What is known of a file that was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Records, which fit the header.
    pub records: u64,
    /// Lines that are no record.
    pub rejected: u64,
    /// Lines without any value, or the header again.
    pub passed_over: PassedOver,
    /// Lines of UTF-8 in a file of a single-byte encoding.
    pub as_utf_8: LinesAsUtf8,
    /// The SHA-256 of the file, that of the archive or the workbook itself.
    pub sha256: String,
}

/// Reads the records of a table.
pub struct TableReader {
    parts: Parts,
    header: Record,
    /// For each file its name in messages.
    names: Vec<String>,
    at: usize,
    reader: FileReader,
    /// Where the fields of the first file's header stand in this file, unless in the same order.
    order: Option<Vec<usize>>,
    current: FileFacts,
    facts: Vec<FileFacts>,
    joined: Option<Joined>,
    /// The size of the files before this one, and what was read of this one.
    position: (u64, u64),
}

impl File {
    /// The name for people: `orders.csv`, or `archive.zip/orders.csv`.
    #[must_use]
    pub fn shown(&self) -> String {
        SourceFile {
            file: &self.name,
            member: self.member.as_deref(),
            sha256: "",
            dialect: &self.dialect,
        }
        .shown()
    }
}

impl From<SourceFile<'_>> for File {
    fn from(source: SourceFile<'_>) -> Self {
        Self {
            name: source.file.to_owned(),
            member: source.member.map(str::to_owned),
            dialect: source.dialect.clone(),
            sha256: Some(source.sha256.to_owned()),
        }
    }
}

impl Parts {
    /// The files of a table of a plan, and those of the table that is joined to it.
    pub fn of(plan: &Plan, table: &Table) -> Result<Self, Failure> {
        let files = |table: &Table| table.files().map(File::from).collect();
        let join = table.join.as_ref().map(|join| {
            let other = plan.table(join.table).ok_or_else(|| {
                Failure::refused(format!("{}: there is no table {}", table.name, join.table))
            })?;
            let (column, references) = (join.column.clone(), join.references.clone());
            Ok::<_, Failure>(JoinParts { files: files(other), column, references })
        });
        Ok(Self { folder: plan.folder.clone(), files: files(table), join: join.transpose()? })
    }
}

impl TableReader {
    /// Opens the files of a table of a plan. `temp` is the folder for what a join sorts.
    pub fn open(plan: &Plan, table: &Table, temp: &Path) -> Result<Self, Failure> {
        Self::of(Parts::of(plan, table)?, temp)
    }

    /// Opens the files of a table of a plan; while the caller works, its records are brought into
    /// canonical form, where each of them is in one file: see [`TableReader::converted`].
    pub fn converting(plan: &Plan, table: &Table, temp: &Path) -> Result<Self, Failure> {
        let parts = Parts::of(plan, table)?;
        let is_made = table.columns.iter().any(|column| column.generated);
        match parts.files.as_slice() {
            [_] if parts.join.is_none() && !is_made => Self::unjoined(parts, Some(table)),
            _ => Self::of(parts, temp),
        }
    }

    /// Opens files. Where a table is joined, both are read once before the first record is there.
    pub fn of(parts: Parts, temp: &Path) -> Result<Self, Failure> {
        let joined = parts.join.as_ref().map(|join| {
            let of = |files: &[File]| {
                let (folder, files) = (parts.folder.clone(), files.to_vec());
                Self::unjoined(Parts { folder, files, join: None }, None)
            };
            let lines = (of(&parts.files)?, join.column.as_str());
            Joined::new(lines, (of(&join.files)?, &join.references), temp)
        });
        let joined = joined.transpose()?;
        Ok(Self { joined, ..Self::unjoined(parts, None)? })
    }

    fn unjoined(parts: Parts, table: Option<&Table>) -> Result<Self, Failure> {
        let first = parts.files.first();
        let first = first.ok_or_else(|| Failure::refused("a table without a file"))?;
        let reader = open(&parts.folder, first, None, table)?;
        Ok(Self {
            header: reader.header().clone(),
            names: parts.files.iter().map(File::shown).collect(),
            parts,
            at: 0,
            reader,
            order: None,
            current: FileFacts::default(),
            facts: Vec::new(),
            joined: None,
            position: (0, 0),
        })
    }

    /// The header of the first file; the fields of all files come in its order.
    #[must_use]
    pub fn header(&self) -> &Record {
        &self.header
    }

    /// The header of the joined table, whose fields stand behind.
    #[must_use]
    pub fn joined_header(&self) -> Option<&Record> {
        self.joined.as_ref().map(Joined::header)
    }

    /// Where the values of a table's columns are found; the error names the first that is not
    /// there.
    pub fn fields(&self, table: &Table) -> Result<Fields, Failure> {
        let fields = Fields::new(&table.columns, &self.header, self.joined_header());
        fields.map_err(|missing| {
            let is_joined = |column: &Column| column.header == missing && column.from.is_some();
            let join = table.join.as_ref().filter(|_| table.columns.iter().any(is_joined));
            let holder = match join {
                Some(join) => join.table.to_string(),
                None => self.parts.folder.join(&self.names[0]).display().to_string(),
            };
            Failure::refused(format!(
                "{holder} has no column {missing:?}, which the plan has in {}: analyze the data set again",
                table.name
            ))
        })
    }

    /// Reads the next record, or says what stands in its place. Refuses at the end of a file that
    /// is not the one that was analyzed.
    pub fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        loop {
            match self.reader.read(record)? {
                Next::End if self.end_file()? => {}
                Next::End => return Ok(Next::End),
                Next::Reject(mut reject) => {
                    self.current.rejected += 1;
                    reject.file.clone_from(&self.names[self.at]);
                    return Ok(Next::Reject(reject));
                }
                Next::Record => break,
            }
        }
        self.current.records += 1;
        self.position.1 = record.offset();
        if let Some(order) = &self.order {
            record.arrange(order);
        }
        if let Some(joined) = &mut self.joined {
            joined.append(record)?;
        }
        Ok(Next::Record)
    }

    /// The canonical form of the record that was read last, where it was made ahead; can be asked
    /// for once.
    pub fn converted(&mut self, canonical: &mut Canonical) -> Option<Result<(), Misfit>> {
        self.reader.converted(canonical)
    }

    /// Rejects the record that was read last, for a reason that only the caller can see; `field` is
    /// the index of the field at fault.
    #[must_use]
    pub fn reject(&self, record: &Record, field: Option<usize>, reason: String) -> Reject {
        let column = field.and_then(|index| self.column(index));
        Reject::new(self.file_name(), record, column, reason, self.reader.raw())
    }

    /// The header of a field.
    #[must_use]
    pub fn column(&self, index: usize) -> Option<&str> {
        let own = self.header.len();
        match self.joined_header() {
            _ if index < own => Some(self.header.field(index)),
            Some(joined) if index - own < joined.len() => Some(joined.field(index - own)),
            _ => None,
        }
    }

    /// Which file the last record came from, the first is 0.
    #[must_use]
    pub fn file(&self) -> usize {
        self.at
    }

    /// The name of the file that the last record came from: `orders.csv`, or
    /// `archive.zip/orders.csv`.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.names[self.at]
    }

    /// The names of all files.
    #[must_use]
    pub fn file_names(&self) -> &[String] {
        &self.names
    }

    /// What is known of each file that was read to its end.
    #[must_use]
    pub fn facts(&self) -> &[FileFacts] {
        &self.facts
    }

    /// Lines of all files read to their end that hold no record: without any value, or the header
    /// again.
    #[must_use]
    pub fn passed_over(&self) -> u64 {
        self.facts.iter().map(|facts| facts.passed_over.lines()).sum()
    }

    /// Of a joined table, the records without a counterpart in the other, and the records of the
    /// other that no record refers to.
    #[must_use]
    pub fn join_counts(&self) -> Option<(u64, u64)> {
        self.joined.as_ref().map(|joined| (joined.without, joined.unused))
    }

    /// Bytes read so far, about, for a progress bar; see [`TableReader::size`].
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position.0 + self.position.1
    }

    /// About how many bytes there are to read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.parts.files.iter().map(|file| self.size_of(file)).sum()
    }

    fn size_of(&self, file: &File) -> u64 {
        bytes::size(&self.parts.folder, &file.name, file.member.as_deref())
    }

    /// Ends a file and begins the next one; false behind the last one.
    fn end_file(&mut self) -> Result<bool, Failure> {
        if self.facts.len() == self.parts.files.len() {
            return Ok(false);
        }
        let file = &self.parts.files[self.at];
        if let Some(read) = self.reader.result() {
            check(&self.parts.folder, file, &read.sha256)?;
            self.current.sha256.clone_from(&read.sha256);
            self.current.passed_over = read.passed_over;
            self.current.as_utf_8 = read.as_utf_8;
        }
        self.position = (self.position.0 + self.size_of(file), 0);
        self.facts.push(std::mem::take(&mut self.current));
        let Some(next) = self.parts.files.get(self.at + 1) else { return Ok(false) };
        // An archive is hashed once, however many of its members are read.
        let is_same = |earlier: &&File| earlier.member.is_some() && earlier.name == next.name;
        let known = self.parts.files[..=self.at].iter().position(|earlier| is_same(&earlier));
        let known = known.map(|index| self.facts[index].sha256.clone());
        self.reader = open(&self.parts.folder, next, known, None)?;
        self.order = order(&self.header, self.reader.header(), &self.names[0], &next.shown())?;
        self.at += 1;
        Ok(true)
    }
}

fn open(
    folder: &Path,
    file: &File,
    known: Option<String>,
    table: Option<&Table>,
) -> Result<FileReader, Failure> {
    FileReader::open(&folder.join(&file.name), file.member.as_deref(), &file.dialect, known, table)
}

fn check(folder: &Path, file: &File, found: &str) -> Result<(), Failure> {
    let Some(wanted) = &file.sha256 else { return Ok(()) };
    let source = SourceFile {
        file: &file.name,
        member: file.member.as_deref(),
        sha256: wanted,
        dialect: &file.dialect,
    };
    source.check(&folder.join(&file.name), found)
}

/// Where the fields of `wanted` stand under the header `found`; none when they stand in the same
/// order. Blanks around a header do not count; equal ones are told apart by their order.
fn order(
    wanted: &Record,
    found: &Record,
    first: &str,
    file: &str,
) -> Result<Option<Vec<usize>>, Failure> {
    if wanted.iter().map(str::trim).eq(found.iter().map(str::trim)) {
        return Ok(None);
    }
    let mut free: Vec<Option<&str>> = found.iter().map(|name| Some(name.trim())).collect();
    let indices = wanted.iter().map(|name| {
        let index = free.iter().position(|have| *have == Some(name.trim()));
        let index = index.ok_or_else(|| {
            Failure::refused(format!("{file}: there is no column {name:?}, which {first} has"))
        })?;
        free[index] = None;
        Ok(index)
    });
    let indices = indices.collect::<Result<Vec<_>, Failure>>()?;
    match free.iter().flatten().next() {
        Some(more) => {
            Err(Failure::refused(format!("{first}: there is no column {more:?}, which {file} has")))
        }
        None => Ok(Some(indices)),
    }
}
