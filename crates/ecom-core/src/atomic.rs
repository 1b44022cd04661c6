//! Files that appear whole or not at all.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, TryLockError};
use std::io::{self, BufWriter, Read as _, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use serde::Serialize;

use crate::exit::{Code, Failure, io_failure};
use crate::{escape, input, show};

/// A file written under a temporary name (`.NAME.partial`) in the same folder; [`commit`] syncs it
/// and gives it its name. Dropped without a commit, it is removed and the old file stays.
///
/// [`commit`]: AtomicFile::commit
#[derive(Debug)]
pub struct AtomicFile {
    writer: Option<BufWriter<File>>,
    partial: PathBuf,
    path: PathBuf,
    begin: Instant,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl AtomicFile {
    /// Begins to write `path`, and creates its folder if necessary. A symbolic link stays one: what it
    /// leads to is written.
    ///
    /// # Errors
    /// Exit code 2: the path leads to something that is not a regular file, such as a device or a pipe.
    /// Exit code 6: another process is writing it. The folder or the file cannot be created.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, Failure> {
        let path = regular(path.into())?;
        let folder = path.parent().unwrap_or(Path::new(""));
        create_folder(folder)?;
        let mut name = OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".partial");
        let partial = path.with_file_name(name);
        let file = alone(&partial, &path)?;
        let writer = Some(BufWriter::with_capacity(1 << 16, file));
        Ok(Self { writer, partial, path, begin: Instant::now(), syncing: None })
    }

    /// The name that the file will have.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands what was written so far to the system. Returns the temporary path, where it can be read back
    /// before the commit.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn written(&mut self) -> Result<&Path, Failure> {
        let flushed = self.inner().and_then(Write::flush);
        flushed.map_err(|error| io_failure("write", &self.path, error))?;
        Ok(&self.partial)
    }

    /// Begins to make durable what was written so far, so that the commit need not wait for all of it.
    ///
    /// # Errors
    /// As for [`AtomicFile::written`].
    pub fn begin_sync(&mut self) -> Result<(), Failure> {
        self.written()?;
        let file = self.inner().and_then(|writer| writer.get_ref().try_clone());
        let file = file.map_err(|error| io_failure("write", &self.path, error))?;
        self.syncing = Some(thread::spawn(move || file.sync_all()));
        Ok(())
    }

    /// Makes the file durable and gives it its name.
    ///
    /// # Errors
    /// The file cannot be written or renamed.
    pub fn commit(mut self) -> Result<(), Failure> {
        self.publish().map_err(|error| io_failure("write", &self.path, error))
    }

    fn publish(&mut self) -> io::Result<()> {
        if let Some(syncing) = self.syncing.take() {
            // The system reports an error once.
            syncing.join().map_err(|_| io::Error::other("a working thread panicked"))??;
        }
        let writer = self.inner()?;
        writer.flush()?;
        writer.get_ref().sync_all()?;
        let bytes = writer.get_ref().metadata()?.len();
        fs::rename(&self.partial, &self.path)?;
        // From here on the temporary name may be that of another process.
        self.writer = None;
        sync_folder(&self.path)?;
        let (path, seconds) = (escape::path(&self.path), self.begin.elapsed().as_secs_f64());
        tracing::info!("wrote {path}: {bytes} bytes in {seconds:.3} s");
        Ok(())
    }

    fn inner(&mut self) -> io::Result<&mut BufWriter<File>> {
        self.writer.as_mut().ok_or_else(|| io::Error::other("already committed"))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner()?.flush()
    }
}

