//! Counting values: how many differ and which are the most frequent.

pub(crate) mod counts;
pub(crate) mod frequent;
pub(crate) mod hyperloglog;
pub(crate) mod shown;
