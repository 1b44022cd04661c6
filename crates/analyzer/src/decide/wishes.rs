//! What the user decided.

use std::path::PathBuf;

use ecom_core::plan::SplitBy;
use encoding_rs::{Encoding, REPLACEMENT};

use crate::read::origin::Origin;

use crate::roles::wish::RoleWish;

/// The flags of the command, as the decisions need them.
pub(crate) struct Wishes {
    pub(crate) folder: PathBuf,
    pub(crate) data_set: String,
    pub(crate) ratio: f64,
    pub(crate) by: Option<SplitBy>,
    pub(crate) roles: Vec<RoleWish>,
    /// Where a plan that is not complete is left for a person; beside the plan, if one is wanted.
    pub(crate) draft: Option<PathBuf>,
}

/// The encoding of one file, or of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncodingWish {
    pub(crate) file: Option<String>,
    pub(crate) encoding: &'static Encoding,
}

impl EncodingWish {
    /// Reads `NAME` or `FILE=NAME`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (file, name) = match text.rsplit_once('=') {
            Some((file, name)) => (Some(file.to_owned()), name),
            None => (None, text),
        };
        let encoding = Encoding::for_label(name.as_bytes()).filter(|found| *found != REPLACEMENT);
        let encoding =
            encoding.ok_or("no encoding of that name, such as windows-1252 or UTF-8 is one")?;
        Ok(Self { file, encoding })
    }

    pub(crate) fn is_for(&self, origin: &Origin) -> bool {
        self.file.as_ref().is_none_or(|file| *file == origin.shown() || *file == origin.file)
    }
}