impl Seek for AtomicFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner()?.seek(position)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if self.writer.is_some() {
            // Best effort: the next run empties the same file.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// The temporary file, empty, for this process alone: of two that wrote it, the first would publish what
/// the second has only begun. The lock ends with the process, so that a killed one leaves no lock.
fn alone(partial: &Path, path: &Path) -> Result<File, Failure> {
    let cannot = |error| io_failure("write", path, error);
    loop {
        let file = open_file(partial, false).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!("another run is writing {}", escape::path(path));
                return Err(Failure::new(Code::Locked, message));
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        // The other one may have published or removed it just before the lock was free.
        let held = file.metadata().map_err(cannot)?;
        let named = fs::metadata(partial).ok();
        if named.is_some_and(|named| identity(&named) == identity(&held)) {
            file.set_len(0).map_err(cannot)?;
            return Ok(file);
        }
    }
}

/// Creates a folder, and those above it, if they are missing. A new one is for those who may enter the
/// folder around it: what is made in a private folder is private, whatever the mask.
///
/// # Errors
/// The folder cannot be created.
pub fn create_folder(folder: &Path) -> Result<(), Failure> {
    let mode = mode_in(folder) & 0o777 | 0o700;
    let created = DirBuilder::new().recursive(true).mode(mode).create(folder);
    match created {
        Err(error) if !folder.as_os_str().is_empty() => {
            Err(io_failure("create the folder", folder, error))
        }
        _ => Ok(()),
    }
}

/// Creates or empties a file, which is for those who may enter its folder.
///
/// # Errors
/// The file cannot be created.
pub fn new_file(path: &Path) -> io::Result<File> {
    open_file(path, true)
}

fn open_file(path: &Path, empty: bool) -> io::Result<File> {
    let mode = mode_in(path.parent().unwrap_or(Path::new(""))) & 0o666 | 0o600;
    File::options().write(true).create(true).truncate(empty).mode(mode).open(path)
}

/// The mode of a folder, or of the first one above it that exists.
fn mode_in(folder: &Path) -> u32 {
    let above = folder.ancestors().filter(|above| !above.as_os_str().is_empty());
    let found = above.chain([Path::new(".")]).find_map(|above| fs::metadata(above).ok());
    found.map_or(0o777, |folder| folder.mode())
}

/// Refuses to overwrite a file that this tool did not make, as `ours` judges by its first bytes. An
/// empty file has nothing to lose.
///
/// # Errors
/// Exit code 2: it is not a regular file. Exit code 4: it is somebody else's, and not `force`.
pub fn guard_foreign(
    path: &Path,
    force: bool,
    ours: impl FnOnce(&[u8]) -> bool,
) -> Result<(), Failure> {
    // A path that leads nowhere is the matter of whoever writes there.
    if !path.exists() {
        return Ok(());
    }
    let file = input::open(path)?;
    let mut begin = Vec::new();
    file.take(1 << 12).read_to_end(&mut begin).map_err(|error| io_failure("read", path, error))?;
    if force || begin.is_empty() || ours(&begin) {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::refused(format!(
        "{path} holds something else: choose another place, or --force to overwrite it"
    )))
}

/// The path of the file that is written for `path`.
fn regular(path: PathBuf) -> Result<PathBuf, Failure> {
    input::check_regular(&path)?;
    match (fs::symlink_metadata(&path), fs::metadata(&path)) {
        (Err(_), _) => Ok(path),
        (_, Err(_)) => {
            let shown = escape::path(&path);
            Err(Failure::usage(format!("{shown} is a link that leads nowhere")))
        }
        (Ok(link), _) if link.is_symlink() => {
            fs::canonicalize(&path).map_err(|error| io_failure("write", &path, error))
        }
        _ => Ok(path),
    }
}

/// Writes a whole file at once, atomically.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(bytes).map_err(|error| io_failure("write", path, error))?;
    file.commit()
}

/// Writes a value as indented JSON, atomically.
///
/// # Errors
/// The file cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let json = show::json(value).map_err(|error| {
        Failure::new(Code::Unexpected, format!("cannot write {}", path.display())).because(error)
    })?;
    write(path, json.as_bytes())
}

