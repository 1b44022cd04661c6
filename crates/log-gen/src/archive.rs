//! The copies of all log files in the work folder, which record the progress of a run.
//!
//! A file is created in four steps:
//! 1. It is written under a temporary name in the output folder.
//! 2. It gets a second, pending name in the archive.
//! 3. It gets its final name in the output folder, which hands it over to Flume.
//! 4. It gets its final name in the archive.
//!
//! Each step is durable before the next one begins. So if a run is killed between any two steps,
//! the next run knows how far it got, whether or not Flume has consumed the file, and no line is
//! handed over twice. The archive holds hard links where it can, so that the copies, with which the
//! reconciler compares every line in HDFS, take no space.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::checksum::Tally;
use ecom_core::escape;
use ecom_core::exit::{Failure, io_failure};
use ecom_core::report::{LogTruth, Report};
use ecom_core::work::{LOG_REQUEST, LOGS, LogRequest, LogTicket};

use crate::clock::{file_name, second_of};
use crate::spool::{SpoolFile, settle};
use crate::truth::tally_of;

/// The ticket of a run while a reset deletes its files.
const RESET: &str = ".reset.json";
const PENDING: &str = ".pending";
const COPYING: &str = ".copying";

/// The archive of a work folder.
#[derive(Debug)]
pub(crate) struct Archive {
    work: PathBuf,
    folder: PathBuf,
}

/// The archive while a run hands files over.
#[derive(Debug)]
pub(crate) struct HandOver {
    folder: PathBuf,
    output: PathBuf,
    token: String,
    /// Files that were handed over before, in order.
    names: Vec<String>,
    /// Names in the output folder that belong to other runs.
    taken: HashSet<String>,
    /// The second in the name of the last file.
    last: Option<i64>,
}

impl Archive {
    /// The archive of a work folder. Finishes a reset that a crash interrupted.
    pub(crate) fn open(work: &Path) -> Result<Self, Failure> {
        let archive = Self { work: work.to_owned(), folder: work.join(LOGS) };
        if archive.folder.join(RESET).exists() {
            archive.finish_reset()?;
        }
        Ok(archive)
    }

    /// The work folder.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// The request of the run that wrote the files.
    pub(crate) fn request(&self) -> Result<Option<LogRequest>, Failure> {
        if let Some(ticket) = LogTicket::read(&self.folder)? {
            return Ok(Some(ticket.request));
        }
        let names = self.names()?;
        if let Some(name) = names.first() {
            return Err(Failure::refused(format!(
                "{} holds {name} but not the request that it was written for: delete the copies with --reset",
                self.folder.display()
            )));
        }
        Ok(None)
    }

    /// Fails unless the copy of a file holds exactly the lines that were handed over.
    pub(crate) fn check(&self, name: &str, wanted: Tally) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let refuse = |what: &str| {
            let path = path.display();
            Err(Failure::verification(format!("{path} {what}: start again with --reset")))
        };
        match path.exists() {
            false => refuse("is missing"),
            true if tally_of(&path)? == wanted => Ok(()),
            true => refuse("has changed since it was written"),
        }
    }

    /// The names of all files that were handed over, in order.
    pub(crate) fn names(&self) -> Result<Vec<String>, Failure> {
        let mut names = names_in(&self.folder)?;
        names.retain(|name| second_of(name).is_some());
        names.sort_unstable();
        Ok(names)
    }

    /// Forgets a run: deletes its files that still wait in the output folder, its copies, and its
    /// report.
    pub(crate) fn reset(&self) -> Result<(), Failure> {
        // The new name makes the next run finish the reset if this one is killed.
        let (request, reset) = (self.folder.join(LOG_REQUEST), self.folder.join(RESET));
        if request.exists() {
            fs::rename(&request, &reset).map_err(|error| io_failure("write", &reset, error))?;
        }
        self.finish_reset()
    }

    fn finish_reset(&self) -> Result<(), Failure> {
        let reset = self.folder.join(RESET);
        let ticket = LogTicket::read_file(&reset)?;
        for name in names_in(&self.folder)? {
            let log = name.trim_start_matches('.').trim_end_matches(PENDING);
            let log = log.trim_end_matches(COPYING);
            if second_of(log).is_none() {
                continue;
            }
            let copy = self.folder.join(&name);
            if let Some(LogTicket { request, token }) = &ticket {
                remove_waiting(&request.output_dir, log, &copy)?;
                remove(&partial(&request.output_dir, log, token))?;
            }
            remove(&copy)?;
        }
        // The ticket goes last: while it exists, the reset is not finished.
        remove(&Report::<LogTruth>::path(&self.work, None))?;
        remove(&reset)
    }

    /// Starts handing files over for a request, or continues where an earlier run ended.
    pub(crate) fn hand_over(&self, request: &LogRequest) -> Result<HandOver, Failure> {
        let token = if let Some(ticket) = LogTicket::read(&self.folder)? {
            ticket.token
        } else {
            let ticket = new_ticket(request, &self.folder);
            ticket.write(&self.folder)?;
            ticket.token
        };
        let output = request.output_dir.clone();
        for name in names_in(&self.folder)? {
            let hidden = self.folder.join(&name);
            let Some(name) = name.strip_prefix('.') else { continue };
            if name.ends_with(COPYING) {
                remove(&hidden)?;
            } else if let Some(log) = name.strip_suffix(PENDING) {
                let partial = partial(&output, log, &token);
                settle(&partial, &output.join(log), &hidden, &self.folder.join(log))?;
            }
        }
        let mut taken = HashSet::new();
        for name in names_in(&output)? {
            match name.strip_suffix(".partial").and_then(|rest| rest.rsplit_once('.')) {
                // A half-written file of this request: it will be written again.
                Some((_, owner)) if owner == token => remove(&output.join(&name))?,
                Some((log, _)) => drop(taken.insert(log.trim_start_matches('.').to_owned())),
                None => drop(taken.insert(name)),
            }
        }
        let folder = self.folder.clone();
        Ok(HandOver { folder, output, token, names: self.names()?, taken, last: None })
    }
}

