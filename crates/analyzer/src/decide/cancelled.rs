//! Cancelled and returned sales: how many there are, and their sum.

use std::collections::BTreeSet;

use ecom_core::Failure;
use ecom_core::escape::excerpt;
use ecom_core::plan::Role;
use ecom_core::show::counted;

use crate::count::value_key::ValueKey;
use crate::meaning::words::is_cancelled;
use crate::prove::column_reader::ColumnReader;
use crate::read::batch::{Observer, RecordBatch};
use crate::table::draft::Draft;

/// At most this many status values are listed.
const NAMED: usize = 3;
/// A column with more different texts than this is not a status.
const MOST_STATUSES: usize = 200;
/// Amounts are counted in millionths.
const SCALE: i128 = 1_000_000;

/// Counts records that are cancelled or returned: the quantity or amount is below 0, the status
/// says so, or the order id starts with a C while others are plain numbers.
pub(crate) struct Cancelled {
    /// Quantity and amount, if they can be below 0.
    signed: Vec<ColumnReader>,
    quantity: Option<ColumnReader>,
    price: Option<ColumnReader>,
    amount: Option<ColumnReader>,
    /// The indices of status and order id.
    status: Option<usize>,
    order: Option<usize>,
    /// Which of the status values seen so far mean a cancelled sale.
    known: Vec<(ValueKey, String, bool)>,
    records: u64,
    /// Records recognized by a negative number or by the status, and records recognized by the
    /// order id alone.
    certain: CancelledSum,
    by_order: CancelledSum,
    negative: u64,
    statuses: BTreeSet<String>,
    marked: u64,
    plain: u64,
    other: u64,
}

#[derive(Clone, Copy, Default)]
struct CancelledSum {
    records: u64,
    millionths: i128,
    /// True if a record has no amount.
    incomplete: bool,
}

impl Cancelled {
    /// For the columns of the transactions; `None` if no column can show that a sale was cancelled.
    pub(crate) fn new(transactions: &Draft<'_>) -> Option<Self> {
        let number = |role: Role| {
            let column = transactions.column(role).filter(|column| column.sql_type.is_number())?;
            transactions.reader(&column.name)
        };
        let text = |role: Role| {
            let column = transactions.column(role).filter(|column| column.sql_type.is_text())?;
            transactions.index_of(&column.name)
        };
        let below = |role: &Role| {
            let least = transactions.column(*role).and_then(|column| column.minimum.as_deref());
            least.is_some_and(|least| least.contains(['-', '(', '\u{2212}']))
        };
        let signed = [Role::Quantity, Role::Amount].into_iter().filter(below);
        let signed: Vec<_> = signed.filter_map(number).collect();
        let status = text(Role::Status);
        // If nothing is below 0, an order id with a C means nothing.
        let order = text(Role::OrderId).filter(|_| !signed.is_empty());
        let tells = status.is_some() || !signed.is_empty();
        tells.then(|| Self {
            signed,
            quantity: number(Role::Quantity),
            price: number(Role::UnitPrice),
            amount: number(Role::Amount),
            status,
            order,
            known: Vec::new(),
            records: 0,
            certain: CancelledSum::default(),
            by_order: CancelledSum::default(),
            negative: 0,
            statuses: BTreeSet::new(),
            marked: 0,
            plain: 0,
            other: 0,
        })
    }

    /// The finding: `9 of 100 records are cancelled or returned (by the status "Returned"): -123.45
    /// in total`.
    pub(crate) fn finding(&self) -> Option<String> {
        let mut sum = self.certain;
        let mut why = Vec::new();
        if self.negative > 0 {
            why.push("a quantity or an amount below 0".to_owned());
        }
        if !self.statuses.is_empty() {
            let named = self.statuses.iter().map(|status| format!("{:?}", excerpt(status, 20)));
            why.push(format!("the status {}", named.collect::<Vec<_>>().join(" or ")));
        }
        if self.marked > 0 && self.plain > self.marked && self.other == 0 {
            sum.records += self.by_order.records;
            sum.millionths += self.by_order.millionths;
            sum.incomplete |= self.by_order.incomplete;
            why.push("an order id that starts with C".to_owned());
        }
        if sum.records == 0 {
            return None;
        }
        let are = if sum.records == 1 { "is" } else { "are" };
        let money =
            if sum.incomplete { String::new() } else { format!(": {} in total", sum.money()) };
        Some(format!(
            "{} of {} {are} cancelled or returned (by {}){money}",
            sum.records,
            counted(self.records, "record"),
            why.join(", ")
        ))
    }

