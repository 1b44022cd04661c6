//! Looks at the pipeline until it is told to stop.

use ecom_core::exit::Code;

use crate::cli::Args;
use crate::hub::Hub;

/// Collects (or replays), and shows.
pub(crate) fn run(_args: Args) -> anyhow::Result<Code> {
    let hub = Hub::new();
    let _ = (hub.follow(), hub.newest(), hub.points());
    Ok(Code::Success)
}
