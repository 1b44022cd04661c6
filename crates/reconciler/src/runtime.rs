//! Runs the asynchronous clients; a stop signal ends whatever they are waiting for.

use anyhow::{Context as _, Result};
use ecom_core::Failure;
use ecom_core::stop::Stop;

/// Runs the clients of MySQL and HDFS.
pub(crate) struct Runtime {
    runtime: tokio::runtime::Runtime,
    stop: Stop,
}

impl Runtime {
    /// A runtime whose waits end with `stop`.
    pub(crate) fn new(stop: &Stop) -> Result<Self> {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build();
        let runtime = runtime.context("cannot start the runtime of the clients")?;
        Ok(Self { runtime, stop: stop.clone() })
    }

    /// Waits until `work` is done or a signal arrives.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.runtime.block_on(async {
            tokio::select! {
                // A result that is ready counts even if the signal came at the same time.
                biased;
                result = work => result,
                code = self.stop.stopped() => {
                    let message = "stopped by a signal: the work was not finished";
                    Err(Failure::new(code, message).into())
                }
            }
        })
    }
}
