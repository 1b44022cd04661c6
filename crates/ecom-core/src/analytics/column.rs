//! The views of the lake that a question reads, and their columns: see [`crate::sales`].

use std::fmt;

use crate::plan::{Plan, SqlType, TableName};
use crate::sales::{
    LOG_COLUMNS, LOG_EVENTS, Origin, SALES, columns_of, has_time_of_day, reference, sales,
};

/// What a question needs that asks for hours: event times that are not only dates.
const TIME_OF_DAY: &str = "time_of_day";

/// A view of the lake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// All transactions, the historical and the real-time ones.
    Sales,
    /// Another table of the plan.
    Table(TableName),
    /// The application logs.
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

/// A column of a view, as a data set has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewColumn {
    /// Its type.
    pub sql_type: SqlType,
    /// Where its values are.
    pub place: Place,
}

/// Where the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a record of transactions, or made from it.
    Sales(Origin),
    /// In a record of the view's own table, at this position.
    Table(usize),
    /// In a log line: the position in [`LOG_COLUMNS`].
    Log(usize),
}

impl View {
    /// The view of that name; the error says what is wrong with it.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        match name {
            SALES => Ok(Self::Sales),
            LOG_EVENTS => Ok(Self::LogEvents),
            other => TableName::new(other).map(Self::Table),
        }
    }

    fn is_in(self, plan: &Plan) -> bool {
        match self {
            Self::LogEvents => true,
            Self::Sales => plan.transactions().is_ok(),
            Self::Table(name) => plan.table(name).is_some(),
        }
    }
}

impl ColumnName {
    /// A whole view.
    pub(super) fn whole(view: View) -> Self {
        Self { view: Some(view), name: String::new(), lower: false }
    }

    /// The view of the column in a question about `view`.
    #[must_use]
    pub fn view_in(&self, view: View) -> View {
        self.view.unwrap_or(view)
    }

    /// The column in a question about `view`; `None` if the data set lacks it.
    #[must_use]
    pub fn find(&self, plan: &Plan, view: View) -> Option<ViewColumn> {
        match (view, self.view_in(view)) {
            (_, View::Sales) => {
                let columns = sales(plan).ok()?;
                let column = columns.into_iter().find(|column| column.word == self.name)?;
                let place = Place::Sales(column.origin);
                Some(ViewColumn { sql_type: column.sql_type, place })
            }
            (_, View::LogEvents) => {
                let index = LOG_COLUMNS.iter().position(|name| *name == self.name)?;
                let time = SqlType::DateTime { fraction: 6 };
                let sql_type = if index == 0 { time } else { SqlType::Text };
                Some(ViewColumn { sql_type, place: Place::Log(index) })
            }
            (about, View::Table(name)) => {
                let table = plan.table(name)?;
                let columns = columns_of(plan, table);
                let (_, column) = columns.into_iter().find(|(word, _)| *word == self.name)?;
                let place = if about == View::Sales {
                    reference(plan.transactions().ok()?, name)?;
                    Place::Sales(Origin::Joined { table: name, column })
                } else {
                    Place::Table(column)
                };
                Some(ViewColumn { sql_type: table.columns[column].sql_type, place })
            }
        }
    }

    /// Why the data set does not have it. A single word may be a view.
    pub(super) fn lacks(&self, plan: &Plan, view: View) -> Option<String> {
        let is_view = || View::named(&self.name).is_ok_and(|view| view.is_in(plan));
        let is_there = match self.view {
            Some(view) if self.name.is_empty() => view.is_in(plan),
            None if self.name == TIME_OF_DAY => has_time_of_day(plan),
            None => self.find(plan, view).is_some() || is_view(),
            Some(_) => self.find(plan, view).is_some(),
        };
        (!is_there).then(|| format!("the data set has no {self}"))
    }
}

impl fmt::Display for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sales => formatter.write_str(SALES),
            Self::Table(name) => formatter.write_str(name.as_str()),
            Self::LogEvents => formatter.write_str(LOG_EVENTS),
        }
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
