//! The report: as text that fits a terminal or as a page for people, as JSON for programs.

mod file;
mod grid;
pub(crate) mod html;
pub(crate) mod json;
mod layout;
mod letters;
mod paint;
mod statements;
pub(crate) mod text;
mod words;

use ecom_core::plan::LeftOut;
use ecom_core::show::counted;

use self::paint::bytes;
use crate::decide::plan::Decision;
use crate::decide::wishes::Wishes;
use crate::profile::file::FileProfile;

/// What was found, and what was decided or why that was impossible.
pub(crate) struct Results<'a> {
    pub(crate) wishes: &'a Wishes,
    pub(crate) files: &'a [FileProfile],
    /// Files that cannot be read or that duplicate others.
    pub(crate) left_out: &'a [LeftOut],
    /// Files that were skipped because the splitter wrote them.
    pub(crate) split: Vec<String>,
    pub(crate) decision: Result<&'a Decision, &'a anyhow::Error>,
}

impl Results<'_> {
    /// What was read: how many files, records and bytes.
    fn size(&self) -> String {
        let files = self.files.iter().map(|file| file.parts.len() as u64).sum();
        let rows = self.files.iter().map(|file| file.rows).sum();
        let size = bytes(self.files.iter().map(|file| file.bytes).sum());
        format!("{}, {}, {size}", counted(files, "file"), counted(rows, "record"))
    }
}

/// The name of a kind of files: that of the first file, and how many more there are.
fn kind(file: &FileProfile) -> String {
    match file.parts.len() {
        0 | 1 => file.name.clone(),
        parts => format!("{} and {} more", file.name, parts - 1),
    }
}
