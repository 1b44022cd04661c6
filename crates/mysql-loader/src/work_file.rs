//! A work file on its way to the server: records in canonical form, encoded for the server.

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
/// Bytes of one transaction: large enough to cost next to nothing, small enough for a quick
/// rollback.
const TRANSACTION: usize = 64 << 20;
/// Pieces that may wait for the server.
const WAITING: usize = 8;

/// A work file and its table.
#[derive(Clone, Debug)]
pub(crate) struct WorkFile {
    /// The table as the server will define it.
    pub(crate) schema: TableSchema,
    /// The file's entry in the manifest.
    pub(crate) entry: ManifestFile,
    /// Columns outside the key that other tables refer to.
    pub(crate) unique: Vec<String>,
    path: PathBuf,
}

/// How records are encoded for the server.
#[derive(Clone, Debug)]
pub(crate) enum Encoding {
    /// Tab separated, for `LOAD DATA`: `\N` is NULL, a backslash escapes.
    Tabs,
    /// `INSERT` statements, each beginning with this text.
    Inserts(String),
}

/// The records of one transaction: pieces of the text of [`Encoding::Tabs`], or whole statements of
/// [`Encoding::Inserts`].
pub(crate) type Transaction = mpsc::Receiver<String>;

/// A file's records on their way to the server, encoded on a separate thread.
pub(crate) struct Transfer {
    /// The transactions in order.
    pub(crate) transactions: mpsc::Receiver<Transaction>,
    thread: JoinHandle<Result<Tally, Failure>>,
}

/// The files of a data set in the order in which their tables can be loaded, each verified by its
/// SHA-256.
pub(crate) fn all(plan: &Plan, folder: &Path) -> Result<Vec<WorkFile>, Failure> {
    let manifest = Manifest::read(folder)?;
    manifest.check_plan(plan)?;
    let whole = Schema::new(plan)?;
    let file = |schema: &TableSchema| {
        let name = schema.table().name;
        let entry = manifest.file_or_refuse(name, Part::in_mysql(name))?;
        let path = entry.check(folder)?;
        let unique = schema.referred_columns().map(str::to_owned).collect();
        Ok(WorkFile { schema: schema.clone(), entry: entry.clone(), unique, path })
    };
    whole.tables().iter().map(file).collect()
}

impl WorkFile {
    /// The table's name.
    pub(crate) fn name(&self) -> TableName {
        self.table().name
    }

    /// The table with the types that the server will use.
    pub(crate) fn table(&self) -> &Table {
        self.schema.table()
    }

    /// Count and checksum from the manifest.
    pub(crate) fn expected(&self) -> Tally {
        self.entry.tally()
    }

    /// The folder of the file.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Passes every record to `take`, with its canonical form.
    ///
    /// # Errors
    /// Exit code 4 at the first record that does not fit the plan.
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

    /// Starts reading and encoding the file.
    pub(crate) fn transfer(&self, encoding: Encoding, ui: &Ui) -> Result<Transfer, Failure> {
        // At most one transaction waits: together with its pieces, this bounds the memory.
        let (sender, transactions) = mpsc::channel(1);
        let (file, ui) = (self.clone(), ui.clone());
        let thread = thread::Builder::new()
            .name(self.name().to_string())
            .spawn(move || file.produce(&encoding, &sender, &ui))
            .map_err(|error| {
                Failure::new(Code::Unexpected, "cannot start a thread").because(error)
            })?;
        Ok(Transfer { transactions, thread })
    }

