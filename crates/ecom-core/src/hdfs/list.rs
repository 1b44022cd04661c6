//! Listings, within bounds: a hostile server has files, folders and pages without end.

use tokio::time::Instant;

use super::answer::Listing;
use super::{Hdfs, Status};
use crate::exit::Failure;

/// The most files and folders of one listing or walk.
const MOST_ENTRIES: usize = 100_000;

/// A listing or walk may take this many times as long as an answer.
const WALK_TIMES: u32 = 20;

impl Hdfs {
    /// The files and folders in a folder, sorted by name; `None` if it is missing. Asks page by page.
    pub async fn list(&self, path: &str) -> Result<Option<Vec<Status>>, Failure> {
        self.list_within(path, &mut self.bounds(path)).await
    }

    /// Every file below a folder, sorted by path; `None` if it is missing. A subfolder that disappears
    /// meanwhile has no files.
    pub async fn walk(&self, path: &str) -> Result<Option<Vec<Status>>, Failure> {
        self.walk_where(path, |_| true).await
    }

    /// Like [`Hdfs::walk`], without the files and the folders that `wanted` leaves out.
    pub async fn walk_where(
        &self,
        path: &str,
        wanted: impl Fn(&Status) -> bool,
    ) -> Result<Option<Vec<Status>>, Failure> {
        let mut bounds = self.bounds(path);
        let Some(mut waiting) = self.list_within(path, &mut bounds).await? else {
            return Ok(None);
        };
        let mut files = Vec::new();
        while let Some(found) = waiting.pop() {
            if !wanted(&found) {
                continue;
            }
            if found.folder {
                let below = self.list_within(&found.path, &mut bounds).await?;
                waiting.extend(below.unwrap_or_default());
            } else {
                files.push(found);
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Some(files))
    }

    fn bounds<'a>(&self, path: &'a str) -> Bounds<'a> {
        Bounds { path, left: MOST_ENTRIES, deadline: Instant::now() + self.timeout * WALK_TIMES }
    }

    async fn list_within(
        &self,
        path: &str,
        bounds: &mut Bounds<'_>,
    ) -> Result<Option<Vec<Status>>, Failure> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let query = [("op", "LISTSTATUS_BATCH"), ("startAfter", &after)];
            let query = if after.is_empty() { &query[..1] } else { &query };
            let Some(Listing { directory_listing: page }) = self.ask(path, query).await? else {
                return Ok(None);
            };
            let files = page.partial_listing.file_statuses.file_status;
            bounds.take(files.len()).map_err(|why| self.strange(bounds.path, why))?;
            if files.iter().any(|file| !file.is_named()) {
                return Err(self.strange(path, "it lists a name that no file can have"));
            }
            let last = files.last().map(|file| file.path_suffix.clone());
            all.extend(files.into_iter().map(|file| file.at(path)));
            match last {
                Some(name) if page.remaining_entries > 0 && !name.is_empty() => after = name,
                _ => return Ok(Some(all)),
            }
        }
    }
}

/// What is left of the bounds of a listing.
struct Bounds<'a> {
    path: &'a str,
    left: usize,
    deadline: Instant,
}

impl Bounds<'_> {
    fn take(&mut self, entries: usize) -> Result<(), &'static str> {
        self.left = self.left.checked_sub(entries).ok_or("it lists more than 100,000 entries")?;
        let late = Instant::now() > self.deadline;
        if late { Err("its listing does not end") } else { Ok(()) }
    }
}
