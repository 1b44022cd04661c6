//! What kind of values a role needs.

use ecom_core::plan::{Role, SqlType};

use crate::value::column::ColumnProfile;

/// A kind of values that a role needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Number,
    Time,
    Text,
    Any,
}

/// What kind of values a role needs.
pub(super) fn asks(role: Role) -> Asks {
    match role {
        Role::EventTime => Asks::Time,
        Role::Quantity | Role::UnitPrice | Role::Amount => Asks::Number,
        Role::OrderId | Role::LineId | Role::CustomerId | Role::ProductId | Role::SourceFile => {
            Asks::Any
        }
        Role::EventType
        | Role::CustomerName
        | Role::Email
        | Role::ProductName
        | Role::Category
        | Role::Region
        | Role::PaymentMethod
        | Role::Status => Asks::Text,
    }
}

impl Asks {
    pub(super) fn fit(self, column: &ColumnProfile) -> bool {
        let sql_type = column.sql_type();
        match self {
            Self::Number => sql_type.is_number(),
            Self::Time => sql_type.is_time(),
            Self::Text => !sql_type.is_time() && !matches!(sql_type, SqlType::Decimal { .. }),
            Self::Any => !sql_type.is_time() && sql_type != SqlType::Boolean,
        }
    }
}

/// The values of a column in messages.
pub(crate) fn kind_words(column: &ColumnProfile) -> &'static str {
    match column.sql_type() {
        SqlType::Boolean => "yes and no",
        SqlType::Date | SqlType::DateTime { .. } => "times",
        sql_type if sql_type.is_number() => "numbers",
        _ => "text",
    }
}
