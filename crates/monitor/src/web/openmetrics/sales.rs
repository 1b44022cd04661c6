//! Metrics of the analysis and of the live sums.

use super::families::{Floats, Metrics, set, set_if};
use crate::snapshot::{Agrees, Analytics, Live, LiveState, ProofState};

impl Metrics {
    pub(super) fn analytics(&mut self, analytics: Option<&Analytics>) {
        let proven = self.integers("analytics_proven", "1 if every result is proven", "");
        let wrong = self.integers("analytics_wrong", "1 if a result is wrong", "");
        let waiting =
            self.integers("analytics_waiting_results", "Results that are not proven", "results");
        if let Some(analytics) = analytics {
            let is = |state| u64::from(analytics.proof.is == state);
            set(&proven, &vec![], is(ProofState::Proven));
            set(&wrong, &vec![], is(ProofState::Wrong));
            set(&waiting, &vec![], analytics.waiting.len() as u64);
        }
    }

    /// Nothing is told of sums that may be old.
    pub(super) fn live(&mut self, live: Option<&Live>) {
        let messages =
            self.integers("live_read_messages", "Messages read of the topic", "messages");
        let unread =
            self.integers("live_unread_messages", "Messages that are not read yet", "messages");
        let invalid =
            self.integers("live_invalid_messages", "Messages that are no records", "messages");
        let orders = self.integers("live_orders", "Orders in the topic", "");
        let equal =
            self.integers("live_equals_lake", "1 if the topic and the lake have the same sums", "");
        let revenue = Floats::default();
        let help = "Sum of the amounts in the topic, rounded";
        self.registry.register("live_revenue", help, revenue.clone());
        let Some(live) = live.filter(|live| live.state != LiveState::Unreachable) else { return };
        set(&messages, &vec![], live.messages);
        set(&unread, &vec![], live.unread);
        set(&invalid, &vec![], live.invalid);
        set_if(&orders, &vec![], live.orders);
        set(&equal, &vec![], u64::from(live.agreement.is == Agrees::Equal));
        let sum = live.revenue.as_deref().and_then(|revenue| revenue.parse::<f64>().ok());
        if let Some(sum) = sum.filter(|sum| sum.is_finite()) {
            revenue.get_or_create(&vec![]).set(sum);
        }
    }
}
