//! The events that records become.
//!
//! A source may have an event type of its own: a column with the role `event_type`, whose SQL name is
//! `transaction_event_type`. Its text becomes the message's `event_type` instead of a drawn one. Such
//! records have no life to draw, so `--events lifecycle` is refused for them.

use std::fmt;

use xxhash_rust::xxh3::xxh3_64;

use crate::canonical::Canonical;
use crate::exit::Failure;
use crate::plan::{Role, Table, TableName};

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the words of the field")]
pub enum EventType {
    NewOrder,
    PaymentConfirmed,
    OrderShipped,
    OrderDelivered,
    OrderCancelled,
    /// The record's own event, from its column with the role `event_type`.
    Own,
}

/// The name of the record's own event if its column has no value.
pub(crate) const NO_EVENT: &str = "UNKNOWN";

/// The events that each record becomes; the value of `--events`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Events {
    /// One, drawn from the record's key
    #[default]
    Draw,
    /// The whole life of the order, from the new order to its delivery or cancellation
    Lifecycle,
}

/// The events that the records of one table become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableEvents {
    events: Events,
    /// The index of the column with the record's own event.
    own: Option<usize>,
}

impl EventType {
    /// Every event type that is drawn, in the order of an order's life.
    pub const ALL: [Self; 5] = [
        Self::NewOrder,
        Self::PaymentConfirmed,
        Self::OrderShipped,
        Self::OrderDelivered,
        Self::OrderCancelled,
    ];

    /// Drawn from the record's key, so that a record always gets the same event.
    #[must_use]
    pub fn of_key(key: &str) -> Self {
        // The remainder is less than 5.
        #[expect(clippy::cast_possible_truncation, reason = "the remainder is less than 5")]
        let index = (xxh3_64(key.as_bytes()) % Self::ALL.len() as u64) as usize;
        Self::ALL[index]
    }

    /// The whole life of an order, in order: about nine keys of ten are delivered, the others are
    /// cancelled before or after the payment. It is drawn from the key like [`EventType::of_key`], and
    /// no event type appears twice.
    #[must_use]
    pub fn lifecycle_of_key(key: &str) -> &'static [Self] {
        use EventType::{NewOrder, OrderCancelled, OrderDelivered, OrderShipped, PaymentConfirmed};
        // Not the bits of the hash that draw a single event.
        match (xxh3_64(key.as_bytes()) >> 32) % 20 {
            0 => &[NewOrder, OrderCancelled],
            1 => &[NewOrder, PaymentConfirmed, OrderCancelled],
            _ => &[NewOrder, PaymentConfirmed, OrderShipped, OrderDelivered],
        }
    }

    /// The name in the message; that of the record's own event is in the record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewOrder => "NEW_ORDER",
            Self::PaymentConfirmed => "PAYMENT_CONFIRMED",
            Self::OrderShipped => "ORDER_SHIPPED",
            Self::OrderDelivered => "ORDER_DELIVERED",
            Self::OrderCancelled => "ORDER_CANCELLED",
            Self::Own => NO_EVENT,
        }
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl Events {
    /// What the records of a table become: their own event if they have one. Only orders have a life.
    #[must_use]
    pub fn in_table(self, table: &Table) -> TableEvents {
        let events = if table.name == TableName::Transactions { self } else { Self::Draw };
        TableEvents { events, own: table.role(Role::EventType) }
    }
}

impl TableEvents {
    /// The events of the record with that key.
    #[must_use]
    pub fn of_key(&self, key: &str) -> &'static [EventType] {
        match self.events {
            _ if self.own.is_some() => &[EventType::Own],
            Events::Lifecycle => EventType::lifecycle_of_key(key),
            Events::Draw => {
                let drawn = EventType::of_key(key);
                let index = EventType::ALL.iter().position(|event| *event == drawn);
                index.map_or(&[], |index| &EventType::ALL[index..=index])
            }
        }
    }

    /// The name of an event in the message of a record. That of the record's own event is the value of
    /// its column, or `UNKNOWN` without one.
    #[must_use]
    pub fn name<'r>(&self, event: EventType, record: &'r Canonical) -> &'r str {
        let own =
            self.own.filter(|_| event == EventType::Own).and_then(|index| record.value(index));
        own.filter(|name| !name.trim().is_empty()).unwrap_or(event.as_str())
    }

    /// The event with that name in a message.
    #[must_use]
    pub fn named(&self, name: &str) -> EventType {
        let mut drawn = EventType::ALL.into_iter().filter(|_| self.own.is_none());
        drawn.find(|event| event.as_str() == name).unwrap_or(EventType::Own)
    }

    /// Refuses a life for records that have events of their own.
    ///
    /// # Errors
    /// Exit code 2.
    pub fn check(&self, table: &Table) -> Result<(), Failure> {
        match self.own.and_then(|index| table.columns.get(index)) {
            Some(column) if self.events == Events::Lifecycle => Err(Failure::usage(format!(
                "--events lifecycle: the records of {} have events of their own, in column {:?}: \
                 leave the flag out",
                table.name, column.header
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_begins_with_the_order_and_ends_once() {
        let lives: Vec<_> =
            (0..1000).map(|key| EventType::lifecycle_of_key(&key.to_string())).collect();
        let ends = [EventType::OrderDelivered, EventType::OrderCancelled];
        for life in &lives {
            assert_eq!(life[0], EventType::NewOrder);
            assert!(ends.contains(&life[life.len() - 1]));
            assert_eq!(life.iter().filter(|event| ends.contains(event)).count(), 1);
        }
        let delivered = lives.iter().filter(|life| life.len() == 4).count();
        assert!((800..980).contains(&delivered), "{delivered} of 1000");
    }

    #[test]
    fn a_record_becomes_the_events_that_were_asked_for() {
        let of = |events, own| TableEvents { events, own };
        assert_eq!(of(Events::Draw, None).of_key("10001"), [EventType::of_key("10001")]);
        assert!(of(Events::Lifecycle, None).of_key("10001").len() > 1);
        assert_eq!(of(Events::Lifecycle, Some(0)).of_key("10001"), [EventType::Own]);
    }

    #[test]
    fn a_records_own_event_is_what_its_column_has() {
        let events = TableEvents { events: Events::Draw, own: Some(1) };
        for (value, name) in [(Some("view"), "view"), (Some(" "), NO_EVENT), (None, NO_EVENT)] {
            let mut record = Canonical::new();
            record.push(Some("7"));
            record.push(value);
            assert_eq!(events.name(EventType::Own, &record), name);
            assert_eq!(events.name(EventType::NewOrder, &record), "NEW_ORDER");
        }
    }

    #[test]
    fn the_same_key_always_gets_the_same_event() {
        assert_eq!(EventType::of_key("10001"), EventType::of_key("10001"));
        let drawn = (0..100).map(|key| EventType::of_key(&key.to_string()).as_str());
        assert_eq!(drawn.collect::<std::collections::BTreeSet<_>>().len(), 5);
    }
}
