//! The views of the data lake that the analysis reads: which columns `sales`, `customers`, `products` and
//! further tables have there, and where each comes from.
//!
//! A column with a role is called by the role's word, whatever its name in the source is, so that one
//! SELECT fits every data set: `SELECT region, SUM(amount) FROM sales GROUP BY region`. The event time is
//! `sold_at`. Every other column keeps its SQL name, unless a word has it already.
//!
//! `sales` has one row for each transaction. What tells more about customers and products is joined from
//! their tables by the plan's references. Where the source lacks something that can be known without it,
//! it is derived: see [`Origin`].
//!
//! Who writes the views in SQL and who computes a result again both ask here.

use crate::exit::Failure;
use crate::plan::{ForeignKey, Plan, Role, SqlType, Table, TableName};

/// The view with all transactions, historical and real-time.
pub const SALES: &str = "sales";
/// The view with the application logs.
pub const LOG_EVENTS: &str = "log_events";
/// The columns of that view.
pub const LOG_COLUMNS: [&str; 4] = ["logged_at", "level", "service", "message"];

/// One column of `sales`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesColumn {
    /// Its name in SQL.
    pub word: String,
    /// Its type.
    pub sql_type: SqlType,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a column of `sales` comes from. Numbers are positions of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A column of `transactions`.
    Own(usize),
    /// A column of another table, by the reference of `transactions` to it; NULL without a counterpart.
    Joined {
        /// The other table.
        table: TableName,
        /// Its column.
        column: usize,
    },
    /// The amount, where the source has none: quantity times unit price, exact.
    Product {
        /// The quantity.
        quantity: usize,
        /// The price of one.
        unit_price: usize,
    },
    /// The quantity, where the source has none: 1.
    One,
    /// Which part the record belongs to: `historical` or `real-time`.
    Part,
    /// What was bought together: all that one customer bought on one day, as `CUSTOMER DAY`. Where an
    /// order can have several records, it is the order instead, and so [`Origin::Own`].
    CustomerDay {
        /// The customer.
        customer: usize,
        /// When it was bought.
        time: usize,
    },
}

/// The roles whose columns may come from the table that `transactions` refer to.
const JOINED: [(Role, TableName); 5] = [
    (Role::CustomerName, TableName::Customers),
    (Role::Email, TableName::Customers),
    (Role::Region, TableName::Customers),
    (Role::ProductName, TableName::Products),
    (Role::Category, TableName::Products),
];

/// The word for the columns of a role.
#[must_use]
pub fn word(role: Role) -> String {
    match role {
        Role::EventTime => "sold_at".into(),
        // A unit variant is written as its name.
        other => serde_json::to_value(other)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default(),
    }
}

/// The columns of `sales`, in their order: those with words first.
///
/// # Errors
/// The plan has no transactions.
pub fn sales(plan: &Plan) -> Result<Vec<SalesColumn>, Failure> {
    let table = plan.transactions()?;
    let mut columns = Words { plan, table, columns: Vec::new() };
    columns.own_words();
    columns.joined_words();
    columns.derived_words();
    columns.rest();
    Ok(columns.columns)
}

/// The columns of another table's view: name and position. `customers` and `products` have the column that
/// `transactions` refer to as `customer_id` and `product_id`.
#[must_use]
pub fn columns_of(plan: &Plan, table: &Table) -> Vec<(String, usize)> {
    let id = match table.name {
        TableName::Customers => Some(Role::CustomerId),
        TableName::Products => Some(Role::ProductId),
        _ => None,
    };
    let reference = plan.transactions().ok().and_then(|sales| reference(sales, table.name));
    let referred = reference.and_then(|key| table.position(&key.references));
    let mut found = Vec::new();
    if let (Some(role), Some(position)) = (id, referred) {
        found.push((word(role), position));
    }
    let free = |found: &[(String, usize)], name: &str| found.iter().all(|(taken, _)| taken != name);
    for (position, column) in table.columns.iter().enumerate() {
        if let Some(word) = column.role.map(word).filter(|word| free(&found, word)) {
            found.push((word, position));
        }
    }
    for (position, column) in table.columns.iter().enumerate() {
        if found.iter().all(|(_, named)| *named != position) && free(&found, &column.name) {
            found.push((column.name.clone(), position));
        }
    }
    found.sort_by_key(|(_, position)| *position);
    found
}

