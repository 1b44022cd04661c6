//! What is known about one hop, and the rules that make it moving, complete, short or over.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::snapshot::{Count, HopId, HopState, Precision, Unit};

/// What is known about one hop.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate fact that the rules ask for")]
pub(super) struct Assessment {
    /// Which hop.
    pub(super) id: HopId,
    /// Where its records come from, and where they go.
    pub(super) between: (String, String),
    /// What carries them.
    pub(super) carrier: &'static str,
    /// What is counted.
    pub(super) unit: Unit,
    /// The probes that it depends on.
    pub(super) probes: &'static [&'static str],
    /// Whether the last answers of all needed probes are valid and fresh.
    pub(super) seen: bool,
    /// How many should arrive.
    pub(super) expected: Option<u64>,
    /// How many have.
    pub(super) arrived: Option<Count>,
    /// How many have left their source but not arrived.
    pub(super) in_flight: Option<u64>,
    /// How many are missing, summed over the parts: the surplus of one part never hides the gap of
    /// another.
    pub(super) short: u64,
    /// How many are certainly too many.
    pub(super) over: u64,
    /// Something may still arrive: there is lag, a channel is not empty, files are open or waiting.
    pub(super) pending: bool,
    /// Whether the carrier has begun.
    pub(super) began: bool,
    /// Whether the carrier has ended successfully, so that no more records will come.
    pub(super) ended: bool,
    /// The carrier never ends: records count as missing only after a time without progress.
    pub(super) streams: bool,
    /// When the newest record arrived.
    pub(super) newest: Option<DateTime<Utc>>,
    /// Numbers that change with any progress.
    pub(super) marks: Vec<u64>,
}

impl Assessment {
    /// Nothing is known about the hop but its name.
    pub(super) fn of(id: HopId, from: impl Into<String>, to: impl Into<String>) -> Self {
        let (carrier, unit, probes): (_, _, &[&str]) = match id {
            HopId::Split => ("splitter", Unit::Rows, &["work"]),
            HopId::Mysql => ("mysql-loader", Unit::Rows, &["work", "mysql"]),
            HopId::Sqoop => ("Sqoop", Unit::Rows, &["work", "hdfs"]),
            HopId::Kafka => ("streamer", Unit::Messages, &["work", "kafka"]),
            HopId::FlumeKafka => {
                ("kafka-agent", Unit::Messages, &["work", "kafka", "hdfs", "kafka-agent"])
            }
            HopId::Spool => ("log-gen", Unit::Lines, &["work"]),
            HopId::FlumeLogs => ("log-agent", Unit::Lines, &["work", "hdfs", "log-agent"]),
        };
        Self {
            id,
            between: (from.into(), to.into()),
            carrier,
            unit,
            probes,
            seen: false,
            expected: None,
            arrived: None,
            in_flight: None,
            short: 0,
            over: 0,
            pending: false,
            began: false,
            ended: false,
            streams: matches!(id, HopId::FlumeKafka | HopId::FlumeLogs),
            newest: None,
            marks: Vec::new(),
        }
    }

    /// Computes what is short or over, for a hop with one part.
    pub(super) fn compare(&mut self) {
        if let (Some(expected), Some(arrived)) = (self.expected, self.arrived) {
            self.short = expected.saturating_sub(arrived.value);
            self.over = arrived.value.saturating_sub(expected);
        }
    }

