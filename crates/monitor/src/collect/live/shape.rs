//! Where the facts of a sale are in a message: by the words of the plan's roles, as for the analysis.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::decimal::Number;
use ecom_core::message::Decoder;
use ecom_core::plan::{Plan, SqlType, Table, TableName};
use ecom_core::sales::{self, Origin, SalesColumn};
use ecom_core::work::{Part, Records};

use super::orders::Orders;

/// The greatest amount and quantity, in their last decimal: ten billion of them have a sum that fits.
const GREATEST: i128 = 10_i128.pow(27);

/// The most records of another table that are kept in memory, for the regions of customers.
const MOST_JOINED: usize = 300_000;

/// How a data set's messages are read.
pub(super) struct Shape {
    /// Reads the messages.
    pub(super) decoder: Decoder,
    order: Option<usize>,
    several: bool,
    time: Option<usize>,
    units: Scaled,
    amount: Option<Scaled>,
    region: Option<Place>,
    product: Option<usize>,
    payment: Option<usize>,
}

/// A number, and how many decimals its sums have.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    origin: Origin,
    scale: u32,
}

/// Where a text is.
enum Place {
    /// In the record.
    Own(usize),
    /// In the record of another table, by the value that refers to it.
    Joined { reference: usize, values: Vec<Box<str>>, by_key: HashMap<u64, u32> },
}

/// What is known of one sale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts<'r> {
    /// The order.
    pub(super) order: Option<&'r str>,
    /// The day.
    pub(super) day: Option<&'r str>,
    /// The quantity, in its last decimal.
    pub(super) units: i128,
    /// The amount, in its last decimal.
    pub(super) amount: Option<i128>,
    /// The region.
    pub(super) region: Option<&'r str>,
    /// The product.
    pub(super) product: Option<&'r str>,
    /// The payment method.
    pub(super) payment: Option<&'r str>,
}

impl Shape {
    /// The shape of a data set's transactions; `work` holds the files of its other tables.
    pub(super) fn new(plan: &Plan, work: &Path) -> Result<Self, Failure> {
        let table = plan.transactions()?;
        let columns = sales::sales(plan)?;
        let find = |word: &str| columns.iter().find(|column| column.word == word);
        let own = |word: &str| match find(word)?.origin {
            Origin::Own(index) => Some(index),
            _ => None,
        };
        let order = own("order_id");
        let is_key = |index: usize| table.key == [table.columns[index].name.as_str()];
        let region = match find("region").map(|column| column.origin) {
            Some(Origin::Own(index)) => Some(Place::Own(index)),
            Some(Origin::Joined { table: name, column }) => {
                Place::joined(plan, table, name, column, work)
            }
            _ => None,
        };
        Ok(Self {
            decoder: Decoder::new(table),
            order,
            several: order.is_some_and(|index| !is_key(index)),
            time: own("sold_at"),
            units: find("quantity").map_or(Scaled { origin: Origin::One, scale: 0 }, Scaled::of),
            amount: find("amount").map(Scaled::of),
            region,
            product: own("product_id").or_else(|| own("product_name")),
            payment: own("payment_method"),
        })
    }

    /// How the orders of such messages are counted.
    pub(super) fn orders(&self) -> Orders {
        match (self.order, self.several) {
            (None, _) => Orders::None,
            (Some(_), false) => Orders::Records,
            (Some(_), true) => Orders::several(),
        }
    }

    /// The facts of a record; the error says why it cannot be summed.
    pub(super) fn facts<'r>(&'r self, record: &'r Canonical) -> Result<Facts<'r>, String> {
        let own = |index: Option<usize>| index.and_then(|index| record.value(index));
        let amount =
            |amount: &Scaled| amount.value(record, "amount").map(Option::unwrap_or_default);
        Ok(Facts {
            order: own(self.order),
            day: own(self.time).and_then(|time| time.get(..10)),
            units: self.units.value(record, "quantity")?.unwrap_or_default(),
            amount: self.amount.as_ref().map(amount).transpose()?,
            region: self.region.as_ref().and_then(|region| region.value(record)),
            product: own(self.product),
            payment: own(self.payment),
        })
    }

