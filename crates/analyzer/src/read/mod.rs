//! The folder of a data set, the files in it, and their records.

pub(crate) mod batch;
pub(crate) mod folder;
pub(crate) mod input;
mod lanes;
pub(crate) mod origin;
pub(crate) mod wish;
