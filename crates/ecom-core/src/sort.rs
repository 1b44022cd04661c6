//! Sorts more than fits into memory: sorted runs in one unnamed temporary file are merged at the end.
//!
//! This keeps the memory of the tools independent of the size of their input.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::exit::{Failure, io_failure};

/// A usual budget: bytes that a sorter keeps in memory before it writes a run.
pub const DEFAULT_BUDGET: usize = 24 << 20;

/// Collects items, each a key and a value.
#[derive(Debug)]
pub struct Sorter {
    folder: PathBuf,
    budget: usize,
    bytes: Vec<u8>,
    items: Vec<Item>,
    file: Option<File>,
    runs: Vec<(u64, u64)>,
}

#[derive(Clone, Copy, Debug)]
struct Item {
    start: usize,
    key: u32,
    value: u32,
}

/// A key and a value, borrowed until the next item.
pub type KeyAndValue<'a> = (&'a [u8], &'a [u8]);

/// The items in order of their keys; items with equal keys in the order in which they were added.
#[derive(Debug)]
pub struct Sorted {
    folder: PathBuf,
    bytes: Vec<u8>,
    items: std::vec::IntoIter<Item>,
    file: Option<File>,
    runs: Vec<Run>,
    heap: BinaryHeap<Head>,
    current: Head,
}

#[derive(Debug)]
struct Run {
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    start: usize,
}

/// The first item of a run.
#[derive(Debug, Default)]
struct Head {
    run: usize,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Sorter {
    /// Sorts with about `budget` bytes of memory. The rest goes to a temporary file in `folder` without
    /// a name, so nothing is left of it if the process dies.
    #[must_use]
    pub fn new(folder: &Path, budget: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            budget,
            bytes: Vec::new(),
            items: Vec::new(),
            file: None,
            runs: Vec::new(),
        }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<(), Failure> {
        self.add(key, value).map_err(|error| failure(&self.folder, error))
    }

    #[inline]
    fn add(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        let wanted = key.len() + value.len() + size_of::<Item>();
        let held = self.bytes.len() + self.items.len() * size_of::<Item>();
        if held > 0 && held + wanted > self.budget {
            self.spill()?;
        }
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(io::Error::other);
        let item = Item { start: self.bytes.len(), key: length(key)?, value: length(value)? };
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        self.items.push(item);
        Ok(())
    }

    /// Sorts the items.
    ///
    /// # Errors
    /// The temporary file cannot be written or read back.
    pub fn finish(mut self) -> Result<Sorted, Failure> {
        if self.runs.is_empty() {
            self.sort();
            return Ok(Sorted {
                folder: self.folder,
                bytes: self.bytes,
                items: self.items.into_iter(),
                file: None,
                runs: Vec::new(),
                heap: BinaryHeap::new(),
                current: Head::default(),
            });
        }
        self.spill().map_err(|error| failure(&self.folder, error))?;
        let buffer = (self.budget / self.runs.len()).clamp(8 << 10, 256 << 10);
        let runs = self.runs.iter().map(|&(at, end)| Run {
            at,
            end,
            buffer: Vec::with_capacity(buffer),
            start: 0,
        });
        let mut sorted = Sorted {
            folder: self.folder,
            bytes: Vec::new(),
            items: Vec::new().into_iter(),
            file: self.file,
            runs: runs.collect(),
            heap: BinaryHeap::new(),
            current: Head::default(),
        };
        for run in 0..sorted.runs.len() {
            let advanced = sorted.advance(Head { run, ..Head::default() });
            advanced.map_err(|error| failure(&sorted.folder, error))?;
        }
        Ok(sorted)
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.items.sort_by(|a, b| a.key_in(bytes).cmp(b.key_in(bytes)));
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let begin = self.runs.last().map_or(0, |run| run.1);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        let mut writer = io::BufWriter::with_capacity(256 << 10, file);
        let mut end = begin;
        for item in &self.items {
            writer.write_all(&item.key.to_le_bytes())?;
            writer.write_all(&item.value.to_le_bytes())?;
            writer.write_all(item.key_in(&self.bytes))?;
            writer.write_all(item.value_in(&self.bytes))?;
            end += 8 + u64::from(item.key) + u64::from(item.value);
        }
        writer.flush()?;
        self.runs.push((begin, end));
        self.bytes.clear();
        self.items.clear();
        Ok(())
    }
}

impl Sorted {
    /// The next item; `None` after the last one.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot lend its items")]
    pub fn next(&mut self) -> Result<Option<KeyAndValue<'_>>, Failure> {
        if self.file.is_none() {
            let bytes = &self.bytes;
            return Ok(self.items.next().map(|item| (item.key_in(bytes), item.value_in(bytes))));
        }
        let Some(head) = self.heap.pop() else {
            return Ok(None);
        };
        let done = std::mem::replace(&mut self.current, head);
        let spare = Head { run: self.current.run, ..done };
        self.advance(spare).map_err(|error| failure(&self.folder, error))?;
        Ok(Some((&self.current.key, &self.current.value)))
    }

