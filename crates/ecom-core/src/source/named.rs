//! Recognizes data files by their names.

use std::path::Path;

/// The extensions of files that are read.
const ENDINGS: [&str; 9] = ["csv", "tsv", "tab", "psv", "txt", "gz", "zip", "xlsx", "xlsm"];

/// True for the name of a data file in the folder of a data set, or for such a path in an archive:
/// neither hidden nor temporary.
#[must_use]
pub fn is_data_file(path: &Path) -> bool {
    // macOS adds files to an archive that only macOS reads.
    let is_foreign = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with("__MACOSX");
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ENDINGS.contains(&ending.as_str())
        && !name.starts_with(['.', '~', '#'])
        && !path.iter().any(is_foreign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_files_are_told_from_others_by_their_names() {
        for name in [
            "a.csv", "B.CSV", "c d.Csv", "e.tsv", "f.csv.gz", "g.zip", "h.xlsx", "i.txt", "e.tab",
            "x/y.csv",
        ] {
            assert!(is_data_file(Path::new(name)), "{name}");
        }
        for name in [
            ".a.csv",
            "x/.a.csv",
            "~$a.xlsx",
            "#a.csv",
            "a.csv~",
            "a.pdf",
            "csv",
            "a.csv.partial",
            "__MACOSX/._a.csv",
            "__MACOSX/a.csv",
            "readme.md",
        ] {
            assert!(!is_data_file(Path::new(name)), "{name}");
        }
    }
}
