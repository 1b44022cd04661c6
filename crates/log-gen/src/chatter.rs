//! Lines outside the stories of the orders: about products, customers and the services themselves.

use std::fmt::Write as _;

use ecom_core::show::counted;

use crate::draw::Draw;
use crate::order::{Order, is_scarce, stock};
use crate::quota::Level;
use crate::story::Service;
use crate::wording::write_low_stock;

/// The number of products, and of customers, to remember.
const REMEMBERED: usize = 32;

const COUNT_ERRORS: [&str; 3] = ["scanner offline", "shelf not found", "count timed out"];

const HEALTH_ERRORS: [&str; 3] = ["connection refused", "no answer within 5 s", "status 503"];

const BOUNCES: [&str; 3] = ["mailbox full", "address unknown", "mail refused"];

const BATCH_ERRORS: [&str; 2] = ["database deadlock", "disk quota exceeded"];

/// A line outside the stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    Viewed,
    StockCounted,
    BatchStored,
    Healthy(Service),
    NewsletterSent,
    /// Of the remembered product with this index.
    LowStock(usize),
    GatewaySlow,
    QueueLong,
    BatchLate,
    StockNotCounted,
    Unhealthy(Service),
    NewsletterBounced,
    BatchLost,
}

/// Writes lines between the orders, about the products and customers of the most recent ones.
#[derive(Debug, Default)]
pub(crate) struct Chatter {
    products: Ring,
    customers: Ring,
    batch: u64,
    orders: u64,
}

/// The most recent texts.
#[derive(Debug, Default)]
struct Ring {
    texts: Vec<String>,
    oldest: usize,
}

impl Remark {
    /// The service that writes the line.
    pub(crate) fn service(self) -> Service {
        match self {
            Self::Viewed | Self::BatchStored | Self::BatchLate | Self::BatchLost => {
                Service::Transaction
            }
            Self::GatewaySlow => Service::Payment,
            Self::StockCounted | Self::LowStock(_) | Self::StockNotCounted => Service::Inventory,
            Self::NewsletterSent | Self::NewsletterBounced | Self::QueueLong => {
                Service::Notification
            }
            Self::Healthy(service) | Self::Unhealthy(service) => service,
        }
    }
}

impl Chatter {
    /// Remembers the products and the customer of an order.
    pub(crate) fn remember(&mut self, order: &Order) {
        self.orders += 1;
        for item in order.items().iter().filter(|item| !item.product.is_empty()) {
            self.products.push(&item.product);
        }
        if !order.is_guest {
            self.customers.push(&order.customer);
        }
    }

    /// Chooses a remark of this level. Until orders have been seen, it is about the services.
    pub(crate) fn choose(&self, level: Level, draw: &mut Draw) -> Remark {
        let (products, customers) = (!self.products.is_empty(), !self.customers.is_empty());
        let service = *draw.pick(&Service::ALL);
        let twentieth = draw.below(20);
        match level {
            Level::Info => match twentieth {
                0..8 if products => Remark::Viewed,
                8..12 if products => Remark::StockCounted,
                12..14 if products && customers => Remark::NewsletterSent,
                14..16 => Remark::BatchStored,
                _ => Remark::Healthy(service),
            },
            Level::Warn => match twentieth {
                0..10 => self.scarce(draw).map_or(Remark::GatewaySlow, Remark::LowStock),
                10..14 => Remark::QueueLong,
                14..16 => Remark::BatchLate,
                _ => Remark::GatewaySlow,
            },
            Level::Error => match twentieth {
                0..6 if products => Remark::StockNotCounted,
                6..12 if customers => Remark::NewsletterBounced,
                12..14 => Remark::BatchLost,
                _ => Remark::Unhealthy(service),
            },
        }
    }

    /// The index of a remembered product with a low stock.
    fn scarce(&self, draw: &mut Draw) -> Option<usize> {
        let texts = &self.products.texts;
        let first = draw.index(texts.len());
        let mut indexes = (0..texts.len()).map(|index| (first + index) % texts.len());
        indexes.find(|&index| is_scarce(&texts[index]))
    }

