//! Reads the orders of a work file, one after the other.

use std::path::Path;

use ecom_core::canonical::{Canonical, Converter};
use ecom_core::exit::Failure;
use ecom_core::plan::{Column, Dialect, Role, Table};
use ecom_core::record::{Next, Reader, Record};

use crate::clock::When;
use crate::order::{Money, Order, push_safe};

/// The most records that one order is made of; what follows is told as another part of it.
const MOST_ITEMS: usize = 64;

/// Where the roles are that log lines speak of.
#[derive(Clone, Debug)]
struct Columns {
    /// The columns whose values together name the order.
    order: Vec<usize>,
    /// True when several records may be of one order.
    shared: bool,
    line: Option<usize>,
    customer: Option<usize>,
    /// True when the customer is known by a name only.
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

/// Reads orders. Records of one order that follow one another are one order.
pub(crate) struct Orders {
    reader: Reader,
    converter: Converter,
    columns: Columns,
    record: Record,
    /// The record that begins the next order; nothing at the end.
    next: Option<Canonical>,
    spare: Canonical,
    next_id: String,
    id: String,
}

impl Orders {
    /// Opens a file that the splitter wrote for that table.
    pub(crate) fn open(path: &Path, table: &Table) -> Result<Self, Failure> {
        let reader = Reader::open(path, &Dialect::work())?;
        check_header(path, reader.header(), table)?;
        let mut orders = Self {
            reader,
            converter: Converter::new(table),
            columns: Columns::of(table),
            record: Record::new(),
            next: Some(Canonical::new()),
            spare: Canonical::new(),
            next_id: String::new(),
            id: String::new(),
        };
        orders.read_record()?;
        Ok(orders)
    }

    /// Reads the next order; false when there is none.
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

    /// When the next order comes in, if there is one.
    pub(crate) fn next_when(&self) -> Option<When> {
        self.next.as_ref().map(|record| self.columns.when(record))
    }

    fn read_record(&mut self) -> Result<(), Failure> {
        let mut canonical = self.next.take().unwrap_or_else(|| std::mem::take(&mut self.spare));
        let broken = match self.reader.read(&mut self.record)? {
            Next::End => {
                self.spare = canonical;
                return Ok(());
            }
            Next::Record => match self.converter.convert(&self.record, &mut canonical) {
                Ok(()) => {
                    canonical.key_into(&self.columns.order, &mut self.next_id);
                    self.next = Some(canonical);
                    return Ok(());
                }
                Err(misfit) => self.reader.reject(&self.record, Some(misfit.column), misfit.reason),
            },
            Next::Reject(reject) => reject,
        };
        Err(Failure::refused(format!("{broken}: split the data set again")))
    }
}

impl Columns {
    fn of(table: &Table) -> Self {
        let role = |role| table.role(role);
        let order = role(Role::OrderId).map_or_else(|| table.key_positions(), |place| vec![place]);
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
        let value = |place: Option<usize>| {
            place.and_then(|place| record.value(place)).filter(|text| !text.trim().is_empty())
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
        let value = |place: Option<usize>| place.and_then(|place| record.value(place));
        let item = order.add_item();
        push_safe(&mut item.line, value(self.line).unwrap_or_default());
        if let Some(name) = value(self.product).filter(|text| !text.trim().is_empty()) {
            push_named(&mut item.product, "product", name, self.product_by_name);
        }
        push_safe(&mut item.quantity, value(self.quantity).unwrap_or_default());
        let money = |place| value(place).and_then(Money::parse);
        let product = || {
            let whole = money(self.quantity).filter(|quantity| quantity.scale == 0)?;
            whole.times(money(self.unit_price)?)
        };
        order.add_amount(if self.amount.is_some() { money(self.amount) } else { product() });
    }

    fn when(&self, record: &Canonical) -> When {
        let time = self.time.and_then(|place| record.value(place));
        time.and_then(When::parse).unwrap_or_default()
    }
}

/// `product #P0014`, or `product "Desk Lamp"` of what has a name only.
fn push_named(out: &mut String, kind: &str, name: &str, by_name: bool) {
    out.push_str(kind);
    out.push_str(if by_name { " \"" } else { " #" });
    push_safe(out, name);
    if by_name {
        out.push('"');
    }
}

/// The columns that decide what the lines say, for a run to recognize its own work.
pub(crate) fn fields(table: &Table) -> Vec<String> {
    let field = |column: &Column| {
        let role = column.role?;
        Some(format!("{} is {role:?}, {}", column.name, column.sql_type))
    };
    let key = format!("the key is {}", table.key.join(", "));
    table.columns.iter().filter_map(field).chain([key]).collect()
}

fn check_header(path: &Path, header: &Record, table: &Table) -> Result<(), Failure> {
    let wanted = |column: &Column| {
        if column.generated { column.name.clone() } else { column.header.clone() }
    };
    let wanted: Vec<String> = table.columns.iter().map(wanted).collect();
    if header.iter().eq(wanted.iter().map(String::as_str)) {
        return Ok(());
    }
    let place = header.iter().zip(&wanted).take_while(|(have, want)| have == want).count();
    let have = if place < header.len() { header.field(place) } else { "nothing" };
    let want = wanted.get(place).map_or("nothing", String::as_str);
    Err(Failure::refused(format!(
        "{}: line 1: column {} is {have:?} where the plan has {want:?}: split the data set again",
        path.display(),
        place + 1,
    )))
}
