//! Members of a `.zip`, read as a stream.

use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::bounded::{Bounded, Counted, Proven, bomb, is_bomb};
use super::packing::{Input, Member, Packing, shown};
use crate::exit::{Failure, io_failure};
use crate::input;

/// What the archive's directory says about a member.
struct Entry {
    name: String,
    is_folder: bool,
    is_encrypted: bool,
    is_link: bool,
    method: CompressionMethod,
    packed: u64,
    unpacked: u64,
    crc32: u32,
    start: Option<u64>,
}

/// The members of an archive that are files, in their order.
pub(super) fn members(path: &Path) -> Result<Vec<Member>, Failure> {
    let mut found = Vec::new();
    for entry in entries(path)? {
        if !entry.is_folder {
            let problem = entry.problem();
            found.push(Member { name: entry.name, bytes: entry.unpacked, problem });
        }
    }
    Ok(found)
}

/// The size of a member unpacked.
pub(super) fn size(path: &Path, member: &str) -> Result<u64, Failure> {
    Ok(entry(path, member)?.unpacked)
}

/// Opens a member.
pub(super) fn open(path: &Path, member: &str) -> Result<Input, Failure> {
    let entry = entry(path, member)?;
    if let Some(problem) = entry.problem() {
        return Err(refuse(path, member, &problem));
    }
    let failure = |error| io_failure("read", &shown(path, Some(member)), error);
    let mut file = input::open(path)?;
    let start = entry.start.ok_or_else(|| refuse(path, member, "the archive is damaged"))?;
    file.seek(SeekFrom::Start(start)).map_err(failure)?;
    let packed = io::BufReader::new(file.take(entry.packed));
    let proven = |input: Input| Proven::new(input, entry.crc32, entry.unpacked);
    let input: Input = if entry.method == CompressionMethod::Deflated {
        let decoder = DeflateDecoder::new(Counted::new(packed));
        Box::new(Bounded::new(decoder, |decoder| decoder.get_ref().bytes))
    } else {
        Box::new(packed)
    };
    Ok(Box::new(proven(input)))
}

impl Entry {
    /// Why the member cannot be read.
    fn problem(&self) -> Option<String> {
        let ending = self.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let is_archive = Packing::of(Path::new(&self.name)) != Packing::Plain
            || matches!(ending.as_str(), "7z" | "bz2" | "rar" | "tar" | "tgz" | "xz" | "zst");
        match self.method {
            _ if self.is_encrypted => Some("it is encrypted".into()),
            _ if self.is_link => Some("it is a link".into()),
            _ if is_archive => Some("it is an archive inside an archive: unpack it first".into()),
            CompressionMethod::Stored | CompressionMethod::Deflated => None,
            method => Some(format!("unsupported compression method {method}")),
        }
    }
}

fn entry(path: &Path, member: &str) -> Result<Entry, Failure> {
    let found = entries(path)?.into_iter().find(|entry| !entry.is_folder && entry.name == member);
    found.ok_or_else(|| Failure::refused(format!("{} has no member {member:?}", path.display())))
}

/// All entries of the archive's directory.
fn entries(path: &Path) -> Result<Vec<Entry>, Failure> {
    let file = input::open(path)?;
    let unreadable = |error| {
        Failure::refused(format!("cannot read the archive {}", path.display())).because(error)
    };
    let mut archive = ZipArchive::new(io::BufReader::new(file)).map_err(unreadable)?;
    let mut found = Vec::with_capacity(archive.len());
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(unreadable)?;
        let name = member.name().map_err(unreadable)?.into_owned();
        if leaves(&name) {
            return Err(refuse(path, &name, "its name leads out of the folder"));
        }
        if is_bomb(member.compressed_size(), member.size()) {
            return Err(refuse(path, &name, &bomb()));
        }
        found.push(Entry {
            name,
            is_folder: member.is_dir(),
            is_encrypted: member.encrypted(),
            is_link: member.is_symlink(),
            method: member.compression(),
            packed: member.compressed_size(),
            unpacked: member.size(),
            crc32: member.crc32(),
            start: member.data_start(),
        });
    }
    Ok(found)
}

/// True for an absolute name and for one that leads upward.
fn leaves(name: &str) -> bool {
    let is_drive = name.as_bytes().get(1) == Some(&b':');
    let separators = ['/', '\\'];
    name.starts_with(separators) || is_drive || name.split(separators).any(|part| part == "..")
}

fn refuse(path: &Path, member: &str, problem: &str) -> Failure {
    Failure::refused(format!("{}: member {member:?}: {problem}", path.display()))
}
