//! The views of the lake that a question reads, and their columns.

use std::fmt;

use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error;

use crate::plan::{Column, Plan, Role, Table, TableName};

/// A view of the lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All transactions, the historical and the real-time ones. The columns have the names of their
    /// roles; that of the event time is `sold_at`.
    Sales,
    /// The table of that name, and its columns by role or name.
    Customers,
    /// The table of that name, and its columns by role or name.
    Products,
    /// The application logs: `logged_at`, `level`, `service`, `message`.
    LogEvents,
}

/// The name of a column: `amount`, `products.category`, `lower(status)`; or of a whole view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnName {
    /// The view that it is in, where that is said.
    pub view: Option<View>,
    /// The name in the view; empty if the whole view is meant.
    pub name: String,
    /// True if the text is compared in lower case.
    pub lower: bool,
}

/// The name of the event time in `sales`.
const SOLD_AT: &str = "sold_at";
/// The columns of `log_events`.
pub(super) const LOG_COLUMNS: [&str; 4] = ["logged_at", "level", "service", "message"];

impl View {
    const ALL: [Self; 4] = [Self::Sales, Self::Customers, Self::Products, Self::LogEvents];

    /// The name in SQL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Customers => "customers",
            Self::Products => "products",
            Self::LogEvents => "log_events",
        }
    }

    /// The view of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.as_str() == name)
    }

    /// The table that the view shows; `None` for the logs, and if the data set lacks it.
    #[must_use]
    pub fn table(self, plan: &Plan) -> Option<&Table> {
        match self {
            Self::Sales => plan.table(TableName::Transactions),
            Self::Customers => plan.table(TableName::Customers),
            Self::Products => plan.table(TableName::Products),
            Self::LogEvents => None,
        }
    }
}

impl ColumnName {
    /// The view of the column in a question about `view`.
    #[must_use]
    pub fn view_in(&self, view: View) -> View {
        self.view.unwrap_or(view)
    }

    /// The column of the plan, with its table and its index, in a question about `view`; `None` if the
    /// data set lacks it.
    #[must_use]
    pub fn find<'p>(&self, plan: &'p Plan, view: View) -> Option<(&'p Table, usize)> {
        let table = self.view_in(view).table(plan)?;
        let index = role(&self.name).and_then(|role| table.role(role));
        Some((table, index.or_else(|| table.position(&self.name))?))
    }

    /// The column of the plan.
    #[must_use]
    pub fn column<'p>(&self, plan: &'p Plan, view: View) -> Option<&'p Column> {
        self.find(plan, view).map(|(table, index)| &table.columns[index])
    }

    /// Why the data set does not have it.
    pub(super) fn lacks(&self, plan: &Plan, view: View) -> Option<String> {
        let view = self.view_in(view);
        let is_there = match view {
            View::LogEvents => self.name.is_empty() || LOG_COLUMNS.contains(&self.name.as_str()),
            _ if self.name.is_empty() => view.table(plan).is_some(),
            _ => self.find(plan, view).is_some(),
        };
        (!is_there).then(|| format!("the data set has no {self}"))
    }
}

/// The role that a column of a view is named after.
fn role(name: &str) -> Option<Role> {
    let name = if name == SOLD_AT { "event_time" } else { name };
    let name: serde::de::value::StrDeserializer<'_, Error> = name.into_deserializer();
    Role::deserialize(name).ok()
}

impl fmt::Display for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for ColumnName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view {
            Some(view) if self.name.is_empty() => view.fmt(formatter),
            Some(view) => write!(formatter, "{view}.{}", self.name),
            None => formatter.write_str(&self.name),
        }
    }
}
