//! The command line.

use std::path::PathBuf;

use clap::Parser;
use ecom_core::flume::FlumeArgs;
use ecom_core::message::Events;
use ecom_core::plan::TableName;
use ecom_core::settings::{CommonArgs, FormatArgs, StoresArgs};

use crate::hop::Hop;

/// Prove, record by record, that every store holds exactly what went in.
///
/// Reads the work files and every store: MySQL by query, Kafka up to its offsets at the start, HDFS
/// through WebHDFS, including the files that Flume is still writing. Reports each record that is
/// missing, extra, duplicated or altered, with its line in the work file.
///
/// What Flume carries is proven only when nothing is on its way any more: no message and no log file
/// that an agent has not read, no event in a channel, no open file. Until then the hop is still moving;
/// --wait waits for its rest.
///
/// The last line accounts for the source files: each one is in a table, or the plan lists it as left
/// out. It starts with ! if a file with sales was left out.
///
/// Exit codes: 0 every store is equal · 4 plan or files missing or changed · 5 a store is unavailable
/// (the others are still reported), or equal but still moving · 7 a store differs, or the folder has a file that is not in the
/// plan.
#[derive(Parser, Debug)]
#[command(
    name = "reconciler",
    version,
    about,
    after_help = "Example: reconciler --plan var/runs/marketplace/plan.toml --hop mysql"
)]
pub(crate) struct Args {
    /// Plan that analyzer wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// Work folder [default: the plan's folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Hops to check, separated by commas
    #[arg(long, value_name = "HOP", value_delimiter = ',', default_value = "all")]
    #[arg(value_parser = Hop::values())]
    pub(crate) hop: Vec<String>,

    /// Folder with the questions of the analysis
    #[arg(long, env = "ANALYTICS_DIR", value_name = "DIR", default_value = "sql/analytics")]
    pub(crate) questions: PathBuf,

    /// Examples to show for each kind of difference
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) examples: usize,

    /// Seconds to wait until everything that Flume carries has arrived in HDFS
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) wait: u64,

    /// Hand the log lines that are missing in HDFS, once nothing is on its way any more, over to Flume
    /// again, and compare when --wait is over or they have arrived
    #[arg(long)]
    pub(crate) respool: bool,

    /// Events that streamer sent for each record
    #[arg(long, value_enum, default_value_t, value_name = "EVENTS")]
    pub(crate) events: Events,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) stores: StoresArgs,

    #[command(flatten)]
    pub(crate) flume: FlumeArgs,

    /// Topic of a table, as TABLE=TOPIC [default: ecommerce-TABLE, or --kafka-topic]
    #[arg(long, value_name = "TABLE=TOPIC", value_parser = table_topic, help_heading = "Kafka")]
    pub(crate) topic: Vec<(TableName, String)>,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Reads TABLE=TOPIC.
fn table_topic(text: &str) -> Result<(TableName, String), String> {
    let (table, topic) = text.split_once('=').ok_or("use TABLE=TOPIC")?;
    let table = TableName::new(table)?;
    ecom_core::kafka::check_topic_name(topic).map_err(|failure| failure.to_string())?;
    Ok((table, topic.to_owned()))
}