impl HandOver {
    /// The name of the file at `index`, whose first line is from `second`, and the file to write;
    /// no file if it was handed over before.
    pub(crate) fn file(
        &mut self,
        index: u64,
        second: i64,
    ) -> Result<(String, Option<SpoolFile>), Failure> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        if let Some(name) = self.names.get(index) {
            self.last = second_of(name);
            return Ok((name.clone(), None));
        }
        // Flume refuses two files of the same name, even after it has consumed the first.
        let mut second = self.last.map_or(second, |last| second.max(last + 1));
        while self.taken.contains(&file_name(second)) {
            second += 1;
        }
        self.last = Some(second);
        let name = file_name(second);
        let file = SpoolFile::create(partial(&self.output, &name, &self.token))?;
        Ok((name, Some(file)))
    }

    /// Hands over a complete file.
    pub(crate) fn finish(&self, name: &str, file: SpoolFile) -> Result<(), Failure> {
        let pending = self.folder.join(format!(".{name}{PENDING}"));
        let path = self.output.join(name);
        file.hand_over(&path, &pending, &self.folder.join(name))?;
        tracing::info!("handed over {}", escape::path(&path));
        Ok(())
    }
}

/// The temporary name of a file in the output folder. Flume ignores hidden files.
fn partial(output: &Path, log: &str, token: &str) -> PathBuf {
    output.join(format!(".{log}.{token}.partial"))
}

/// Removes a file that waits in the output folder, also under the names that Flume gives it while it
/// reads it: `NAME.ID.BYTES.taken`, and parts of it as `NAME.ID.BYTES.lines`.
fn remove_waiting(output: &Path, log: &str, copy: &Path) -> Result<(), Failure> {
    let names = names_in(output)?;
    let id_of = |name: &str| {
        let rest = name.trim_start_matches('.').strip_prefix(log)?.strip_prefix('.')?;
        rest.split_once('.').map(|(id, _)| format!("{log}.{id}."))
    };
    let wanted = tally_of(copy)?;
    for name in names.iter().filter(|name| *name == log || id_of(name).is_some()) {
        let path = output.join(name);
        // A file of another data set may have the same name; a part of it has the same id.
        if !path.exists() || tally_of(&path)? != wanted {
            continue;
        }
        remove(&path)?;
        let id = id_of(name);
        for part in names.iter().filter(|part| id.is_some() && id_of(part) == id) {
            remove(&output.join(part))?;
        }
    }
    Ok(())
}

fn names_in(folder: &Path) -> Result<Vec<String>, Failure> {
    let cannot = |error| io_failure("read the folder", folder, error);
    let mut names = Vec::new();
    if folder.exists() {
        for entry in fs::read_dir(folder).map_err(cannot)? {
            names.extend(entry.map_err(cannot)?.file_name().into_string().ok());
        }
    }
    Ok(names)
}

/// A ticket with a token that no other run has.
fn new_ticket(request: &LogRequest, folder: &Path) -> LogTicket {
    let mut tally = Tally::default();
    let (time, process) = (std::time::SystemTime::now(), std::process::id());
    let folder = folder.display();
    tally.add(format!("{request:?} {folder} {time:?} {process}").as_bytes());
    LogTicket { request: request.clone(), token: tally.checksum.to_string() }
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(io_failure("delete", path, error))
        }
        _ => Ok(()),
    }
}
