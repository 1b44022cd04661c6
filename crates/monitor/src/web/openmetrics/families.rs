//! Families of metrics, and their labels.

use std::sync::atomic::{AtomicI64, AtomicU64};

use chrono::{DateTime, Utc};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// The longest value of a label, in characters.
const LABEL: usize = 256;

pub(super) type Labels = Vec<(&'static str, String)>;
pub(super) type Integers = Family<Labels, Gauge<i64, AtomicI64>>;
pub(super) type Floats = Family<Labels, Gauge<f64, AtomicU64>>;

/// The families registered so far.
pub(super) struct Metrics {
    pub(super) registry: Registry,
    /// The time at which ages are measured.
    pub(super) now: DateTime<Utc>,
}

impl Metrics {
    /// A family of integers, with a unit unless it is empty.
    pub(super) fn integers(&mut self, name: &str, help: &str, unit: &str) -> Integers {
        let family = Integers::default();
        match unit {
            "" => self.registry.register(name, help, family.clone()),
            unit => {
                // The registry appends the unit to the name.
                let name = name.strip_suffix(unit).unwrap_or(name).trim_end_matches('_');
                let unit = Unit::Other(unit.into());
                self.registry.register_with_unit(name, help, unit, family.clone());
            }
        }
        family
    }

    /// A family of durations.
    pub(super) fn seconds(&mut self, name: &str, help: &str) -> Floats {
        let family = Floats::default();
        self.registry.register_with_unit(name, help, Unit::Seconds, family.clone());
        family
    }

    /// The age of something that happened at `time`.
    pub(super) fn seconds_since(&self, time: DateTime<Utc>) -> f64 {
        (self.now - time).as_seconds_f64().max(0.0)
    }
}

/// Labels with these values.
pub(super) fn labels<const N: usize>(pairs: [(&'static str, &str); N]) -> Labels {
    pairs.map(|(name, value)| (name, shortened(value))).into()
}

/// A value that is short enough for a label.
pub(super) fn shortened(value: &str) -> String {
    value.chars().take(LABEL).collect()
}

/// Sets the metric with these labels.
pub(super) fn set(family: &Integers, labels: &Labels, value: u64) {
    family.get_or_create(labels).set(i64::try_from(value).unwrap_or(i64::MAX));
}

/// Sets the metric with these labels if the value is known.
pub(super) fn set_if(family: &Integers, labels: &Labels, value: Option<u64>) {
    if let Some(value) = value {
        set(family, labels, value);
    }
}
