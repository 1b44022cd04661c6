//! The copies of all log files in the work folder, and with them the progress of a run.
//!
//! A file is made in four steps: it is written under a temporary name in the output folder; it
//! gets a second name in the archive, a pending one; it gets its name in the output folder, which
//! hands it over to Flume; its name in the archive becomes the final one. A run that was killed
//! between any two of them is finished by the next, without handing a line over twice.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::atomic;
use ecom_core::checksum::Tally;
use ecom_core::escape;
use ecom_core::exit::{Code, Failure, io_failure};
use ecom_core::report;
use serde::{Deserialize, Serialize};

use crate::clock::{file_name, second_of};
use crate::request::Request;
use crate::spool::{SpoolFile, settle};
use crate::truth::tally_of;

/// The archive's folder in the work folder.
const FOLDER: &str = "logs";
const REQUEST: &str = ".request.json";
const RESET: &str = ".reset.json";
const PENDING: &str = ".pending";
const COPYING: &str = ".copying";

/// The archive of a work folder.
#[derive(Debug)]
pub(crate) struct Archive {
    folder: PathBuf,
    report: PathBuf,
}

/// What is known of the run whose files are here.
#[derive(Debug, Serialize, Deserialize)]
struct Ticket {
    request: Request,
    /// A word that no other run has; part of its temporary names in the output folder.
    token: String,
}

/// The archive while a run hands files over.
#[derive(Debug)]
pub(crate) struct HandOver {
    folder: PathBuf,
    output: PathBuf,
    token: String,
    /// Files that were handed over before, in their order.
    names: Vec<String>,
    /// Names that other runs have in the output folder.
    taken: HashSet<String>,
    /// The second in the name of the last file.
    last: Option<i64>,
}

impl Archive {
    /// The archive of a work folder; a reset that a crash cut short is finished.
    pub(crate) fn open(work: &Path, tool: &str) -> Result<Self, Failure> {
        let archive = Self { folder: work.join(FOLDER), report: report::path(work, tool) };
        if archive.folder.join(RESET).exists() {
            archive.finish_reset()?;
        }
        Ok(archive)
    }

    /// What the run was asked for whose files are here.
    pub(crate) fn request(&self) -> Result<Option<Request>, Failure> {
        let path = self.folder.join(REQUEST);
        if path.exists() {
            return read_ticket(&path).map(|ticket| Some(ticket.request));
        }
        let names = self.names()?;
        if let Some(name) = names.first() {
            return Err(Failure::refused(format!(
                "{} holds {name}, of which nothing is known: --reset deletes the copies in it",
                self.folder.display()
            )));
        }
        Ok(None)
    }

    /// Refuses when the copy of a file does not hold the lines that were handed over in it.
    pub(crate) fn check(&self, name: &str, wanted: Tally) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let refuse = |what: &str| {
            let path = path.display();
            Err(Failure::verification(format!("{path} {what}: --reset starts anew")))
        };
        match path.exists() {
            false => refuse("is missing"),
            true if tally_of(&path)? == wanted => Ok(()),
            true => refuse("does not hold the lines that were written to it"),
        }
    }

    /// The names of the copies of all files that were handed over, in their order.
    pub(crate) fn names(&self) -> Result<Vec<String>, Failure> {
        let mut names = names_in(&self.folder)?;
        names.retain(|name| second_of(name).is_some());
        names.sort_unstable();
        Ok(names)
    }

    /// Forgets a run: its files that still wait in its output folder, its copies, its report.
    pub(crate) fn reset(&self) -> Result<(), Failure> {
        let (request, reset) = (self.folder.join(REQUEST), self.folder.join(RESET));
        if request.exists() {
            fs::rename(&request, &reset).map_err(|error| io_failure("write", &reset, error))?;
        }
        self.finish_reset()
    }

    fn finish_reset(&self) -> Result<(), Failure> {
        let reset = self.folder.join(RESET);
        let ticket = if reset.exists() { Some(read_ticket(&reset)?) } else { None };
        for name in names_in(&self.folder)? {
            let log = name.trim_start_matches('.').trim_end_matches(PENDING);
            let log = log.trim_end_matches(COPYING);
            if second_of(log).is_none() {
                continue;
            }
            let copy = self.folder.join(&name);
            if let Some(Ticket { request, token }) = &ticket {
                let waiting = request.output_dir.join(log);
                // Another data set's file may have the same name.
                if waiting.exists() && tally_of(&waiting)? == tally_of(&copy)? {
                    remove(&waiting)?;
                }
                remove(&partial(&request.output_dir, log, token))?;
            }
            remove(&copy)?;
        }
        remove(&self.report)?;
        remove(&reset)
    }

    /// Begins to hand files over for a request, or goes on where an earlier run ended.
    pub(crate) fn hand_over(&self, request: &Request) -> Result<HandOver, Failure> {
        let path = self.folder.join(REQUEST);
        if !path.exists() {
            Ticket::new(request, &self.folder).write(&path)?;
        }
        let token = read_ticket(&path)?.token;
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
                // What a run of this request left half-written is begun anew.
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
    /// The name of the file number `number`, whose first line was written in `second`, and the
    /// file to write; no file when it was handed over before.
    pub(crate) fn file(
        &mut self,
        number: u64,
        second: i64,
    ) -> Result<(String, Option<SpoolFile>), Failure> {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(name) = self.names.get(place) {
            self.last = second_of(name);
            return Ok((name.clone(), None));
        }
        let mut second = self.last.map_or(second, |last| second.max(last + 1));
        while self.taken.contains(&file_name(second)) {
            second += 1;
        }
        self.last = Some(second);
        let name = file_name(second);
        let file = SpoolFile::create(partial(&self.output, &name, &self.token))?;
        Ok((name, Some(file)))
    }

    /// Hands a complete file over.
    pub(crate) fn finish(&self, name: &str, file: SpoolFile) -> Result<(), Failure> {
        let pending = self.folder.join(format!(".{name}{PENDING}"));
        let path = self.output.join(name);
        file.hand_over(&path, &pending, &self.folder.join(name))?;
        tracing::info!("handed over {}", escape::path(&path));
        Ok(())
    }
}

/// The temporary name of a file in the output folder. Flume passes hidden files over.
fn partial(output: &Path, log: &str, token: &str) -> PathBuf {
    output.join(format!(".{log}.{token}.partial"))
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

impl Ticket {
    fn new(request: &Request, folder: &Path) -> Self {
        let mut tally = Tally::default();
        let (time, process) = (std::time::SystemTime::now(), std::process::id());
        let folder = folder.display();
        tally.add(format!("{request:?} {folder} {time:?} {process}").as_bytes());
        Self { request: request.clone(), token: tally.checksum.to_string() }
    }

    fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| {
            Failure::new(Code::Unexpected, "cannot write the request").because(error)
        })?;
        json.push(b'\n');
        atomic::write(path, &json)
    }
}

fn read_ticket(path: &Path) -> Result<Ticket, Failure> {
    let text = fs::read(path).map_err(|error| io_failure("read", path, error))?;
    serde_json::from_slice(&text).map_err(|error| {
        let folder = path.parent().unwrap_or(path).display();
        let message = format!("{} cannot be understood: delete {folder}", path.display());
        Failure::refused(message).because(error)
    })
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(io_failure("delete", path, error))
        }
        _ => Ok(()),
    }
}
