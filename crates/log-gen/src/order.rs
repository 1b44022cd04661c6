//! An order, with the values that appear in log lines.

use ecom_core::checksum::Tally;

use crate::clock::When;
use crate::text::push;

/// An order. Its texts are safe to write, and empty if the data set has none. Reused from order to
/// order.
#[derive(Debug, Default)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// `customer #C00789`, or `guest`.
    pub(crate) customer: String,
    pub(crate) is_guest: bool,
    pub(crate) email: String,
    pub(crate) payment_method: String,
    pub(crate) status: String,
    pub(crate) amount: Option<Money>,
    pub(crate) when: When,
    /// The records that the order was made of.
    pub(crate) records: Tally,
    pub(crate) items: Items,
}

/// Products. The first `count` are in use, the others keep their capacity.
#[derive(Debug, Default)]
pub(crate) struct Items {
    list: Vec<Item>,
    count: usize,
}

/// One product of an order.
#[derive(Debug, Default)]
pub(crate) struct Item {
    /// The line's id, where several lines share the order's id.
    pub(crate) line: String,
    /// `product #P0014` or `product "Desk Lamp"`.
    pub(crate) product: String,
    /// In canonical form.
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

    /// The products, in the order of the file.
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
    /// Reads a decimal number in canonical form; `None` if it is too long for exact sums.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let units =
            if fraction.is_empty() { whole.parse() } else { [whole, fraction].concat().parse() };
        Some(Self { units: units.ok()?, scale: u32::try_from(fraction.len()).ok()? })
    }

    /// This quantity at a price each.
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
        let scale = self.scale as usize;
        let digits = format!("{:0>1$}", self.units.unsigned_abs(), scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        push(out, &["$", whole, if scale > 0 { "." } else { "" }, fraction]);
    }
}

/// How many units of a product are in stock. The data set does not say, so the number is derived
/// from the name; that way all lines agree.
pub(crate) fn stock(product: &str) -> u64 {
    let hash = hash(product);
    if hash.is_multiple_of(5) { 1 + hash / 5 % 9 } else { 20 + hash / 5 % 480 }
}

/// True if the stock of a product is low enough for an alert.
pub(crate) fn is_scarce(product: &str) -> bool {
    !product.is_empty() && stock(product) < 10
}

/// A hash that is the same on every machine and in every run.
pub(crate) fn hash(text: &str) -> u64 {
    let mut tally = Tally::default();
    tally.add(text.as_bytes());
    tally.checksum.0
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
}
