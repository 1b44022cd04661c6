//! Waiting for a signal beside other things.

use std::time::Duration;

use ecom_core::Code;
use ecom_core::stop::Stop;
use tokio::time::sleep;

/// How often the signal is polled.
const STEP: Duration = Duration::from_millis(50);

/// Returns once a signal has arrived.
pub(crate) async fn stopped(stop: &Stop) -> Code {
    loop {
        if let Some(code) = stop.requested() {
            return code;
        }
        sleep(STEP).await;
    }
}
