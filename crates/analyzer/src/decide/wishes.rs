//! What the user decided.

use std::path::{Path, PathBuf};

use ecom_core::plan::SplitBy;

use crate::roles::wish::RoleWish;

/// The command-line flags that the decisions depend on.
pub(crate) struct Wishes {
    pub(crate) folder: PathBuf,
    pub(crate) data_set: String,
    pub(crate) ratio: f64,
    pub(crate) by: Option<SplitBy>,
    pub(crate) roles: Vec<RoleWish>,
    /// The path of the draft that is written if the plan cannot be completed; beside the plan, if
    /// one is requested.
    pub(crate) draft: Option<PathBuf>,
}

/// The path of the draft, beside the plan.
pub(crate) fn draft_file(plan: &Path) -> PathBuf {
    plan.with_extension("draft.toml")
}
