//! What the user decided.

use std::path::PathBuf;

use ecom_core::plan::SplitBy;

/// The flags of the command, as the decisions need them.
pub(crate) struct Wishes {
    pub(crate) folder: PathBuf,
    pub(crate) data_set: String,
    pub(crate) ratio: f64,
    pub(crate) by: Option<SplitBy>,
}
