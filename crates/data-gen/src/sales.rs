//! Transactions, one after the other.

use crate::catalog::Catalog;
use crate::draw::{Draw, Subject};
use crate::people::People;
use crate::popularity::Popularity;
use crate::rhythm::{Instant, PERIOD, Rhythm};

const PAYMENT_METHODS: [(&str, u64); 6] = [
    ("Credit Card", 44),
    ("PayPal", 24),
    ("Debit Card", 17),
    ("Apple Pay", 7),
    ("Bank Transfer", 6),
    ("Gift Card", 2),
];

/// How many are bought at once, and how often.
const QUANTITIES: [(u64, u64); 8] =
    [(1, 58), (2, 21), (3, 9), (4, 5), (5, 3), (6, 2), (8, 1), (10, 1)];

/// How often another customer is drawn if one had not registered yet.
const ATTEMPTS: u32 = 16;

/// A transaction.
#[derive(Debug)]
pub(crate) struct Sale {
    /// The customer's number.
    pub(crate) customer: u64,
    /// The product's number.
    pub(crate) product: u64,
    pub(crate) quantity: u64,
    /// The price of one, in cents.
    pub(crate) unit_price: u64,
    pub(crate) time: Instant,
    pub(crate) payment_method: &'static str,
    pub(crate) region: &'static str,
    pub(crate) status: &'static str,
}

/// Makes transactions in the order of their time.
#[derive(Debug)]
pub(crate) struct Sales {
    draw: Draw,
    rhythm: Rhythm,
    people: People,
    catalog: Catalog,
    buyers: Popularity,
    wares: Popularity,
}

impl Sales {
    /// Makes `transactions` transactions of that many customers and products.
    pub(crate) fn new(transactions: u64, customers: u64, products: u64, seed: u64) -> Self {
        Self {
            draw: Draw::new(seed, Subject::Transactions, 0),
            rhythm: Rhythm::new(transactions, seed),
            people: People::new(customers, seed),
            catalog: Catalog::new(seed),
            buyers: Popularity::new(customers, customers.isqrt(), seed, 0),
            wares: Popularity::new(products, products.isqrt() / 2, seed, 1),
        }
    }

    /// The transaction with that number; ask for them in ascending order.
    pub(crate) fn sale(&mut self, number: u64) -> Sale {
        let time = self.rhythm.instant(number, &mut self.draw);
        let (customer, region) = self.buyer(time.day);
        let product = self.wares.draw(&mut self.draw);
        let unit_price = self.catalog.product(product).price;
        let quantity = self.draw.weighted(&QUANTITIES, |quantity| quantity.1).0;
        let payment_method = self.draw.weighted(&PAYMENT_METHODS, |method| method.1).0;
        let status = self.status(PERIOD - 1 - time.day);
        Sale { customer, product, quantity, unit_price, time, payment_method, region, status }
    }

    /// A customer who had registered before that day, and the region where the customer lives.
    fn buyer(&mut self, day: u64) -> (u64, &'static str) {
        for _ in 0..ATTEMPTS {
            let number = self.buyers.draw(&mut self.draw);
            let customer = self.people.customer(number);
            if customer.is_known_on(day) {
                return (number, customer.country.region);
            }
        }
        let number = self.draw.below(self.people.old_hands());
        (number, self.people.customer(number).country.region)
    }

    /// The status of an order at the end of the period, `age` days later.
    fn status(&mut self, age: u64) -> &'static str {
        match (self.draw.below(100), age) {
            (0..4, _) => "Cancelled",
            (_, 0..2) => "Processing",
            (_, 2..6) => "Shipped",
            (4..8, 14..) => "Returned",
            _ => "Delivered",
        }
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "small numbers")]
mod tests {
    use super::*;

    #[test]
    fn nobody_buys_before_registering() {
        let mut sales = Sales::new(5_000, 100, 10, 42);
        let mut people = People::new(100, 42);
        for number in 0..5_000 {
            let sale = sales.sale(number);
            assert!(people.customer(sale.customer).is_known_on(sale.time.day), "{sale:?}");
        }
    }

    #[test]
    fn a_few_customers_and_products_make_most_of_the_sales() {
        let mut sales = Sales::new(50_000, 1_000, 200, 42);
        let (mut customers, mut products) = (vec![0_u32; 1_000], vec![0_u32; 200]);
        for number in 0..50_000 {
            let sale = sales.sale(number);
            customers[sale.customer as usize] += 1;
            products[sale.product as usize] += 1;
        }
        for counts in [&mut customers, &mut products] {
            counts.sort_unstable_by(|a, b| b.cmp(a));
            let fifth: u32 = counts[..counts.len() / 5].iter().sum();
            assert!((22_000..40_000).contains(&fifth), "the first fifth made {fifth} of 50,000");
        }
    }

    #[test]
    fn one_customer_and_one_product_are_enough() {
        let mut sales = Sales::new(100, 1, 1, 7);
        for number in 0..100 {
            let sale = sales.sale(number);
            assert_eq!((sale.customer, sale.product), (0, 0));
        }
    }
}
