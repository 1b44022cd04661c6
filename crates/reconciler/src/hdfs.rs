//! Files in HDFS, line by line.

use std::collections::HashMap;
use std::sync::Mutex;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::hdfs::{Body, Hdfs, Status, is_hidden, is_open_in_flume, name_of};

use crate::line::{Parsed, Parser};
use crate::runtime::Runtime;
use crate::shared::lock;
use crate::side::{Changed, Each, Entry, Location, Side, each_unreadable};

/// The longest line that is kept whole, in bytes; a longer one is not a record.
const LINE_LIMIT: usize = 8 << 20;

/// The lines of every file below a folder.
pub(crate) struct Folder<'a> {
    hdfs: &'a Hdfs,
    runtime: &'a Runtime,
    path: String,
    parser: Parser,
    /// True for the files of a job, false for Flume's.
    imported: bool,
    /// `None` if the folder does not exist.
    files: Mutex<Option<Vec<File>>>,
    /// The number of lines of closed files, which do not change, by path and length.
    counted: Mutex<HashMap<(String, u64), u64>>,
}

/// A file as the first pass saw it.
#[derive(Clone, Debug)]
struct File {
    path: String,
    /// The length in the listing.
    listed: u64,
    /// Bytes of its complete lines; if the file grows, the second pass reads no further.
    length: Option<u64>,
}

impl<'a> Folder<'a> {
    /// The files that Flume writes, including those it has open.
    pub(crate) fn written_by_flume(
        hdfs: &'a Hdfs,
        runtime: &'a Runtime,
        path: &str,
        parser: Parser,
    ) -> Self {
        let (files, counted) = (Mutex::default(), Mutex::default());
        Self { hdfs, runtime, path: path.to_owned(), parser, imported: false, files, counted }
    }

    /// The files of a finished job, without hidden ones, as all of Hadoop's readers see them.
    pub(crate) fn imported(
        hdfs: &'a Hdfs,
        runtime: &'a Runtime,
        path: &str,
        parser: Parser,
    ) -> Self {
        Self { imported: true, ..Self::written_by_flume(hdfs, runtime, path, parser) }
    }

    /// How many lines the files have now. Parses nothing and reads a closed file only once.
    pub(crate) fn count(&self) -> Result<u64> {
        self.begin()?;
        let mut count = 0;
        for file in self.snapshot() {
            let closed = (file.path.clone(), file.listed);
            let known = lock(&self.counted).get(&closed).copied();
            count += if let Some(lines) = known {
                lines
            } else {
                let lines = self.runtime.wait(self.lines(&file))?;
                if !is_open_in_flume(&file.path) {
                    lock(&self.counted).insert(closed, lines);
                }
                lines
            };
        }
        Ok(count)
    }

    async fn lines(&self, file: &File) -> Result<u64> {
        let (mut lines, mut body) = (0, self.open(file).await?);
        while let Some(chunk) = body.chunk().await? {
            lines += memchr::memchr_iter(b'\n', &chunk).count() as u64;
        }
        Ok(lines)
    }

    /// The problem, if the folder does not exist.
    pub(crate) fn absent(&self) -> Option<String> {
        lock(&self.files).is_none().then(|| format!("HDFS has no folder {}", self.path))
    }

    /// How many files of the last look Flume has open.
    pub(crate) fn open_files(&self) -> u64 {
        self.snapshot().iter().filter(|file| is_open_in_flume(&file.path)).count() as u64
    }

    /// Whether HDFS lists other files than at the last look. An open file grows without that.
    pub(crate) fn has_changed(&self) -> Result<bool> {
        let found = self.runtime.wait(async { Ok(self.hdfs.walk(&self.path).await?) })?;
        let found = found.unwrap_or_default().into_iter().map(|file| (file.path, file.length));
        Ok(!found.eq(self.snapshot().into_iter().map(|file| (file.path, file.listed))))
    }

    fn snapshot(&self) -> Vec<File> {
        lock(&self.files).clone().unwrap_or_default()
    }

    fn keep(&self, files: Option<Vec<File>>) {
        *lock(&self.files) = files;
    }

    /// Fails if nobody can read a file to its end until it is recovered.
    fn refuse_held_open(&self, files: &[Status]) -> Result<()> {
        let held = self.runtime.wait(async { Ok(self.hdfs.held_open(files).await?) })?;
        let Some(first) = held.first() else { return Ok(()) };
        let more = match held.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Err(Failure::unavailable(format!(
            "HDFS holds {first}{more} open under its final name: run orchestration/start_flume.sh, \
             which closes it"
        ))
        .into())
    }

