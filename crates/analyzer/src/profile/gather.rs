//! Collects the files of a data set from its folder, including archives and workbooks, and groups
//! them by kind. Files that cannot be read are left out with the reason.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use ecom_core::Failure;
use ecom_core::exit::{Code, describe};
use ecom_core::plan::{LeftOut, hexadecimal};
use ecom_core::source::bytes::{Packing, members};
use ecom_core::source::is_data_file;
use sha2::{Digest as _, Sha256};

use super::file::FileProfile;
use super::kinds::{FileKind, SniffedFile, kinds};
use super::observe::Context;
use super::pass::profile;
use crate::read::origin::Origin;
use crate::read::wish::EncodingWish;
use crate::sniff::sniffed::sniff;

/// The files that can be read, and those that cannot.
#[derive(Default)]
pub(crate) struct DataSet {
    pub(crate) files: Vec<FileProfile>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// The search for files.
#[derive(Default)]
struct FileSearch {
    found: Vec<SniffedFile>,
    left_out: Vec<LeftOut>,
    /// Duplicates that are left out, each with the file that it duplicates.
    same: Vec<(Origin, Origin)>,
    /// Why the first unreadable file cannot be read.
    failure: Option<Failure>,
}

/// Reads all files of the folder. Refuses a data set without a readable file.
pub(crate) fn gather(
    paths: &[PathBuf],
    encodings: &[EncodingWish],
    context: &Context<'_>,
) -> Result<DataSet, Failure> {
    let mut search = FileSearch::default();
    for path in paths {
        search.look_into(path, encodings)?;
    }
    check_wishes(encodings, &search)?;
    search.leave_out_same()?;
    let FileSearch { found, mut left_out, same, mut failure } = search;
    let mut files = Vec::new();
    for kind in kinds(found) {
        files.extend(read(kind, &mut left_out, &mut failure, context)?);
    }
    if files.is_empty() {
        return Err(failure.unwrap_or_else(|| nothing(paths)));
    }
    for (origin, first) in same {
        let parts = files.iter().flat_map(|file| &file.parts);
        let rows = parts.into_iter().find(|part| part.origin() == first).map(|part| part.rows);
        let reason = format!("{} is the same file, byte for byte", first.shown());
        left_out.push(row_of(&origin, rows.unwrap_or_default(), reason));
    }
    Ok(DataSet { files, left_out })
}

/// Profiles files of one kind; those that turn out to be unreadable are left out.
fn read(
    mut kind: FileKind,
    left_out: &mut Vec<LeftOut>,
    failure: &mut Option<Failure>,
    context: &Context<'_>,
) -> Result<Option<FileProfile>, Failure> {
    loop {
        let error = match profile(&mut kind, context) {
            Ok(profile) => return Ok(Some(profile)),
            Err(error) => error,
        };
        let Some(broken) = kind.broken.take() else { return Err(error) };
        let origin = kind.files.remove(broken).origin;
        let (left, error) = unread(&origin, error);
        left_out.push(left);
        failure.get_or_insert(error);
        if kind.files.is_empty() {
            return Ok(None);
        }
    }
}

impl FileSearch {
    /// Finds out what a file of the folder contains.
    fn look_into(&mut self, path: &Path, encodings: &[EncodingWish]) -> Result<(), Failure> {
        if !Packing::of(path).has_members() {
            return self.look_at(Origin::of(path, None), encodings);
        }
        let members = match members(path) {
            Ok(members) => members,
            Err(error) => return self.fail(&Origin::of(path, None), error),
        };
        let is_sheet = Packing::of(path) == Packing::Workbook;
        let before = self.found.len() + self.left_out.len();
        let mut members: Vec<_> = members
            .into_iter()
            .filter(|member| is_sheet || is_data_file(Path::new(&member.name)))
            .collect();
        // Sheets keep the order of their workbook.
        if !is_sheet {
            members.sort_by(|a, b| a.name.cmp(&b.name));
        }
        for member in members {
            let origin = Origin::of(path, Some(member.name));
            match member.problem {
                Some(problem) => {
                    let problem = format!("{}: {problem}", origin.path_shown());
                    self.fail(&origin, Failure::refused(problem))?;
                }
                None => self.look_at(origin, encodings)?,
            }
        }
        if self.found.len() + self.left_out.len() == before {
            let problem = format!("{}: it contains no CSV file", path.display());
            return self.fail(&Origin::of(path, None), Failure::refused(problem));
        }
        Ok(())
    }

