//! Counting values: how many differ and which are the most frequent.

pub(crate) mod counts;
mod frequent;
pub(crate) mod hashes;
mod hyperloglog;
pub(crate) mod shown;
pub(crate) mod value_key;
mod value_table;
