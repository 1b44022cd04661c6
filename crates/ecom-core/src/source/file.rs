//! Reads and parses one file on other threads, a few batches ahead of the caller.

use std::path::Path;
use std::sync::mpsc::channel;

use super::bytes;
use super::fields::Fields;
use super::packing;
use crate::ahead::{Ahead, Feed};
use crate::canonical::Canonical;
use crate::convert::{Converter, Misfit};
use crate::exit::Failure;
use crate::plan::{Dialect, Table};
use crate::record::{LinesAsUtf8, Next, PassedOver, Reader, Record, Reject};

/// A batch ends after this many records or bytes, whichever comes first.
const BATCH_RECORDS: usize = 512;
const BATCH_BYTES: usize = 64 << 10;
const BATCHES_AHEAD: usize = 3;

/// The records of a file, as [`Reader`] reads them.
pub(super) struct FileReader {
    header: Record,
    ahead: Ahead<Batch, FileSummary>,
    batch: Batch,
    at: usize,
}

/// What is known once the file was read to its end.
#[derive(Clone, Debug)]
pub(super) struct FileSummary {
    /// The SHA-256 of the file itself.
    pub(super) sha256: String,
    /// Lines without a record that were skipped.
    pub(super) passed_over: PassedOver,
    /// Lines of UTF-8 in a file of a single-byte encoding.
    pub(super) as_utf_8: LinesAsUtf8,
}

/// Some records and their bytes. Reused from batch to batch.
#[derive(Default)]
struct Batch {
    items: Vec<Item>,
    used: usize,
    raw: Vec<u8>,
}

#[derive(Default)]
struct Item {
    record: Record,
    reject: Option<Reject>,
    /// Where its bytes end in the batch.
    raw_end: usize,
    canonical: Canonical,
    /// The result of the conversion; `None` if there was none.
    converted: Option<Result<(), Misfit>>,
}

/// Converts records into canonical form on the parser's thread.
struct Conversion {
    fields: Fields,
    converter: Converter,
}

impl FileReader {
    /// Opens a file, or a member of it, and reads its header. `known` is the SHA-256 of an archive if
    /// it was taken already. Records are converted for `table` if the file has all of its columns.
    pub(super) fn open(
        path: &Path,
        member: Option<&str>,
        dialect: &Dialect,
        known: Option<String>,
        table: Option<&Table>,
    ) -> Result<Self, Failure> {
        let table = table.cloned();
        let (header_sender, header) = channel();
        let (file, dialect) = (path.to_owned(), dialect.clone());
        let member = member.map(str::to_owned);
        let shown = packing::shown(path, member.as_deref());
        let name = shown.clone();
        let mut ahead = Ahead::start(BATCHES_AHEAD, move |feed| {
            let (input, sum) = bytes::open_hashed(&file, member.as_deref(), known)?;
            let mut reader = Reader::source(input, &name, &dialect)?;
            // Nobody listens if the caller gave up.
            let _ = header_sender.send(reader.header().clone());
            let conversion = table.and_then(|table| Conversion::new(&table, reader.header()));
            parse(&mut reader, feed, conversion.as_ref())?;
            let (passed_over, as_utf_8) = (*reader.passed_over(), reader.lines_as_utf_8());
            drop(reader);
            Ok(FileSummary { sha256: sum.finish()?, passed_over, as_utf_8 })
        });
        let Ok(header) = header.recv() else {
            ahead.next()?;
            return Err(no_header(&shown));
        };
        Ok(Self { header, ahead, batch: Batch::default(), at: 0 })
    }

    /// The header as it is written.
    pub(super) fn header(&self) -> &Record {
        &self.header
    }

    /// Reads the next record, or returns what was found instead.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        // The last batch may be empty.
        while self.at == self.batch.used {
            let Some(next) = self.ahead.next()? else { return Ok(Next::End) };
            let done = std::mem::replace(&mut self.batch, next);
            self.at = 0;
            // Records grow with their texts: a very long batch is not reused.
            if done.raw.len() <= 2 * BATCH_BYTES {
                self.ahead.give_back(done);
            }
        }
        let item = &mut self.batch.items[self.at];
        self.at += 1;
        if let Some(reject) = item.reject.take() {
            return Ok(Next::Reject(reject));
        }
        std::mem::swap(record, &mut item.record);
        Ok(Next::Record)
    }

    /// The canonical form of the record that was read last, if it was made ahead.
    pub(super) fn converted(&mut self, canonical: &mut Canonical) -> Option<Result<(), Misfit>> {
        let item = &mut self.batch.items[self.at.checked_sub(1)?];
        let converted = item.converted.take()?;
        std::mem::swap(canonical, &mut item.canonical);
        Some(converted)
    }

    /// The bytes of the record that was read last, without its line ending.
    pub(super) fn raw(&self) -> &[u8] {
        let items = &self.batch.items;
        let start = if self.at > 1 { items[self.at - 2].raw_end } else { 0 };
        let end = if self.at > 0 { items[self.at - 1].raw_end } else { 0 };
        self.batch.raw[start..end].trim_ascii_end()
    }

    /// What is known of the file, once its end was read.
    pub(super) fn result(&self) -> Option<&FileSummary> {
        self.ahead.result()
    }
}

fn no_header(shown: &Path) -> Failure {
    Failure::refused(format!("{}: there is no header", shown.display()))
}

