//! Which data set the readers of the topic and of the results are about.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use ecom_core::plan::Plan;
use tokio::sync::watch;

use super::work::RunFiles;

/// A data set, and the folder of its work files.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subject {
    /// The plan.
    pub(crate) plan: Plan,
    /// The work folder.
    pub(crate) work: PathBuf,
    /// When the stores were claimed for it: older reports are about stores that are gone.
    pub(crate) since: Option<DateTime<Utc>>,
}

/// The data set that is watched, once it is known; clones share it.
pub(crate) type Subjects = watch::Sender<Option<Arc<Subject>>>;

/// Tells the readers which data set it is, if that is news.
pub(super) fn offer(subjects: &Subjects, run: Option<&RunFiles>) {
    let newest = run.map(|run| Subject {
        plan: run.plan.clone(),
        work: run.folder.clone(),
        since: run.claimed,
    });
    subjects.send_if_modified(|known| {
        let is_news = known.as_deref() != newest.as_ref();
        if is_news {
            *known = newest.map(Arc::new);
        }
        is_news
    });
}
