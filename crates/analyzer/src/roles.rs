//! What a column means: from the words of its header, checked against its values.

use ecom_core::plan::{Role, SqlType};

use crate::column::ColumnProfile;
use crate::names::snake_case;

/// What kind of values a role asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Number,
    Time,
    Text,
    Any,
}

/// For each role what it asks for and the headers that speak of it, the plainest first. A file has
/// one column of a role; the earlier name wins, then the earlier column.
const WORDS: [(Role, Asks, &str); 14] = [
    (
        Role::OrderId,
        Asks::Any,
        "order_id order_no order_number invoice invoice_no invoice_id invoice_number \
         transaction_id transaction_no transaction_number txn_id trans_id sale_id sales_id \
         purchase_id receipt_id receipt_no bill_no bill_id order_code order transaction",
    ),
    (
        Role::LineId,
        Asks::Any,
        "row_id line_id order_item_id line_item_id order_line_id line_number line_no \
         order_line order_line_number item_number item_no row_number transaction_id record_id \
         unnamed_0 index",
    ),
    (
        Role::CustomerId,
        Asks::Any,
        "customer_id cust_id customer_no customer_number customer_code client_id user_id \
         buyer_id member_id shopper_id account_id customer_unique_id customer",
    ),
    (
        Role::CustomerName,
        Asks::Text,
        "customer_name client_name buyer_name user_name full_name contact_name",
    ),
    (Role::Email, Asks::Text, "email e_mail email_address customer_email user_email mail"),
    (
        Role::ProductId,
        Asks::Any,
        "product_id product_code product_no product_number stock_code sku sku_id item_id \
         item_code asin article_id article_no",
    ),
    (
        Role::ProductName,
        Asks::Text,
        "product_name product_title item_name product item product_description \
         item_description article description title",
    ),
    (
        Role::Category,
        Asks::Text,
        "product_category category product_category_name category_name category_code \
         product_line product_type item_category item_type department category_id \
         sub_category",
    ),
    (
        Role::Quantity,
        Asks::Number,
        "quantity qty units_sold units quantity_ordered order_quantity quantity_sold \
         items_sold number_of_items order_qty item_quantity",
    ),
    (
        Role::UnitPrice,
        Asks::Number,
        "unit_price price price_each price_per_unit item_price selling_price sale_price \
         product_price unit_cost list_price",
    ),
    (
        Role::Amount,
        Asks::Number,
        "total_amount total_revenue amount revenue sales total_sales sales_amount sale_amount \
         total_price order_total order_value order_amount transaction_amount purchase_amount \
         line_total total net_sales gross_sales total_spent payment_value grand_total \
         subtotal",
    ),
    (
        Role::Region,
        Asks::Text,
        "region sales_region country country_name customer_country shipping_country market \
         territory state customer_state city customer_city location store_location",
    ),
    (
        Role::PaymentMethod,
        Asks::Text,
        "payment_method payment_type payment_mode method_of_payment payment_option payment",
    ),
    (
        Role::Status,
        Asks::Text,
        "status order_status transaction_status state_of_order payment_status delivery_status \
         shipping_status",
    ),
];

/// Headers of the time at which something was sold.
const EVENT_TIMES: &str = "\
    order_date order_datetime order_timestamp order_time order_purchase_timestamp \
    order_purchase_date purchase_date purchase_timestamp purchase_time transaction_date \
    transaction_timestamp transaction_datetime transaction_time invoice_date sale_date \
    sales_date date_of_sale date_of_purchase event_time event_timestamp event_date timestamp \
    datetime date_time date order_created_at created_at created time day";

/// Words of times that are not the time of a sale.
const OTHER_TIMES: &str = "\
    ship shipped shipping deliver delivered delivery approved approval estimated expected \
    returned return refund birth dob birthday registered registration signup joined join updated \
    modified cancelled limit due payment paid last expiry expires launch";

/// Words behind a name that only say how it is counted.
const UNITS: [&str; 8] = ["usd", "eur", "gbp", "inr", "brl", "jpy", "in", "dollars"];

