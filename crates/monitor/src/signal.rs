//! The wish to stop, for those that wait for other things as well.

use std::time::Duration;

use ecom_core::Code;
use ecom_core::stop::Stop;
use tokio::time::sleep;

/// How often it is asked.
const STEP: Duration = Duration::from_millis(50);

/// Ends when a signal came.
pub(crate) async fn stopped(stop: &Stop) -> Code {
    loop {
        if let Some(code) = stop.requested() {
            return code;
        }
        sleep(STEP).await;
    }
}
