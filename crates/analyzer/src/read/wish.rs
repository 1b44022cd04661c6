//! The encoding that the user names.

use encoding_rs::{Encoding, REPLACEMENT};

use super::origin::Origin;

/// The encoding of one file or of all.
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
        let encoding = encoding.ok_or("unknown encoding (examples: windows-1252, UTF-8)")?;
        Ok(Self { file, encoding })
    }

    pub(crate) fn is_for(&self, origin: &Origin) -> bool {
        self.file.as_ref().is_none_or(|file| *file == origin.shown() || *file == origin.file)
    }
}
