//! What words mean: those of headers, of file names and of statuses, in ten languages.

pub(crate) mod file_words;
pub(crate) mod header;
pub(crate) mod header_words;
pub(crate) mod role;
pub(crate) mod shapes;
pub(crate) mod words;