/// The roles of a file's columns, in their order.
pub(crate) fn roles(columns: &[ColumnProfile]) -> Vec<Option<Role>> {
    let names: Vec<String> = columns.iter().map(|column| plain_name(&column.header)).collect();
    let mut roles = vec![None; columns.len()];
    if let Some(place) = event_time(columns, &names) {
        roles[place] = Some(Role::EventTime);
    }
    for (role, asks, words) in &WORDS {
        let fits = |place: &usize| roles[*place].is_none() && asks.fit(&columns[*place]);
        let found = words.split(' ').find_map(|word| {
            let word = compact(word);
            (0..columns.len()).filter(fits).find(|place| compact(&names[*place]) == word)
        });
        if let Some(place) = found {
            roles[place] = Some(*role);
        }
    }
    // Numbers without a name are what a data frame's index leaves behind.
    let unnamed = (0..columns.len()).find(|place| names[*place].is_empty());
    if let Some(place) = unnamed.filter(|place| Asks::Number.fit(&columns[*place]))
        && !roles.contains(&Some(Role::LineId))
    {
        roles[place] = Some(Role::LineId);
    }
    roles
}

/// Columns with a time, that of the role event time left out.
pub(crate) fn other_times<'a>(
    columns: &'a [ColumnProfile],
    roles: &'a [Option<Role>],
) -> impl Iterator<Item = &'a ColumnProfile> {
    let both = columns.iter().zip(roles);
    both.filter(|(column, role)| column.sql_type().is_time() && **role != Some(Role::EventTime))
        .map(|(column, _)| column)
}

/// Why a column that is named like the time of a sale is none: it holds other values too.
pub(crate) fn spoiled_event_time(columns: &[ColumnProfile]) -> Option<String> {
    let mut named = EVENT_TIMES.split(' ').flat_map(|word| {
        columns.iter().filter(|column| compact(&plain_name(&column.header)) == compact(word))
    });
    named.find_map(|column| {
        let odd = column.odd.as_ref().filter(|odd| odd.others.starts_with("dates"))?;
        let value = ecom_core::escape::excerpt(&odd.value, 40);
        Some(format!(
            "column {:?} is no event time, line {} has {value:?} after {} {}",
            column.header, odd.line, odd.before, odd.others
        ))
    })
}

impl Asks {
    fn fit(self, column: &ColumnProfile) -> bool {
        let sql_type = column.sql_type();
        match self {
            Self::Number => sql_type.is_number(),
            Self::Time => sql_type.is_time(),
            Self::Text => !sql_type.is_time() && !matches!(sql_type, SqlType::Decimal { .. }),
            Self::Any => !sql_type.is_time() && sql_type != SqlType::Boolean,
        }
    }
}

/// The time of the sale: by its name, else the only time that is not named as another.
fn event_time(columns: &[ColumnProfile], names: &[String]) -> Option<usize> {
    let is_time = |place: &usize| Asks::Time.fit(&columns[*place]);
    let named = EVENT_TIMES.split(' ').find_map(|word| {
        let word = compact(word);
        (0..columns.len()).filter(is_time).find(|place| compact(&names[*place]) == word)
    });
    named.or_else(|| {
        let mut left = (0..columns.len()).filter(is_time).filter(|place| {
            !names[*place].split('_').any(|word| OTHER_TIMES.split(' ').any(|other| other == word))
        });
        let only = left.next()?;
        left.next().is_none().then_some(only)
    })
}

/// A header in snake case without a unit behind it: `Purchase Amount (USD)` is `purchase_amount`.
fn plain_name(header: &str) -> String {
    let mut name = snake_case(header);
    while let Some((front, word)) = name.rsplit_once('_') {
        if !UNITS.contains(&word) {
            break;
        }
        let length = front.len();
        name.truncate(length);
    }
    name
}

/// A name without its underscores, so that `stockcode` is `stock_code`.
fn compact(name: &str) -> String {
    name.replace('_', "")
}
