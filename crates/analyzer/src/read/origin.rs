//! Where a file of the data set comes from: the folder, an archive in it, or a workbook.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::source::bytes::{self, Input, Packing};

/// A file of the folder, a member of an archive, or a sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The name of the file in the data set's folder.
    pub(crate) file: String,
    pub(crate) member: Option<String>,
    /// The path of that file.
    pub(crate) path: PathBuf,
}

impl Origin {
    pub(crate) fn of(path: &Path, member: Option<String>) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { file, member, path: path.to_owned() }
    }

    /// The name as people know it: `orders.csv`, or `archive.zip/orders.csv`.
    pub(crate) fn shown(&self) -> String {
        match &self.member {
            Some(member) => format!("{}/{member}", self.file),
            None => self.file.clone(),
        }
    }

    /// The path followed by the member, for messages.
    pub(crate) fn path_shown(&self) -> impl Display {
        self.named_path().display().to_string()
    }

    /// The path followed by the member; no such file exists.
    pub(crate) fn named_path(&self) -> PathBuf {
        match &self.member {
            Some(member) => PathBuf::from(format!("{}/{member}", self.path.display())),
            None => self.path.clone(),
        }
    }

    /// The text, unpacked.
    pub(crate) fn open(&self) -> Result<Input, Failure> {
        bytes::open(self.folder(), &self.file, self.member.as_deref())
    }

    /// The approximate size in bytes.
    pub(crate) fn size(&self) -> u64 {
        bytes::size(self.folder(), &self.file, self.member.as_deref())
    }

    /// True if the text is the content of the file itself, not packed.
    pub(crate) fn is_plain(&self) -> bool {
        Packing::of(&self.path) == Packing::Plain
    }

    /// The name of the sheet, if this is one. Its text has the dialect of work files.
    pub(crate) fn sheet(&self) -> Option<&str> {
        self.member.as_deref().filter(|_| Packing::of(&self.path) == Packing::Workbook)
    }

    /// True for `.txt`, which may be prose.
    pub(crate) fn may_be_prose(&self) -> bool {
        let name = self.member.as_deref().unwrap_or(&self.file);
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        Path::new(name).extension().is_some_and(|ending| ending == "txt")
    }

    /// A failure to read it.
    pub(crate) fn failed(&self, error: io::Error) -> Failure {
        io_failure("read", &self.named_path(), error)
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}
