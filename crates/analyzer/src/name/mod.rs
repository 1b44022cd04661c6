//! Names: SQL names, the name of the data set, and words as a person compares them.

pub(crate) mod data_set;
pub(crate) mod fold;
pub(crate) mod reserved;
pub(crate) mod sql;