/// The reference of `transactions` to a table.
#[must_use]
pub fn reference(transactions: &Table, to: TableName) -> Option<&ForeignKey> {
    transactions.foreign_keys.iter().find(|key| key.table == to)
}

/// True if the event time has a time of day.
#[must_use]
pub fn has_time_of_day(plan: &Plan) -> bool {
    let sales = plan.transactions().ok();
    let time = sales.and_then(|table| Some(&table.columns[table.role(Role::EventTime)?]));
    time.is_some_and(|column| matches!(column.sql_type, SqlType::DateTime { .. }))
}

struct Words<'p> {
    plan: &'p Plan,
    table: &'p Table,
    columns: Vec<SalesColumn>,
}

impl Words<'_> {
    fn has(&self, word: &str) -> bool {
        self.columns.iter().any(|column| column.word == word)
    }

    fn push(&mut self, word: String, sql_type: SqlType, origin: Origin) {
        if !self.has(&word) {
            self.columns.push(SalesColumn { word, sql_type, origin });
        }
    }

    fn push_own(&mut self, word: String, position: usize) {
        self.push(word, self.table.columns[position].sql_type, Origin::Own(position));
    }

    /// Columns with roles; and the columns that refer to customers and products, under these words.
    fn own_words(&mut self) {
        for (role, to) in
            [(Role::CustomerId, TableName::Customers), (Role::ProductId, TableName::Products)]
        {
            let key = reference(self.table, to).and_then(|key| self.table.position(&key.column));
            if let Some(position) = key {
                self.push_own(word(role), position);
            }
        }
        for (position, column) in self.table.columns.iter().enumerate() {
            if let Some(role) = column.role {
                self.push_own(word(role), position);
            }
        }
        if let [key] = self.table.key.as_slice()
            && let Some(position) = self.table.position(key)
        {
            self.push_own(word(Role::OrderId), position);
        }
    }

    fn joined_words(&mut self) {
        for (role, name) in JOINED {
            let table = self.plan.table(name).filter(|_| reference(self.table, name).is_some());
            if let Some((table, column)) = table.and_then(|table| Some((table, table.role(role)?)))
            {
                let origin = Origin::Joined { table: name, column };
                self.push(word(role), table.columns[column].sql_type, origin);
            }
        }
    }

    fn derived_words(&mut self) {
        let role = |role| self.table.role(role);
        let scale = |position: usize| match self.table.columns[position].sql_type {
            SqlType::Decimal { scale, .. } => scale,
            _ => 0,
        };
        let basket = self.basket();
        if let (Some(quantity), Some(unit_price)) = (role(Role::Quantity), role(Role::UnitPrice)) {
            let scale = (scale(quantity) + scale(unit_price)).min(30);
            let origin = Origin::Product { quantity, unit_price };
            self.push(word(Role::Amount), SqlType::Decimal { precision: 38, scale }, origin);
        }
        self.push(word(Role::Quantity), SqlType::Int, Origin::One);
        self.push("part".into(), SqlType::VarChar(10), Origin::Part);
        if let Some((sql_type, origin)) = basket {
            self.push("basket".into(), sql_type, origin);
        }
    }

    fn basket(&self) -> Option<(SqlType, Origin)> {
        let own = |role: Role| {
            let word = word(role);
            self.columns.iter().find(|column| column.word == word).and_then(|column| {
                match column.origin {
                    Origin::Own(position) => Some(position),
                    _ => None,
                }
            })
        };
        if let Some(order) = self.table.role(Role::OrderId)
            && self.table.key != [self.table.columns[order].name.as_str()]
        {
            return Some((self.table.columns[order].sql_type, Origin::Own(order)));
        }
        let (customer, time) = (own(Role::CustomerId)?, own(Role::EventTime)?);
        Some((SqlType::Text, Origin::CustomerDay { customer, time }))
    }

    /// The columns that no word has taken, under their own names.
    fn rest(&mut self) {
        for (position, column) in self.table.columns.iter().enumerate() {
            if self.columns.iter().all(|known| known.origin != Origin::Own(position)) {
                self.push_own(column.name.clone(), position);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{plan, reference as refers, table};

    /// Sales that refer to products by their name, as where products are derived.
    fn shop(sales: &str, key: &str) -> Plan {
        let products = table(
            "products",
            "product_id",
            "
            | product_id | BIGINT | generated = true
            Product | product | VARCHAR(64) | role = 'product_name'
            Kind | kind | VARCHAR(20) | role = 'category'",
        );
        let sales = table("transactions", key, sales);
        let foreign_keys = vec![refers("product", "products.product")];
        plan("shop", [products, Table { foreign_keys, ..sales }])
    }

    const SALES: &str = "
        Id | id | INT | role = 'order_id'
        Day | day | DATE | role = 'event_time'; format = '%Y-%m-%d'
        Product | product | VARCHAR(64) |
        Who | who | INT | role = 'customer_id'
        Price | price | DECIMAL(6,2) | role = 'unit_price'
        Note | note | TEXT |";

    fn words(plan: &Plan) -> Vec<(String, Origin)> {
        let columns = sales(plan).unwrap();
        columns.into_iter().map(|column| (column.word, column.origin)).collect()
    }

    #[test]
    fn columns_have_the_words_of_their_roles_and_others_their_names() {
        let plan = shop(SALES, "id");
        let category = Origin::Joined { table: TableName::Products, column: 2 };
        let name = Origin::Joined { table: TableName::Products, column: 1 };
        let basket = Origin::CustomerDay { customer: 3, time: 1 };
        let wanted = [
            ("product_id", Origin::Own(2)),
            ("order_id", Origin::Own(0)),
            ("sold_at", Origin::Own(1)),
            ("customer_id", Origin::Own(3)),
            ("unit_price", Origin::Own(4)),
            ("product_name", name),
            ("category", category),
            ("quantity", Origin::One),
            ("part", Origin::Part),
            ("basket", basket),
            ("note", Origin::Own(5)),
        ];
        assert_eq!(words(&plan), wanted.map(|(word, origin)| (word.to_owned(), origin)));
        assert!(!has_time_of_day(&plan));
    }

    #[test]
    fn what_the_source_lacks_is_derived_where_it_can_be_known() {
        let sales =
            SALES.replace("Note | note | TEXT |", "Units | units | INT | role = 'quantity'");
        let found = words(&shop(&sales, "id"));
        let of =
            |word: &str| found.iter().find(|(name, _)| name == word).map(|(_, origin)| *origin);
        assert_eq!(of("amount"), Some(Origin::Product { quantity: 5, unit_price: 4 }));
        assert_eq!(of("quantity"), Some(Origin::Own(5)));
        // An order of several records is itself what was bought together.
        let sales = format!("Line | line | INT | role = 'line_id'{SALES}");
        let found = words(&shop(&sales, "id, line"));
        let basket = found.iter().find(|(name, _)| name == "basket").map(|(_, origin)| *origin);
        assert_eq!(basket, Some(Origin::Own(1)));
    }

    #[test]
    fn the_column_that_sales_refer_to_is_the_id_of_its_view() {
        let plan = shop(SALES, "id");
        let products = plan.table(TableName::Products).unwrap();
        let named = columns_of(&plan, products);
        let named: Vec<_> = named.iter().map(|(name, at)| (name.as_str(), *at)).collect();
        assert_eq!(named, [("product_id", 1), ("product_name", 1), ("category", 2)]);
    }
}
