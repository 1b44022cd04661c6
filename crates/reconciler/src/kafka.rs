//! The messages of a topic.

use std::sync::Mutex;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::kafka::{Cluster, Ends, Topic};
use rdkafka::Message as _;

use crate::line::{Parsed, Parser};
use crate::shared::lock;
use crate::side::{Each, Entry, Location, Side, each_unreadable};

/// The messages that a topic holds when the comparison begins.
pub(crate) struct Messages<'a> {
    cluster: &'a Cluster,
    topic: Option<Topic>,
    name: String,
    parser: Parser,
    ends: Mutex<Vec<Ends>>,
}

impl<'a> Messages<'a> {
    /// The messages of a topic, which may be missing.
    pub(crate) fn new(cluster: &'a Cluster, name: &str, parser: Parser) -> Result<Self, Failure> {
        let topic = match cluster.find(name)? {
            // Asks again, because this waits until every partition has a leader.
            Some(_) => Some(cluster.topic(name)?),
            None => None,
        };
        Ok(Self { cluster, topic, name: name.to_owned(), parser, ends: Mutex::default() })
    }

    /// How many partitions the topic has; 1 if it is missing.
    pub(crate) fn partitions(&self) -> i32 {
        self.topic.as_ref().map_or(1, Topic::count)
    }

    /// True if the topic is missing or holds no message.
    pub(crate) fn is_empty(&self) -> Result<bool, Failure> {
        Ok(self.look()?.iter().all(Ends::is_empty))
    }

    fn look(&self) -> Result<Vec<Ends>, Failure> {
        self.topic.as_ref().map_or(Ok(Vec::new()), |topic| self.cluster.ends(topic))
    }
}

impl Side for Messages<'_> {
    fn begin(&self) -> Result<Option<String>> {
        *lock(&self.ends) = self.look()?;
        Ok(self.topic.is_none().then(|| format!("topic {} does not exist", self.name)))
    }

    fn visit(&self, each: &mut Each<'_>) -> Result<()> {
        let ends = lock(&self.ends).clone();
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
            let Ok(key) = std::str::from_utf8(message.key().unwrap_or_default()) else {
                return each_unreadable(value, "a key that is not UTF-8", location, each);
            };
            parsed.push_kafka(key, message.partition());
            let Parsed { record, key, core, .. } = &parsed;
            each(Entry { key: key.as_bytes(), record: record.bytes(), core: *core, location })
        })
    }

    fn name(&self, location: Location) -> String {
        format!("{} partition {} offset {}", self.name, location.file, location.line)
    }
}
