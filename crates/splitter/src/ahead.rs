//! Reads and parses a file on threads of their own, a few batches ahead of the caller.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use ecom_core::Failure;
use ecom_core::ahead::Feed;
use ecom_core::plan::Dialect;
use ecom_core::record::{Next, Reader, Record, Reject};

use crate::hashed;

/// A batch ends with so many records or so many bytes, whichever comes first.
const BATCH_RECORDS: usize = 512;
const BATCH_BYTES: usize = 64 << 10;
const BATCHES_AHEAD: usize = 3;

/// The records of a file, with the strictness of [`Reader`].
pub(crate) struct Ahead {
    path: PathBuf,
    header: Record,
    /// The parser; what it comes to is the file's SHA-256.
    parser: ecom_core::ahead::Ahead<Batch, String>,
    batch: Batch,
    at: usize,
}

/// Some records and their bytes. Used again and again.
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
}

impl Ahead {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path, dialect: &Dialect) -> Result<Self, Failure> {
        let (header_sender, header) = channel();
        let (file, dialect) = (path.to_owned(), dialect.clone());
        let mut parser = ecom_core::ahead::Ahead::start(BATCHES_AHEAD, move |feed| {
            let (bytes, hash) = hashed::open(&file)?;
            let reader = Reader::new(Box::new(bytes), &file, &dialect)?;
            // Nobody listens any more when the caller gave up.
            let _ = header_sender.send(reader.header().clone());
            parse(reader, feed)?;
            Ok(hash.finish()?.0)
        });
        let Ok(header) = header.recv() else {
            parser.next()?;
            return Err(Failure::refused(format!("{}: there is no header", path.display())));
        };
        Ok(Self { path: path.to_owned(), header, parser, batch: Batch::default(), at: 0 })
    }

    /// The header as it stands.
    pub(crate) fn header(&self) -> &Record {
        &self.header
    }

    /// Reads the next record, or says what stands in its place.
    pub(crate) fn read(&mut self, record: &mut Record) -> Result<Next, Failure> {
        // The last batch may be empty.
        while self.at == self.batch.used {
            let Some(next) = self.parser.next()? else { return Ok(Next::End) };
            let done = std::mem::replace(&mut self.batch, next);
            self.at = 0;
            // Records grow with their texts: what was very long is not kept.
            if done.raw.len() <= 2 * BATCH_BYTES {
                self.parser.give_back(done);
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

    /// Rejects the record that was read last.
    pub(crate) fn reject(&self, record: &Record, column: Option<usize>, reason: String) -> Reject {
        let items = &self.batch.items;
        let start = if self.at > 1 { items[self.at - 2].raw_end } else { 0 };
        let raw = &self.batch.raw[start..items[self.at - 1].raw_end];
        Reject {
            file: self.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            line: record.line(),
            offset: record.offset(),
            column: column.map(|place| self.header.field(place).to_owned()),
            reason,
            raw: raw.trim_ascii_end().to_owned(),
        }
    }

    /// The SHA-256 of the file, once its end was read.
    pub(crate) fn sha256(&self) -> Option<&str> {
        self.parser.result().map(String::as_str)
    }
}

fn parse(mut reader: Reader, feed: &Feed<Batch>) -> Result<(), Failure> {
    loop {
        let mut batch = feed.empty();
        let more = batch.fill(&mut reader)?;
        if !feed.send(batch) || !more {
            return Ok(());
        }
    }
}

impl Batch {
    /// Fills the batch; false at the end of the file.
    fn fill(&mut self, reader: &mut Reader) -> Result<bool, Failure> {
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
        let mut reader = Reader::open(file.path(), &Dialect::work()).unwrap();
        let mut ahead = Ahead::open(file.path(), &Dialect::work()).unwrap();
        assert_eq!(ahead.header(), reader.header());
        let (mut wanted, mut found) = (Record::new(), Record::new());
        loop {
            match (reader.read(&mut wanted).unwrap(), ahead.read(&mut found).unwrap()) {
                (Next::End, Next::End) => break,
                (Next::Reject(wanted), Next::Reject(found)) => assert_eq!(found, wanted),
                (Next::Record, Next::Record) => {
                    assert_eq!(found, wanted);
                    let reject = ahead.reject(&found, Some(1), "why".into());
                    assert_eq!(reject, reader.reject(&wanted, Some(1), "why".into()));
                }
                (wanted, found) => panic!("{found:?} instead of {wanted:?}"),
            }
        }
        let sha256 = ecom_core::plan::sha256_of(file.path()).unwrap();
        assert_eq!(ahead.sha256(), Some(sha256.as_str()));
    }

    #[test]
    fn a_file_may_end_with_a_batch_or_have_no_record() {
        for records in [0, 1, BATCH_RECORDS - 1, BATCH_RECORDS, 3 * BATCH_RECORDS] {
            let file = file(&format!("a,b\n{}", "1,2\n".repeat(records)));
            let mut ahead = Ahead::open(file.path(), &Dialect::work()).unwrap();
            let mut record = Record::new();
            for _ in 0..records {
                assert!(matches!(ahead.read(&mut record).unwrap(), Next::Record));
                assert_eq!(record.iter().collect::<Vec<_>>(), ["1", "2"]);
            }
            assert!(matches!(ahead.read(&mut record).unwrap(), Next::End), "{records} records");
            assert!(ahead.sha256().is_some());
        }
    }

    #[test]
    fn a_file_without_a_header_is_refused_and_a_caller_may_give_up() {
        let empty = file("");
        assert!(Ahead::open(empty.path(), &Dialect::work()).is_err());
        let long = file(&"1,2\n".repeat(100_000));
        let mut ahead = Ahead::open(long.path(), &Dialect::work()).unwrap();
        ahead.read(&mut Record::new()).unwrap();
    }
}
