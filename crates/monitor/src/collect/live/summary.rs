//! The sums as the snapshot shows them.

use chrono::{DateTime, Utc};

use super::groups::Sum;
use super::totals::{LISTS, Last, MINUTES, Totals};
use crate::snapshot::{Agreement, Group, Live, LiveState, Minute, Others, Sale};

/// Values of a list.
const GREATEST: usize = 12;

/// The sums of a topic; whoever reads it fills in what only the reader knows.
pub(super) fn summary(totals: &Totals, topic: &str) -> Live {
    let [has_days, has @ ..] = totals.shape.lists();
    let list = |index: usize| {
        let greatest = || totals.lists[index].greatest(GREATEST);
        let row = |(value, sum): (Option<&str>, Sum)| group(totals, value, sum);
        has[index].then(|| greatest().into_iter().map(row).collect())
    };
    let days = || totals.days.sums().map(|(day, sum)| group(totals, Some(day), sum)).collect();
    let others = LISTS.iter().zip(&totals.lists).filter_map(|(name, list)| {
        let sum = group(totals, None, list.others()?);
        Some(Others { list: (*name).to_owned(), sum })
    });
    let invalid = totals.first_invalid.as_ref().map(|(arrival, why)| {
        format!("partition {}, offset {}: {why}", arrival.partition, arrival.offset)
    });
    Live {
        topic: topic.to_owned(),
        state: LiveState::Reading,
        error: None,
        messages: totals.messages,
        distinct: totals.distinct,
        repeats: totals.repeats(),
        unread: 0,
        invalid: totals.invalid,
        first_invalid: invalid,
        orders: totals.orders(),
        units: Some(totals.shape.units_text(totals.sum.units)),
        revenue: totals.shape.amount_text(totals.sum.amount),
        minutes: minutes(totals),
        days: has_days.then(days),
        regions: list(0),
        products: list(1),
        payment_methods: list(2),
        others: others.collect(),
        last: totals.last.iter().map(|(at, last)| sale(totals, at.time, last)).collect(),
        agreement: Agreement::default(),
        spark: None,
    }
}

/// Half an hour up to the newest arrival; a minute without any is zero.
fn minutes(totals: &Totals) -> Vec<Minute> {
    let Some((newest, _)) = totals.minutes.sums().next_back() else { return Vec::new() };
    let sums = || totals.minutes.sums();
    let of = |minute: i64| {
        let found = sums().find(|(known, _)| **known == minute);
        let sum = found.map(|(_, sum)| sum).unwrap_or_default();
        Some(Minute {
            at: DateTime::from_timestamp(minute.checked_mul(60)?, 0)?,
            orders: orders(totals, sum),
            revenue: totals.shape.amount_text(sum.amount),
        })
    };
    (newest.saturating_sub(MINUTES - 1)..=*newest).filter_map(of).collect()
}

fn group(totals: &Totals, key: Option<&str>, sum: Sum) -> Group {
    Group {
        key: key.map(str::to_owned),
        orders: orders(totals, sum),
        units: Some(totals.shape.units_text(sum.units)),
        revenue: totals.shape.amount_text(sum.amount),
    }
}

fn orders(totals: &Totals, sum: Sum) -> Option<u64> {
    totals.has_orders_in_lists().then_some(sum.orders)
}

fn sale(totals: &Totals, time: Option<i64>, last: &Last) -> Sale {
    Sale {
        at: time.and_then(moment),
        order: last.order.clone(),
        product: last.product.clone(),
        region: last.region.clone(),
        amount: last.amount.and_then(|amount| totals.shape.amount_text(amount)),
    }
}

/// A moment of Kafka's clock.
pub(super) fn moment(milliseconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds)
}
