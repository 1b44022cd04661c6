//! The time of day.

use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// The time now. Unlike [`Utc::now`], this does not panic on a machine whose clock is before 1970, as
/// that of a board without a battery can be.
#[must_use]
pub fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}
