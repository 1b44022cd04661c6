//! What the columns of a file mean: event time, order id, amount and so on.

mod asks;
pub(crate) mod candidate;
pub(crate) mod event_time;
pub(crate) mod naming;
pub(crate) mod sums;
pub(crate) mod wish;
