//! The command line.

use std::time::Duration;

use clap::Parser;
use ecom_core::plan::TableName;
use ecom_core::settings::{CommonArgs, KafkaArgs, TopicArgs};

use crate::show::MessageFormat;
use crate::start::Start;

/// Read, print and count the messages of a Kafka topic
#[derive(Debug, Parser)]
#[command(
    name = "consumer",
    version,
    after_help = "Example: consumer ecommerce-transactions --until-end --count-by event_type"
)]
pub(crate) struct Args {
    /// Kafka topic [default: the topic of the transactions]
    topic: Option<String>,

    /// Where to start in each partition: beginning, latest, an offset (-5: the last five) or a time
    /// such as 2024-11-10T15:30:00Z
    #[arg(long, default_value = "beginning", value_name = "WHERE", allow_hyphen_values = true)]
    pub(crate) from: Start,

    /// Stop after N messages
    #[arg(long, value_name = "N")]
    pub(crate) max_messages: Option<u64>,

    /// Stop after this many seconds without a message
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) idle_timeout: Option<Duration>,

    /// Stop after this many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) max_time: Option<Duration>,

    /// Stop at the present end of the topic
    #[arg(long)]
    pub(crate) until_end: bool,

    /// Form of the messages
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub(crate) format: MessageFormat,

    /// Count messages by the values of a field
    #[arg(long, value_name = "FIELD")]
    pub(crate) count_by: Option<String>,

    /// Start at the committed offsets of this consumer group, or at --from if it has none, and commit
    /// the new ones
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) group: Option<String>,

    /// Exit with code 7 unless exactly N messages were read (implies --until-end if no limit is
    /// given)
    #[arg(long, value_name = "N")]
    pub(crate) expect: Option<u64>,

    #[command(flatten)]
    pub(crate) kafka: KafkaArgs,

    #[command(flatten)]
    topics: TopicArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

impl Args {
    /// The topic to read.
    pub(crate) fn topic(&self) -> &str {
        self.topic.as_deref().unwrap_or_else(|| self.topics.of(TableName::Transactions))
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.0..=31_536_000.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("use 0 to 31536000 seconds".into())
    }
}
