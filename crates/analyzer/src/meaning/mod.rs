//! What words mean: those of headers, file names and statuses, in ten languages.
//!
//! Roles are read from words, not from lists of headers. An unknown word makes a header mean
//! nothing, so a discount, a tax or a weight is never taken as the amount.

pub(crate) mod file_words;
pub(crate) mod header;
pub(crate) mod header_words;
pub(crate) mod role;
pub(crate) mod shapes;
pub(crate) mod words;
