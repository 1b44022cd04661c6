//! What the partitions of a topic hold.

use ecom_core::exit::Failure;
use ecom_core::kafka::{Ends, Topic, time_text};
use rdkafka::message::Message as _;

use crate::admin::Admin;

/// What a partition holds.
pub(crate) struct PartitionContent {
    pub(crate) ends: Ends,
    /// The last message's time: milliseconds since 1970.
    newest: Option<i64>,
}

/// What each partition of a topic holds; `None` if one has no leader.
pub(crate) fn contents(
    admin: &Admin,
    topic: &Topic,
) -> Result<Option<Vec<PartitionContent>>, Failure> {
    if !topic.is_led() {
        return Ok(None);
    }
    let ends = admin.cluster.ends(topic)?;
    let last = admin.cluster.last(&topic.name, &ends)?;
    let contents = ends.into_iter().zip(last).map(|(ends, last)| {
        let newest = last.and_then(|message| message.timestamp().to_millis());
        PartitionContent { ends, newest }
    });
    Ok(Some(contents.collect()))
}

/// The number of messages in all partitions.
pub(crate) fn messages(contents: &[PartitionContent]) -> u64 {
    contents.iter().map(|content| content.ends.count()).sum()
}

/// The time of the newest message of all partitions, in RFC 3339.
pub(crate) fn newest(contents: &[PartitionContent]) -> Option<String> {
    contents.iter().max_by_key(|content| content.newest).and_then(PartitionContent::time)
}

impl PartitionContent {
    /// The time of the last message, in RFC 3339.
    pub(crate) fn time(&self) -> Option<String> {
        self.newest.map(time_text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_time_of_all_partitions_is_in_rfc_3339() {
        let content =
            |newest| PartitionContent { ends: Ends { partition: 0, offsets: 0..2 }, newest };
        let contents = [content(None), content(Some(1_731_252_645_123)), content(Some(5))];
        assert_eq!(newest(&contents).as_deref(), Some("2024-11-10T15:30:45.123Z"));
        assert_eq!(messages(&contents), 6);
        assert_eq!(newest(&[content(None)]), None);
    }
}
