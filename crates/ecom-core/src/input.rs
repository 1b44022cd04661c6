//! Opens what a tool reads: regular files, and links to them.
//!
//! A pipe would be empty at the second look, a device has no end, and both can keep a tool waiting for
//! ever. So every input is opened here, and anything but a regular file is refused before it is opened.

use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use crate::escape;
use crate::exit::{Failure, io_failure};

/// Opens a file.
///
/// # Errors
/// Exit code 2: it is not a regular file. It cannot be opened.
pub fn open(path: &Path) -> Result<File, Failure> {
    open_if_exists(path)?
        .ok_or_else(|| io_failure("read", path, io::Error::from_raw_os_error(NO_SUCH_FILE)))
}

/// The same; `None` if there is no such file.
///
/// # Errors
/// As for [`open`].
pub fn open_if_exists(path: &Path) -> Result<Option<File>, Failure> {
    let cannot = |error| io_failure("read", path, error);
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.map_err(cannot)?,
    };
    check(path, found.file_type())?;
    File::open(path).map(Some).map_err(cannot)
}

/// Reads a whole file.
///
/// # Errors
/// As for [`open`]; it cannot be read.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    whole(open(path)?, path)
}

/// The same; `None` if there is no such file.
///
/// # Errors
/// As for [`bytes`].
pub fn bytes_if_exists(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    open_if_exists(path)?.map(|file| whole(file, path)).transpose()
}

/// Reads a whole file as text.
///
/// # Errors
/// As for [`bytes`]; it is not UTF-8.
pub fn text(path: &Path) -> Result<String, Failure> {
    let cannot = |error| io_failure("read", path, io::Error::new(ErrorKind::InvalidData, error));
    String::from_utf8(bytes(path)?).map_err(cannot)
}

/// Refuses a path that leads to anything but a regular file; one that leads nowhere is no error.
///
/// # Errors
/// Exit code 2: it is not a regular file.
pub fn check_regular(path: &Path) -> Result<(), Failure> {
    fs::metadata(path).map_or(Ok(()), |found| check(path, found.file_type()))
}

/// The number of the error "No such file or directory", whose words name it.
const NO_SUCH_FILE: i32 = 2;

fn whole(mut file: File, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| io_failure("read", path, error))?;
    Ok(bytes)
}

fn check(path: &Path, kind: FileType) -> Result<(), Failure> {
    let what = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "a folder",
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    };
    Err(Failure::usage(format!("{} is {what}, not a regular file", escape::path(path))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Code, describe};

    #[test]
    fn only_a_regular_file_is_read_and_links_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("plan"), "version = 1").unwrap();
        std::os::unix::fs::symlink("plan", path("link")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", path("endless")).unwrap();
        std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap();
        assert!(made.success());
        for name in ["plan", "link"] {
            assert_eq!(text(&path(name)).unwrap(), "version = 1");
        }
        for (name, what) in
            [("pipe", "a pipe"), ("socket", "a socket"), ("endless", "a device"), (".", "a folder")]
        {
            let refused = bytes(&path(name)).unwrap_err();
            assert_eq!(refused.code(), Code::Usage);
            assert!(refused.to_string().ends_with(&format!(" is {what}, not a regular file")));
            assert!(bytes_if_exists(&path(name)).is_err() && check_regular(&path(name)).is_err());
        }
    }

    #[test]
    fn a_missing_file_is_refused_or_nothing() {
        let missing = Path::new("/nowhere/plan.toml");
        assert!(bytes_if_exists(missing).unwrap().is_none() && check_regular(missing).is_ok());
        let refused = open(missing).unwrap_err();
        assert_eq!(refused.code(), Code::Refused);
        let text = "cannot read /nowhere/plan.toml: No such file or directory (os error 2)";
        assert_eq!(describe(&refused.into()), text);
    }
}
