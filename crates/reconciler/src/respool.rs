//! Hands log lines that HDFS lost over to Flume again.
//!
//! A log agent that is killed loses what its memory channel holds, although the file is already gone
//! from the spool folder. The work folder keeps every line, so the comparison knows the missing ones.
//! They are handed over only when nothing is on its way any more ([`crate::rest`]): a line that may
//! still arrive is not missing. They get a name that Flume sees in one step, after they are durable;
//! from then on they are on their way themselves. So whenever this is killed, the next run either
//! finds nothing on its way and the same lines missing, or waits for them: no line comes twice.

use std::fs::{self, File};
use std::io::{BufWriter, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use ecom_core::Failure;
use ecom_core::atomic::new_file;
use ecom_core::exit::io_failure;
use ecom_core::lock::RunLock;

/// The missing lines of one comparison, in a file without a name.
#[derive(Debug)]
pub(crate) struct MissingLines {
    file: BufWriter<File>,
    folder: PathBuf,
}

impl MissingLines {
    /// No lines yet; the file is in `folder`.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failure> {
        let file = tempfile::tempfile_in(folder).map_err(|error| failure(folder, error))?;
        Ok(Self { file: BufWriter::new(file), folder: folder.to_owned() })
    }

    /// Forgets them, because the comparison starts again.
    pub(crate) fn clear(&mut self) -> Result<(), Failure> {
        let file = self.file.get_mut();
        let cleared = file.set_len(0).and_then(|()| file.rewind());
        cleared.map_err(|error| failure(&self.folder, error))
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &[u8]) -> Result<(), Failure> {
        let added = self.file.write_all(line).and_then(|()| self.file.write_all(b"\n"));
        added.map_err(|error| failure(&self.folder, error))
    }

    /// Hands them over in a new file of the spool folder; returns its name.
    pub(crate) fn hand_over(&mut self, spool: &Path) -> Result<String, Failure> {
        let cannot = |path: &Path| {
            let path = path.to_owned();
            move |error| io_failure("write", &path, error)
        };
        let _lock = RunLock::of_folder(spool)?;
        // The name that a killed run left is used again.
        let partial = spool.join(".ecommerce_app_again.log.partial");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("ecommerce_app_again_{}.log", now.as_millis());
        let mut file = new_file(&partial).map_err(cannot(&partial))?;
        self.file.flush().map_err(|error| failure(&self.folder, error))?;
        let lines = self.file.get_mut();
        lines.rewind().map_err(|error| failure(&self.folder, error))?;
        std::io::copy(lines, &mut file).and_then(|_| file.sync_all()).map_err(cannot(&partial))?;
        fs::rename(&partial, spool.join(&name)).map_err(cannot(&partial))?;
        Ok(name)
    }
}

fn failure(folder: &Path, error: std::io::Error) -> Failure {
    io_failure("write in", folder, error)
}
