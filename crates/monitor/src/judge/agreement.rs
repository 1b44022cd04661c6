//! Whether the topic and the analysis of the lake say the same about the real-time part.
//!
//! Both count each record once, by its source and number, and sum exact decimals; so when nothing moves,
//! every number is equal, or something is wrong. What was not compared is never called equal.

use chrono::{DateTime, Utc};
use ecom_core::decimal::Number;
use ecom_core::show::counted;

use super::spark::spark;
use crate::collect::{Analysis, RealTime, Told};
use crate::snapshot::{Agreement, Agrees, Live, LiveState, ProofState};

/// The sums of the topic with the agreements.
pub(super) fn live(told: Told, analysis: Option<&Analysis>, now: DateTime<Utc>) -> Live {
    let (agreement, spark) = (agreement(&told, analysis), spark(&told, now));
    Live { agreement, spark, ..told.live }
}

fn agreement(told: &Told, analysis: Option<&Analysis>) -> Agreement {
    let live = &told.live;
    let found = analysis.and_then(|analysis| analysis.real_time.as_ref());
    let (is, text) = match (analysis, found) {
        (None, _) => (Agrees::Unknown, "the results of the analysis are not known yet".into()),
        (Some(Analysis { summary, .. }), None) => {
            let waits = summary.proof.is == ProofState::Waiting && summary.analyzed.is_none();
            let none = "the analysis has no sums of the real-time part";
            (Agrees::Unknown, if waits { summary.proof.text.clone() } else { none.into() })
        }
        (Some(analysis), Some(found)) => compared(told, analysis, found),
    };
    let batch = found.and_then(|found| found.revenue.clone());
    Agreement { is, live: live.revenue.clone(), batch, text }
}

