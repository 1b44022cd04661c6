//! The groups of Spark's stream: the newest message of each key holds, and one without a value removes it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use ecom_core::Failure;
use ecom_core::decimal::Number;
use ecom_core::show::thousands;
use rdkafka::Message as _;
use rdkafka::message::BorrowedMessage;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::summary::moment;
use super::topic::arrival;
use super::{Reading, Subject, Sums};
use crate::snapshot::{Agrees, Spark, SparkAgreement};

/// The most groups that are kept: 21 MB.
const MOST: usize = 200_000;

/// All groups.
pub(super) struct Stream {
    /// By the hash of the key, of 64 bits; `None` if the numbers cannot be read.
    groups: HashMap<u64, Option<Group>>,
    most: usize,
    has_too_many: bool,
    messages: u64,
    newest: Option<i64>,
}

/// The numbers of a group, or their sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group {
    orders: u64,
    units: Number,
    revenue: Number,
}

/// A message's numbers as Spark has written them: as binary fractions they would not be exact.
#[derive(Deserialize)]
struct Message<'m> {
    #[serde(borrow)]
    orders: &'m RawValue,
    #[serde(borrow)]
    units: &'m RawValue,
    #[serde(borrow)]
    revenue: &'m RawValue,
}

impl Sums for Stream {
    fn begin(_: &Subject) -> Result<Self, Failure> {
        Ok(Self::new(MOST))
    }

    fn take(&mut self, message: &BorrowedMessage<'_>) {
        self.newest = self.newest.max(arrival(message).time);
        self.add(message.key(), message.payload());
    }
}

impl Stream {
    fn new(most: usize) -> Self {
        Self { groups: HashMap::new(), most, has_too_many: false, messages: 0, newest: None }
    }

    fn add(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) {
        self.messages += 1;
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let key = hasher.finish();
        let Some(value) = value else {
            self.groups.remove(&key);
            return;
        };
        if self.has_too_many {
            return;
        }
        self.groups.insert(key, Group::of(value));
        if self.groups.len() > self.most {
            // Which groups are missing is not known from here on, until all is read again.
            (self.has_too_many, self.groups) = (true, HashMap::new());
        }
    }

    /// The sums of all groups, or why there are none.
    fn sum(&self) -> Result<Group, String> {
        if self.has_too_many {
            let most = thousands(self.most.try_into().unwrap_or(u64::MAX));
            return Err(format!("Spark's stream has more than {most} groups, too many to compare"));
        }
        let none = Group { orders: 0, units: Number::default(), revenue: Number::cents() };
        self.groups.values().try_fold(none, |sum, group| {
            let more = group.as_ref();
            sum.plus(more.ok_or("a message of Spark's stream has no orders, units and revenue")?)
        })
    }
}

impl Group {
    fn of(message: &[u8]) -> Option<Self> {
        let message: Message<'_> = serde_json::from_slice(message).ok()?;
        // The sum of nothing is NULL in SQL.
        let number = |raw: &RawValue| match raw.get() {
            "null" => Some(Number::default()),
            text => Number::parse(text),
        };
        let orders = number(message.orders)?.units(0)?.try_into().ok()?;
        Some(Self { orders, units: number(message.units)?, revenue: number(message.revenue)? })
    }

    fn plus(self, more: &Self) -> Result<Self, String> {
        let sum = |one: Number, other| one.plus(other).map_err(|failure| failure.to_string());
        Ok(Self {
            orders: self.orders.checked_add(more.orders).ok_or("there are too many orders")?,
            units: sum(self.units, more.units)?,
            revenue: sum(self.revenue, more.revenue)?,
        })
    }
}

impl Reading<Stream> {
    /// As the snapshot shows them. The agreement says why there are no sums; else the judge says whether
    /// they are right. `None` without a topic, or before its first message.
    pub(super) fn spark(&self, orders_add_up: bool) -> Option<Spark> {
        let stream = self.totals.as_ref()?;
        if self.is_missing || (stream.messages == 0 && self.unread == 0) {
            return None;
        }
        let sum = stream.sum();
        let text = sum.as_ref().err().cloned().unwrap_or_default();
        let sum = sum.ok();
        Some(Spark {
            state: self.state(),
            error: self.error.clone(),
            unread: self.unread,
            groups: (!stream.has_too_many).then_some(stream.groups.len() as u64),
            orders: sum.filter(|_| orders_add_up).map(|sum| sum.orders),
            units: sum.map(|sum| sum.units.to_string()),
            revenue: sum.map(|sum| sum.revenue.to_string()),
            newest: stream.newest.and_then(moment),
            agreement: SparkAgreement { is: Agrees::Unknown, text },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(most: usize, messages: &[(&str, Option<&str>)]) -> Reading<Stream> {
        let mut stream = Stream::new(most);
        for (key, value) in messages {
            stream.add(Some(key.as_bytes()), value.map(str::as_bytes));
        }
        Reading { totals: Some(stream), looked: true, ..Reading::default() }
    }

    fn told(messages: &[(&str, Option<&str>)]) -> Spark {
        stream(3, messages).spark(true).unwrap()
    }

    const A: &str =
        r#"{"sale_date":"2024-10-11","region":"Asia","orders":1,"units":2,"revenue":0.10}"#;
    const B: &str =
        r#"{"revenue":20000000000000000000000.20,"units":1.5,"orders":2,"region":null}"#;
    const NONE: &str = r#"{"orders":0,"units":null,"revenue":null}"#;

    #[test]
    fn the_newest_value_of_each_key_holds_and_sums_are_exact() {
        let told = told(&[("b", Some(A)), ("a", Some(A)), ("b", Some(B)), ("n", Some(NONE))]);
        assert_eq!((told.groups, told.orders), (Some(3), Some(3)));
        assert_eq!(told.units.as_deref(), Some("3.5"));
        assert_eq!(told.revenue.as_deref(), Some("20000000000000000000000.30"));
        assert_eq!(told.agreement, SparkAgreement::default());
    }

    #[test]
    fn a_message_without_a_value_removes_its_group() {
        let told = told(&[("a", Some(A)), ("b", Some("x")), ("b", None), ("c", None)]);
        assert_eq!((told.groups, told.revenue.as_deref()), (Some(1), Some("0.10")));
    }

    #[test]
    fn what_cannot_be_summed_says_why() {
        for wrong in
            ["x", "{}", r#"{"orders":1.5,"units":1,"revenue":1}"#, &A.replace("0.10", "\"1\"")]
        {
            let told = told(&[("a", Some(A)), ("b", Some(wrong))]);
            assert_eq!((told.groups, told.orders, told.revenue), (Some(2), None, None), "{wrong}");
            assert!(told.agreement.text.contains("no orders, units and revenue"));
        }
        let many = ["a", "b", "c", "d", "a"].map(|key| (key, Some(A)));
        assert!(told(&many[..3]).agreement.text.is_empty());
        let told = told(&many);
        assert_eq!((told.groups, told.units), (None, None));
        assert_eq!(
            told.agreement.text,
            "Spark's stream has more than 3 groups, too many to compare"
        );
    }

    #[test]
    fn orders_of_several_groups_are_not_added_up_and_an_empty_topic_says_nothing() {
        let told = stream(3, &[("a", Some(A))]).spark(false).unwrap();
        assert_eq!((told.orders, told.units.as_deref()), (None, Some("2")));
        assert_eq!(stream(3, &[]).spark(true), None);
        let missing = Reading { is_missing: true, ..stream(3, &[("a", Some(A))]) };
        assert_eq!(missing.spark(true), None);
    }
}