/// True if both paths lead to the same file, however they are spelled: with `./`, through a symbolic
/// link or a hard link. A path that leads nowhere equals none.
#[must_use]
pub fn same_file(a: &Path, b: &Path) -> bool {
    let found = |path: &Path| fs::metadata(path).ok();
    found(a).zip(found(b)).is_some_and(|(a, b)| identity(&a) == identity(&b))
}

/// What tells a file from every other one.
fn identity(file: &Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

/// Makes the entry of `path` in its folder durable.
///
/// # Errors
/// The folder cannot be written.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_seen_before_the_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/plan.toml");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"version = 1").unwrap();
        assert!(!path.exists());
        assert_eq!(fs::read(file.written().unwrap()).unwrap(), b"version = 1");
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"version = 1");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn two_at_once_do_not_write_into_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut first = AtomicFile::create(&path).unwrap();
        first.write_all(b"first").unwrap();
        let second = AtomicFile::create(&path).unwrap_err();
        assert_eq!(second.code(), Code::Locked);
        assert!(second.to_string().starts_with("another run is writing "), "{second}");
        first.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"first");
        // A killed run leaves its beginning, and no lock.
        fs::write(folder.path().join(".a.csv.partial"), b"begun, and longer").unwrap();
        let mut next = AtomicFile::create(&path).unwrap();
        next.write_all(b"next").unwrap();
        next.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"next");
    }

    #[test]
    fn a_file_is_known_by_every_path_that_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a"), b"x").unwrap();
        fs::write(path("b"), b"x").unwrap();
        std::os::unix::fs::symlink("a", path("link")).unwrap();
        fs::hard_link(path("a"), path("second")).unwrap();
        for name in ["a", "./a", "link", "second"] {
            assert!(same_file(&path("a"), &path(name)), "{name}");
        }
        for name in ["b", "c", "."] {
            assert!(!same_file(&path("a"), &path(name)), "{name}");
        }
        assert!(!same_file(&path("c"), &path("c")), "there is no such file");
    }

    #[test]
    fn a_link_stays_and_what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("elsewhere")).unwrap();
        fs::write(path("elsewhere/a"), b"old").unwrap();
        std::os::unix::fs::symlink("elsewhere/a", path("link")).unwrap();
        write(&path("link"), b"new").unwrap();
        assert!(path("link").is_symlink());
        assert_eq!(fs::read(path("elsewhere/a")).unwrap(), b"new");
        std::os::unix::fs::symlink("gone", path("dangling")).unwrap();
        for (name, why) in [
            ("/dev/null", "is a device, not a regular file"),
            ("elsewhere", "is a folder, not a regular file"),
            ("dangling", "is a link that leads nowhere"),
        ] {
            let refused = write(&path(name), b"new").unwrap_err();
            assert_eq!(refused.code(), Code::Usage);
            assert!(refused.to_string().ends_with(why), "{refused}");
        }
    }

    #[test]
    fn what_is_made_in_a_private_folder_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        for (around, inner, file) in [(0o700, 0o700, 0o600), (0o750, 0o750, 0o640)] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(around)).unwrap();
            let path = folder.path().join(format!("{around:o}/deep/plan.toml"));
            write(&path, b"version = 1").unwrap();
            assert_eq!(mode(&path), file);
            assert_eq!(mode(path.parent().unwrap()), inner);
            assert_eq!(mode(path.parent().unwrap().parent().unwrap()), inner);
        }
    }

    #[test]
    fn a_foreign_file_is_overwritten_only_by_force() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sql");
        let guard = |force| guard_foreign(&path, force, |begin| begin.starts_with(b"-- ours"));
        guard(false).unwrap();
        for ours in ["", "-- ours, and more"] {
            fs::write(&path, ours).unwrap();
            guard(false).unwrap();
        }
        fs::write(&path, "SELECT 1").unwrap();
        guard(true).unwrap();
        let refused = guard(false).unwrap_err();
        assert_eq!(refused.code(), Code::Refused);
        assert!(refused.to_string().ends_with("or --force to overwrite it"));
    }

    #[test]
    fn an_abandoned_file_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write(&path, b"old").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
