//! The command line.

use std::path::PathBuf;

use clap::Parser;
use ecom_core::message::Events;
use ecom_core::plan::TableName;
use ecom_core::settings::{
    CommonArgs, FormatArgs, HdfsArgs, HdfsRootArgs, KafkaArgs, MysqlArgs, TopicArgs,
};

use crate::hop::Hop;

/// Prove, record by record, that every store holds exactly what went in.
///
/// Reads the work files and the stores themselves: MySQL by query, Kafka up to the end that it has
/// at the start, HDFS through WebHDFS with every part file and the files that Flume still writes.
/// Names what is missing, extra, duplicated or altered, with its place in the work file.
///
/// The last sentence counts the source files: each is in a table, or the plan names it as left out.
/// It begins with ! where sales were left out.
///
/// Exit codes: 0 every store is equal · 4 plan or files missing or changed · 5 a store cannot be
/// reached (the others are reported all the same) · 7 a store differs, or
/// a file of the folder is not in the plan.
#[derive(Parser, Debug)]
#[command(
    name = "reconciler",
    version,
    about,
    after_help = "Example: reconciler --plan var/runs/marketplace/plan.toml --hop mysql"
)]
pub(crate) struct Args {
    /// The plan that `analyzer --plan` wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,

    /// The work folder with the work files [default: the plan's folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// What to check; several are separated by commas
    #[arg(long, value_name = "HOP", value_delimiter = ',', default_value = "all")]
    #[arg(value_parser = Hop::values())]
    pub(crate) hop: Vec<String>,

    /// Examples to show of each kind of difference
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) examples: usize,

    /// Seconds to wait for records that Flume has not brought into HDFS yet
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) wait: u64,

    /// Events that streamer made of each record
    #[arg(long, value_enum, default_value_t, value_name = "EVENTS")]
    pub(crate) events: Events,

    #[command(flatten)]
    pub(crate) format: FormatArgs,

    #[command(flatten)]
    pub(crate) mysql: MysqlArgs,

    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,

    #[command(flatten)]
    pub(crate) topics: TopicArgs,

    /// Topic of a table, as TABLE=TOPIC [default: ecommerce-TABLE, or --kafka-topic]
    #[arg(long, value_name = "TABLE=TOPIC", value_parser = table_topic, help_heading = "Kafka")]
    pub(crate) topic: Vec<(TableName, String)>,

    #[command(flatten)]
    pub(crate) hdfs: HdfsArgs,

    #[command(flatten)]
    pub(crate) root: HdfsRootArgs,

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
