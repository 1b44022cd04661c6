//! The command line.

use std::path::PathBuf;

use clap::Parser;
use ecom_core::message::Events;
use ecom_core::settings::{CommonArgs, KafkaArgs, TopicArgs};

use crate::producer::Compression;

/// Stream the records of a table to its Kafka topic, each exactly once, no matter how often you run
/// it
#[derive(Debug, Parser)]
#[command(
    name = "streamer",
    version,
    after_help = "Example: streamer var/runs/sample/transactions_realtime.csv --delay 1"
)]
pub(crate) struct Args {
    /// Work file written by the splitter
    pub(crate) file: PathBuf,

    /// Kafka topic [default: ecommerce-TABLE; for transactions, --kafka-topic]
    pub(crate) topic: Option<String>,

    /// Plan of the data set [default: plan.toml beside FILE]
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,

    /// Seconds to wait after each batch; 0 streams as fast as Kafka accepts messages
    #[arg(long, default_value_t = 2.0, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) delay: f64,

    /// Records to send before each wait
    #[arg(long, default_value_t = 1, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) batch_size: u64,

    /// Records per second, instead of --delay and --batch-size
    #[arg(long, value_name = "N", value_parser = rate,
          conflicts_with_all = ["delay", "batch_size"])]
    pub(crate) rate: Option<f64>,

    /// Stream only the first N records of the file
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,

    /// Events to send for each record
    #[arg(long, value_enum, default_value_t, value_name = "EVENTS")]
    pub(crate) events: Events,

    /// How batches of messages are packed
    #[arg(long, value_enum, default_value_t, value_name = "METHOD")]
    pub(crate) compression: Compression,

    /// Print the messages instead of sending them, one JSON object per line, without a broker
    #[arg(long)]
    pub(crate) print: bool,

    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,

    #[command(flatten)]
    pub(crate) topics: TopicArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.0..=86_400.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("must be between 0 and 86400 seconds".into())
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| "not a number of records".to_owned())?;
    if (0.001..=1e9).contains(&rate) {
        Ok(rate)
    } else {
        Err("must be between 0.001 and 1000000000 records per second".into())
    }
}
