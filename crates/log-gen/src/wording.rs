//! The texts of the lines of an order.

use std::fmt::Write as _;

use ecom_core::show::counted;

use crate::draw::Draw;
use crate::order::{Item, Order, stock};
use crate::story::{Fate, Step};
use crate::text::push;

/// The most order lines that one log line lists.
const MOST_NAMED: usize = 5;

const DECLINE_REASONS: [&str; 6] = [
    "Insufficient funds",
    "Card expired",
    "Suspected fraud",
    "Card blocked by the issuer",
    "Daily limit exceeded",
    "Wrong security code",
];

const GATEWAY_ERRORS: [&str; 4] =
    ["connection timed out", "connection reset", "gateway answered 503", "no answer within 30 s"];

const STOCK_ERRORS: [&str; 3] =
    ["row locked by another order", "database deadlock", "connection pool exhausted"];

const MESSAGE_ERRORS: [&str; 3] =
    ["mail server refused the connection", "mailbox temporarily full", "mail server timed out"];

/// Appends the text of one line of an order's story.
pub(crate) fn write(step: Step, order: &Order, draw: &mut Draw, out: &mut String) {
    let id = order.id.as_str();
    match step {
        Step::Processing => {
            push(out, &["Processing order #", id]);
            push_lines(order.items(), out);
        }
        Step::GatewayFailed => {
            let error = draw.pick(&GATEWAY_ERRORS);
            push(out, &["Payment gateway failed for order #", id, ": ", error]);
        }
        Step::PaymentRetried => {
            push(out, &["Retrying payment for ", &order.customer, ", attempt 2 of 3"]);
            push(out, &[" (order #", id, ")"]);
        }
        Step::Authorized => write_payment(order, out),
        Step::Declined => {
            let reason = draw.pick(&DECLINE_REASONS);
            push(out, &["Payment declined for ", &order.customer, ": ", reason]);
            push(out, &[" (order #", id]);
            push_amount(order, ", ", out);
            out.push(')');
        }
        Step::StockFailed => {
            let error = draw.pick(&STOCK_ERRORS);
            push(out, &["Stock update failed for order #", id, ": ", error]);
        }
        Step::StockRetried => push(out, &["Retrying stock update for order #", id]),
        Step::StockUpdated(index) => write_stock(&order.items()[index], id, out),
        Step::LowStock(index) => write_low_stock(&order.items()[index].product, out),
        Step::MessageFailed => {
            let error = draw.pick(&MESSAGE_ERRORS);
            push(out, &["Message on order #", id, " not delivered: ", error]);
        }
        Step::MessageRetried => push(out, &["Retrying message on order #", id, ", attempt 2 of 3"]),
        Step::ConfirmationSent => write_message("Order confirmation", order, out),
        Step::FailureNotice => write_message("Notice of the failed payment", order, out),
        Step::CancellationNotice => write_message("Notice of the cancellation", order, out),
        Step::Refunded => {
            push(out, &["Payment refunded to ", &order.customer]);
            push_amount(order, ": ", out);
            push(out, &[" (order #", id, ")"]);
        }
        Step::Recorded(fate) => write_end(fate, order, out),
    }
}

/// Appends a warning that the stock of a product is low.
pub(crate) fn write_low_stock(product: &str, out: &mut String) {
    let units = counted(stock(product), "unit");
    push(out, &["Low stock alert for ", product, ": ", &units, " remaining"]);
}

fn push_lines(items: &[Item], out: &mut String) {
    let named = items.iter().filter(|item| !item.line.is_empty()).count();
    match (named, items.len()) {
        (0, 1) => {}
        // Writing to a String cannot fail.
        (0, count) => drop(write!(out, " ({count} items)")),
        (_, count) => {
            out.push_str(if count == 1 { " (line " } else { " (lines " });
            for (index, item) in items.iter().take(MOST_NAMED).enumerate() {
                push(out, &[if index > 0 { ", #" } else { "#" }, &item.line]);
            }
            if count > MOST_NAMED {
                let _ = write!(out, " and {} more", count - MOST_NAMED);
            }
            out.push(')');
        }
    }
}

fn write_payment(order: &Order, out: &mut String) {
    let refund = order.amount.is_some_and(|amount| amount.units < 0);
    let what = if refund { "Payment refunded to " } else { "Payment authorized for " };
    push(out, &[what, &order.customer]);
    push_amount(order, ": ", out);
    if !order.payment_method.is_empty() {
        push(out, &[" by ", &order.payment_method]);
    }
    push(out, &[" (order #", &order.id, ")"]);
}

