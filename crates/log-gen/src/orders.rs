//! Reads the orders of a work file.

use std::path::Path;

use ecom_core::canonical::Canonical;
use ecom_core::exit::Failure;
use ecom_core::plan::{Column, Role, Table};
use ecom_core::work::Records;

use crate::clock::When;
use crate::order::{Money, Order};
use crate::text::push_safe;

/// The most records of one order; the records that follow become another part of it.
const MOST_ITEMS: usize = 64;

/// The positions of the columns that log lines are about.
#[derive(Clone, Debug)]
struct Columns {
    /// The columns whose values together identify the order.
    order: Vec<usize>,
    /// True if several records may belong to one order.
    shared: bool,
    line: Option<usize>,
    customer: Option<usize>,
    /// True if customers have names but no ids.
    customer_by_name: bool,
    email: Option<usize>,
    product: Option<usize>,
    product_by_name: bool,
    quantity: Option<usize>,
    unit_price: Option<usize>,
    amount: Option<usize>,
    time: Option<usize>,
    payment_method: Option<usize>,
    status: Option<usize>,
}

/// Reads orders. Consecutive records with the same order id are one order.
pub(crate) struct Orders {
    records: Records,
    columns: Columns,
    /// The record that begins the next order; `None` at the end.
    next: Option<Canonical>,
    next_id: String,
    id: String,
}

impl Orders {
    /// Opens a work file of that table.
    pub(crate) fn open(path: &Path, table: &Table) -> Result<Self, Failure> {
        let mut orders = Self {
            records: Records::open(path, table)?,
            columns: Columns::of(table),
            next: None,
            next_id: String::new(),
            id: String::new(),
        };
        orders.read_record()?;
        Ok(orders)
    }

    /// Reads the next order; false at the end of the file.
    pub(crate) fn read(&mut self, order: &mut Order) -> Result<bool, Failure> {
        order.clear();
        let Some(first) = &self.next else { return Ok(false) };
        self.columns.begin(order, first, &self.next_id);
        self.id.clone_from(&self.next_id);
        while let Some(record) = &self.next
            && (order.items().is_empty() || self.columns.shared && self.id == self.next_id)
            && order.items().len() < MOST_ITEMS
        {
            self.columns.add(order, record);
            self.read_record()?;
        }
        Ok(true)
    }

    /// When the next order is placed, if there is one.
    pub(crate) fn next_when(&self) -> Option<When> {
        self.next.as_ref().map(|record| self.columns.when(record))
    }

    fn read_record(&mut self) -> Result<(), Failure> {
        // The two records take turns, so that reading does not allocate.
        let spare = self.next.take();
        let Some(record) = self.records.next()? else { return Ok(()) };
        record.canonical.key_into(&self.columns.order, &mut self.next_id);
        let canonical = std::mem::replace(record.canonical, spare.unwrap_or_default());
        self.next = Some(canonical);
        Ok(())
    }
}

impl Columns {
    fn of(table: &Table) -> Self {
        let role = |role| table.role(role);
        let order =
            role(Role::OrderId).map_or_else(|| table.key_positions(), |position| vec![position]);
        let shared = order != table.key_positions();
        Self {
            line: role(Role::LineId).filter(|line| shared && !order.contains(line)),
            order,
            shared,
            customer: role(Role::CustomerId).or(role(Role::CustomerName)),
            customer_by_name: role(Role::CustomerId).is_none(),
            email: role(Role::Email),
            product: role(Role::ProductId).or(role(Role::ProductName)),
            product_by_name: role(Role::ProductId).is_none(),
            quantity: role(Role::Quantity),
            unit_price: role(Role::UnitPrice),
            amount: role(Role::Amount),
            time: role(Role::EventTime),
            payment_method: role(Role::PaymentMethod),
            status: role(Role::Status),
        }
    }

    fn begin(&self, order: &mut Order, record: &Canonical, id: &str) {
        let value = |column: Option<usize>| {
            column
                .and_then(|position| record.value(position))
                .filter(|text| !text.trim().is_empty())
        };
        push_safe(&mut order.id, id);
        match value(self.customer) {
            Some(name) => push_named(&mut order.customer, "customer", name, self.customer_by_name),
            None => order.customer.push_str("guest"),
        }
        order.is_guest = value(self.customer).is_none();
        push_safe(&mut order.email, value(self.email).unwrap_or_default());
        push_safe(&mut order.payment_method, value(self.payment_method).unwrap_or_default());
        push_safe(&mut order.status, value(self.status).unwrap_or_default());
        order.when = self.when(record);
    }

    fn add(&self, order: &mut Order, record: &Canonical) {
        order.records.add(record.bytes());
        let value = |column: Option<usize>| column.and_then(|position| record.value(position));
        let item = order.add_item();
        push_safe(&mut item.line, value(self.line).unwrap_or_default());
        if let Some(name) = value(self.product).filter(|text| !text.trim().is_empty()) {
            push_named(&mut item.product, "product", name, self.product_by_name);
        }
        push_safe(&mut item.quantity, value(self.quantity).unwrap_or_default());
        let money = |column| value(column).and_then(Money::parse);
        let product = || {
            let whole = money(self.quantity).filter(|quantity| quantity.scale == 0)?;
            whole.times(money(self.unit_price)?)
        };
        order.add_amount(if self.amount.is_some() { money(self.amount) } else { product() });
    }

    fn when(&self, record: &Canonical) -> When {
        let time = self.time.and_then(|position| record.value(position));
        time.and_then(When::parse).unwrap_or_default()
    }
}

/// `product #P0014`, or `product "Desk Lamp"` if only names are known.
fn push_named(out: &mut String, kind: &str, name: &str, by_name: bool) {
    out.push_str(kind);
    out.push_str(if by_name { " \"" } else { " #" });
    push_safe(out, name);
    if by_name {
        out.push('"');
    }
}

/// Describes the columns that the lines depend on. A later run compares them with its own.
pub(crate) fn fields(table: &Table) -> Vec<String> {
    let field = |column: &Column| {
        let role = column.role?;
        Some(format!("{} is {role:?}, {}", column.name, column.sql_type))
    };
    let key = format!("the key is {}", table.key.join(", "));
    table.columns.iter().filter_map(field).chain([key]).collect()
}