    /// Puts the next item of `head`'s run on the heap.
    fn advance(&mut self, mut head: Head) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let run = &mut self.runs[head.run];
        if run.is_empty() {
            return Ok(());
        }
        let (key, value) = (run.length(file)?, run.length(file)?);
        head.key.resize(key, 0);
        head.value.resize(value, 0);
        run.read(file, &mut head.key)?;
        run.read(file, &mut head.value)?;
        self.heap.push(head);
        Ok(())
    }
}

impl Item {
    fn key_in(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.start..self.start + self.key as usize]
    }

    fn value_in(self, bytes: &[u8]) -> &[u8] {
        let start = self.start + self.key as usize;
        &bytes[start..start + self.value as usize]
    }
}

impl Run {
    fn is_empty(&self) -> bool {
        self.at == self.end && self.start == self.buffer.len()
    }

    fn length(&mut self, file: &File) -> io::Result<usize> {
        let mut bytes = [0; 4];
        self.read(file, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes) as usize)
    }

    fn read(&mut self, file: &File, mut out: &mut [u8]) -> io::Result<()> {
        while !out.is_empty() {
            if self.start == self.buffer.len() {
                let wanted = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
                self.buffer.resize(wanted.min(self.buffer.capacity()), 0);
                file.read_exact_at(&mut self.buffer, self.at)?;
                self.at += self.buffer.len() as u64;
                self.start = 0;
                if self.buffer.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            let count = out.len().min(self.buffer.len() - self.start);
            let (now, later) = out.split_at_mut(count);
            now.copy_from_slice(&self.buffer[self.start..self.start + count]);
            self.start += count;
            out = later;
        }
        Ok(())
    }
}

fn failure(folder: &Path, error: io::Error) -> Failure {
    io_failure("sort in", folder, error)
}

impl Ord for Head {
    /// Reversed, because the heap gives its greatest item first. The number of the run keeps equal keys
    /// in their order.
    fn cmp(&self, other: &Self) -> Ordering {
        (&other.key, other.run).cmp(&(&self.key, self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(items: &[(Vec<u8>, Vec<u8>)], budget: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path(), budget);
        for (key, value) in items {
            sorter.push(key, value).unwrap();
        }
        let mut sorted = sorter.finish().unwrap();
        let mut all = Vec::new();
        while let Some((key, value)) = sorted.next().unwrap() {
            all.push((key.to_vec(), value.to_vec()));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        all
    }

    proptest! {
        #[test]
        fn any_budget_sorts_like_a_stable_sort(
            keys in proptest::collection::vec(proptest::collection::vec(0u8..4, 0..4), 0..300),
            budget in 1usize..4_000,
        ) {
            let numbered = keys.into_iter().enumerate();
            let items: Vec<_> =
                numbered.map(|(n, key)| (key, n.to_string().into_bytes())).collect();
            let mut wanted = items.clone();
            wanted.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert_eq!(sorted(&items, budget), wanted);
        }
    }
}