    fn see(&mut self, batch: &RecordBatch, row: usize) -> Result<(), Failure> {
        let mut negative = false;
        for reader in &mut self.signed {
            negative |= reader.value(batch, row)?.is_some_and(|text| text.starts_with('-'));
        }
        let certain = self.has_such_status(batch, row) || negative;
        let marked = self.has_such_order(batch, row);
        self.records += 1;
        self.negative += u64::from(negative);
        if certain || marked {
            let money = self.money(batch, row)?;
            if certain { &mut self.certain } else { &mut self.by_order }.add(money);
        }
        Ok(())
    }

    fn has_such_status(&mut self, batch: &RecordBatch, row: usize) -> bool {
        let Some(status) = self.status.and_then(|index| batch.value(row, index)) else {
            return false;
        };
        // There are only a few, so a linear search is faster than hashing.
        let key = ValueKey::of(status);
        let mut known = self.known.iter().filter(|(known, ..)| *known == key);
        if let Some((.., cancelled)) = known.find(|(_, text, _)| key.is_short() || text == status) {
            return *cancelled;
        }
        // A column with that many different texts is not a status.
        if self.known.len() >= MOST_STATUSES {
            self.status = None;
            return false;
        }
        let cancelled = is_cancelled(status);
        self.known.push((key, status.to_owned(), cancelled));
        if cancelled && self.statuses.len() < NAMED {
            self.statuses.insert(status.trim().to_owned());
        }
        cancelled
    }

    fn has_such_order(&mut self, batch: &RecordBatch, row: usize) -> bool {
        let Some(order) = self.order.map(|index| batch.value(row, index)) else { return false };
        let order = order.unwrap_or_default().trim();
        let marked = order.strip_prefix(['C', 'c']).is_some_and(is_number);
        let kind = if marked {
            &mut self.marked
        } else if is_number(order) {
            &mut self.plain
        } else {
            &mut self.other
        };
        *kind += 1;
        marked
    }

    /// The record's amount in millionths, otherwise its quantity times its price.
    fn money(&mut self, batch: &RecordBatch, row: usize) -> Result<Option<i128>, Failure> {
        if let Some(amount) = number(self.amount.as_mut(), batch, row)? {
            return Ok(Some(amount));
        }
        let quantity = number(self.quantity.as_mut(), batch, row)?;
        let price = number(self.price.as_mut(), batch, row)?;
        Ok(quantity.zip(price).and_then(|(a, b)| Some(a.checked_mul(b)? / SCALE)))
    }
}

impl Observer for Cancelled {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        (0..batch.len()).try_for_each(|row| self.see(batch, row))
    }
}

impl CancelledSum {
    fn add(&mut self, money: Option<i128>) {
        self.records += 1;
        self.incomplete |= money.is_none();
        self.millionths = self.millionths.saturating_add(money.unwrap_or_default());
    }

    /// With two decimals.
    fn money(&self) -> String {
        let cents = (self.millionths.abs() + SCALE / 200) / (SCALE / 100);
        let sign = if self.millionths < 0 && cents > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

/// A number in millionths.
fn number(
    reader: Option<&mut ColumnReader>,
    batch: &RecordBatch,
    row: usize,
) -> Result<Option<i128>, Failure> {
    let Some(reader) = reader else { return Ok(None) };
    let Some(text) = reader.value(batch, row)? else { return Ok(None) };
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let parsed = whole.parse::<i128>().ok().zip(fraction.parse::<i128>().ok());
    Ok(parsed.and_then(|(whole, rest)| Some(sign * (whole.checked_mul(SCALE)? + rest))))
}

fn is_number(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_two_decimals() {
        let money = |millionths| CancelledSum { records: 1, millionths, incomplete: false }.money();
        assert_eq!(money(-123_450_000), "-123.45");
        assert_eq!(money(5_000), "0.01");
        assert_eq!(money(-4_999), "0.00");
        assert_eq!(money(7_000_000), "7.00");
    }
}