    fn look_at(&mut self, origin: Origin, encodings: &[EncodingWish]) -> Result<(), Failure> {
        let wish = encodings.iter().rev().find(|wish| wish.is_for(&origin));
        let sniffed = match sniff(&origin, wish.map(|wish| wish.encoding)) {
            Ok(sniffed) => sniffed,
            Err(error) => return self.fail(&origin, error),
        };
        if origin.may_be_prose() && !sniffed.is_table {
            self.left_out.push(row_of(&origin, 0, "it is not delimited text".to_owned()));
        } else {
            self.found.push(SniffedFile { origin, sniffed });
        }
        Ok(())
    }

    /// Leaves out what cannot be read, and remembers why.
    fn fail(&mut self, origin: &Origin, error: Failure) -> Result<(), Failure> {
        // Only a defect of the file itself is left out; any other failure ends the run.
        if error.code() != Code::Refused {
            return Err(error);
        }
        let (left, error) = unread(origin, error);
        self.left_out.push(left);
        self.failure.get_or_insert(error);
        Ok(())
    }

    /// Leaves out files that are byte for byte the same as an earlier one. Only files of equal size
    /// are read for that.
    fn leave_out_same(&mut self) -> Result<(), Failure> {
        let mut sizes: HashMap<u64, usize> = HashMap::new();
        for found in &self.found {
            *sizes.entry(found.origin.size()).or_default() += 1;
        }
        let mut known: HashMap<String, Origin> = HashMap::new();
        for found in std::mem::take(&mut self.found) {
            let origin = &found.origin;
            if sizes.get(&origin.size()).is_none_or(|count| *count < 2) {
                self.found.push(found);
                continue;
            }
            // The unpacked text is compared, so a compressed copy counts as the same file.
            match known.entry(text_sha256(origin)?) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    self.same.push((found.origin, first.get().clone()));
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(origin.clone());
                    self.found.push(found);
                }
            }
        }
        Ok(())
    }
}

/// The SHA-256 of the unpacked text; for a file that cannot be read to its end its name, which is
/// unique.
fn text_sha256(origin: &Origin) -> Result<String, Failure> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut input = origin.open()?;
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&hasher.finalize())),
            Ok(count) => hasher.update(&buffer[..count]),
            Err(_) => return Ok(origin.shown()),
        }
    }
}

/// Refuses an encoding for a file that does not exist.
fn check_wishes(encodings: &[EncodingWish], search: &FileSearch) -> Result<(), Failure> {
    let is_there = |wish: &&EncodingWish| {
        wish.file.is_none() || search.found.iter().any(|found| wish.is_for(&found.origin))
    };
    match encodings.iter().find(|wish| !is_there(wish)) {
        None => Ok(()),
        Some(wish) => Err(Failure::refused(format!(
            "--encoding: no readable file is named {:?}",
            wish.file.as_deref().unwrap_or_default()
        ))),
    }
}

fn unread(origin: &Origin, error: Failure) -> (LeftOut, Failure) {
    let error = anyhow::Error::from(error);
    let cause = describe(&error);
    let path = origin.path_shown().to_string();
    let reason = cause.strip_prefix(&format!("{path}: ")).unwrap_or(&cause);
    let reason = reason.replace(&path, &origin.shown());
    (row_of(origin, 0, reason), Failure::refused(cause))
}

fn row_of(origin: &Origin, rows: u64, reason: String) -> LeftOut {
    LeftOut { file: origin.shown(), rows, sales: false, reason }
}

/// How many files a refusal lists if none is a table.
const NAMED: usize = 6;

fn nothing(paths: &[PathBuf]) -> Failure {
    let folder = paths.first().and_then(|path| path.parent()).unwrap_or(Path::new(""));
    let names: Vec<_> = paths.iter().filter_map(|path| path.file_name()).collect();
    let named = names.iter().take(NAMED).map(|name| ecom_core::escape::path(Path::new(name)));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let none = match names.len() {
        0 => String::new(),
        1 => format!(": {named} is not a table"),
        _ => format!(": {named}{more} are not tables"),
    };
    Failure::refused(format!("{}: no CSV file in this folder{none}", folder.display()))
}
