//! An order as the log lines speak of it.

use ecom_core::checksum::Tally;
use ecom_core::escape;

use crate::clock::When;

/// The most characters that one value takes in a line; what is longer ends in an ellipsis.
const MOST: usize = 120;

/// An order, its values safe to write. Reused from order to order.
#[derive(Debug, Default)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// `customer #C00789`, or `guest`.
    pub(crate) customer: String,
    pub(crate) is_guest: bool,
    /// Empty where there is none.
    pub(crate) email: String,
    /// Empty where there is none.
    pub(crate) payment_method: String,
    /// Empty where there is none.
    pub(crate) status: String,
    pub(crate) amount: Option<Money>,
    pub(crate) when: When,
    /// The records that the order was made of.
    pub(crate) records: Tally,
    pub(crate) items: Items,
}

/// Products, of which the first `count` are in use.
#[derive(Debug, Default)]
pub(crate) struct Items {
    list: Vec<Item>,
    count: usize,
}

/// One product of an order.
#[derive(Debug, Default)]
pub(crate) struct Item {
    /// The line's id where the order's id does not tell lines apart.
    pub(crate) line: String,
    /// `product #P0014` or `product "Desk Lamp"`; empty where there is none.
    pub(crate) product: String,
    /// In canonical form; empty where there is none.
    pub(crate) quantity: String,
}

/// An exact amount: `units` / 10^`scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Money {
    pub(crate) units: i128,
    pub(crate) scale: u32,
}

impl Order {
    /// Removes everything.
    pub(crate) fn clear(&mut self) {
        for text in [
            &mut self.id,
            &mut self.customer,
            &mut self.email,
            &mut self.payment_method,
            &mut self.status,
        ] {
            text.clear();
        }
        self.is_guest = false;
        self.amount = None;
        self.when = When::Unknown;
        self.records = Tally::default();
        self.items.count = 0;
    }

    /// The products, in the file's order.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items.list[..self.items.count]
    }

    /// Appends an empty product.
    pub(crate) fn add_item(&mut self) -> &mut Item {
        let Items { list, count } = &mut self.items;
        if *count == list.len() {
            list.push(Item::default());
        }
        *count += 1;
        let item = &mut list[*count - 1];
        item.line.clear();
        item.product.clear();
        item.quantity.clear();
        item
    }

    /// Adds the amount of one product.
    pub(crate) fn add_amount(&mut self, amount: Option<Money>) {
        self.amount = match (self.amount, amount) {
            (Some(sum), Some(more)) => sum.plus(more),
            (None, amount) if self.items.count == 1 => amount,
            (sum, _) => sum,
        };
    }
}

impl Money {
    /// Reads a decimal number in canonical form; one that is too long for exact sums is `None`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let scale = text.find('.').map_or(0, |point| text.len() - point - 1);
        let mut digits = [0; 40];
        let mut length = 0;
        for byte in text.bytes().filter(|byte| *byte != b'.') {
            *digits.get_mut(length)? = byte;
            length += 1;
        }
        let units = std::str::from_utf8(&digits[..length]).ok()?.parse().ok()?;
        Some(Self { units, scale: u32::try_from(scale).ok()? })
    }

    /// This many at that price each.
    pub(crate) fn times(self, price: Self) -> Option<Self> {
        let units = self.units.checked_mul(price.units)?;
        Some(Self { units, scale: self.scale + price.scale })
    }

    fn plus(self, other: Self) -> Option<Self> {
        let units = self.units.checked_add(other.units)?;
        (self.scale == other.scale).then_some(Self { units, ..self })
    }

    /// Appends the amount without its sign, in dollars.
    pub(crate) fn write(self, out: &mut String) {
        let mut digits = [b'0'; 80];
        let mut first = digits.len();
        let mut rest = self.units.unsigned_abs();
        let least = digits.len() - (self.scale as usize + 1).min(digits.len());
        while rest > 0 || first > least {
            first -= 1;
            digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        let text = std::str::from_utf8(&digits[first..]).unwrap_or_default();
        let (whole, fraction) = text.split_at(text.len() - self.scale as usize);
        out.push('$');
        out.push_str(whole);
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
    }
}

/// How many of a product are in stock, for all that is known: nothing in the data says so, but
/// all lines should agree.
pub(crate) fn stock(product: &str) -> u64 {
    let hash = hash(product);
    if hash.is_multiple_of(5) { 1 + hash / 5 % 9 } else { 20 + hash / 5 % 480 }
}

/// True when so few of a product are in stock that an alert is due.
pub(crate) fn is_scarce(product: &str) -> bool {
    !product.is_empty() && stock(product) < 10
}

/// A hash that is the same on every machine and in every run.
pub(crate) fn hash(text: &str) -> u64 {
    let mut tally = Tally::default();
    tally.add(text.as_bytes());
    tally.checksum.0
}

/// Appends a value of the data so that it can do no harm in a line: no control characters, not
/// too long.
pub(crate) fn push_safe(out: &mut String, text: &str) {
    let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if text.len() <= MOST && text.bytes().all(plain) {
        out.push_str(text);
    } else {
        out.push_str(&escape::excerpt(text, MOST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        Money::parse(text).unwrap().write(&mut out);
        out
    }

    #[test]
    fn amounts_are_written_as_they_are_read() {
        for (text, wanted) in [
            ("129.99", "$129.99"),
            ("0.05", "$0.05"),
            ("0.00", "$0.00"),
            ("7", "$7"),
            ("0", "$0"),
            ("-12.50", "$12.50"),
        ] {
            assert_eq!(shown(text), wanted);
        }
        assert_eq!(Money::parse(&"9".repeat(50)), None);
        assert_eq!(Money::parse("free"), None);
    }

    #[test]
    fn amounts_add_up_exactly() {
        let money = |text| Money::parse(text);
        assert_eq!(money("0.10").unwrap().plus(money("0.20").unwrap()), money("0.30"));
        assert_eq!(money("3").unwrap().times(money("19.99").unwrap()), money("59.97"));
    }

    #[test]
    fn values_cannot_break_a_line() {
        let safe = |text: &str| {
            let mut out = String::new();
            push_safe(&mut out, text);
            out
        };
        assert_eq!(safe("Café"), "Café");
        assert_eq!(safe("a\nb\x1b[31m\u{85}\u{2028}"), "a\\nb\\u{1b}[31m\\u{85}\\u{2028}");
        assert_eq!(safe(&"ü".repeat(500)).chars().count(), MOST + 1);
    }
}
