//! What the user decided.

use std::path::PathBuf;

use ecom_core::plan::SplitBy;

use crate::roles::wish::RoleWish;

/// The flags of the command, as the decisions need them.
pub(crate) struct Wishes {
    pub(crate) folder: PathBuf,
    pub(crate) data_set: String,
    pub(crate) ratio: f64,
    pub(crate) by: Option<SplitBy>,
    pub(crate) roles: Vec<RoleWish>,
    /// Where a plan that is not complete is left for a person; beside the plan, if one is wanted.
    pub(crate) draft: Option<PathBuf>,
}
