//! The generated log files, as kept in the work folder.

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::checksum::Tally;
use ecom_core::exit::io_failure;
use ecom_core::input;
use ecom_core::report::{LogTruth, Report};
use ecom_core::work::{LOGS, is_log_file};

use crate::side::{Each, Entry, Location, Side};

/// The longest line that is read, in bytes; log-gen writes at most 2,048 characters.
const LINE_LIMIT: u64 = 8 << 20;

/// The lines of the kept log files.
pub(crate) struct Archive {
    files: Vec<PathBuf>,
}

impl Archive {
    /// The log files of the work folder; refuses if there are none.
    pub(crate) fn open(work: &Path) -> Result<Self, Failure> {
        let folder = work.join(LOGS);
        let cannot = |error| io_failure("read the folder", &folder, error);
        let none = || {
            let folder = folder.display();
            Failure::refused(format!("{folder} has no log files: run log-gen first"))
        };
        let mut files = Vec::new();
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(none()),
            entries => entries.map_err(cannot)?,
        };
        for entry in entries {
            let path = entry.map_err(cannot)?.path();
            if path.file_name().is_some_and(|name| is_log_file(&name.to_string_lossy())) {
                files.push(path);
            }
        }
        if files.is_empty() {
            return Err(none());
        }
        files.sort();
        Ok(Self { files })
    }
}

/// Count and checksum of the lines that log-gen wrote, according to its report, if there is one.
pub(crate) fn truth(work: &Path) -> Result<Option<Tally>, Failure> {
    let report = Report::<LogTruth>::read(work, None)?;
    Ok(report.map(|report| report.details.tally()))
}

impl Side for Archive {
    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let mut text = Vec::new();
        for (number, path) in (0..).zip(&self.files) {
            let cannot = |error| io_failure("read", path, error);
            let file = input::open(path)?;
            let mut reader = BufReader::with_capacity(1 << 17, file);
            let mut location = Location { file: number, line: 0 };
            loop {
                text.clear();
                // A longer line is read in pieces, and so is reported as different.
                let read = (&mut reader).take(LINE_LIMIT).read_until(b'\n', &mut text);
                if read.map_err(cannot)? == 0 {
                    break;
                }
                location.line += 1;
                let line = text.strip_suffix(b"\n").unwrap_or(&text);
                each(Entry { key: line, record: line, core: line.len(), location })?;
            }
        }
        Ok(())
    }

    fn name(&self, location: Location) -> String {
        let path = self.files.get(location.file as usize).and_then(|path| path.file_name());
        let name = path.unwrap_or_default().to_string_lossy();
        format!("{LOGS}/{name}:{}", location.line)
    }
}
