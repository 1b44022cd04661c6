//! The folder of a data set and the files in it.

use std::fs;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::io_failure;
use ecom_core::input;
use ecom_core::source::is_data_file;
use ecom_core::work::{Manifest, REJECTS};

/// The data files in a folder, sorted by name.
pub(crate) struct DataFiles {
    /// The files of the data set.
    pub(crate) sources: Vec<PathBuf>,
    /// Files that the splitter wrote into the folder, according to its manifest.
    pub(crate) split: Vec<PathBuf>,
}

impl DataFiles {
    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.sources.iter().chain(&self.split)
    }

    /// The names of the files that the splitter wrote.
    pub(crate) fn split_names(&self) -> Vec<String> {
        let names = self.split.iter().filter_map(|path| path.file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }
}

/// The absolute path of a folder.
pub(crate) fn open(folder: &Path) -> Result<PathBuf, Failure> {
    let path = folder.canonicalize().map_err(|error| io_failure("open", folder, error))?;
    if !path.is_dir() {
        return Err(Failure::refused(format!("{} is not a folder", folder.display())));
    }
    Ok(path)
}

/// The data files in a folder. Skips hidden and temporary files and subfolders.
pub(crate) fn data_files(folder: &Path) -> Result<DataFiles, Failure> {
    let failure = |error| io_failure("read", folder, error);
    let split_names = split_names(folder);
    let mut files = DataFiles { sources: Vec::new(), split: Vec::new() };
    for entry in fs::read_dir(folder).map_err(failure)? {
        let path = entry.map_err(failure)?.path();
        if !is_data_file(&path) {
            continue;
        }
        // The plan, which is text, must be able to name every file.
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            let problem = "the name of the file is not UTF-8: rename it";
            return Err(Failure::refused(format!("{}: {problem}", path.display())));
        };
        let is_split = split_names.iter().any(|split| split == name);
        // Follows symbolic links; a dangling one is an error.
        let kind = fs::metadata(&path).map_err(|error| io_failure("read", &path, error))?;
        if kind.is_dir() {
            continue;
        }
        input::check_regular(&path)?;
        if is_split { files.split.push(path) } else { files.sources.push(path) }
    }
    if files.sources.is_empty() {
        let but = if files.split.is_empty() { "" } else { " except those that the splitter wrote" };
        let folder = folder.display();
        return Err(Failure::refused(format!("{folder}: no CSV file in this folder{but}")));
    }
    files.sources.sort();
    files.split.sort();
    Ok(files)
}

/// The names of the files that the splitter wrote into a folder. Without a manifest there are none,
/// because a file with such a name could be anybody's.
fn split_names(folder: &Path) -> Vec<String> {
    let Ok(manifest) = Manifest::read(folder) else { return Vec::new() };
    let names = manifest.files.into_iter().map(|file| file.name);
    names.chain([REJECTS.to_owned()]).collect()
}
