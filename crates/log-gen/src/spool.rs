//! A log file while it is written, and its way into the output folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use ecom_core::atomic::{new_file, sync_folder};
use ecom_core::exit::{Failure, io_failure};
use ecom_core::input;

/// A log file under its temporary name in the output folder. It is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct SpoolFile {
    writer: BufWriter<File>,
    partial: PathBuf,
}

impl SpoolFile {
    /// Starts a file.
    pub(crate) fn create(partial: PathBuf) -> Result<Self, Failure> {
        let file = new_file(&partial).map_err(|error| io_failure("write", &partial, error))?;
        Ok(Self { writer: BufWriter::with_capacity(1 << 17, file), partial })
    }

    /// Appends one line, which ends in a newline.
    pub(crate) fn write(&mut self, line: &str) -> Result<(), Failure> {
        let written = self.writer.write_all(line.as_bytes());
        written.map_err(|error| io_failure("write", &self.partial, error))
    }

    /// Hands the file over: gives it a second name `pending` in the archive, then its `name` in the
    /// output folder, then its `kept` name in the archive. Each step is durable before the next
    /// begins, so after a crash [`settle`] knows which was the last.
    pub(crate) fn hand_over(
        mut self,
        name: &Path,
        pending: &Path,
        kept: &Path,
    ) -> Result<(), Failure> {
        let cannot = |error| io_failure("write", name, error);
        self.writer.flush().and_then(|()| self.writer.get_ref().sync_all()).map_err(cannot)?;
        let named = second_name(&self.partial, pending)
            .and_then(|()| fs::rename(&self.partial, name).map_err(cannot));
        if named.is_err() {
            // The file was not handed over and must not look as if it was: remove its second name
            // before its temporary one.
            let _ = fs::remove_file(pending);
            return named;
        }
        sync_folder(name).map_err(cannot)?;
        keep(pending, kept)
    }
}

impl Drop for SpoolFile {
    fn drop(&mut self) {
        // Fails if the file already has its final name. The next run overwrites any other leftover.
        let _ = fs::remove_file(&self.partial);
    }
}

/// Finishes a handover that a crash interrupted. As long as the file has its temporary name in the
/// output folder, it was not handed over.
pub(crate) fn settle(
    partial: &Path,
    name: &Path,
    pending: &Path,
    kept: &Path,
) -> Result<(), Failure> {
    match fs::rename(partial, name) {
        Ok(()) => sync_folder(name).map_err(|error| io_failure("write", name, error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(io_failure("write", name, error)),
    }
    keep(pending, kept)
}

fn keep(pending: &Path, kept: &Path) -> Result<(), Failure> {
    let renamed = fs::rename(pending, kept).and_then(|()| sync_folder(kept));
    renamed.map_err(|error| io_failure("write", kept, error))
}

/// Gives a complete file a second name: a hard link, or a copy on another file system.
fn second_name(file: &Path, pending: &Path) -> Result<(), Failure> {
    let cannot = |error| io_failure("write", pending, error);
    // The temporary name must be durable before a second name declares the file complete.
    sync_folder(file).map_err(cannot)?;
    if fs::hard_link(file, pending).is_err() {
        let copying = pending.with_extension("copying");
        let copied = copy(file, &copying).and_then(|()| fs::rename(&copying, pending));
        if let Err(error) = copied {
            let _ = fs::remove_file(&copying);
            return Err(cannot(error));
        }
    }
    sync_folder(pending).map_err(cannot)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = new_file(to)?;
    io::copy(&mut input::open(from).map_err(io::Error::other)?, &mut target)?;
    target.sync_all()
}
