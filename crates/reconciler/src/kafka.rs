//! The messages of a topic.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::kafka::{Cluster, Ends, Topic};
use rdkafka::Message as _;

use crate::hdfs::each_unreadable;
use crate::line::{Parsed, Parser};
use crate::side::{Each, Entry, Location, Side};

/// The messages that a topic has when the comparison begins.
pub(crate) struct Messages<'a> {
    cluster: &'a Cluster,
    topic: Option<Topic>,
    name: String,
    parser: Parser,
    ends: Mutex<Vec<Ends>>,
}

impl<'a> Messages<'a> {
    /// The messages of the topic of that name, which need not exist.
    pub(crate) fn new(cluster: &'a Cluster, name: &str, parser: Parser) -> Result<Self, Failure> {
        let topic = match cluster.find(name)? {
            Some(_) => Some(cluster.topic(name)?),
            None => None,
        };
        Ok(Self { cluster, topic, name: name.to_owned(), parser, ends: Mutex::default() })
    }

    /// How many partitions the topic has.
    pub(crate) fn partitions(&self) -> i32 {
        self.topic.as_ref().map_or(1, Topic::count)
    }

    /// True when the topic does not exist or holds no message.
    pub(crate) fn is_empty(&self) -> Result<bool, Failure> {
        Ok(self.look()?.iter().all(Ends::is_empty))
    }

    fn look(&self) -> Result<Vec<Ends>, Failure> {
        self.topic.as_ref().map_or(Ok(Vec::new()), |topic| self.cluster.ends(topic))
    }
}

impl Side for Messages<'_> {
    fn begin(&self) -> Result<Option<String>> {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner) = self.look()?;
        Ok(self.topic.is_none().then(|| format!("there is no topic {}", self.name)))
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut parsed = Parsed::default();
        self.cluster.read(&self.name, &ends, |message| {
            let location = Location {
                file: message.partition().cast_unsigned(),
                line: message.offset().cast_unsigned(),
            };
            let Some(value) = message.payload() else {
                return each_unreadable(b"", "a message without a value", location, each);
            };
            if let Err(reason) = self.parser.parse(value, &mut parsed) {
                return each_unreadable(value, &reason, location, each);
            }
            parsed.push_kafka(message.key().unwrap_or_default(), message.partition());
            let Parsed { record, key, core, .. } = &parsed;
            each(Entry { key: key.as_bytes(), record: record.bytes(), core: *core, location })
        })
    }

    fn name(&self, location: Location) -> String {
        format!("{} partition {} offset {}", self.name, location.file, location.line)
    }
}
