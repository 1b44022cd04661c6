//! A work file: written, put in order, read back.

use std::io;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::atomic::AtomicFile;
use ecom_core::canonical::{Canonical, Form};
use ecom_core::checksum::{self, Tally};
use ecom_core::convert::ColumnConverter;
use ecom_core::exit::io_failure;
use ecom_core::plan::{Dialect, Role, Table};
use ecom_core::record::{Batch, Batches, Next, Reader, Record, Task, Work, Writer};
use ecom_core::sort::Sorter;
use ecom_core::source::open_hashed;
use ecom_core::stop::Stop;
use ecom_core::work::{ManifestFile, Part};

use crate::request::Cut;

/// Memory of one sorter.
pub(crate) const SORT_BUDGET: usize = 8 << 20;

/// A work file that is being written.
pub(crate) struct PartFile<'a> {
    table: &'a Table,
    part: Part,
    folder: &'a Path,
    writer: Writer<AtomicFile>,
    canonical: Tally,
    order: Option<EventOrder>,
}

/// The parts of `transactions`, which together hold the values that were read.
pub(crate) struct Halves<'a> {
    pub(crate) historical: PartFile<'a>,
    pub(crate) realtime: PartFile<'a>,
    pub(crate) values: Tally,
    pub(crate) cut: Cut,
}

/// Sees whether records come in the order of their event time.
struct EventOrder {
    column: usize,
    last: String,
    broken: bool,
}

/// A work file that was written, with the tally of its values as they were read back.
pub(crate) struct Written {
    pub(crate) entry: ManifestFile,
    pub(crate) values: Tally,
    file: AtomicFile,
}

impl<'a> PartFile<'a> {
    /// Creates a file with its header. The real-time part will be in the order of its event time.
    pub(crate) fn create(folder: &'a Path, table: &'a Table, part: Part) -> Result<Self, Failure> {
        let event_time = table.role(Role::EventTime).filter(|_| part == Part::Realtime);
        let event_time = event_time.filter(|index| table.columns[*index].sql_type.is_time());
        let order =
            event_time.map(|column| EventOrder { column, last: String::new(), broken: false });
        let writer = begin(folder, table, part)?;
        Ok(Self { table, part, folder, writer, canonical: Tally::default(), order })
    }

