//! Tests of the room that opens source files.

mod joins;
mod packed;
mod sheets;
mod tables;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{File, Parts, TableReader, bytes};
use crate::Failure;
use crate::plan::Dialect;
use crate::record::{Next, Record, Reject};

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut writer = ZipWriter::new(fs::File::create(path).unwrap());
    for (index, (name, text)) in members.iter().enumerate() {
        let method = [CompressionMethod::Deflated, CompressionMethod::Stored][index % 2];
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(text).unwrap();
    }
    writer.finish().unwrap();
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text).unwrap();
    writer.finish().unwrap()
}

/// Everything that [`bytes::open`] gives.
fn all(folder: &Path, file: &str, member: Option<&str>) -> Result<String, String> {
    let mut input = bytes::open(folder, file, member).map_err(|error| error.to_string())?;
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn file(name: &str, member: Option<&str>) -> File {
    let member = member.map(str::to_owned);
    File { name: name.to_owned(), member, dialect: Dialect::work(), sha256: None }
}

fn parts(folder: &Path, names: &[&str]) -> Parts {
    let files = names.iter().map(|name| file(name, None)).collect();
    Parts { folder: folder.to_owned(), files, join: None }
}

/// The records, each with its fields joined by `|`, and the rejects.
fn read(parts: &Parts) -> Result<(Vec<String>, Vec<Reject>, TableReader), Failure> {
    let temp = tempfile::tempdir().unwrap();
    let mut reader = TableReader::of(parts, temp.path())?;
    let (mut record, mut records, mut rejects) = (Record::new(), Vec::new(), Vec::new());
    loop {
        match reader.read(&mut record)? {
            Next::End => return Ok((records, rejects, reader)),
            Next::Reject(reject) => rejects.push(reject),
            Next::Record => {
                let cells = record.values().map(|value| value.unwrap_or("NULL"));
                records.push(cells.collect::<Vec<_>>().join("|"));
            }
        }
    }
}
