//! One run at a time in one folder.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::atomic::create_folder;
use crate::escape;
use crate::exit::{Code, Failure, io_failure};

/// The name of the lock file of a run. It stays in the folder, and so tells that such a run was there.
#[must_use]
pub fn lock_file(name: &str) -> String {
    format!(".{name}.lock")
}

/// Holds the lock of a folder until it is dropped; the kernel frees it when the process dies.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Takes the lock file `.NAME.lock` of `folder`.
    ///
    /// # Errors
    /// [`Code::Locked`] if another run holds it; the lock file cannot be created.
    pub fn acquire(folder: &Path, name: &str) -> Result<Self, Failure> {
        create_folder(folder)?;
        let path = folder.join(lock_file(name));
        // Whoever can open the file can hold the lock.
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| io_failure("lock", &path, error))?;
        Self::hold(file, &path, || format!("{} (lock {name})", folder.display()))
    }

    /// The same without a lock file: the folder itself is locked, so that no file is left in it.
    ///
    /// # Errors
    /// As for [`RunLock::acquire`].
    pub fn of_folder(folder: &Path) -> Result<Self, Failure> {
        create_folder(folder)?;
        let file = File::open(folder).map_err(|error| io_failure("lock", folder, error))?;
        Self::hold(file, folder, || folder.display().to_string())
    }

    fn hold(file: File, path: &Path, folder: impl FnOnce() -> String) -> Result<Self, Failure> {
        match file.try_lock() {
            Ok(()) => {
                tracing::info!("holds the lock {}", escape::path(path));
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let message = format!("another run is at work in {}", folder());
                Err(Failure::new(Code::Locked, message))
            }
            Err(TryLockError::Error(error)) => Err(io_failure("lock", path, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_second_run_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().unwrap();
        let first = RunLock::acquire(folder.path(), "cutter").unwrap();
        let refused = RunLock::acquire(folder.path(), "cutter").unwrap_err();
        assert_eq!(refused.code(), Code::Locked);
        drop(first);
        RunLock::acquire(folder.path(), "cutter").unwrap();
    }

    #[test]
    fn a_folder_is_locked_without_leaving_a_file_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = RunLock::of_folder(folder.path()).unwrap();
        assert_eq!(RunLock::of_folder(folder.path()).unwrap_err().code(), Code::Locked);
        drop(first);
        RunLock::of_folder(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