fn push_amount(order: &Order, before: &str, out: &mut String) {
    if let Some(amount) = order.amount {
        out.push_str(before);
        amount.write(out);
    }
}

fn write_stock(item: &Item, id: &str, out: &mut String) {
    out.push_str("Stock updated");
    if !item.product.is_empty() {
        push(out, &[" for ", &item.product]);
    }
    if !item.quantity.is_empty() {
        let (sign, number) = match item.quantity.strip_prefix('-') {
            Some(number) => (": +", number),
            None => (": -", item.quantity.as_str()),
        };
        push(out, &[sign, number, if number == "1" { " unit" } else { " units" }]);
    }
    push(out, &[" (order #", id, ")"]);
}

fn write_message(what: &str, order: &Order, out: &mut String) {
    let to = if order.email.is_empty() { &order.customer } else { &order.email };
    push(out, &[what, " sent to ", to, " (order #", &order.id, ")"]);
}

fn write_end(fate: Fate, order: &Order, out: &mut String) {
    let end = match fate {
        Fate::Completed => " completed",
        Fate::Declined => " closed: payment declined",
        Fate::Cancelled => " cancelled",
        Fate::Unpaid => " closed: not paid",
    };
    push(out, &["Order #", &order.id, end]);
    if !order.status.is_empty() {
        push(out, &[", status ", &order.status]);
    }
    if fate == Fate::Completed {
        push_amount(order, ", total ", out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Money;

    fn order() -> Order {
        let mut order = Order {
            id: "T12345".into(),
            customer: "customer #C00789".into(),
            amount: Money::parse("129.99"),
            ..Order::default()
        };
        let item = order.add_item();
        item.product = "product #P456".into();
        item.quantity = "2".into();
        order
    }

    fn text_of(step: Step, order: &Order) -> String {
        let mut text = String::new();
        write(step, order, &mut Draw::new(1), &mut text);
        text
    }

    #[test]
    fn lines_contain_the_values_of_the_record() {
        let mut order = order();
        for (step, wanted) in [
            (Step::Processing, "Processing order #T12345"),
            (Step::Authorized, "Payment authorized for customer #C00789: $129.99 (order #T12345)"),
            (Step::StockUpdated(0), "Stock updated for product #P456: -2 units (order #T12345)"),
            (Step::ConfirmationSent, "Order confirmation sent to customer #C00789 (order #T12345)"),
            (Step::Recorded(Fate::Completed), "Order #T12345 completed, total $129.99"),
        ] {
            assert_eq!(text_of(step, &order), wanted);
        }
        order.email = "a@example.com".into();
        order.status = "Delivered".into();
        order.payment_method = "PayPal".into();
        assert_eq!(
            text_of(Step::ConfirmationSent, &order),
            "Order confirmation sent to a@example.com (order #T12345)"
        );
        assert_eq!(
            text_of(Step::Authorized, &order),
            "Payment authorized for customer #C00789: $129.99 by PayPal (order #T12345)"
        );
        assert_eq!(
            text_of(Step::Recorded(Fate::Completed), &order),
            "Order #T12345 completed, status Delivered, total $129.99"
        );
    }

    #[test]
    fn values_that_the_data_set_lacks_are_left_out() {
        let mut order = Order { id: "7".into(), customer: "guest".into(), ..Order::default() };
        order.add_item();
        assert_eq!(text_of(Step::Authorized, &order), "Payment authorized for guest (order #7)");
        assert_eq!(text_of(Step::StockUpdated(0), &order), "Stock updated (order #7)");
    }

    #[test]
    fn a_negative_amount_is_refunded_and_returned_to_stock() {
        let mut order = order();
        order.amount = Money::parse("-129.99");
        let item = order.add_item();
        item.quantity = "-1".into();
        assert_eq!(
            text_of(Step::Authorized, &order),
            "Payment refunded to customer #C00789: $129.99 (order #T12345)"
        );
        assert_eq!(
            text_of(Step::StockUpdated(1), &order),
            "Stock updated: +1 unit (order #T12345)"
        );
    }

    #[test]
    fn the_lines_of_an_order_are_listed() {
        let mut order = order();
        (0..6).for_each(|_| order.add_item().quantity.clear());
        assert_eq!(text_of(Step::Processing, &order), "Processing order #T12345 (7 items)");
        let mut order = Order { id: "A".into(), ..Order::default() };
        order.add_item().line = "8".into();
        assert_eq!(text_of(Step::Processing, &order), "Processing order #A (line #8)");
        (0..6).for_each(|_| order.add_item().line.push('9'));
        assert_eq!(
            text_of(Step::Processing, &order),
            "Processing order #A (lines #8, #9, #9, #9, #9 and 2 more)"
        );
    }
}
