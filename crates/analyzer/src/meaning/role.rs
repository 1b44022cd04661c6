//! The names of roles in messages.

use ecom_core::plan::Role;

/// A role as it is written in messages and flags.
pub(crate) fn role_words(role: Role) -> &'static str {
    match role {
        Role::OrderId => "order id",
        Role::LineId => "line id",
        Role::EventTime => "event time",
        Role::EventType => "event type",
        Role::CustomerId => "customer id",
        Role::CustomerName => "customer name",
        Role::Email => "email",
        Role::ProductId => "product id",
        Role::ProductName => "product name",
        Role::Category => "category",
        Role::Quantity => "quantity",
        Role::UnitPrice => "unit price",
        Role::Amount => "amount",
        Role::Region => "region",
        Role::PaymentMethod => "payment method",
        Role::Status => "status",
        Role::SourceFile => "source file",
    }
}