    /// A file that is missing counts as changed: Flume renames a file when it closes it.
    async fn open(&self, file: &File) -> Result<Body> {
        let body = self.hdfs.open(&file.path, file.listed).await?;
        body.ok_or_else(|| Changed(file.path.clone()).into())
    }

    /// Reads the lines of one file and returns how many bytes they take.
    async fn read(&self, number: u32, file: &File, each: &mut Each<'_>) -> Result<u64> {
        let mut body = self.open(file).await?;
        let mut lines = Lines { parser: &self.parser, parsed: Parsed::default(), number, line: 0 };
        let (mut rest, mut read, mut whole) = (Vec::new(), 0, 0);
        // The second pass reads no further than the first one, even if the file has grown.
        let limit = file.length.unwrap_or(u64::MAX);
        while let Some(chunk) = body.chunk().await? {
            let left = usize::try_from(limit - read).unwrap_or(usize::MAX);
            let chunk = &chunk[..chunk.len().min(left)];
            let mut start = 0;
            for end in memchr::memchr_iter(b'\n', chunk) {
                // Most lines lie within one chunk and need no copy.
                if rest.is_empty() {
                    lines.pass(&chunk[start..end], each)?;
                } else {
                    keep_some(&mut rest, &chunk[start..end]);
                    lines.pass(&rest, each)?;
                    rest.clear();
                }
                start = end + 1;
                whole = read + start as u64;
            }
            keep_some(&mut rest, &chunk[start..]);
            read += chunk.len() as u64;
            if read == limit {
                break;
            }
        }
        if read < limit && file.length.is_some() {
            return Err(Changed(file.path.clone()).into());
        }
        // The last line of an open file may be incomplete; that of a closed file needs no line end.
        if read > whole && !is_open_in_flume(&file.path) {
            lines.pass(&rest, each)?;
            whole = read;
        }
        Ok(whole)
    }
}

impl Side for Folder<'_> {
    fn begin(&self) -> Result<Option<String>> {
        let Some(found) = self.runtime.wait(async { Ok(self.hdfs.walk(&self.path).await?) })?
        else {
            self.keep(None);
            // Flume creates its folder for the first record; a job creates it even without records.
            return Ok(self.absent().filter(|_| self.imported));
        };
        if !self.imported {
            self.refuse_held_open(&found)?;
        }
        let finished = found.iter().any(|file| name_of(&file.path) == "_SUCCESS");
        let data = found.into_iter().filter(|file| !self.imported || !is_hidden(&file.path));
        let file = |found: Status| File { path: found.path, listed: found.length, length: None };
        self.keep(Some(data.map(file).collect()));
        let unfinished = self.imported && !finished;
        Ok(unfinished.then(|| format!("{} has no _SUCCESS: the import did not finish", self.path)))
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let mut files = self.snapshot();
        // A missing folder must stay `None`, not become an empty list.
        if files.is_empty() {
            return Ok(());
        }
        for (number, file) in (0..).zip(&mut files) {
            let length = self.runtime.wait(self.read(number, file, each))?;
            file.length = Some(length);
        }
        self.keep(Some(files));
        Ok(())
    }

    fn name(&self, location: Location) -> String {
        match self.snapshot().get(location.file as usize) {
            Some(file) if location.line > 0 => format!("{}:{}", file.path, location.line),
            _ => self.path.clone(),
        }
    }
}

/// Passes lines on as records.
struct Lines<'a> {
    parser: &'a Parser,
    parsed: Parsed,
    number: u32,
    line: u64,
}

impl Lines<'_> {
    fn pass(&mut self, line: &[u8], each: &mut Each<'_>) -> Result<()> {
        self.line += 1;
        let location = Location { file: self.number, line: self.line };
        if matches!(self.parser, Parser::Log) {
            return each(Entry { key: line, record: line, core: line.len(), location });
        }
        match self.parser.parse(line, &mut self.parsed) {
            Ok(()) => {
                let Parsed { record, key, core, .. } = &self.parsed;
                each(Entry { key: key.as_bytes(), record: record.bytes(), core: *core, location })
            }
            Err(reason) => each_unreadable(line, &reason, location, each),
        }
    }
}

/// Appends to a line that began in an earlier chunk, up to the limit.
fn keep_some(line: &mut Vec<u8>, more: &[u8]) {
    let room = LINE_LIMIT.saturating_sub(line.len());
    line.extend_from_slice(&more[..more.len().min(room)]);
}