    /// The state after a time `still` without progress.
    pub(super) fn state(&self, still: Duration, threshold: Duration) -> HopState {
        if !self.seen {
            return HopState::Unknown;
        }
        let (Some(_), Some(arrived)) = (self.expected, self.arrived) else {
            return if self.began { HopState::Moving } else { HopState::Waiting };
        };
        let exact = arrived.precision == Precision::Exact;
        // Too many is certain at once; missing only once everything has settled.
        let settled = !self.pending && (!self.streams || still >= threshold);
        match (self.short, self.over) {
            (0, 0) if exact && !self.pending => HopState::Complete,
            (0, by) if by > 0 && self.ended => HopState::Over { by },
            (by, _) if by > 0 && self.ended && settled => HopState::Short { by },
            (by, _) if by > 0 && !self.began => HopState::Waiting,
            _ => HopState::Moving,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLD: Duration = Duration::from_mins(1);

    fn assessment(id: HopId, expected: Option<u64>, arrived: Option<u64>) -> Assessment {
        let mut assessment = Assessment {
            seen: true,
            expected,
            arrived: arrived.map(Count::exact),
            began: arrived.is_some_and(|arrived| arrived > 0),
            ..Assessment::of(id, "here", "there")
        };
        assessment.compare();
        assessment
    }

    #[test]
    fn every_case_of_a_tool_that_ends() {
        let state = |assessment: Assessment| assessment.state(Duration::ZERO, THRESHOLD);
        let at = |expected, arrived| assessment(HopId::Kafka, expected, arrived);
        let ended = |expected, arrived| Assessment { ended: true, ..at(expected, arrived) };
        let count = |value, precision| Some(Count { value, precision });
        for (assessment, expected, why) in [
            (at(None, None), HopState::Waiting, "nothing is known"),
            (at(Some(9), None), HopState::Waiting, "the store was not asked yet"),
            (
                Assessment { began: true, ..at(None, Some(3)) },
                HopState::Moving,
                "the number to expect is unknown",
            ),
            (at(Some(9), Some(0)), HopState::Waiting, "it has not begun"),
            (at(Some(9), Some(3)), HopState::Moving, "it has begun"),
            (at(Some(9), Some(9)), HopState::Complete, "all have arrived"),
            (at(Some(0), Some(0)), HopState::Complete, "none were expected"),
            (at(Some(9), Some(12)), HopState::Moving, "too many, but more may be expected soon"),
            (ended(Some(9), Some(9)), HopState::Complete, "all have arrived at the end"),
            (ended(Some(9), Some(7)), HopState::Short { by: 2 }, "some are missing at the end"),
            (ended(Some(9), Some(0)), HopState::Short { by: 9 }, "all are missing at the end"),
            (ended(Some(9), Some(12)), HopState::Over { by: 3 }, "too many at the end"),
            (
                Assessment { seen: false, ..ended(Some(9), Some(9)) },
                HopState::Unknown,
                "never a false green",
            ),
            (
                Assessment { seen: false, ..ended(Some(9), Some(7)) },
                HopState::Unknown,
                "nor a false red",
            ),
            (
                Assessment { arrived: count(9, Precision::UpperBound), ..ended(Some(9), Some(9)) },
                HopState::Moving,
                "compaction may have removed some",
            ),
            (
                Assessment { arrived: count(9, Precision::Estimate), ..ended(Some(9), Some(9)) },
                HopState::Moving,
                "an estimate is never complete",
            ),
            (
                Assessment { short: 5, over: 5, ..ended(Some(9), Some(9)) },
                HopState::Short { by: 5 },
                "one table's surplus does not hide another's gap",
            ),
        ] {
            assert_eq!(state(assessment), expected, "{why}");
        }
    }

    #[test]
    fn every_case_of_an_agent_that_never_ends() {
        let at = |arrived| Assessment {
            ended: true,
            began: true,
            ..assessment(HopId::FlumeLogs, Some(9), Some(arrived))
        };
        let late = Duration::from_secs(61);
        for (assessment, still, expected, why) in [
            (at(7), Duration::ZERO, HopState::Moving, "it may continue at any moment"),
            (at(7), late, HopState::Short { by: 2 }, "no progress and nothing in flight"),
            (
                Assessment { pending: true, ..at(7) },
                late,
                HopState::Moving,
                "something is in flight",
            ),
            (
                Assessment { ended: false, ..at(7) },
                late,
                HopState::Moving,
                "the source may produce more",
            ),
            (at(9), Duration::ZERO, HopState::Complete, "all have arrived"),
            (
                Assessment { pending: true, ..at(9) },
                late,
                HopState::Moving,
                "duplicates may be in flight",
            ),
            (at(10), Duration::ZERO, HopState::Over { by: 1 }, "duplicated"),
            (
                Assessment { pending: true, ..at(10) },
                Duration::ZERO,
                HopState::Over { by: 1 },
                "duplicated, and more will come",
            ),
            (
                Assessment { seen: false, ..at(7) },
                late,
                HopState::Unknown,
                "the agent does not answer",
            ),
        ] {
            assert_eq!(assessment.state(still, THRESHOLD), expected, "{why}");
        }
    }
}