    /// Appends the text of a remark.
    pub(crate) fn write(&mut self, remark: Remark, draw: &mut Draw, out: &mut String) {
        let (products, customers) = (&self.products, &self.customers);
        let next = self.batch + 1;
        // Writing to a String cannot fail.
        let _ = match remark {
            Remark::Viewed => {
                let customer = customers.pick(draw).unwrap_or("guest");
                write!(out, "View of {} by {customer}", products.name(draw))
            }
            Remark::StockCounted => {
                let product = products.name(draw);
                write!(out, "Stock counted for {product}: {}", stock(product))
            }
            Remark::BatchStored => {
                self.batch = next;
                let orders = std::mem::take(&mut self.orders);
                write!(out, "Batch #{next} stored: {}", counted(orders, "order"))
            }
            Remark::Healthy(_) => write!(out, "Health check passed in {} ms", 2 + draw.below(60)),
            Remark::NewsletterSent => {
                let customer = customers.name(draw);
                write!(out, "Newsletter on {} sent to {customer}", products.name(draw))
            }
            Remark::LowStock(index) => {
                write_low_stock(&products.texts[index], out);
                Ok(())
            }
            Remark::GatewaySlow => {
                write!(out, "Payment gateway slow: answered in {} ms", 1000 + draw.below(4000))
            }
            Remark::QueueLong => {
                write!(out, "Message queue is long: {} waiting", 100 + draw.below(900))
            }
            Remark::BatchLate => write!(out, "Batch #{next} late by {} s", 5 + draw.below(55)),
            Remark::StockNotCounted => {
                let product = products.name(draw);
                write!(out, "Stock not counted for {product}: {}", draw.pick(&COUNT_ERRORS))
            }
            Remark::Unhealthy(_) => {
                write!(out, "Health check failed: {}", draw.pick(&HEALTH_ERRORS))
            }
            Remark::NewsletterBounced => {
                let customer = customers.name(draw);
                write!(out, "Newsletter to {customer} bounced: {}", draw.pick(&BOUNCES))
            }
            Remark::BatchLost => {
                let reason = draw.pick(&BATCH_ERRORS);
                write!(out, "Batch #{next} not stored, will be repeated: {reason}")
            }
        };
    }
}

impl Ring {
    fn push(&mut self, text: &str) {
        if self.texts.len() < REMEMBERED {
            self.texts.push(text.to_owned());
            return;
        }
        let oldest = &mut self.texts[self.oldest];
        oldest.clear();
        oldest.push_str(text);
        self.oldest = (self.oldest + 1) % REMEMBERED;
    }

    fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// One of the texts; empty without any.
    fn name(&self, draw: &mut Draw) -> &str {
        self.pick(draw).unwrap_or_default()
    }

    fn pick(&self, draw: &mut Draw) -> Option<&str> {
        (!self.is_empty()).then(|| draw.pick(&self.texts).as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_orders_lines_are_only_about_the_services() {
        let mut chatter = Chatter::default();
        let mut draw = Draw::new(1);
        for level in Level::ALL {
            for _ in 0..200 {
                let remark = chatter.choose(level, &mut draw);
                let mut text = String::new();
                chatter.write(remark, &mut draw, &mut text);
                assert!(!text.contains("product") && !text.contains("customer"), "{text}");
            }
        }
    }

    #[test]
    fn a_batch_counts_the_orders_since_the_last_one() {
        let mut chatter = Chatter::default();
        let mut order = Order { customer: "customer #C1".into(), ..Order::default() };
        order.add_item().product = "product #P1".into();
        let stored = |chatter: &mut Chatter| {
            let mut text = String::new();
            chatter.write(Remark::BatchStored, &mut Draw::new(1), &mut text);
            text
        };
        chatter.remember(&order);
        assert_eq!(stored(&mut chatter), "Batch #1 stored: 1 order");
        assert_eq!(stored(&mut chatter), "Batch #2 stored: 0 orders");
    }
}
