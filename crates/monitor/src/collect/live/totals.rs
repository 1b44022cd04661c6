//! The sums over the messages of a topic. No message is kept: memory depends on how many different values
//! there are, and that is limited.

use ecom_core::canonical::Canonical;
use ecom_core::{Failure, escape};
use rdkafka::Message as _;
use rdkafka::message::BorrowedMessage;

use super::groups::{Groups, Newest, Sum, cut};
use super::orders::Orders;
use super::seen::Seen;
use super::shape::{Facts, Shape};
use super::topic::arrival;
use super::{Subject, Sums};

/// Minutes of arrival, and days of sales, that are kept.
pub(super) const MINUTES: i64 = 30;
const DAYS: usize = 60;

/// The most different products, and the most regions and payment methods.
const MOST_PRODUCTS: usize = 100_000;
const MOST_OTHERS: usize = 10_000;

/// The newest records that are kept.
const LAST: usize = 8;

/// Characters of the reason why a message is invalid.
const REASON: usize = 300;

/// The names of the lists of groups, as the snapshot has them.
pub(super) const LISTS: [&str; 3] = ["regions", "products", "payment_methods"];

/// Where a message is, and when it arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrival {
    /// Milliseconds since 1970, by Kafka's clock.
    pub(super) time: Option<i64>,
    /// The partition.
    pub(super) partition: i32,
    /// The offset.
    pub(super) offset: i64,
}

/// All sums.
pub(super) struct Totals {
    /// How the messages are read.
    pub(super) shape: Shape,
    seen: Seen,
    orders: Orders,
    record: Canonical,
    /// Messages read.
    pub(super) messages: u64,
    /// Records among them.
    pub(super) distinct: u64,
    /// Messages that are no records.
    pub(super) invalid: u64,
    /// The first of these in its partition, and why.
    pub(super) first_invalid: Option<(Arrival, String)>,
    /// Of all records.
    pub(super) sum: Sum,
    /// By minute since 1970.
    pub(super) minutes: Newest<i64>,
    /// By day.
    pub(super) days: Newest<String>,
    /// In the order of [`LISTS`].
    pub(super) lists: [Groups; 3],
    /// The newest records, newest first.
    pub(super) last: Vec<(Arrival, Last)>,
    /// When the newest message arrived.
    pub(super) newest: Option<i64>,
}

/// One of the newest records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Last {
    /// Its order.
    pub(super) order: Option<String>,
    /// Its product.
    pub(super) product: Option<String>,
    /// Its region.
    pub(super) region: Option<String>,
    /// Its amount, in the last decimal.
    pub(super) amount: Option<i128>,
}

impl Sums for Totals {
    fn begin(subject: &Subject) -> Result<Self, Failure> {
        Shape::new(&subject.plan, &subject.work).map(Self::new)
    }

    fn take(&mut self, message: &BorrowedMessage<'_>) {
        self.add(message.payload(), arrival(message));
    }
}

impl Totals {
    /// No message yet.
    pub(super) fn new(shape: Shape) -> Self {
        Self {
            seen: Seen::default(),
            orders: shape.orders(),
            record: Canonical::new(),
            messages: 0,
            distinct: 0,
            invalid: 0,
            first_invalid: None,
            sum: Sum::default(),
            minutes: Newest::new(usize::try_from(MINUTES).unwrap_or(usize::MAX)),
            days: Newest::new(DAYS),
            lists: [MOST_OTHERS, MOST_PRODUCTS, MOST_OTHERS].map(Groups::new),
            last: Vec::new(),
            newest: None,
            shape,
        }
    }

    /// Adds a message.
    pub(super) fn add(&mut self, message: Option<&[u8]>, arrival: Arrival) {
        self.messages += 1;
        self.newest = self.newest.max(arrival.time);
        if let Err(why) = self.add_record(message, arrival) {
            self.invalid += 1;
            let first = self.first_invalid.as_ref();
            let place = |arrival: &Arrival| (arrival.partition, arrival.offset);
            // Partitions are read in any order: the first is the same after a restart.
            if first.is_none_or(|(known, _)| place(&arrival) < place(known)) {
                self.first_invalid = Some((arrival, escape::excerpt(&why, REASON)));
            }
        }
    }

    /// Messages that repeat a record.
    pub(super) fn repeats(&self) -> u64 {
        self.messages - self.distinct - self.invalid
    }

    /// The number of orders, if it is known.
    pub(super) fn orders(&self) -> Option<u64> {
        self.orders.are_counted().then_some(self.sum.orders)
    }

    /// True if orders can be added up, because no order has several records.
    pub(super) fn each_record_is_an_order(&self) -> bool {
        matches!(self.orders, Orders::Records)
    }

    /// True if the orders of each value in a list are known.
    pub(super) fn has_orders_in_lists(&self) -> bool {
        self.orders.are_counted_in_lists()
    }

    fn add_record(&mut self, message: Option<&[u8]>, arrival: Arrival) -> Result<(), String> {
        let message = message.ok_or("it has no value")?;
        let envelope = self.shape.decoder.decode(message, &mut self.record)?;
        let facts = self.shape.facts(&self.record)?;
        let is_new = self.seen.note(&envelope.source, envelope.record_number);
        match is_new {
            Some(true) => {}
            Some(false) => return Ok(()),
            None => return Err("there is no room to know whether its record was there".into()),
        }
        self.distinct += 1;
        let amount = facts.amount.unwrap_or_default();
        let one = |is_first: bool| Sum { orders: is_first.into(), units: facts.units, amount };
        let (order, orders) = (facts.order, &mut self.orders);
        self.sum.add(one(orders.add(order)));
        if let Some(minute) = arrival.time.map(|time| time.div_euclid(60_000)) {
            self.minutes.add(&minute, one(orders.add_in("minutes", minute, order)));
        }
        if let Some(day) = facts.day {
            self.days.add(&day.to_owned(), one(orders.add_in("days", day, order)));
        }
        let [_, has @ ..] = self.shape.lists();
        let values = [facts.region, facts.product, facts.payment];
        for (index, value) in values.into_iter().enumerate().filter(|(index, _)| has[*index]) {
            let is_first = orders.add_in(LISTS[index], value, order);
            self.lists[index].add(value, one(is_first));
        }
        keep_last(&mut self.last, arrival, &facts);
        Ok(())
    }
}

fn keep_last(last: &mut Vec<(Arrival, Last)>, arrival: Arrival, facts: &Facts<'_>) {
    let place = last.partition_point(|(known, _)| *known > arrival);
    if place == LAST {
        return;
    }
    let text = |value: Option<&str>| value.map(|value| cut(value).to_owned());
    let (order, product, region) = (text(facts.order), text(facts.product), text(facts.region));
    last.truncate(LAST - 1);
    last.insert(place, (arrival, Last { order, product, region, amount: facts.amount }));
}