impl Conversion {
    /// `None` if the file lacks a column: the reader of the records reports that.
    fn new(table: &Table, header: &Record) -> Option<Self> {
        let fields = Fields::new(&table.columns, header, None).ok()?;
        Some(Self { fields, converter: Converter::new(table) })
    }

    fn convert(&self, item: &mut Item) {
        let values = self.fields.values(&item.record, "", "");
        item.converted = Some(self.converter.convert_values(values, &mut item.canonical));
    }
}

fn parse(
    reader: &mut Reader,
    feed: &Feed<Batch>,
    conversion: Option<&Conversion>,
) -> Result<(), Failure> {
    loop {
        let mut batch = feed.empty();
        let more = batch.fill(reader, conversion)?;
        if !feed.send(batch) || !more {
            return Ok(());
        }
    }
}

impl Batch {
    /// Fills the batch; false at the end of the file.
    fn fill(
        &mut self,
        reader: &mut Reader,
        conversion: Option<&Conversion>,
    ) -> Result<bool, Failure> {
        self.raw.clear();
        self.used = 0;
        while self.used < BATCH_RECORDS && self.raw.len() < BATCH_BYTES {
            if self.used == self.items.len() {
                self.items.push(Item::default());
            }
            let item = &mut self.items[self.used];
            item.reject = match reader.read(&mut item.record)? {
                Next::End => return Ok(false),
                Next::Record => None,
                Next::Reject(reject) => Some(reject),
            };
            if let Some(conversion) = conversion.filter(|_| item.reject.is_none()) {
                conversion.convert(item);
            }
            self.raw.extend_from_slice(reader.raw());
            item.raw_end = self.raw.len();
            self.used += 1;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> Result<FileReader, Failure> {
        FileReader::open(path, None, &Dialect::work(), None, None)
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn ahead_gives_what_the_reader_gives() {
        let long = "x".repeat(BATCH_BYTES);
        let mut text = String::from("a,b\n");
        for number in 0..2 * BATCH_RECORDS {
            text += match number % 97 {
                0 => "broken\n",
                1 => "\"two\nlines\",y\n",
                2 if number > 600 => &long,
                _ => "1,2\n",
            };
        }
        let file = file(&text);
        let input = Box::new(std::fs::File::open(file.path()).unwrap());
        let mut reader = Reader::source(input, file.path(), &Dialect::work()).unwrap();
        let mut ahead = open(file.path()).unwrap();
        assert_eq!(ahead.header(), reader.header());
        let (mut wanted, mut found) = (Record::new(), Record::new());
        loop {
            match (reader.read(&mut wanted).unwrap(), ahead.read(&mut found).unwrap()) {
                (Next::End, Next::End) => break,
                (Next::Reject(wanted), Next::Reject(found)) => assert_eq!(found, wanted),
                (Next::Record, Next::Record) => {
                    assert_eq!(found, wanted);
                    assert_eq!(ahead.raw(), reader.raw().trim_ascii_end());
                }
                (wanted, found) => panic!("{found:?} instead of {wanted:?}"),
            }
        }
        let sha256 = crate::plan::sha256_of(file.path()).unwrap();
        assert_eq!(ahead.result().unwrap().sha256, sha256);
    }

    #[test]
    fn a_file_may_end_with_a_batch_or_have_no_record() {
        for records in [0, 1, BATCH_RECORDS - 1, BATCH_RECORDS, 3 * BATCH_RECORDS] {
            let file = file(&format!("a,b\n{}", "1,2\n".repeat(records)));
            let mut ahead = open(file.path()).unwrap();
            let mut record = Record::new();
            for _ in 0..records {
                assert!(matches!(ahead.read(&mut record).unwrap(), Next::Record));
                assert_eq!(record.iter().collect::<Vec<_>>(), ["1", "2"]);
            }
            assert!(matches!(ahead.read(&mut record).unwrap(), Next::End), "{records} records");
            assert!(ahead.result().is_some());
        }
    }

    #[test]
    fn a_file_without_a_header_is_refused_and_a_caller_may_give_up() {
        let empty = file("");
        assert!(open(empty.path()).is_err());
        let long = file(&"1,2\n".repeat(100_000));
        let mut ahead = open(long.path()).unwrap();
        ahead.read(&mut Record::new()).unwrap();
    }

    #[test]
    fn what_is_converted_ahead_is_what_the_converter_makes_of_it() {
        let columns = "b | b | INT\na | a | DECIMAL(4,1) | nullable = true";
        let table = crate::testing::table("products", "b", columns);
        let file = file("a,b\n1,2\n,3\n4,x\n5,6\n");
        let open = FileReader::open(file.path(), None, &Dialect::work(), None, Some(&table));
        let mut ahead = open.unwrap();
        let (mut record, mut canonical) = (Record::new(), Canonical::new());
        let mut found = Vec::new();
        while let Next::Record = ahead.read(&mut record).unwrap() {
            found.push(match ahead.converted(&mut canonical).unwrap() {
                Ok(()) => canonical.values().map(|one| one.map(str::to_owned)).collect(),
                Err(misfit) => vec![Some(misfit.reason)],
            });
            assert!(ahead.converted(&mut canonical).is_none());
        }
        let text = |text: &str| Some(text.to_owned());
        let wrong = "\"x\" is not an INT";
        assert_eq!(
            found,
            [
                vec![text("2"), text("1.0")],
                vec![text("3"), None],
                vec![text(wrong)],
                vec![text("6"), text("5.0")]
            ]
        );
    }
}
