//! What the other probes should look for, according to the plan.

use std::sync::Arc;

use tokio::sync::watch;

/// A table of the plan, as MySQL, Kafka and HDFS know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedTable {
    /// Its name.
    pub(crate) name: String,
    /// The column with the event time, if it has one.
    pub(crate) event_time: Option<String>,
    /// Its topic.
    pub(crate) topic: String,
    /// Whether Flume reads that topic.
    pub(crate) streamed: bool,
}

/// The tables of the plan, once it is known whether there is a plan; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Wanted(watch::Sender<Option<Arc<[WantedTable]>>>);

impl Wanted {
    /// Nothing is known yet.
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(None))
    }

    /// Sets the tables; none without a plan.
    pub(crate) fn set(&self, tables: Vec<WantedTable>) {
        self.0.send_replace(Some(tables.into()));
    }

    /// Waits until it is known whether there is a plan.
    pub(crate) async fn known(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.subscribe().wait_for(Option::is_some).await;
    }

    /// The tables of the plan, in its order.
    pub(crate) fn tables(&self) -> Arc<[WantedTable]> {
        self.0.borrow().clone().unwrap_or_default()
    }
}
