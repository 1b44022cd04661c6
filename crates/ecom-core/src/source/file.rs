//! Reads one file in batches, and takes its SHA-256 on the way.

use std::path::Path;

use super::bytes::{self, Sum};
use super::packing;
use crate::exit::Failure;
use crate::plan::Dialect;
use crate::record::{Batches, LinesAsUtf8, Parcel, PassedOver, Record, Task, Work};

/// The records of a file, as [`crate::record::Reader`] reads them.
pub(super) struct FileReader<W: Work> {
    batches: Batches<W>,
    sum: Option<Sum>,
    result: Option<FileSummary>,
}

/// What is known once the file was read to its end.
#[derive(Clone, Debug)]
pub(super) struct FileSummary {
    /// The SHA-256 of the file itself.
    pub(super) sha256: String,
    /// Lines without a record that were skipped.
    pub(super) passed_over: PassedOver,
    /// Lines of UTF-8 in a file of a single-byte encoding.
    pub(super) as_utf_8: LinesAsUtf8,
}

impl<W: Work> FileReader<W> {
    /// Opens a file, or a member of it, and reads its header. `known` is the SHA-256 of an archive if
    /// it was taken already.
    pub(super) fn open(
        (path, member): (&Path, Option<&str>),
        dialect: &Dialect,
        known: Option<String>,
        threads: usize,
        prepare: impl FnOnce(&Record) -> Result<Task<W>, Failure>,
    ) -> Result<Self, Failure> {
        let (input, sum) = bytes::open_hashed(path, member, known)?;
        let shown = packing::shown(path, member);
        let batches = Batches::source(input, (&shown, dialect), threads, prepare)?;
        Ok(Self { batches, sum: Some(sum), result: None })
    }

    /// About how many bytes were read so far.
    pub(super) fn position(&self) -> u64 {
        self.batches.position()
    }

    /// The next records; `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<Parcel<W::Product>>, Failure> {
        let parcel = self.batches.next()?;
        if parcel.is_none()
            && let Some(sum) = self.sum.take()
        {
            self.result = Some(FileSummary {
                sha256: sum.finish()?,
                passed_over: *self.batches.passed_over(),
                as_utf_8: self.batches.lines_as_utf_8(),
            });
        }
        Ok(parcel)
    }

    /// Gives a parcel back, so that its memory is used again.
    pub(super) fn give_back(&self, parcel: Parcel<W::Product>) {
        self.batches.give_back(parcel);
    }

    /// What is known of the file, once its end was read.
    pub(super) fn result(&self) -> Option<&FileSummary> {
        self.result.as_ref()
    }
}
