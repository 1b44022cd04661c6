//! Where reading begins.

use std::time::Duration;

use ecom_core::exit::Failure;
use ecom_core::kafka::{Cluster, Ends, failure};
use rdkafka::consumer::Consumer as _;
use rdkafka::{Offset, TopicPartitionList};

use crate::cli::Start;

/// The offset at which to begin in each partition, in the order of `ends`.
pub(crate) fn offsets(
    cluster: &Cluster,
    topic: &str,
    ends: &[Ends],
    from: Start,
    timeout: Duration,
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
    let doing = format!("cannot find the offsets of that time in {topic}");
    let list = listed(topic, ends, Offset::Offset(time), &doing)?;
    let found = cluster
        .consumer()
        .offsets_for_times(list, timeout)
        .map_err(|error| failure(&doing, &error))?;
    Ok(merged(topic, ends, &found, |ends| ends.offsets.end))
}

/// The offsets that a consumer group committed; where it has none, those of `otherwise`.
pub(crate) fn committed(
    cluster: &Cluster,
    topic: &str,
    ends: &[Ends],
    otherwise: &[i64],
    timeout: Duration,
) -> Result<Vec<i64>, Failure> {
    let doing = format!("cannot read the group's offsets of {topic}");
    let list = listed(topic, ends, Offset::Invalid, &doing)?;
    let found = cluster
        .consumer()
        .committed_offsets(list, timeout)
        .map_err(|error| failure(&doing, &error))?;
    let index_of = |ends: &Ends, all: &[Ends]| all.iter().position(|other| other == ends);
    let otherwise = |one: &Ends| {
        let start = index_of(one, ends).and_then(|index| otherwise.get(index));
        start.copied().unwrap_or(one.offsets.start)
    };
    Ok(merged(topic, ends, &found, otherwise))
}

/// Every partition with one offset.
fn listed(
    topic: &str,
    ends: &[Ends],
    offset: Offset,
    doing: &str,
) -> Result<TopicPartitionList, Failure> {
    let mut list = TopicPartitionList::new();
    for ends in ends {
        list.add_partition_offset(topic, ends.partition, offset)
            .map_err(|error| failure(doing, &error))?;
    }
    Ok(list)
}

/// The offsets found, brought within what the partitions hold.
fn merged(
    topic: &str,
    ends: &[Ends],
    found: &TopicPartitionList,
    otherwise: impl Fn(&Ends) -> i64,
) -> Vec<i64> {
    let offset = |ends: &Ends| match found.find_partition(topic, ends.partition) {
        Some(element) => match element.offset() {
            Offset::Offset(offset) => offset.clamp(ends.offsets.start, ends.offsets.end),
            _ => otherwise(ends),
        },
        None => otherwise(ends),
    };
    ends.iter().map(offset).collect()
}