fn compared(told: &Told, analysis: &Analysis, found: &RealTime) -> (Agrees, String) {
    let live = &told.live;
    if let Some(found) = not_read(live.state, live.error.as_deref(), live.unread) {
        return found;
    }
    let pairs = pairs(live, found);
    let differs = pairs
        .iter()
        .find(|(_, live, batch)| live.is_some() && !is_same(live.as_deref(), batch.as_deref()));
    let Some((what, live_says, batch_says)) = differs else {
        // A number that one side does not have cannot be compared.
        return match pairs.iter().find(|(_, live, batch)| live.is_none() && batch.is_some()) {
            Some((what, ..)) => (Agrees::Unknown, format!("{what} are too many to be compared")),
            None => (Agrees::Equal, equal(&pairs)),
        };
    };
    if analysis.began.is_some() && told.newest > analysis.began {
        return (Agrees::Moving, "messages are newer than the analysis of the lake".into());
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
    let (live_says, batch_says) = (text(live_says), text(batch_says));
    (Agrees::Differs, format!("{what}: {live_says} in the topic, {batch_says} in the lake"))
}

/// Why the sums of a topic cannot be compared, unless all of it is read.
pub(super) fn not_read(
    state: LiveState,
    error: Option<&str>,
    unread: u64,
) -> Option<(Agrees, String)> {
    match (state, error) {
        (LiveState::Unreachable, why) => {
            let why = why.unwrap_or_default();
            Some((Agrees::Unknown, format!("Kafka does not answer: {why}")))
        }
        (LiveState::Reading, Some(why)) => Some((Agrees::Unknown, why.to_owned())),
        (LiveState::Reading, None) => {
            let unread = counted(unread, "message");
            Some((Agrees::Moving, format!("not read yet: {unread}")))
        }
        (LiveState::Current, _) => None,
    }
}

/// A name, what the topic says, and what the analysis says.
type Pair = (&'static str, Option<String>, Option<String>);

/// The numbers that are compared. Nothing at all is a sum of nothing.
fn pairs(live: &Live, found: &RealTime) -> [Pair; 4] {
    let zero = |text: &Option<String>| text.clone().or_else(|| Some("0".into()));
    [
        ("records", Some(live.distinct.to_string()), found.records.clone()),
        ("orders", live.orders.map(|orders| orders.to_string()), found.orders.clone()),
        ("units", live.units.clone(), zero(&found.units)),
        ("revenue", live.revenue.clone(), zero(&found.revenue)),
    ]
}

fn equal(pairs: &[Pair]) -> String {
    let names: Vec<_> = pairs.iter().filter(|pair| pair.1.is_some()).map(|pair| pair.0).collect();
    format!("{} are equal in the topic and in the lake", names.join(", "))
}

/// Whether two numbers are known, and equal.
pub(super) fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    let number = |text: Option<&str>| text.and_then(Number::parse);
    number(one).zip(number(other)).is_some_and(|(one, other)| one.compare(other).is_eq())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::snapshot::{Analytics, Proof, Results};

    pub(in crate::judge) fn time(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn analysis(real_time: Option<RealTime>) -> Analysis {
        let json = serde_json::value::RawValue::from_string("{\"version\":1}".into()).unwrap();
        let summary = Analytics { analyzed: Some(time(60)), ..Analytics::default() };
        let results = Results::of_json(json).unwrap();
        Analysis { summary, results, real_time, began: Some(time(50)) }
    }

    fn real_time(values: [&str; 4]) -> RealTime {
        let [records, orders, units, revenue] = values.map(|it| Some(it.to_owned()));
        RealTime { records, orders, units, revenue }
    }

    /// Three records, two orders, four units, 12.50; the newest of second 40.
    pub(in crate::judge) fn told() -> Told {
        let live = Live {
            topic: "topic".into(),
            state: LiveState::Current,
            error: None,
            messages: 4,
            distinct: 3,
            repeats: 1,
            unread: 0,
            invalid: 0,
            first_invalid: None,
            orders: Some(2),
            units: Some("4".into()),
            revenue: Some("12.50".into()),
            minutes: Vec::new(),
            days: None,
            regions: None,
            products: None,
            payment_methods: None,
            others: Vec::new(),
            last: Vec::new(),
            agreement: Agreement::default(),
            spark: None,
        };
        Told { live, newest: Some(time(40)) }
    }

    const SAME: [&str; 4] = ["3", "2", "4.0", "12.5"];

    fn of(told: &Told, values: [&str; 4]) -> (Agrees, String) {
        let found = agreement(told, Some(&analysis(Some(real_time(values)))));
        (found.is, found.text)
    }

    #[test]
    fn every_number_must_be_equal_and_nothing_unread() {
        let told = told();
        let found = agreement(&told, Some(&analysis(Some(real_time(SAME)))));
        assert_eq!((found.is, found.live.as_deref()), (Agrees::Equal, Some("12.50")));
        assert_eq!(found.batch.as_deref(), Some("12.5"));
        assert_eq!(
            found.text,
            "records, orders, units, revenue are equal in the topic and in the lake"
        );
        for (index, other) in ["4", "3", "4.1", "12.49"].into_iter().enumerate() {
            let mut values = SAME;
            values[index] = other;
            assert_eq!(of(&told, values).0, Agrees::Differs, "{other}");
        }
        let values = ["3", "2", "4", "12.51"];
        assert_eq!(of(&told, values).1, "revenue: 12.50 in the topic, 12.51 in the lake");
    }

    #[test]
    fn what_is_not_compared_is_never_equal() {
        let none = |analysis: Option<&Analysis>| agreement(&told(), analysis).is;
        assert_eq!(none(None), Agrees::Unknown);
        assert_eq!(none(Some(&analysis(None))), Agrees::Unknown);
        let mut told = told();
        told.live.orders = None;
        assert_eq!(of(&told, SAME), (Agrees::Unknown, "orders are too many to be compared".into()));
        told.live.state = LiveState::Unreachable;
        assert_eq!(of(&told, SAME).0, Agrees::Unknown);
        told.live.state = LiveState::Reading;
        told.live.error = Some("the topic does not exist".into());
        assert_eq!(of(&told, SAME), (Agrees::Unknown, "the topic does not exist".into()));
    }

    #[test]
    fn what_moves_does_not_differ() {
        let other = ["2", "1", "3", "10.00"];
        let mut told = told();
        told.newest = Some(time(51));
        assert_eq!(of(&told, other).0, Agrees::Moving);
        assert_eq!(of(&told, SAME).0, Agrees::Equal);
        told.live.state = LiveState::Reading;
        told.live.unread = 1;
        for values in [SAME, other] {
            assert_eq!(of(&told, values), (Agrees::Moving, "not read yet: 1 message".into()));
        }
    }

    #[test]
    fn a_part_without_any_amount_has_a_sum_of_zero() {
        let mut told = told();
        told.live.revenue = Some("0.00".into());
        let mut found = real_time(SAME);
        found.revenue = None;
        assert_eq!(agreement(&told, Some(&analysis(Some(found)))).is, Agrees::Equal);
    }

    #[test]
    fn before_the_analysis_its_text_is_the_reason() {
        let mut analysis = analysis(None);
        let text = "run it".to_owned();
        let proof = Proof { is: ProofState::Waiting, at: None, text };
        analysis.summary = Analytics { proof, ..Analytics::default() };
        assert_eq!(agreement(&told(), Some(&analysis)).text, "run it");
    }
}
