//! The command line.

use std::collections::BTreeSet;

use clap::{Args as ClapArgs, Parser, Subcommand};
use ecom_core::plan::TableName;
use ecom_core::settings::{CommonArgs, FormatArgs, KafkaArgs, TopicArgs};

use crate::delete::Consent;

/// Create, list, describe, empty and delete Kafka topics
#[derive(Debug, Parser)]
#[command(
    name = "topic-admin",
    version,
    after_help = "Example: topic-admin create --partitions 3 --config retention.ms=604800000"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,

    #[command(flatten)]
    pub(crate) tables: TopicArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create topics and wait until they can be written; existing topics of the same shape are kept
    #[command(after_help = "Example: topic-admin create --config retention.ms=604800000")]
    Create {
        #[command(flatten)]
        topics: Topics,

        /// Partitions of each topic
        #[arg(long, default_value_t = 3, value_name = "N",
              value_parser = clap::value_parser!(i32).range(1..))]
        partitions: i32,

        /// Brokers that hold a copy of each partition
        #[arg(long, default_value_t = 1, value_name = "N",
              value_parser = clap::value_parser!(i32).range(1..=32_767))]
        replication_factor: i32,

        #[command(flatten)]
        configs: Configs,
    },
    /// List topics with their number of partitions and messages and the time of the newest message
    #[command(after_help = "Example: topic-admin list --all")]
    List {
        /// Include Kafka's internal topics
        #[arg(long)]
        all: bool,

        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show each partition's leader and offsets, and the configs that differ from their defaults
    #[command(after_help = "Example: topic-admin describe --topic ecommerce-transactions")]
    Describe {
        #[command(flatten)]
        topics: Topics,

        #[command(flatten)]
        format: FormatArgs,
    },
    /// Delete topics with all their messages, and wait until they are gone
    #[command(after_help = "Example: topic-admin delete --topic ecommerce-customers")]
    Delete {
        #[command(flatten)]
        topics: Topics,

        #[command(flatten)]
        consent: Consent,
    },
    /// Empty topics: delete them and create them again with the same partitions and configs
    ///
    /// Kafka forgets the offsets that groups have committed. What Flume has read from a topic stays in
    /// HDFS and in its channel; if it has, the command that empties all stores is printed.
    #[command(after_help = "Example: topic-admin reset --topic ecommerce-transactions --yes")]
    Reset {
        #[command(flatten)]
        topics: Topics,

        #[command(flatten)]
        consent: Consent,

        /// Partitions of each topic [default: as now; 3 for a new topic]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
        partitions: Option<i32>,

        /// Brokers that hold a copy of each partition [default: as now; 1 for a new topic]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=32_767))]
        replication_factor: Option<i32>,

        #[command(flatten)]
        configs: Configs,
    },
}

/// The topics to work on.
#[derive(Debug, ClapArgs)]
pub(crate) struct Topics {
    /// Topic; repeatable [default: the platform's three topics]
    #[arg(long = "topic", value_name = "TOPIC")]
    named: Vec<String>,
}

/// Configs of a topic.
#[derive(Debug, ClapArgs)]
pub(crate) struct Configs {
    /// Config of each topic; repeatable
    #[arg(long = "config", value_name = "NAME=VALUE", value_parser = config)]
    pub(crate) configs: Vec<(String, String)>,
}

impl Topics {
    /// The named topics, each once, or the platform's three.
    pub(crate) fn names(&self, tables: &TopicArgs) -> Vec<String> {
        if self.named.is_empty() {
            let platform = [TableName::Transactions, TableName::Customers, TableName::Products];
            return platform.map(|table| tables.of(table).to_owned()).to_vec();
        }
        let mut seen = BTreeSet::new();
        self.named.iter().filter(|name| seen.insert(name.as_str())).cloned().collect()
    }
}

fn config(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("use NAME=VALUE".into()),
    }
}
