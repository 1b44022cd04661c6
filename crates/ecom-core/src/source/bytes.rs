//! The bytes of a source file, packed or not.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::bounded::{Bounded, Counted};
use super::hashed::{self, Hash};
pub use super::packing::{Input, Member, Packing};
use super::{workbook, zipped};
use crate::exit::Failure;
use crate::input;
use crate::plan::sha256_of;

/// The SHA-256 of the file itself.
pub(super) enum Sum {
    Known(String),
    Later(Hash),
}

/// Opens a file of a folder, and unpacks it: a compressed file, a member of an archive, or a sheet of
/// a workbook as CSV in [`crate::plan::Dialect::work`].
///
/// # Errors
/// The file cannot be read, is damaged, or has no such member.
pub fn open(folder: &Path, file: &str, member: Option<&str>) -> Result<Input, Failure> {
    let path = folder.join(file);
    match packing(&path, member)? {
        Packing::Plain => Ok(Box::new(input::open(&path)?)),
        Packing::Gzip => Ok(gunzip(input::open(&path)?)),
        _ => open_member(&path, member.unwrap_or_default()),
    }
}

/// The members of an archive or a workbook, in their order. Refuses an archive with a member whose
/// name leads out of the folder, and one that would fill the disk.
pub fn members(path: &Path) -> Result<Vec<Member>, Failure> {
    match Packing::of(path) {
        Packing::Zip => zipped::members(path),
        Packing::Workbook => workbook::sheets(path),
        _ => Ok(Vec::new()),
    }
}

/// About how many bytes [`open`] will return, for a progress bar.
#[must_use]
pub fn size(folder: &Path, file: &str, member: Option<&str>) -> u64 {
    let path = folder.join(file);
    let length = || fs::metadata(&path).map_or(0, |file| file.len());
    match (Packing::of(&path), member) {
        (Packing::Gzip, _) => unpacked_size(&path).unwrap_or_default().max(length()),
        (Packing::Zip, Some(member)) => zipped::size(&path, member).unwrap_or_else(|_| length()),
        _ => length(),
    }
}

/// Opens a file and takes its SHA-256: while reading if all of it is read, else before. `known` is the
/// SHA-256 of an archive if it was taken already.
pub(super) fn open_hashed(
    path: &Path,
    member: Option<&str>,
    known: Option<String>,
) -> Result<(Input, Sum), Failure> {
    match packing(path, member)? {
        Packing::Plain => {
            let (bytes, hash) = hashed::open(path)?;
            Ok((Box::new(bytes), Sum::Later(hash)))
        }
        Packing::Gzip => {
            let (bytes, hash) = hashed::open(path)?;
            Ok((gunzip(bytes), Sum::Later(hash)))
        }
        _ => {
            let sum = known.map_or_else(|| sha256_of(path), Ok)?;
            Ok((open_member(path, member.unwrap_or_default())?, Sum::Known(sum)))
        }
    }
}

fn open_member(path: &Path, member: &str) -> Result<Input, Failure> {
    if Packing::of(path) == Packing::Zip {
        return zipped::open(path, member);
    }
    Ok(Box::new(io::Cursor::new(workbook::sheet(path, member)?.csv)))
}

/// What the file is packed in. Refuses a member of a file that has none, and the reverse.
fn packing(path: &Path, member: Option<&str>) -> Result<Packing, Failure> {
    let packing = Packing::of(path);
    match (packing.has_members(), member) {
        (true, None) => Err(Failure::refused(format!(
            "{}: the plan does not say which member to read",
            path.display()
        ))),
        (false, Some(member)) => Err(Failure::refused(format!(
            "{} is not an archive, so it has no member {member:?}",
            path.display()
        ))),
        _ => Ok(packing),
    }
}

fn gunzip(packed: impl Read + Send + 'static) -> Input {
    let decoder = MultiGzDecoder::new(Counted::new(packed));
    Box::new(Bounded::new(decoder, |decoder| decoder.get_ref().bytes))
}

/// The size at the end of a `.gz` file: that of its last part, modulo 4 GiB.
fn unpacked_size(path: &Path) -> Option<u64> {
    use std::os::unix::fs::FileExt as _;
    let file = input::open(path).ok()?;
    let mut size = [0; 4];
    let length = file.metadata().ok()?.len();
    file.read_exact_at(&mut size, length.saturating_sub(4)).ok()?;
    Some(u64::from(u32::from_le_bytes(size)))
}

impl Sum {
    /// The SHA-256, once the bytes were read to their end.
    pub(super) fn finish(self) -> Result<String, Failure> {
        match self {
            Self::Known(sum) => Ok(sum),
            Self::Later(hash) => Ok(hash.finish()?.0),
        }
    }
}
