//! What the files of a data set hold: one pass over each.

pub(crate) mod file;
pub(crate) mod gather;
pub(crate) mod header_check;
pub(crate) mod joined;
pub(crate) mod kinds;
pub(crate) mod notes;
pub(crate) mod part;
pub(crate) mod profiler;
pub(crate) mod repeats;
