//! One file of a kind: a file of the folder, a member of an archive, or a sheet of a workbook.

use std::path::PathBuf;

use ecom_core::plan::{Dialect, FurtherFile};

use crate::read::origin::Origin;

/// One of the files that hold the records of a kind.
#[derive(Clone, Debug)]
pub(crate) struct FilePart {
    /// The name of the file in the folder of the data set.
    pub(crate) file: String,
    /// The member of an archive, or the sheet of a workbook.
    pub(crate) member: Option<String>,
    /// The path of the file; for a member that of its archive.
    pub(crate) path: PathBuf,
    /// The SHA-256 of the file in the folder.
    pub(crate) sha256: String,
    /// Size of the text in bytes.
    pub(crate) bytes: u64,
    pub(crate) dialect: Dialect,
    /// How the encoding was determined, if it is not obvious.
    pub(crate) encoding_reason: Option<String>,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    /// Lines without any value or with the header again.
    pub(crate) passed_over: u64,
    /// For each column of the profile its field in this file.
    pub(crate) fields: Vec<usize>,
}

impl FilePart {
    pub(crate) fn origin(&self) -> Origin {
        let Self { file, member, path, .. } = self;
        Origin { file: file.clone(), member: member.clone(), path: path.clone() }
    }

    /// The name as people know it: `orders.csv`, or `archive.zip/orders.csv`.
    pub(crate) fn shown(&self) -> String {
        self.origin().shown()
    }

    /// The file as the plan describes it.
    pub(crate) fn further(&self) -> FurtherFile {
        FurtherFile {
            file: self.file.clone(),
            member: self.member.clone(),
            sha256: self.sha256.clone(),
            rows: self.rows,
            rejected: self.rejected,
            dialect: self.dialect.clone(),
            encoding_reason: self.encoding_reason.clone(),
        }
    }
}