    /// The table that the file belongs to.
    pub(crate) fn table(&self) -> &'a Table {
        self.table
    }

    /// Count and checksum of the records written so far, in canonical form.
    pub(crate) fn tally(&self) -> Tally {
        self.canonical
    }

    /// Records written so far.
    pub(crate) fn rows(&self) -> u64 {
        self.canonical.count
    }

    /// Writes one record, given as its values in the source and in canonical form.
    pub(crate) fn write<'v>(
        &mut self,
        values: impl IntoIterator<Item = Option<&'v str>>,
        canonical: &Canonical,
    ) -> Result<(), Failure> {
        self.canonical.add(canonical.bytes());
        if let Some(order) = &mut self.order {
            order.see(canonical.form());
        }
        self.writer.write(values).map_err(|error| self.failure(error))
    }

    /// Writes one record, given as its line, the hash of its canonical form, and that form.
    pub(crate) fn write_line(
        &mut self,
        (hash, line): (u64, &[u8]),
        form: Form<'_>,
    ) -> Result<(), Failure> {
        self.canonical.add_hash(hash);
        if let Some(order) = &mut self.order {
            order.see(form);
        }
        self.writer.write_lines(line).map_err(|error| self.failure(error))
    }

    /// What was written so far, to be read back.
    pub(crate) fn reader(&mut self) -> Result<Reader, Failure> {
        Reader::open(self.writer.get_mut().written()?, &Dialect::work())
    }

    /// Puts the records in order, if they are not.
    pub(crate) fn complete(mut self, stop: &Stop) -> Result<Self, Failure> {
        match self.order.take_if(|order| order.broken) {
            Some(order) => self.sort(order.column, stop),
            None => Ok(self),
        }
    }

    /// Begins to make the file durable.
    pub(crate) fn begin_sync(&mut self) -> Result<(), Failure> {
        self.writer.get_mut().begin_sync()
    }

    /// Reads the file back, and returns what it really holds.
    pub(crate) fn read_back(self, threads: usize) -> Result<Written, Failure> {
        let mut file = self.writer.into_inner();
        let path = file.written()?.to_owned();
        let (bytes, hash) = open_hashed(&path)?;
        let task = |_: &Record| Ok(Task { work: HashAll, order: None });
        let named = (file.path(), &Dialect::work());
        let mut batches = Batches::new(Box::new(bytes), named, threads, task)?;
        let mut values = Tally::default();
        while let Some(parcel) = batches.next()? {
            if let Some((_, reject)) = parcel.batch.rejects().first() {
                let problem = format!("was written and cannot be read back: {reject}");
                return Err(Failure::verification(problem));
            }
            values += parcel.product.0;
            batches.give_back(parcel);
        }
        let (sha256, bytes) = hash.finish()?;
        let Tally { count: rows, checksum } = self.canonical;
        let (table, part) = (self.table.name, self.part);
        let name = part.file_name(table);
        let entry = ManifestFile { name, table, part, rows, checksum, bytes, sha256 };
        Ok(Written { entry, values, file })
    }

    /// Writes the records again in the order of their event time, equal ones in file order.
    fn sort(mut self, column: usize, stop: &Stop) -> Result<Self, Failure> {
        let converter = ColumnConverter::of(&self.table.columns[column]).nullable();
        let mut sorter = Sorter::new(self.folder, SORT_BUDGET);
        let mut reader = self.reader()?;
        let (mut record, mut time) = (Record::new(), Canonical::new());
        let mut values = Canonical::new();
        while let Next::Record = reader.read(&mut record)? {
            stop.check(|| "nothing was changed".into())?;
            time.clear();
            // Cannot fail: it was converted before it was written.
            let _ = converter.convert(record.value(column), &mut time);
            values.clear();
            record.values().for_each(|value| values.push(value));
            let key = time.value(0).unwrap_or_default().as_bytes();
            sorter.push(key, values.bytes())?;
        }
        drop(reader);
        // The first writer is dropped before the second one takes its temporary name.
        let Self { table, part, folder, writer, canonical, .. } = self;
        drop(writer);
        let mut sorted_file = Self {
            table,
            part,
            folder,
            writer: begin(folder, table, part)?,
            canonical,
            order: None,
        };
        let mut sorted = sorter.finish()?;
        while let Some((_, bytes)) = sorted.next()? {
            stop.check(|| "nothing was changed".into())?;
            let read = values.assign_bytes(bytes).map_err(io::Error::other);
            let written = read.and_then(|()| sorted_file.writer.write(values.values()));
            written.map_err(|error| sorted_file.failure(error))?;
        }
        Ok(sorted_file)
    }

    fn failure(&self, error: io::Error) -> Failure {
        io_failure("write", &self.folder.join(self.part.file_name(self.table.name)), error)
    }
}

impl EventOrder {
    fn see(&mut self, form: Form<'_>) {
        let time = form.value(self.column).unwrap_or_default();
        if time < self.last.as_str() {
            self.broken = true;
        } else if time > self.last.as_str() {
            time.clone_into(&mut self.last);
        }
    }
}

impl Written {
    /// Gives the file its name.
    pub(crate) fn publish(self) -> Result<ManifestFile, Failure> {
        self.file.commit()?;
        Ok(self.entry)
    }
}

/// Tallies the values of a batch.
struct HashAll;

impl Work for HashAll {
    type Product = (Tally, Vec<u8>);

    fn work(&self, batch: &Batch, (tally, buffer): &mut (Tally, Vec<u8>)) {
        *tally = Tally::default();
        for record in 0..batch.len() {
            tally.add_hash(hash_values(buffer, batch.values(record)));
        }
    }
}

/// Adds a record's values, as they are in the source, to a tally.
pub(crate) fn add_values<'v>(
    tally: &mut Tally,
    buffer: &mut Vec<u8>,
    values: impl IntoIterator<Item = Option<&'v str>>,
) {
    tally.add_hash(hash_values(buffer, values));
}

/// The hash of a record's values, as they are in the source: that of their canonical form, if they are
/// canonical.
pub(crate) fn hash_values<'v>(
    buffer: &mut Vec<u8>,
    values: impl IntoIterator<Item = Option<&'v str>>,
) -> u64 {
    buffer.clear();
    for value in values {
        buffer.push(if value.is_some() { b'v' } else { b'n' });
        buffer.extend_from_slice(value.unwrap_or_default().as_bytes());
        // The reader rejects NUL characters, so no two records give the same bytes.
        buffer.push(0);
    }
    checksum::hash(buffer)
}

fn begin(folder: &Path, table: &Table, part: Part) -> Result<Writer<AtomicFile>, Failure> {
    let path = folder.join(part.file_name(table.name));
    let mut writer = Writer::new(AtomicFile::create(&path)?);
    writer
        .write(table.work_header().map(Some))
        .map_err(|error| io_failure("write", &path, error))?;
    Ok(writer)
}
