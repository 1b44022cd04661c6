//! The story of an order: its log lines, in order.

use crate::draw::Draw;
use crate::order::{Order, hash, is_scarce};
use crate::quota::{Level, Quota};

/// A line of an order's story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Processing,
    GatewayFailed,
    PaymentRetried,
    Authorized,
    Declined,
    StockFailed,
    StockRetried,
    /// Of the item with this index.
    StockUpdated(usize),
    /// Of the item with this index.
    LowStock(usize),
    MessageFailed,
    MessageRetried,
    ConfirmationSent,
    FailureNotice,
    CancellationNotice,
    Refunded,
    Recorded(Fate),
}

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Paid, taken from stock, confirmed.
    Completed,
    /// Not paid: no stock update, no confirmation.
    Declined,
    /// Paid and refunded.
    Cancelled,
    /// Not paid, and no further lines.
    Unpaid,
}

/// The service that writes a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Service {
    Transaction,
    Payment,
    Inventory,
    Notification,
}

/// The most INFO lines of a story, apart from one per product.
pub(crate) const FRAME: u64 = 4;

/// How many of 100 orders are declined if the data set has no status.
const DECLINED: u64 = 8;

/// The kinds of incident: each is an error followed by a warning, or a warning alone.
const PAYMENT: usize = 0;
const STOCK: usize = 1;
const MESSAGE: usize = 2;

/// The errors and warnings of a story, by kind.
#[derive(Clone, Copy, Debug, Default)]
struct Incidents {
    errors: [bool; 3],
    warnings: [bool; 3],
    /// The index of the item with a low-stock warning.
    scarce: Option<usize>,
}

impl Step {
    /// The level of the line and the service that writes it.
    pub(crate) fn origin(self) -> (Level, Service) {
        use Level::{Error, Info, Warn};
        use Service::{Inventory, Notification, Payment, Transaction};
        match self {
            Self::Processing | Self::Recorded(_) => (Info, Transaction),
            Self::Authorized | Self::Refunded => (Info, Payment),
            Self::PaymentRetried => (Warn, Payment),
            Self::GatewayFailed | Self::Declined => (Error, Payment),
            Self::StockUpdated(_) => (Info, Inventory),
            Self::StockRetried | Self::LowStock(_) => (Warn, Inventory),
            Self::StockFailed => (Error, Inventory),
            Self::ConfirmationSent | Self::FailureNotice | Self::CancellationNotice => {
                (Info, Notification)
            }
            Self::MessageRetried => (Warn, Notification),
            Self::MessageFailed => (Error, Notification),
        }
    }
}

impl Service {
    /// Every service.
    pub(crate) const ALL: [Self; 4] =
        [Self::Transaction, Self::Payment, Self::Inventory, Self::Notification];

    /// The name in a log line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Transaction => "TransactionService",
            Self::Payment => "PaymentService",
            Self::Inventory => "InventoryService",
            Self::Notification => "NotificationService",
        }
    }
}

/// Plans the story of an order with the lines that are left of each level. Returns false if too few
/// lines are left for any story of it.
pub(crate) fn plan(
    order: &Order,
    seed: u64,
    quota: Quota,
    draw: &mut Draw,
    steps: &mut Vec<Step>,
) -> bool {
    let fate = fate(order, seed);
    let items = order.items().len();
    let info = match fate {
        Fate::Completed => FRAME + items as u64,
        Fate::Declined => 3,
        Fate::Cancelled => 5,
        Fate::Unpaid => 2,
    };
    // As many errors and warnings per INFO line as are left in total, rounded up or down at random,
    // so that all levels run out together.
    let wanted = |level: Level, draw: &mut Draw| {
        let all = quota.left(Level::Info).max(1);
        let exact = info * quota.left(level);
        exact / all + u64::from(draw.below(all) < exact % all)
    };
    let (errors, warnings) = (wanted(Level::Error, draw), wanted(Level::Warn, draw));
    let scarce = order.items().iter().position(|item| is_scarce(&item.product));
    let incidents = Incidents::draw(errors, warnings, scarce, draw);
    for (fate, incidents) in
        [(fate, incidents), (fate, Incidents::default()), (Fate::Unpaid, Incidents::default())]
    {
        write_story(fate, items, incidents, steps);
        if quota.admits(steps.iter().map(|step| step.origin().0)) {
            return true;
        }
        if fate == Fate::Completed && incidents.is_empty() {
            // A paid order cannot become an unpaid one.
            break;
        }
    }
    steps.clear();
    false
}

/// How the order ends: by its status, or at random but the same for all parts of one order.
fn fate(order: &Order, seed: u64) -> Fate {
    // A negative amount is a refund, which nobody declines.
    if order.amount.is_some_and(|amount| amount.units < 0) {
        return Fate::Completed;
    }
    let hundredth = hash(&order.id).wrapping_add(seed) % 100;
    let status = order.status.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| status.contains(word));
    match () {
        () if status.is_empty() && hundredth < DECLINED => Fate::Declined,
        () if has(&["declin", "fail", "reject", "denied", "unpaid"]) => Fate::Declined,
        // A status does not say why an order was cancelled: assume that half of them were declined.
        () if has(&["cancel", "void"]) && hundredth < 50 => Fate::Declined,
        () if has(&["cancel", "void"]) => Fate::Cancelled,
        () => Fate::Completed,
    }
}

