//! The data lake, through WebHDFS and JMX: one content summary per folder, and a listing of only
//! the newest partitions.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use ecom_core::Failure;
use ecom_core::exit::describe;
use ecom_core::hdfs::{self, Hdfs, State, Status};
use ecom_core::settings::{HdfsArgs, HdfsRootArgs};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::probe::Ask;
use super::wanted::Wanted;

/// Requests that run at the same time.
const AT_ONCE: usize = 8;

/// How many of the newest partitions to list: Flume may still be writing into the previous hour for
/// a moment.
const PARTITIONS: usize = 2;

/// The data lake.
pub(crate) struct Probe {
    hdfs: Hdfs,
    root: HdfsRootArgs,
    wanted: Wanted,
}

/// What the data lake holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lake {
    /// The state of the NameNode.
    pub(crate) state: State,
    /// The folders, by path.
    pub(crate) folders: Vec<Area>,
}

/// One folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Area {
    /// Its path.
    pub(crate) path: String,
    /// Whether it exists.
    pub(crate) exists: bool,
    /// Bytes in it, including the visible ones of open files.
    pub(crate) bytes: u64,
    /// Files in it.
    pub(crate) files: u64,
    /// Files that are still being written.
    pub(crate) open_files: u64,
    /// The visible bytes of open files.
    pub(crate) open_bytes: u64,
    /// Files that HDFS holds open under their final names, although their writer has given them up.
    pub(crate) held_open: Vec<String>,
    /// When it last changed.
    pub(crate) modified: Option<DateTime<Utc>>,
}

impl Probe {
    /// Does not connect yet.
    pub(crate) fn new(
        args: &HdfsArgs,
        root: HdfsRootArgs,
        wanted: Wanted,
    ) -> Result<Self, Failure> {
        Ok(Self { hdfs: Hdfs::new(args)?, root, wanted })
    }

    async fn query(&self) -> Result<Lake, Failure> {
        let state = self.hdfs.state().await?;
        let (sqoop, analytics) = tokio::try_join!(self.tables("sqoop"), self.tables("analytics"))?;
        let mut paths: BTreeSet<(String, Option<u64>)> = sqoop
            .into_iter()
            .chain(analytics)
            .map(|found| (found.path, Some(found.modified)))
            .collect();
        // A folder that should exist but does not is a result, too.
        for table in self.wanted.tables().iter() {
            let path = self.root.folder(&format!("sqoop/{}", table.name));
            if !paths.iter().any(|(known, _)| *known == path) {
                paths.insert((path, None));
            }
        }
        let tables = stream::iter(paths).map(|(path, modified)| self.table(path, modified));
        let tables = tables.buffered(AT_ONCE).try_collect::<Vec<Area>>();
        let (mut folders, mut messages, mut logs) = tokio::try_join!(
            tables,
            self.partitioned("flume/kafka-transactions"),
            self.partitioned("flume/logs"),
        )?;
        if state.open_files > messages.open_files + logs.open_files {
            for area in [&mut messages, &mut logs] {
                let files = self.hdfs.walk(&area.path).await?.unwrap_or_default();
                area.held_open = self.hdfs.held_open(&files).await?;
            }
        }
        folders.extend([messages, logs]);
        folders.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(Lake { state, folders })
    }

    /// The folders in an area, without those that the wrappers use (`.marks`, `.import-…`).
    async fn tables(&self, area: &str) -> Result<Vec<Status>, Failure> {
        let path = self.root.folder(area);
        let mut found = self.hdfs.list(&path).await?.unwrap_or_default();
        found.retain(|found| found.folder && !hdfs::is_hidden(&found.path));
        Ok(found)
    }

    /// A folder whose files are all complete.
    async fn table(&self, path: String, modified: Option<u64>) -> Result<Area, Failure> {
        let summary = self.hdfs.summary(&path).await?;
        let modified = modified.and_then(time).filter(|_| summary.is_some());
        Ok(Area { modified, ..Area::of(path, summary, &[]) })
    }

    /// A folder of partitions by time, which Flume writes.
    async fn partitioned(&self, area: &str) -> Result<Area, Failure> {
        let path = self.root.folder(area);
        // The files before the sum: a file that is closed in between still counts as open, never as
        // missing.
        let newest = self.newest(&path).await?;
        let summary = self.hdfs.summary(&path).await?;
        let area = Area::of(path, summary, &newest);
        if area.open_files == 0 {
            return Ok(area);
        }
        // An open file may have grown in between: the growth must count as open, too.
        let later = Area::of(String::new(), summary, &self.newest(&area.path).await?);
        Ok(Area { open_bytes: area.open_bytes.max(later.open_bytes), ..area })
    }

    /// The files of the newest partitions; older ones are never listed.
    async fn newest(&self, path: &str) -> Result<Vec<Status>, Failure> {
        let mut waiting = vec![path.to_owned()];
        let (mut files, mut partitions) = (Vec::new(), 0);
        while let Some(folder) = waiting.pop() {
            let listed = self.hdfs.list(&folder).await?.unwrap_or_default();
            let (mut folders, found): (Vec<_>, Vec<_>) =
                listed.into_iter().partition(|found| found.folder);
            if !found.is_empty() {
                files.extend(found);
                partitions += 1;
            }
            if partitions == PARTITIONS {
                break;
            }
            // Names of years, months, days and hours sort chronologically.
            folders.sort_by(|one, other| one.path.cmp(&other.path));
            let rest = folders.len().saturating_sub(PARTITIONS);
            waiting.extend(folders.drain(rest..).map(|found| found.path));
        }
        Ok(files)
    }
}

impl Ask for Probe {
    type Answer = Lake;

    async fn ask(&mut self) -> Result<Lake, String> {
        self.wanted.known().await;
        self.query().await.map_err(|failure| describe(&failure.into()))
    }
}

impl Area {
    fn of(path: String, summary: Option<hdfs::Summary>, newest: &[Status]) -> Self {
        let open = newest.iter().filter(|file| hdfs::is_open_in_flume(&file.path));
        let (open_files, open_bytes) =
            open.fold((0, 0), |(files, bytes), file| (files + 1, bytes + file.length));
        let modified = newest.iter().map(|file| file.modified).max().and_then(time);
        let exists = summary.is_some();
        let hdfs::Summary { file_count: files, length: bytes, .. } = summary.unwrap_or_default();
        let held_open = Vec::new();
        Self { path, exists, bytes, files, open_files, open_bytes, held_open, modified }
    }

    /// Bytes in files that are complete.
    pub(crate) fn closed_bytes(&self) -> u64 {
        self.bytes.saturating_sub(self.open_bytes)
    }
}

impl Lake {
    /// The folder of that path.
    pub(crate) fn folder(&self, path: &str) -> Option<&Area> {
        self.folders.iter().find(|folder| folder.path == path)
    }
}

fn time(milliseconds: u64) -> Option<DateTime<Utc>> {
    let milliseconds = i64::try_from(milliseconds).ok().filter(|milliseconds| *milliseconds > 0)?;
    DateTime::from_timestamp_millis(milliseconds)
}