    fn produce(
        &self,
        encoding: &Encoding,
        transactions: &mpsc::Sender<Transaction>,
        ui: &Ui,
    ) -> Result<Tally, Failure> {
        let size = fs::metadata(&self.path).map_err(|error| io_failure("read", &self.path, error));
        let progress = ui.bytes(&self.entry.name, size?.len());
        let mut tally = Tally::default();
        let mut sink = Sink::new(transactions);
        self.each(|record, canonical| {
            tally.add(canonical.bytes());
            encoding.append(canonical, &mut sink.piece);
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

impl Transfer {
    /// Count and checksum of what was read, after the last transaction was received.
    pub(crate) fn finish(self) -> Result<Tally, Failure> {
        let panicked = |_| Failure::new(Code::Unexpected, "the reading thread panicked");
        self.thread.join().map_err(panicked)?
    }
}

/// Cuts the text into pieces, and groups the pieces into transactions.
struct Sink<'a> {
    transactions: &'a mpsc::Sender<Transaction>,
    current: Option<mpsc::Sender<String>>,
    sent: usize,
    piece: String,
}

impl<'a> Sink<'a> {
    fn new(transactions: &'a mpsc::Sender<Transaction>) -> Self {
        Self { transactions, current: None, sent: 0, piece: String::new() }
    }

    /// Sends `piece`.
    fn send(&mut self) -> Result<(), Failure> {
        if self.piece.is_empty() {
            return Ok(());
        }
        // The receiver is gone because loading failed; that failure is the one that is printed.
        let abandoned = || Failure::new(Code::Unexpected, "loading was abandoned");
        let piece = std::mem::replace(&mut self.piece, String::with_capacity(PIECE + PIECE / 4));
        self.sent += piece.len();
        let current = if let Some(current) = self.current.take() {
            current
        } else {
            let (sender, transaction) = mpsc::channel(WAITING);
            self.transactions.blocking_send(transaction).map_err(|_| abandoned())?;
            sender
        };
        current.blocking_send(piece).map_err(|_| abandoned())?;
        if self.sent < TRANSACTION {
            self.current = Some(current);
        } else {
            self.sent = 0;
        }
        Ok(())
    }
}

impl Encoding {
    fn append(&self, record: &Canonical, piece: &mut String) {
        match self {
            Self::Tabs => {
                for (index, value) in record.values().enumerate() {
                    if index > 0 {
                        piece.push('\t');
                    }
                    push_escaped(piece, value);
                }
                piece.push('\n');
            }
            Self::Inserts(beginning) => {
                piece.push_str(if piece.is_empty() { beginning } else { "," });
                for (index, value) in record.values().enumerate() {
                    piece.push(if index > 0 { ',' } else { '(' });
                    piece.push_str(&value.map_or_else(|| "NULL".to_owned(), sql_text));
                }
                piece.push(')');
            }
        }
    }
}

fn push_escaped(piece: &mut String, value: Option<&str>) {
    let Some(mut rest) = value else {
        piece.push_str("\\N");
        return;
    };
    let special = |byte: u8| matches!(byte, b'\\' | b'\t' | b'\n');
    while let Some(index) = rest.bytes().position(special) {
        piece.push_str(&rest[..index]);
        piece.push('\\');
        piece.push_str(&rest[index..=index]);
        rest = &rest[index + 1..];
    }
    piece.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(encoding: &Encoding, records: &[&[Option<&str>]]) -> String {
        let mut piece = String::new();
        for values in records {
            let mut canonical = Canonical::new();
            for value in *values {
                canonical.push(*value);
            }
            encoding.append(&canonical, &mut piece);
        }
        piece
    }

    #[test]
    fn what_ends_a_field_or_a_line_is_escaped_and_null_is_distinct() {
        let records: &[&[_]] =
            &[&[Some("a\tb"), None, Some("")], &[Some("two\nlines"), Some(r"\N"), Some("Größe")]];
        assert_eq!(text(&Encoding::Tabs, records), "a\\\tb\t\\N\t\ntwo\\\nlines\t\\\\N\tGröße\n");
    }

    #[test]
    fn an_insert_contains_all_its_records_and_no_text_ends_it() {
        let encoding = Encoding::Inserts("INSERT INTO t VALUES ".into());
        let records: &[&[_]] = &[&[Some("O'Neil\\"), None], &[Some("1"), Some("x'); DROP")]];
        assert_eq!(
            text(&encoding, records),
            r"INSERT INTO t VALUES ('O''Neil\\',NULL),('1','x''); DROP')"
        );
    }

    #[test]
    fn a_transaction_ends_when_it_is_full() {
        let (sender, mut transactions) = mpsc::channel(8);
        let mut sink = Sink::new(&sender);
        for _ in 0..3 {
            sink.piece = "x".repeat(TRANSACTION / 2);
            sink.send().unwrap();
        }
        drop(sink);
        drop(sender);
        let mut sizes = Vec::new();
        while let Some(mut transaction) = transactions.blocking_recv() {
            sizes.push(std::iter::from_fn(|| transaction.blocking_recv()).count());
        }
        assert_eq!(sizes, [2, 1]);
    }
}
