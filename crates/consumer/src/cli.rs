//! The command line.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Parser, ValueEnum};
use ecom_core::plan::TableName;
use ecom_core::settings::{CommonArgs, KafkaArgs, TopicArgs};

/// Read, show and count the messages of a Kafka topic
#[derive(Debug, Parser)]
#[command(
    name = "consumer",
    version,
    after_help = "Example: consumer ecommerce-transactions --until-end --count-by event_type"
)]
pub(crate) struct Args {
    /// Kafka topic [default: that of the transactions]
    topic: Option<String>,

    /// Where to begin in each partition: beginning, latest, an offset (-5: the last five) or a
    /// time such as 2024-11-10T15:30:00Z
    #[arg(long, default_value = "beginning", value_name = "WHERE", allow_hyphen_values = true)]
    pub(crate) from: Start,

    /// Stop after so many messages
    #[arg(long, value_name = "N")]
    pub(crate) max_messages: Option<u64>,

    /// Stop when no message came for so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) idle_timeout: Option<Duration>,

    /// Stop after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) max_time: Option<Duration>,

    /// Stop at the messages that are the last ones now
    #[arg(long)]
    pub(crate) until_end: bool,

    /// How to print messages: for people, one a line for programs, or not at all
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub(crate) format: MessageFormat,

    /// Count the messages by the values of a field
    #[arg(long, value_name = "FIELD")]
    pub(crate) count_by: Option<String>,

    /// Begin where this consumer group stopped, else at --from, and keep its place
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) group: Option<String>,

    /// Fail with exit code 7 unless exactly so many messages came; without a limit of its own
    /// this reads up to the end
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

/// How messages are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// Indented, with partition, offset, key and time
    #[default]
    Pretty,
    /// One JSON value a line
    Json,
    /// Not at all
    None,
}

/// Where to begin in each partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Beginning,
    Latest,
    /// At this offset; a negative one counts from the end.
    Offset(i64),
    /// At the first message of this time or later.
    Time(DateTime<Utc>),
}

impl std::str::FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(offset) = text.parse() {
            return Ok(Self::Offset(offset));
        }
        match text {
            "beginning" => Ok(Self::Beginning),
            "latest" => Ok(Self::Latest),
            _ => DateTime::parse_from_rfc3339(text).map(|time| Self::Time(time.to_utc())).map_err(
                |_| "not beginning, latest, an offset or a time like 2024-11-10T15:30:00Z".into(),
            ),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.0..=31_536_000.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("give 0 to 31536000 seconds".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_a_word_an_offset_or_a_time() {
        assert_eq!("beginning".parse(), Ok(Start::Beginning));
        assert_eq!("-5".parse(), Ok(Start::Offset(-5)));
        let time = DateTime::from_timestamp_millis(1_731_252_645_123).unwrap();
        assert_eq!("2024-11-10T17:30:45.123+02:00".parse(), Ok(Start::Time(time)));
        assert!("yesterday".parse::<Start>().is_err());
    }
}
