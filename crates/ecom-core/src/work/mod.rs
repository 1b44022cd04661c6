//! The work folder `var/runs/<data set>/`: what passes from one tool to the next.
//!
//! It holds the plan, the manifest with the work files that it lists, the rejects, the generated
//! log files and one run report per tool ([`crate::report`]).

mod logs;
mod manifest;
mod part;
mod records;
mod stores;

use std::path::Path;

pub use logs::{LOG_REQUEST, LOGS, LogRequest, LogTicket, is_log_file, waits_for_flume};
pub use manifest::{MANIFEST, Manifest, ManifestFile};
pub use part::Part;
pub use records::{Records, WorkRecord, check_header};
pub use stores::StoresMark;

/// The file name of the rejected records.
pub const REJECTS: &str = "rejects.csv";

/// The work folder: the one that the user names, by default the folder of the plan.
#[must_use]
pub fn folder<'a>(named: Option<&'a Path>, plan: &'a Path) -> &'a Path {
    let folder = named.or_else(|| plan.parent()).unwrap_or(Path::new(""));
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_work_folder_is_the_one_named_or_that_of_the_plan() {
        for (named, plan, wanted) in [
            (None, "var/runs/shop/plan.toml", "var/runs/shop"),
            (None, "plan.toml", "."),
            (Some("out"), "var/runs/shop/plan.toml", "out"),
            (Some(""), "var/runs/shop/plan.toml", "."),
        ] {
            assert_eq!(folder(named.map(Path::new), Path::new(plan)), Path::new(wanted));
        }
    }
}
