//! Whether Spark's stream and the monitor say the same about the topic of the transactions.

use chrono::{DateTime, TimeDelta, Utc};

use super::agreement::{is_same, not_read};
use crate::collect::Told;
use crate::snapshot::{Agrees, Spark, SparkAgreement};

/// How long Spark may need for messages that came just before its newest results.
const AT_WORK: TimeDelta = TimeDelta::seconds(60);

/// What to do if Spark is behind.
const HINT: &str = "if Spark is not running, run orchestration/analytics.sh --live";

/// What Spark's stream says, with the agreement.
pub(super) fn spark(told: &Told, now: DateTime<Utc>) -> Option<Spark> {
    let spark = told.live.spark.as_ref()?;
    let (is, text) = compared(told, spark, now);
    Some(Spark { agreement: SparkAgreement { is, text }, ..spark.clone() })
}

fn compared(told: &Told, spark: &Spark, now: DateTime<Utc>) -> (Agrees, String) {
    let live = &told.live;
    if !spark.agreement.text.is_empty() {
        return (Agrees::Unknown, spark.agreement.text.clone());
    }
    let open = not_read(spark.state, spark.error.as_deref(), spark.unread);
    if let Some(found) = open.or_else(|| not_read(live.state, live.error.as_deref(), live.unread)) {
        return found;
    }
    let text = |orders: Option<u64>| orders.map(|orders| orders.to_string());
    let mut pairs = vec![
        ("units", spark.units.clone(), live.units.clone()),
        ("revenue", spark.revenue.clone(), live.revenue.clone()),
    ];
    if spark.orders.is_some() {
        pairs.insert(0, ("orders", text(spark.orders), text(live.orders)));
    }
    if let Some((what, ..)) = pairs.iter().find(|(_, one, other)| one.is_none() || other.is_none())
    {
        return (Agrees::Unknown, format!("{what} cannot be compared"));
    }
    let is_other = |(_, one, other): &&(_, Option<String>, Option<String>)| {
        !is_same(one.as_deref(), other.as_deref())
    };
    let Some((what, one, other)) = pairs.iter().find(is_other) else {
        let names: Vec<_> = pairs.iter().map(|pair| pair.0).collect();
        let names = names.join(", ");
        return (Agrees::Equal, format!("{names} are equal in Spark's groups and in the topic"));
    };
    if told.newest > spark.newest {
        return (Agrees::Moving, format!("messages are newer than Spark's results: {HINT}"));
    }
    let (one, other) = (one.as_deref().unwrap_or("none"), other.as_deref().unwrap_or("none"));
    let text = format!("{what}: {one} in Spark's groups, {other} in the topic");
    match spark.newest {
        Some(newest) if now - newest >= AT_WORK => (Agrees::Differs, format!("{text}; {HINT}")),
        _ => (Agrees::Moving, text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::agreement::tests::{time, told};
    use super::*;
    use crate::snapshot::LiveState;

    /// The topic has two orders, four units, 12.50; its newest message is of second 40.
    fn with(orders: Option<u64>, units: &str, revenue: &str) -> Told {
        let mut told = told();
        told.live.spark = Some(Spark {
            state: LiveState::Current,
            error: None,
            unread: 0,
            groups: Some(1),
            orders,
            units: Some(units.into()),
            revenue: Some(revenue.into()),
            newest: Some(time(41)),
            agreement: SparkAgreement::default(),
        });
        told
    }

    fn of(told: &Told, now: i64) -> (Agrees, String) {
        let agreement = spark(told, time(now)).unwrap().agreement;
        (agreement.is, agreement.text)
    }

    #[test]
    fn every_number_that_can_be_compared_must_be_equal() {
        let names = "orders, units, revenue are equal in Spark's groups and in the topic";
        assert_eq!(of(&with(Some(2), "4.0", "12.5"), 200), (Agrees::Equal, names.into()));
        let (is, text) = of(&with(None, "4", "12.50"), 200);
        assert_eq!((is, text.starts_with("units, revenue are")), (Agrees::Equal, true));
        for other in [with(Some(1), "4", "12.50"), with(None, "5", "12.50")] {
            assert_eq!(of(&other, 200).0, Agrees::Differs);
        }
        let text = format!("revenue: 12.51 in Spark's groups, 12.50 in the topic; {HINT}");
        assert_eq!(of(&with(Some(2), "4", "12.51"), 200), (Agrees::Differs, text));
        assert_eq!(spark(&told(), time(200)), None);
    }

    #[test]
    fn what_moves_does_not_differ() {
        let mut other = with(Some(1), "3", "1.00");
        assert_eq!((of(&other, 100).0, of(&other, 101).0), (Agrees::Moving, Agrees::Differs));
        other.newest = Some(time(42));
        let (is, text) = of(&other, 200);
        assert_eq!((is, text.ends_with(HINT)), (Agrees::Moving, true));
        for is_live in [true, false] {
            let mut same = with(Some(2), "4", "12.50");
            let spark = same.live.spark.as_mut().unwrap();
            if is_live {
                (same.live.state, same.live.unread) = (LiveState::Reading, 1);
            } else {
                (spark.state, spark.unread) = (LiveState::Reading, 1);
            }
            assert_eq!(of(&same, 200), (Agrees::Moving, "not read yet: 1 message".into()));
        }
    }

    #[test]
    fn what_is_not_compared_is_never_equal() {
        let change = |change: fn(&mut Told)| {
            let mut told = with(Some(2), "4", "12.50");
            change(&mut told);
            of(&told, 200).0
        };
        let unknown = [
            change(|told| told.live.state = LiveState::Unreachable),
            change(|told| told.live.spark.as_mut().unwrap().state = LiveState::Unreachable),
            change(|told| told.live.spark.as_mut().unwrap().units = None),
            change(|told| told.live.revenue = None),
            change(|told| told.live.orders = None),
            change(|told| told.live.spark.as_mut().unwrap().agreement.text = "too many".into()),
        ];
        assert_eq!(unknown, [Agrees::Unknown; 6]);
    }
}
