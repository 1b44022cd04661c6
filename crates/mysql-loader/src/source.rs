//! What is loaded: a split file, read strictly, as records in canonical form and as the text in
//! which the server takes them.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use ecom_core::canonical::Canonical;
use ecom_core::checksum::Tally;
use ecom_core::escape::sql_text;
use ecom_core::exit::io_failure;
use ecom_core::plan::{Plan, Table, TableName};
use ecom_core::record::Record;
use ecom_core::schema::{Schema, TableSchema};
use ecom_core::ui::Ui;
use ecom_core::work::{Manifest, ManifestFile, Part, Records};
use ecom_core::{Code, Failure};
use tokio::sync::mpsc;

/// Bytes sent at once.
const PIECE: usize = 256 << 10;
/// Bytes of one transaction: large enough to cost nothing, small enough to be undone in a moment.
const BATCH: usize = 64 << 20;
/// Pieces that may wait for the server.
const WAITING: usize = 8;

/// A split file and the table that it goes to.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The table as the server will have it.
    pub(crate) schema: TableSchema,
    /// What the splitter says of the file.
    pub(crate) entry: ManifestFile,
    /// Columns outside the key that other tables refer to.
    pub(crate) unique: Vec<String>,
    path: PathBuf,
}

/// The form in which records are sent.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// Tab separated, for `LOAD DATA`: `\N` is NULL, a backslash escapes.
    Tabs,
    /// Statements, each beginning with this text.
    Inserts(String),
}

/// The records of one transaction. A piece is a part of the text of [`Form::Tabs`], or one whole
/// statement of [`Form::Inserts`].
pub(crate) type Batch = mpsc::Receiver<Vec<u8>>;

/// A file's records on their way to the server, made by a thread of their own.
pub(crate) struct Feed {
    /// The batches in order.
    pub(crate) batches: mpsc::Receiver<Batch>,
    thread: JoinHandle<Result<Tally, Failure>>,
}

/// The files of a data set in the order in which their tables can be loaded; every one is the file
/// that the splitter wrote.
pub(crate) fn sources(plan: &Plan, folder: &Path) -> Result<Vec<Source>, Failure> {
    let manifest = Manifest::read(folder)?;
    manifest.check_plan(plan)?;
    let whole = Schema::new(plan)?;
    let source = |schema: &TableSchema| {
        let name = schema.table().name;
        let entry = manifest.file_or_refuse(name, Part::in_mysql(name))?;
        let path = entry.check(folder)?;
        let unique = schema.referred_columns().map(str::to_owned).collect();
        Ok(Source { schema: schema.clone(), entry: entry.clone(), unique, path })
    };
    whole.tables().iter().map(source).collect()
}

impl Source {
    /// The table's name.
    pub(crate) fn name(&self) -> TableName {
        self.table().name
    }

    /// The table with the types that the server will have.
    pub(crate) fn table(&self) -> &Table {
        self.schema.table()
    }

    /// Count and checksum that the splitter found.
    pub(crate) fn expected(&self) -> Tally {
        self.entry.tally()
    }

    /// The folder of the file.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Gives every record to `take`, with its canonical form. The first record that does not fit
    /// the plan is a refusal.
    pub(crate) fn each(
        &self,
        mut take: impl FnMut(&Record, &Canonical) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut records = Records::open(&self.path, self.table())?;
        while let Some(record) = records.next()? {
            take(record.cells, record.canonical)?;
        }
        Ok(())
    }

    /// Begins to read the file, for the server.
    pub(crate) fn feed(&self, form: Form, ui: &Ui) -> Result<Feed, Failure> {
        let (sender, batches) = mpsc::channel(1);
        let (source, ui) = (self.clone(), ui.clone());
        let thread = thread::Builder::new()
            .name(self.name().to_string())
            .spawn(move || source.produce(&form, &sender, &ui))
            .map_err(|error| {
                Failure::new(Code::Unexpected, "cannot start a thread").because(error)
            })?;
        Ok(Feed { batches, thread })
    }

    fn produce(
        &self,
        form: &Form,
        batches: &mpsc::Sender<Batch>,
        ui: &Ui,
    ) -> Result<Tally, Failure> {
        let size = fs::metadata(&self.path).map_err(|error| io_failure("read", &self.path, error));
        let progress = ui.bytes(&self.entry.name, size?.len());
        let mut tally = Tally::default();
        let mut sink = Sink::new(batches);
        self.each(|record, canonical| {
            tally.add(canonical.bytes());
            form.append(canonical, &mut sink.piece);
            if sink.piece.len() >= PIECE {
                progress.set(record.offset());
                sink.send()?;
            }
            Ok(())
        })?;
        sink.send()?;
        Ok(tally)
    }
}

