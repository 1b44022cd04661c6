//! The files of a table, read one after the other, each in the field order of the first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bytes;
use super::file::FileReader;
use crate::exit::Failure;
use crate::plan::{Dialect, SourceFile};
use crate::record::{Batch, LinesAsUtf8, Next, Parcel, PassedOver, Record, Reject, Task, Work};

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
pub(super) struct FilesReader<W: Work> {
    folder: PathBuf,
    files: Vec<File>,
    header: Record,
    /// The name of each file in messages.
    names: Vec<String>,
    at: usize,
    reader: FileReader<When<W>>,
    make: Make<W>,
    way: Way,
    /// The work on the records of this file.
    work: Arc<W>,
    current: FileFacts,
    facts: Vec<FileFacts>,
    /// The size of the files before this one.
    before: u64,
    /// What is read record by record.
    single: Single<W::Product>,
}

/// Makes the work on the records of one file: from the header of the first file, whose order the
/// fields have, and the name of this one.
pub(super) type Make<W> = Box<dyn Fn(&Record, &str) -> Result<W, Failure> + Send>;

/// How files are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub(super) threads: usize,
    /// True if the work is done before the records come.
    pub(super) ahead: bool,
}

/// Work on the records as they come from the file, or later.
pub(super) struct When<W> {
    work: Arc<W>,
    ahead: bool,
}

/// A batch that is read record by record, and what of it was read.
#[derive(Default)]
struct Single<P> {
    parcel: Option<Parcel<P>>,
    records: usize,
    rejects: usize,
}

impl<W: Work> Work for When<W> {
    type Product = W::Product;

    fn work(&self, batch: &Batch, product: &mut W::Product) {
        if self.ahead {
            self.work.work(batch, product);
        }
    }
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

impl<W: Work> FilesReader<W> {
    /// Opens the first file.
    pub(super) fn open(
        folder: &Path,
        files: &[File],
        way: Way,
        make: Make<W>,
    ) -> Result<Self, Failure> {
        let file = files.first().ok_or_else(|| Failure::refused("the table has no file"))?;
        let (mut first, mut work) = (Record::new(), None);
        let reader = open(folder, file, None, way, |header| {
            first = header.clone();
            let made = Arc::new(make(header, &file.shown())?);
            work = Some(Arc::clone(&made));
            Ok(Task { work: When { work: made, ahead: way.ahead }, order: None })
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            files: files.to_vec(),
            header: first,
            names: files.iter().map(File::shown).collect(),
            at: 0,
            reader,
            make,
            way,
            work: work.expect("a file that was opened has a header"),
            current: FileFacts::default(),
            facts: Vec::new(),
            before: 0,
            single: Single::default(),
        })
    }

    /// The header of the first file; the fields of all files come in its order.
    pub(super) fn header(&self) -> &Record {
        &self.header
    }

    /// Reads the next records, which are all of one file. Refuses at the end of a file that is not the
    /// one that was analyzed.
    pub(super) fn next(&mut self) -> Result<Option<Parcel<W::Product>>, Failure> {
        loop {
            if let Some(mut parcel) = self.reader.next()? {
                self.current.records += parcel.batch.len() as u64;
                self.current.rejected += parcel.batch.rejects().len() as u64;
                parcel.batch.name_rejects(&self.names[self.at]);
                return Ok(Some(parcel));
            }
            if !self.end_file()? {
                return Ok(None);
            }
        }
    }

    /// The work on the records of the file that was read last.
    pub(super) fn work(&self) -> &Arc<W> {
        &self.work
    }

    /// Gives a parcel back, so that its memory is used again.
    pub(super) fn give_back(&self, parcel: Parcel<W::Product>) {
        self.reader.give_back(parcel);
    }

    /// Reads the next record, or says what is there instead.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        loop {
            if let Some(found) = self.single(record) {
                return Ok(found);
            }
            let Some(next) = self.next()? else { return Ok(Next::End) };
            self.read_singly(next);
        }
    }

    /// Takes the next record of the batch that is read record by record, or a reject; `None` after the
    /// last one.
    pub(super) fn single(&mut self, record: &mut Record) -> Option<Next> {
        let Single { parcel, records, rejects } = &mut self.single;
        let batch = &parcel.as_ref()?.batch;
        if let Some((before, reject)) = batch.rejects().get(*rejects)
            && before <= records
        {
            *rejects += 1;
            return Some(Next::Reject(reject.clone()));
        }
        if *records == batch.len() {
            return None;
        }
        batch.copy_into(*records, record);
        *records += 1;
        Some(Next::Record)
    }

    /// Gives the batch that is read record by record back for the next one.
    pub(super) fn read_singly(&mut self, next: Parcel<W::Product>) {
        let done = self.single.parcel.replace(next);
        (self.single.records, self.single.rejects) = (0, 0);
        if let Some(done) = done {
            self.give_back(done);
        }
    }

    /// Rejects the record that [`FilesReader::read`] read last.
    pub(super) fn reject(&self, record: &Record, column: Option<&str>, reason: String) -> Reject {
        let raw = self
            .single
            .parcel
            .as_ref()
            .map_or("", |parcel| parcel.batch.raw(self.single.records - 1));
        Reject::new(self.name(), record, column, reason, raw.as_bytes())
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
        self.before + self.reader.position()
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
        self.facts.push(std::mem::take(&mut self.current));
        let Some(next) = self.files.get(self.at + 1) else { return Ok(false) };
        self.before += self.size_of(file);
        // An archive is hashed once, however many of its members are read.
        let is_same = |earlier: &File| earlier.member.is_some() && earlier.name == next.name;
        let known = self.files[..=self.at].iter().position(is_same);
        let known = known.map(|index| self.facts[index].sha256.clone());
        let (first, shown) = (&self.header, next.shown());
        let work = Arc::new((self.make)(first, &shown)?);
        self.work = Arc::clone(&work);
        self.reader = open(&self.folder, next, known, self.way, |header| {
            let order = order(first, header, &self.names[0], &shown)?;
            Ok(Task { work: When { work, ahead: self.way.ahead }, order })
        })?;
        self.at += 1;
        Ok(true)
    }
}

fn open<W: Work>(
    folder: &Path,
    file: &File,
    known: Option<String>,
    way: Way,
    prepare: impl FnOnce(&Record) -> Result<Task<When<W>>, Failure>,
) -> Result<FileReader<When<W>>, Failure> {
    let named = (folder.join(&file.name), file.member.as_deref());
    FileReader::open((&named.0, named.1), &file.dialect, known, way.threads, prepare)
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
