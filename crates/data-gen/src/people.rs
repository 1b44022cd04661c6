//! Customers. Each is made from its number, so none is stored.

use std::fmt::Write as _;

use crate::countries::{COUNTRIES, Country};
use crate::draw::{Draw, Subject};
use crate::names::Name;

/// Days before the period on which customers could register: from 2021 on.
const DAYS_BEFORE: u64 = 1095;

/// Days of the period on which customers could register.
const DAYS_WITHIN: u64 = 350;

const EMAIL_DOMAINS: [&str; 5] =
    ["example.com", "example.com", "example.org", "example.net", "mail.example.com"];

/// A customer.
#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) country: &'static Country,
    /// The day of registration, counted from [`DAYS_BEFORE`] days before the period.
    registered: u64,
    number: u64,
}

/// Makes customers, numbered in the order of their registration.
#[derive(Debug)]
pub(crate) struct People {
    count: u64,
    draw: Draw,
}

impl People {
    /// Makes `count` customers.
    pub(crate) fn new(count: u64, seed: u64) -> Self {
        Self { count, draw: Draw::new(seed, Subject::Customer, 0) }
    }

    /// The customer with that number, which is below the count.
    pub(crate) fn customer(&mut self, number: u64) -> Customer {
        self.draw.turn_to(Subject::Customer, number);
        let span = DAYS_BEFORE + DAYS_WITHIN;
        let within = self.draw.below(span);
        let registered = if number == 0 { 0 } else { (number * span + within) / self.count };
        let country = self.draw.weighted(COUNTRIES, |country| country.weight);
        Customer { country, registered, number }
    }

    /// Writes the name and the email address of the customer made last; false without an address.
    pub(crate) fn name(
        &mut self,
        customer: &Customer,
        name: &mut String,
        email: &mut String,
    ) -> bool {
        let Customer { country, number, .. } = customer;
        let Name(given, given_ascii) = self.draw.pick(country.given);
        let Name(family, family_ascii) = self.draw.pick(country.family);
        let (first, last) =
            if country.family_name_first { (family, given) } else { (given, family) };
        name.clear();
        email.clear();
        let domain = self.draw.pick(&EMAIL_DOMAINS);
        // Cannot fail: a String takes every text.
        let _ = write!(name, "{first} {last}");
        let _ = write!(email, "{given_ascii}.{family_ascii}{}@{domain}", number + 1);
        !self.draw.chance(5)
    }

    /// How many customers had certainly registered when the period began; at least one.
    pub(crate) fn old_hands(&self) -> u64 {
        (self.count * DAYS_BEFORE / (DAYS_BEFORE + DAYS_WITHIN)).max(1)
    }
}

impl Customer {
    /// True if the customer had registered before that day of the period.
    pub(crate) fn is_known_on(&self, day: u64) -> bool {
        self.registered < DAYS_BEFORE + day
    }

    /// The date of registration.
    pub(crate) fn registration_date(&self) -> chrono::NaiveDate {
        crate::rhythm::date(0) - chrono::Days::new(DAYS_BEFORE) + chrono::Days::new(self.registered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_numbered_in_the_order_of_their_registration() {
        let mut people = People::new(500, 42);
        let dates: Vec<_> =
            (0..500).map(|number| people.customer(number).registration_date()).collect();
        assert!(dates.is_sorted());
        assert_eq!(dates[0].to_string(), "2021-01-01".to_owned());
        assert!(dates[499].to_string().as_str() > "2024-12-01", "{}", dates[499]);
    }

    #[test]
    fn old_hands_are_known_from_the_first_day_on() {
        for count in [1, 2, 3, 10, 1000] {
            let mut people = People::new(count, 42);
            for number in 0..people.old_hands() {
                assert!(people.customer(number).is_known_on(0), "{number} of {count}");
            }
        }
    }

    #[test]
    fn email_addresses_are_plain_ascii_whatever_the_name() {
        for name in COUNTRIES.iter().flat_map(|country| country.given.iter().chain(country.family))
        {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'.' || byte == b'-';
            assert!(name.1.bytes().all(plain), "{name:?}");
        }
    }
}