impl Feed {
    /// Count and checksum of what was read, when all batches were taken.
    pub(crate) fn finish(self) -> Result<Tally, Failure> {
        let panicked = |_| Failure::new(Code::Unexpected, "the reading thread panicked");
        self.thread.join().map_err(panicked)?
    }
}

/// Cuts the text into pieces and the pieces into batches.
struct Sink<'a> {
    batches: &'a mpsc::Sender<Batch>,
    current: Option<mpsc::Sender<Vec<u8>>>,
    sent: usize,
    piece: Vec<u8>,
}

impl<'a> Sink<'a> {
    fn new(batches: &'a mpsc::Sender<Batch>) -> Self {
        Self { batches, current: None, sent: 0, piece: Vec::new() }
    }

    /// Sends what is in `piece`.
    fn send(&mut self) -> Result<(), Failure> {
        if self.piece.is_empty() {
            return Ok(());
        }
        // Nobody takes it: the loading failed, and its failure is the one to tell.
        let abandoned = || Failure::new(Code::Unexpected, "the loading was given up");
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE + PIECE / 4));
        self.sent += piece.len();
        let current = if let Some(current) = self.current.take() {
            current
        } else {
            let (sender, batch) = mpsc::channel(WAITING);
            self.batches.blocking_send(batch).map_err(|_| abandoned())?;
            sender
        };
        current.blocking_send(piece).map_err(|_| abandoned())?;
        if self.sent < BATCH {
            self.current = Some(current);
        } else {
            self.sent = 0;
        }
        Ok(())
    }
}

impl Form {
    fn append(&self, record: &Canonical, piece: &mut Vec<u8>) {
        match self {
            Self::Tabs => {
                for (place, value) in record.values().enumerate() {
                    if place > 0 {
                        piece.push(b'\t');
                    }
                    push_escaped(piece, value);
                }
                piece.push(b'\n');
            }
            Self::Inserts(beginning) => {
                let begin = if piece.is_empty() { beginning.as_str() } else { "," };
                piece.extend_from_slice(begin.as_bytes());
                for (place, value) in record.values().enumerate() {
                    piece.push(if place > 0 { b',' } else { b'(' });
                    let value = value.map_or_else(|| "NULL".to_owned(), sql_text);
                    piece.extend_from_slice(value.as_bytes());
                }
                piece.push(b')');
            }
        }
    }
}

fn push_escaped(piece: &mut Vec<u8>, value: Option<&str>) {
    let Some(value) = value else {
        piece.extend_from_slice(b"\\N");
        return;
    };
    let special = |byte: &u8| matches!(byte, b'\\' | b'\t' | b'\n');
    let mut rest = value.as_bytes();
    while let Some(place) = rest.iter().position(special) {
        piece.extend_from_slice(&rest[..place]);
        piece.extend_from_slice(&[b'\\', rest[place]]);
        rest = &rest[place + 1..];
    }
    piece.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(form: &Form, records: &[&[Option<&str>]]) -> String {
        let mut piece = Vec::new();
        for values in records {
            let mut canonical = Canonical::new();
            for value in *values {
                canonical.push(*value);
            }
            form.append(&canonical, &mut piece);
        }
        String::from_utf8(piece).unwrap()
    }

    #[test]
    fn what_ends_a_field_or_a_line_is_escaped_and_null_is_apart() {
        let records: &[&[_]] =
            &[&[Some("a\tb"), None, Some("")], &[Some("two\nlines"), Some(r"\N"), Some("Größe")]];
        assert_eq!(text(&Form::Tabs, records), "a\\\tb\t\\N\t\ntwo\\\nlines\t\\\\N\tGröße\n");
    }

    #[test]
    fn an_insert_has_all_its_records_and_no_text_ends_it() {
        let form = Form::Inserts("INSERT INTO t VALUES ".into());
        let records: &[&[_]] = &[&[Some("O'Neil\\"), None], &[Some("1"), Some("x'); DROP")]];
        assert_eq!(
            text(&form, records),
            r"INSERT INTO t VALUES ('O''Neil\\',NULL),('1','x''); DROP')"
        );
    }

    #[test]
    fn a_batch_ends_when_it_is_full() {
        let (sender, mut batches) = mpsc::channel(8);
        let mut sink = Sink::new(&sender);
        for _ in 0..3 {
            sink.piece = vec![b'x'; BATCH / 2];
            sink.send().unwrap();
        }
        drop(sink);
        drop(sender);
        let mut sizes = Vec::new();
        while let Some(mut batch) = batches.blocking_recv() {
            sizes.push(std::iter::from_fn(|| batch.blocking_recv()).count());
        }
        assert_eq!(sizes, [2, 1]);
    }
}
