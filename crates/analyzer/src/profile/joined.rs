//! Records with the columns of another table behind them, read as the other tools will read them.

use std::cell::Cell;

use ecom_core::Failure;
use ecom_core::plan::TableName;
use ecom_core::record::{Next, Record};
use ecom_core::source::{File, JoinParts, Parts, TableReader};

use crate::count::counts::Limit;
use crate::profile::file::{FileProfile, Work, observe};
use crate::profile::part::FilePart;
use crate::profile::profiler::{ColumnProfiler, finish};
use crate::read::batch::{Batch, Layout, Observer, Records, Seen, scan};
use crate::value::column::ColumnProfile;

/// Another kind of files whose columns stand behind those of a kind.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    pub(crate) table: TableName,
    /// The headers of the column that refers and of the one referred to, which is not repeated.
    pub(crate) column: String,
    pub(crate) references: String,
    files: Vec<FilePart>,
    /// How many columns stand in front.
    pub(crate) own: usize,
    /// Of each of the others its field in its file.
    fields: Vec<usize>,
    /// Records without a counterpart, and counterparts without a record.
    pub(crate) without: u64,
    pub(crate) unused: u64,
}

/// What is joined to what.
pub(crate) struct Link<'a> {
    pub(crate) lines: &'a FileProfile,
    pub(crate) orders: &'a FileProfile,
    /// The places of the column that refers and of the one referred to.
    pub(crate) column: usize,
    pub(crate) key: usize,
}

impl Link<'_> {
    /// Reads both together and profiles the columns that come to stand behind.
    pub(crate) fn profile(
        &self,
        table: TableName,
        work: &Work<'_>,
    ) -> Result<FileProfile, Failure> {
        let (lines, orders) = (self.lines, self.orders);
        let places = (0..orders.columns.len()).filter(|place| *place != self.key);
        let joined = Joined {
            table,
            column: lines.columns[self.column].header.clone(),
            references: orders.columns[self.key].header.clone(),
            files: orders.parts.clone(),
            own: lines.columns.len(),
            fields: places.clone().map(|place| orders.first_part().fields[place]).collect(),
            without: 0,
            unused: 0,
        };
        let mut whole = FileProfile { joined: Some(joined), ..lines.clone() };
        let limit = Limit::for_columns(lines.columns.len() + orders.columns.len());
        let profiler = |(number, place): (usize, usize)| {
            let header = &orders.columns[place].header;
            ColumnProfiler::new(lines.columns.len() + number, header, limit, work.answers)
        };
        let mut profilers: Vec<_> = places.clone().enumerate().map(profiler).collect();
        let mut first = First { rows: whole.first.len(), records: Vec::new() };
        let observers = profilers.iter_mut().map(|one| one as &mut dyn Observer);
        let observers = observers.chain([&mut first as &mut dyn Observer]).collect();
        let seen = observe(&whole, observers, "joining", work)?;
        for (place, found) in places.zip(finish(profilers, work.answers)) {
            whole.columns.push(as_in_orders(found, &orders.columns[place]));
        }
        whole.first = first.records;
        if let (Some(joined), Some(counts)) = (&mut whole.joined, seen.join) {
            (joined.without, joined.unused) = counts;
        }
        Ok(whole)
    }
}

/// Keeps the first records as they stand.
struct First {
    rows: usize,
    records: Vec<Vec<Option<String>>>,
}

impl Observer for First {
    fn observe(&mut self, batch: &Batch) -> Result<(), Failure> {
        for row in 0..batch.len().min(self.rows - self.records.len()) {
            let values = (0..batch.width()).map(|column| batch.value(row, column));
            self.records.push(values.map(|value| value.map(str::to_owned)).collect());
        }
        Ok(())
    }
}

/// What the orders' own column decides holds for the same values beside the lines.
fn as_in_orders(found: ColumnProfile, own: &ColumnProfile) -> ColumnProfile {
    ColumnProfile { kind: own.kind.clone(), ..found }
}

impl Joined {
    /// Shows every joined record to each observer.
    pub(crate) fn observe(
        &self,
        file: &FileProfile,
        observers: Vec<&mut dyn Observer>,
        what: &str,
        work: &Work<'_>,
    ) -> Result<Seen, Failure> {
        let path = &file.first_part().path;
        let folder = path.parent().unwrap_or(path).to_owned();
        let join = JoinParts {
            files: files(&self.files),
            column: self.column.clone(),
            references: self.references.clone(),
        };
        let parts = Parts { folder, files: files(&file.parts), join: Some(join) };
        let mut reader = TableReader::of(parts, &std::env::temp_dir())?;
        let progress = work.ui.bytes(&format!("{what} {}", file.name), reader.size());
        let width = reader.header().len();
        let own = file.first_part().fields.iter().copied();
        let fields: Vec<_> = own.chain(self.fields.iter().map(|field| width + field)).collect();
        let layout = Layout { fields: Some(&fields), ..Layout::default() };
        let position = Cell::new(0);
        let mut watched = Watched { reader: &mut reader, position: &position };
        let mut seen = scan(&mut watched, layout, observers, &mut || {
            progress.set(position.get());
            work.stop.check(|| format!("{} is not read to its end", path.display()))
        })?;
        seen.join = reader.join_counts();
        Ok(seen)
    }
}

/// A reader that tells how far it is.
struct Watched<'a> {
    reader: &'a mut TableReader,
    position: &'a Cell<u64>,
}

impl Records for Watched<'_> {
    fn width(&self) -> usize {
        self.reader.header().len() + self.reader.joined_header().map_or(0, Record::len)
    }

    fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        let next = self.reader.read(record)?;
        self.position.set(self.reader.position());
        Ok(next)
    }
}

fn files(parts: &[FilePart]) -> Vec<File> {
    let file = |part: &FilePart| File {
        name: part.file.clone(),
        member: part.member.clone(),
        dialect: part.dialect.clone(),
        sha256: Some(part.sha256.clone()),
    };
    parts.iter().map(file).collect()
}
