//! What a source file may be packed in, and what is inside.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The bytes of a file, to be read to their end.
pub type Input = Box<dyn Read + Send>;

/// A file inside an archive, or a sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name there.
    pub name: String,
    /// Its size unpacked; of a sheet, that of the whole workbook.
    pub bytes: u64,
    /// Why it cannot be read, if that is known already: it is encrypted, or an archive itself.
    pub problem: Option<String>,
}

/// What a file is packed in, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Nothing.
    Plain,
    /// `.gz`
    Gzip,
    /// `.zip`, which has members.
    Zip,
    /// `.xlsx` or `.xlsm`, whose members are its sheets.
    Workbook,
}

impl Packing {
    /// By the file's extension.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "gz" => Self::Gzip,
            "zip" => Self::Zip,
            "xlsx" | "xlsm" => Self::Workbook,
            _ => Self::Plain,
        }
    }

    /// True for a file that has members.
    #[must_use]
    pub fn has_members(self) -> bool {
        matches!(self, Self::Zip | Self::Workbook)
    }
}

/// The name of a file, or of a member, in messages.
pub(super) fn shown(path: &Path, member: Option<&str>) -> PathBuf {
    // Not `join`: a member with an absolute name would replace the path.
    match member {
        Some(member) => PathBuf::from(format!("{}/{member}", path.display())),
        None => path.to_owned(),
    }
}
