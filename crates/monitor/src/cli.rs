//! The command line. Flags of one part of the monitor are in a struct beside that part.

use clap::Parser;
use ecom_core::settings::{CommonArgs, FormatArgs};

use crate::collect::CollectArgs;
use crate::outlet::EndArgs;
use crate::record::RecordingArgs;
use crate::web::WebArgs;

/// Show where every record is: how many should have arrived at each hop, how many have, how many
/// are in flight.
///
/// Queries each server read-only, with its own deadline. By default it draws the pipeline in the
/// terminal; without a terminal it prints a line whenever something changes.
///
/// Exit codes: 0 healthy · 5 a service is unreachable, or --timeout expired · 7 records are lost or
/// duplicated.
#[derive(Parser, Debug)]
#[command(
    name = "monitor",
    version,
    after_help = "Example: monitor --plan var/runs/marketplace/plan.toml --web"
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) collect: CollectArgs,

    #[command(flatten)]
    pub(crate) end: EndArgs,

    #[command(flatten)]
    pub(crate) web: WebArgs,

    #[command(flatten)]
    pub(crate) recording: RecordingArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}
