//! The folder of a data set and the files in it.

use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::io_failure;

use crate::names::snake_case;

/// The file types that are read.
const EXTENSIONS: [&str; 2] = ["csv", "tsv"];

/// The absolute path of a folder, and the data set's name: the folder's name in snake case.
pub(crate) fn open(folder: &Path) -> Result<(PathBuf, String), Failure> {
    let path = folder.canonicalize().map_err(|error| io_failure("open", folder, error))?;
    if !path.is_dir() {
        return Err(Failure::refused(format!("{} is not a folder", folder.display())));
    }
    let name = path.file_name().map(|name| snake_case(&name.to_string_lossy()));
    let name: String = name.unwrap_or_default().chars().take(64).collect();
    let name = if name.is_empty() { "data_set".into() } else { name };
    Ok((path, name))
}

/// The data files in a folder, in order of their names; hidden and temporary ones and those in
/// folders below are passed over.
pub(crate) fn data_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failure = |error| io_failure("read", folder, error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        let path = entry.map_err(failure)?.path();
        if !is_data_file(&path) {
            continue;
        }
        if path.file_name().is_none_or(|name| name.to_str().is_none()) {
            let problem = "the file's name is not UTF-8: rename it";
            return Err(Failure::refused(format!("{}: {problem}", path.display())));
        }
        // Follows symbolic links; one that leads nowhere is an error.
        let kind = fs::metadata(&path).map_err(|error| io_failure("read", &path, error))?;
        if kind.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        let folder = folder.display();
        return Err(Failure::refused(format!("{folder}: no CSV file in this folder")));
    }
    files.sort();
    Ok(files)
}

fn is_data_file(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    EXTENSIONS.contains(&extension.as_str()) && !name.starts_with(['.', '~', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_files_are_told_from_others_by_their_names() {
        for name in ["a.csv", "B.CSV", "c d.Csv", "e.tsv"] {
            assert!(is_data_file(Path::new(name)), "{name}");
        }
        for name in [".a.csv", "~$a.csv", "#a.csv", "a.csv~", "a.txt", "csv", "a.csv.partial"] {
            assert!(!is_data_file(Path::new(name)), "{name}");
        }
    }
}
