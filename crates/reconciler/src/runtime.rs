//! Where the asynchronous clients run: every wait of theirs ends when the user wishes to stop.

use std::time::Duration;

use anyhow::{Context as _, Result};
use ecom_core::stop::Stop;

/// How often the wish to stop is asked.
const STEP: Duration = Duration::from_millis(200);

/// Runs the clients of MySQL and HDFS.
pub(crate) struct Runtime {
    runtime: tokio::runtime::Runtime,
    stop: Stop,
}

impl Runtime {
    /// A runtime that heeds `stop`.
    pub(crate) fn new(stop: &Stop) -> Result<Self> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build();
        let runtime = runtime.context("cannot start the runtime of the clients")?;
        Ok(Self { runtime, stop: stop.clone() })
    }

    /// Waits for `work` to be done, or for the wish to stop.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.runtime.block_on(async {
            tokio::pin!(work);
            let mut steps = tokio::time::interval(STEP);
            loop {
                tokio::select! {
                    biased;
                    result = &mut work => return result,
                    _ = steps.tick() => self.stop.check(|| "the work was not finished".into())?,
                }
            }
        })
    }
}
