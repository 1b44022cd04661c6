//! What the files of a data set hold: one pass over each.

mod extremes;
pub(crate) mod file;
mod first_records;
pub(crate) mod gather;
pub(crate) mod header_check;
pub(crate) mod join;
mod joined;
mod kinds;
mod notes;
pub(crate) mod observe;
pub(crate) mod part;
mod pass;
mod profiler;
mod repeats;
