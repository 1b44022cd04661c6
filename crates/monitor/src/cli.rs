//! The command line. Flags of one part of the monitor are in a struct beside that part.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::Parser;
use ecom_core::settings::{
    CommonArgs, FormatArgs, HdfsArgs, HdfsRootArgs, KafkaArgs, MysqlArgs, TopicArgs,
};

use crate::collect::{FlumeArgs, FolderArgs, ScheduleArgs};
use crate::outlet::EndArgs;
use crate::record::RecordingArgs;
use crate::web::WebArgs;

/// Show where every record is: how many should have arrived at each hop, how many have, how many are in flight.
///
/// Queries each server read-only, with its own deadline. By default it draws the pipeline in the
/// terminal; without a terminal it prints a line whenever something changes.
///
/// Exit codes: 0 healthy · 5 a service is unreachable, or --timeout expired · 7 records are lost or duplicated.
#[derive(Parser, Debug)]
#[command(
    name = "monitor",
    version,
    after_help = "Example: monitor --plan var/runs/marketplace/plan.toml --web"
)]
pub(crate) struct Args {
    /// The plan to watch [default: the plan of the data set that the stores hold]
    #[arg(long, value_name = "FILE", env = "ECOM_PLAN")]
    pub(crate) plan: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) schedule: ScheduleArgs,

    #[command(flatten)]
    pub(crate) end: EndArgs,

    #[command(flatten)]
    pub(crate) web: WebArgs,

    #[command(flatten)]
    pub(crate) recording: RecordingArgs,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) mysql: MysqlArgs,

    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,

    #[command(flatten)]
    pub(crate) topics: TopicArgs,

    #[command(flatten)]
    pub(crate) hdfs: HdfsArgs,

    #[command(flatten)]
    pub(crate) root: HdfsRootArgs,

    #[command(flatten)]
    pub(crate) flume: FlumeArgs,

    #[command(flatten)]
    pub(crate) folders: FolderArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Parses a number of seconds within a range.
pub(crate) fn seconds(
    range: RangeInclusive<f64>,
) -> impl Fn(&str) -> Result<f64, String> + Clone + Send + Sync + 'static {
    move |text| match text.parse() {
        Ok(seconds) if range.contains(&seconds) => Ok(seconds),
        _ => Err(format!("must be between {} and {} seconds", range.start(), range.end())),
    }
}