    /// A sum of quantities as a text.
    pub(super) fn units_text(&self, sum: i128) -> String {
        Number::new(sum, self.units.scale).to_string()
    }

    /// A sum of amounts as a text; `None` if there are no amounts.
    pub(super) fn amount_text(&self, sum: i128) -> Option<String> {
        Some(Number::new(sum, self.amount?.scale).to_string())
    }

    /// Which lists such messages have: days, regions, products, payment methods.
    pub(super) fn lists(&self) -> [bool; 4] {
        let (region, product) = (self.region.is_some(), self.product.is_some());
        [self.time.is_some(), region, product, self.payment.is_some()]
    }
}

impl Scaled {
    fn of(column: &SalesColumn) -> Self {
        let scale = match column.sql_type {
            SqlType::Decimal { scale, .. } => scale.into(),
            _ => 0,
        };
        Self { origin: column.origin, scale }
    }

    /// The value of a record, in its last decimal.
    fn value(&self, record: &Canonical, what: &str) -> Result<Option<i128>, String> {
        let number = |index: usize| match record.value(index) {
            None => Ok(None),
            Some(text) => {
                let wrong = || format!("its {what} is no number of the plan");
                Number::parse(text).map(Some).ok_or_else(wrong)
            }
        };
        let found = match self.origin {
            Origin::Own(index) => number(index)?,
            Origin::One => Some(Number::new(1, 0)),
            Origin::Product { quantity, unit_price } => {
                let pair = number(quantity)?.zip(number(unit_price)?);
                let product = pair.map(|(one, other)| one.times(other)).transpose();
                product.map_err(|failure| failure.to_string())?
            }
            _ => None,
        };
        let fits = |units: &i128| units.unsigned_abs() < GREATEST.unsigned_abs();
        let units = found.map(|found| found.units(self.scale).filter(fits));
        match units {
            Some(None) => Err(format!("its {what} has more digits than the plan's")),
            units => Ok(units.flatten()),
        }
    }
}

impl Place {
    fn joined(
        plan: &Plan,
        sales: &Table,
        name: TableName,
        column: usize,
        work: &Path,
    ) -> Option<Self> {
        let table = plan.table(name)?;
        let key = sales::reference(sales, name)?;
        let reference = sales.position(&key.column)?;
        let key = table.position(&key.references)?;
        let mut records = Records::open(&work.join(Part::Full.file_name(name)), table).ok()?;
        let (mut numbers, mut by_key) = (HashMap::<Box<str>, u32>::new(), HashMap::new());
        let mut values: Vec<Box<str>> = Vec::new();
        while let Some(record) = records.next().ok()? {
            let Some((key, value)) =
                record.canonical.value(key).zip(record.canonical.value(column))
            else {
                continue;
            };
            // Without room for every customer, no region is right.
            if by_key.len() == MOST_JOINED {
                return None;
            }
            if !numbers.contains_key(value) {
                numbers.insert(value.into(), u32::try_from(values.len()).ok()?);
                values.push(value.into());
            }
            by_key.insert(hash(key), *numbers.get(value)?);
        }
        Some(Self::Joined { reference, values, by_key })
    }

    fn value<'r>(&'r self, record: &'r Canonical) -> Option<&'r str> {
        match self {
            Self::Own(index) => record.value(*index),
            Self::Joined { reference, values, by_key } => {
                let number = by_key.get(&hash(record.value(*reference)?))?;
                values.get(*number as usize).map(AsRef::as_ref)
            }
        }
    }
}

/// The hash of a key as MySQL compares it.
fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    unpadded(key).hash(&mut hasher);
    hasher.finish()
}
