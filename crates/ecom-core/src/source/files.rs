//! The files of a table, read one after the other, each in the field order of the first.

use std::path::{Path, PathBuf};

use super::bytes;
use super::file::FileReader;
use crate::canonical::Canonical;
use crate::convert::Misfit;
use crate::exit::Failure;
use crate::plan::{Dialect, SourceFile, Table};
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
    /// The SHA-256 that it must have: that of the whole archive or workbook. `None` if it is not known
    /// yet.
    pub sha256: Option<String>,
}

/// What is known of a file that was read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// Its records.
    pub records: u64,
    /// Lines that are not records.
    pub rejected: u64,
    /// Lines without any value, or the header again.
    pub passed_over: PassedOver,
    /// Lines of UTF-8 in a file of a single-byte encoding.
    pub as_utf_8: LinesAsUtf8,
    /// The SHA-256 of the file: that of the whole archive or workbook.
    pub sha256: String,
}

/// Reads the records of several files.
pub(super) struct FilesReader {
    folder: PathBuf,
    files: Vec<File>,
    header: Record,
    /// The name of each file in messages.
    names: Vec<String>,
    at: usize,
    reader: FileReader,
    /// For each field of the first file's header its index in this file; `None` if the order is the
    /// same.
    order: Option<Vec<usize>>,
    current: FileFacts,
    facts: Vec<FileFacts>,
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

impl FilesReader {
    /// Opens the first file. The records of a single file are converted for `table`.
    pub(super) fn open(
        folder: &Path,
        files: &[File],
        table: Option<&Table>,
    ) -> Result<Self, Failure> {
        let first = files.first().ok_or_else(|| Failure::refused("the table has no file"))?;
        let reader = open(folder, first, None, table)?;
        Ok(Self {
            folder: folder.to_owned(),
            files: files.to_vec(),
            header: reader.header().clone(),
            names: files.iter().map(File::shown).collect(),
            at: 0,
            reader,
            order: None,
            current: FileFacts::default(),
            facts: Vec::new(),
            position: (0, 0),
        })
    }

    /// The header of the first file; the fields of all files come in its order.
    pub(super) fn header(&self) -> &Record {
        &self.header
    }

    /// Reads the next record, or says what is there instead. Refuses at the end of a file that is
    /// not the one that was analyzed.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
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
        Ok(Next::Record)
    }

    /// The canonical form of the record that was read last, if it was made ahead.
    pub(super) fn converted(&mut self, canonical: &mut Canonical) -> Option<Result<(), Misfit>> {
        self.reader.converted(canonical)
    }

    /// Rejects the record that was read last.
    pub(super) fn reject(&self, record: &Record, column: Option<&str>, reason: String) -> Reject {
        Reject::new(self.name(), record, column, reason, self.reader.raw())
    }

    /// The index of the file that the last record came from.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The name of the file that the last record came from.
    pub(super) fn name(&self) -> &str {
        &self.names[self.at]
    }

    /// The names of all files.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The path of the first file.
    pub(super) fn first_path(&self) -> PathBuf {
        self.folder.join(&self.names[0])
    }

    /// What is known of each file that was read to its end.
    pub(super) fn facts(&self) -> &[FileFacts] {
        &self.facts
    }

    /// About how many bytes were read so far.
    pub(super) fn position(&self) -> u64 {
        self.position.0 + self.position.1
    }

    /// About how many bytes there are to read.
    pub(super) fn size(&self) -> u64 {
        self.files.iter().map(|file| self.size_of(file)).sum()
    }

    fn size_of(&self, file: &File) -> u64 {
        bytes::size(&self.folder, &file.name, file.member.as_deref())
    }

    /// Ends a file and opens the next one; false after the last one.
    fn end_file(&mut self) -> Result<bool, Failure> {
        if self.facts.len() == self.files.len() {
            return Ok(false);
        }
        let file = &self.files[self.at];
        if let Some(read) = self.reader.result() {
            check(&self.folder, file, &read.sha256)?;
            self.current.sha256.clone_from(&read.sha256);
            self.current.passed_over = read.passed_over;
            self.current.as_utf_8 = read.as_utf_8;
        }
        self.position = (self.position.0 + self.size_of(file), 0);
        self.facts.push(std::mem::take(&mut self.current));
        let Some(next) = self.files.get(self.at + 1) else { return Ok(false) };
        // An archive is hashed once, however many of its members are read.
        let is_same = |earlier: &File| earlier.member.is_some() && earlier.name == next.name;
        let known = self.files[..=self.at].iter().position(is_same);
        let known = known.map(|index| self.facts[index].sha256.clone());
        self.reader = open(&self.folder, next, known, None)?;
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

/// The indices of the fields of `wanted` under the header `found`; `None` if the order is the same.
/// Blanks around a header are ignored; equal headers keep their order.
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
            Failure::refused(format!("{file} has no column {name:?}, but {first} does"))
        })?;
        free[index] = None;
        Ok(index)
    });
    let indices = indices.collect::<Result<Vec<_>, Failure>>()?;
    match free.iter().flatten().next() {
        Some(more) => {
            Err(Failure::refused(format!("{first} has no column {more:?}, but {file} does")))
        }
        None => Ok(Some(indices)),
    }
}
