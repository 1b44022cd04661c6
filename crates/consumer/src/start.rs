//! Finds the offsets to start from.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use ecom_core::exit::Failure;
use ecom_core::kafka::{Cluster, Ends, failure};
use rdkafka::consumer::Consumer as _;
use rdkafka::{Offset, TopicPartitionList};

/// Where to start in each partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    Beginning,
    Latest,
    /// At this offset; a negative one counts from the end.
    Offset(i64),
    /// At the first message of this time or later.
    Time(DateTime<Utc>),
}

impl FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(offset) = text.parse() {
            return Ok(Self::Offset(offset));
        }
        match text {
            "beginning" => Ok(Self::Beginning),
            "latest" => Ok(Self::Latest),
            _ => DateTime::parse_from_rfc3339(text).map(|time| Self::Time(time.to_utc())).map_err(
                |_| {
                    "not beginning, latest, an offset or a time such as 2024-11-10T15:30:00Z".into()
                },
            ),
        }
    }
}

/// The offset to start from in each partition, in the order of `ends`.
pub(crate) fn offsets(
    cluster: &Cluster,
    topic: &str,
    ends: &[Ends],
    from: Start,
) -> Result<Vec<i64>, Failure> {
    let within = |ends: &Ends, offset: i64| offset.clamp(ends.offsets.start, ends.offsets.end);
    let time = match from {
        Start::Beginning => return Ok(ends.iter().map(|ends| ends.offsets.start).collect()),
        Start::Latest => return Ok(ends.iter().map(|ends| ends.offsets.end).collect()),
        Start::Offset(offset) if offset >= 0 => {
            return Ok(ends.iter().map(|ends| within(ends, offset)).collect());
        }
        Start::Offset(back) => {
            let start = |ends: &Ends| within(ends, ends.offsets.end.saturating_add(back));
            return Ok(ends.iter().map(start).collect());
        }
        Start::Time(time) => time.timestamp_millis(),
    };
    let doing = format!("find the offsets for that time in {topic}");
    let list = listed(topic, ends, Offset::Offset(time), &doing)?;
    let ask = |timeout| cluster.consumer().offsets_for_times(list.clone(), timeout);
    let found = cluster.patiently(ask, &doing)?;
    let otherwise: Vec<i64> = ends.iter().map(|ends| ends.offsets.end).collect();
    Ok(merged(topic, ends, &found, &otherwise))
}

/// The offsets that a consumer group committed, or those of `otherwise` where it has none.
pub(crate) fn committed(
    cluster: &Cluster,
    topic: &str,
    ends: &[Ends],
    otherwise: &[i64],
) -> Result<Vec<i64>, Failure> {
    let doing = format!("read the group's offsets of {topic}");
    let list = listed(topic, ends, Offset::Invalid, &doing)?;
    let ask = |timeout| cluster.consumer().committed_offsets(list.clone(), timeout);
    let found = cluster.patiently(ask, &doing)?;
    Ok(merged(topic, ends, &found, otherwise))
}

/// Every partition with the same offset.
fn listed(
    topic: &str,
    ends: &[Ends],
    offset: Offset,
    doing: &str,
) -> Result<TopicPartitionList, Failure> {
    let mut list = TopicPartitionList::new();
    for ends in ends {
        list.add_partition_offset(topic, ends.partition, offset)
            .map_err(|error| failure(&format!("cannot {doing}"), &error))?;
    }
    Ok(list)
}

/// The offsets found, limited to what the partitions hold. Where none was found, because no message is
/// that new or the group has no offset, those of `otherwise`; all are in the order of `ends`.
fn merged(topic: &str, ends: &[Ends], found: &TopicPartitionList, otherwise: &[i64]) -> Vec<i64> {
    let offset = |(ends, otherwise): (&Ends, &i64)| match found
        .find_partition(topic, ends.partition)
        .map(|element| element.offset())
    {
        Some(Offset::Offset(offset)) => offset.clamp(ends.offsets.start, ends.offsets.end),
        _ => *otherwise,
    };
    ends.iter().zip(otherwise).map(offset).collect()
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