fn write_story(fate: Fate, items: usize, incidents: Incidents, steps: &mut Vec<Step>) {
    steps.clear();
    steps.push(Step::Processing);
    let incident = |steps: &mut Vec<Step>, kind: usize, error: Step, warning: Step| {
        steps.extend(incidents.errors[kind].then_some(error));
        steps.extend(incidents.warnings[kind].then_some(warning));
    };
    match fate {
        Fate::Unpaid => {}
        Fate::Declined => {
            steps.extend(incidents.warnings[PAYMENT].then_some(Step::PaymentRetried));
            steps.extend([Step::Declined, Step::FailureNotice]);
        }
        Fate::Cancelled => {
            incident(steps, PAYMENT, Step::GatewayFailed, Step::PaymentRetried);
            steps.extend([Step::Authorized, Step::Refunded]);
            incident(steps, MESSAGE, Step::MessageFailed, Step::MessageRetried);
            steps.push(Step::CancellationNotice);
        }
        Fate::Completed => {
            incident(steps, PAYMENT, Step::GatewayFailed, Step::PaymentRetried);
            steps.push(Step::Authorized);
            incident(steps, STOCK, Step::StockFailed, Step::StockRetried);
            steps.extend((0..items).map(Step::StockUpdated));
            steps.extend(incidents.scarce.map(Step::LowStock));
            incident(steps, MESSAGE, Step::MessageFailed, Step::MessageRetried);
            steps.push(Step::ConfirmationSent);
        }
    }
    steps.push(Step::Recorded(fate));
}

impl Incidents {
    /// Draws this many errors and warnings, at most one of each kind. The retry after an error
    /// takes precedence over other warnings.
    fn draw(errors: u64, warnings: u64, scarce: Option<usize>, draw: &mut Draw) -> Self {
        let mut incidents = Self::default();
        let first = draw.index(3);
        let kinds = || (0..3).map(|kind| (first + kind) % 3);
        kinds().zip(0..errors).for_each(|(kind, _)| incidents.errors[kind] = true);
        let after_error = kinds().filter(|&kind| incidents.errors[kind]).map(Some);
        let alone = kinds().filter(|&kind| !incidents.errors[kind]).map(Some);
        let alert = scarce.map(|_| None);
        for (kind, _) in after_error.chain(alert).chain(alone).zip(0..warnings) {
            match kind {
                Some(kind) => incidents.warnings[kind] = true,
                None => incidents.scarce = scarce,
            }
        }
        incidents
    }

    fn is_empty(self) -> bool {
        !self.errors.contains(&true) && !self.warnings.contains(&true) && self.scarce.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(status: &str, items: usize) -> Order {
        let mut order = Order { id: "T1".into(), status: status.into(), ..Order::default() };
        (0..items).for_each(|_| order.add_item().quantity.clear());
        order
    }

    fn planned(status: &str, quota: Quota) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        plan(&order(status, 1), 1, quota, &mut Draw::new(3), &mut steps).then_some(steps)
    }

    #[test]
    fn a_declined_order_is_neither_shipped_nor_confirmed() {
        for status in ["Failed", "payment DECLINED", "rejected"] {
            let steps = planned(status, Quota::of(100)).unwrap();
            assert!(steps.contains(&Step::Declined), "{steps:?}");
            assert!(!steps.iter().any(|step| matches!(
                step,
                Step::Authorized | Step::StockUpdated(_) | Step::ConfirmationSent
            )));
        }
    }

    #[test]
    fn a_story_takes_only_lines_that_are_left() {
        let happy = [
            Step::Processing,
            Step::Authorized,
            Step::StockUpdated(0),
            Step::ConfirmationSent,
            Step::Recorded(Fate::Completed),
        ];
        assert_eq!(planned("Delivered", Quota::of(1)), None);
        let info_only = Quota::of(100).keeping(0);
        let mut none_of_the_rest = info_only;
        (0..20).for_each(|_| none_of_the_rest.spend(Level::Warn));
        (0..10).for_each(|_| none_of_the_rest.spend(Level::Error));
        assert_eq!(planned("Delivered", none_of_the_rest).as_deref(), Some(&happy[..]));
        let unpaid = [Step::Processing, Step::Recorded(Fate::Unpaid)];
        assert_eq!(planned("Failed", none_of_the_rest).as_deref(), Some(&unpaid[..]));
    }

    #[test]
    fn an_order_without_status_has_one_fate() {
        let declined = |seed| {
            (0..1000)
                .filter(|number| {
                    let order = Order { id: format!("T{number}"), ..Order::default() };
                    assert_eq!(fate(&order, seed), fate(&order, seed));
                    fate(&order, seed) == Fate::Declined
                })
                .count()
        };
        assert!((50..120).contains(&declined(1)), "{}", declined(1));
    }

    #[test]
    fn no_story_has_more_lines_than_its_frame() {
        let mut steps = Vec::new();
        for fate in [Fate::Completed, Fate::Declined, Fate::Cancelled, Fate::Unpaid] {
            for items in 1..4 {
                write_story(fate, items, Incidents::default(), &mut steps);
                let info = steps.iter().filter(|step| step.origin().0 == Level::Info).count();
                assert!(info as u64 <= FRAME + items as u64, "{fate:?}");
            }
        }
    }
}
