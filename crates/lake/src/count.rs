//! Counts lines, and checks their fields.

use std::collections::BTreeMap;

use ecom_core::Failure;
use ecom_core::hdfs::Hdfs;
use ecom_core::show::{counted, print};

use crate::read::data_files;

/// The lines of one file as Hadoop reads them: a last line without a line end counts.
pub(crate) struct Lines<'a> {
    file: &'a str,
    wanted: Option<u64>,
    complete: u64,
    /// Tabs of the current line.
    tabs: u64,
    begun: bool,
    /// The byte before was a backslash that begins an escape; only known where fields are checked.
    escape: bool,
}

/// What may stand behind a backslash in the lake's text: `ecom_core::lake_text`.
const ESCAPES: &[u8] = b"\\tnr0N";

/// Prints the number of lines of the data files below a folder, or of each subfolder.
pub(crate) async fn count(
    hdfs: &Hdfs,
    folder: &str,
    fields: Option<u64>,
    each: bool,
) -> anyhow::Result<()> {
    let mut sum = 0;
    let mut by_folder = BTreeMap::new();
    for file in data_files(hdfs, folder).await? {
        // Flume may have renamed the file since it was listed.
        let Some(mut body) = hdfs.open(&file.path, file.length).await? else { continue };
        let mut lines = Lines::new(&file.path, fields);
        while let Some(chunk) = body.chunk().await? {
            lines.add(&chunk)?;
        }
        let lines = lines.end()?;
        sum += lines;
        let below = file.path[folder.len()..].trim_start_matches('/');
        if let Some((name, _)) = below.split_once('/') {
            *by_folder.entry(name.to_owned()).or_insert(0) += lines;
        }
    }
    if !each {
        return Ok(print(&format!("{sum}\n"))?);
    }
    let lines = by_folder.iter().map(|(name, lines)| format!("{name}\t{lines}\n"));
    Ok(print(&lines.collect::<String>())?)
}

impl<'a> Lines<'a> {
    pub(crate) fn new(file: &'a str, wanted: Option<u64>) -> Self {
        Self { file, wanted, complete: 0, tabs: 0, begun: false, escape: false }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        for byte in bytes {
            self.begun = true;
            if self.escape && !ESCAPES.contains(byte) {
                let (file, line) = (self.file, self.complete + 1);
                let why = "a backslash that begins no escape: write it twice";
                return Err(Failure::refused(format!("{file}, line {line}: {why}")));
            }
            self.escape = *byte == b'\\' && !self.escape && self.wanted.is_some();
            match byte {
                b'\t' => self.tabs += 1,
                b'\n' => self.end_line()?,
                _ => {}
            }
        }
        Ok(())
    }

    pub(crate) fn end(mut self) -> Result<u64, Failure> {
        if self.begun {
            self.end_line()?;
        }
        Ok(self.complete)
    }

    fn end_line(&mut self) -> Result<(), Failure> {
        self.complete += 1;
        let fields = self.tabs + 1;
        (self.tabs, self.begun) = (0, false);
        match self.wanted {
            Some(wanted) if wanted != fields => {
                let (file, line) = (self.file, self.complete);
                let (has, wanted) = (counted(fields, "field"), counted(wanted, "field"));
                Err(Failure::refused(format!("{file}, line {line}: {has} instead of {wanted}")))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&str], wanted: Option<u64>) -> Result<u64, String> {
        let mut lines = Lines::new("/f", wanted);
        for chunk in chunks {
            lines.add(chunk.as_bytes()).map_err(|failure| failure.to_string())?;
        }
        lines.end().map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_last_line_without_its_end_counts() {
        assert_eq!(lines(&[], None), Ok(0));
        assert_eq!(lines(&["a\n", "b"], None), Ok(2));
        assert_eq!(lines(&["\n", "\n"], None), Ok(2));
    }

    #[test]
    fn a_line_with_another_number_of_fields_is_refused_by_file_and_line() {
        assert_eq!(lines(&["a\t", "b\nc\td"], Some(2)), Ok(2));
        let refused = Err("/f, line 2: 1 field instead of 2 fields".into());
        assert_eq!(lines(&["a\tb\n", "c\n"], Some(2)), refused);
        assert_eq!(lines(&["\n"], Some(1)), Ok(1));
    }

    #[test]
    fn a_backslash_that_begins_no_escape_is_refused_where_fields_are_checked() {
        assert_eq!(lines(&["a\\", "\\b\t\\N\n\\t\\n\\r\\0\t\n"], Some(2)), Ok(2));
        let refused = Err("/f, line 2: a backslash that begins no escape: write it twice".into());
        assert_eq!(lines(&["a\nC:\\", "x\n"], Some(1)), refused);
        assert_eq!(lines(&["a\nb\\\n"], Some(1)), refused);
        assert_eq!(lines(&["C:\\x\n"], None), Ok(1));
    }
}
