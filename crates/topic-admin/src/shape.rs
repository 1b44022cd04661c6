//! The shape of a topic: partitions, replication, configs.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use ecom_core::kafka::Topic;
use ecom_core::show::counted;

/// The shape of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) partitions: i32,
    pub(crate) replication: i32,
    /// The configs that differ from the broker's defaults.
    pub(crate) configs: BTreeMap<String, String>,
}

impl Shape {
    /// The shape of an existing topic.
    pub(crate) fn of(topic: &Topic, configs: BTreeMap<String, String>) -> Self {
        // Partitions may differ after a manual reassignment; the fewest copies count.
        let replicas = topic.partitions.iter().map(|partition| partition.replicas.len()).min();
        let replication = replicas.and_then(|count| i32::try_from(count).ok()).unwrap_or_default();
        Self { partitions: topic.count(), replication, configs }
    }

    /// How the existing shape `self` differs from `wanted`, in words; empty if it does not.
    pub(crate) fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.partitions != wanted.partitions {
            let have = partitions(self.partitions);
            found.push(format!("{have} instead of {}", wanted.partitions));
        }
        if self.replication != wanted.replication {
            found.push(format!(
                "replication factor {} instead of {}",
                self.replication, wanted.replication
            ));
        }
        for (name, value) in &self.configs {
            match wanted.configs.get(name) {
                None => found.push(format!("{name}={value} instead of its default")),
                Some(other) if other != value => {
                    found.push(format!("{name}={value} instead of {other}"));
                }
                Some(_) => {}
            }
        }
        for (name, value) in &wanted.configs {
            if !self.configs.contains_key(name) {
                found.push(format!("{name} has its default instead of {value}"));
            }
        }
        found
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text =
            format!("{}, replication factor {}", partitions(self.partitions), self.replication);
        for (name, value) in &self.configs {
            write!(text, ", {name}={value}")?;
        }
        formatter.pad(&text)
    }
}

fn partitions(count: i32) -> String {
    counted(u64::from(count.unsigned_abs()), "partition")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(partitions: i32, configs: &[(&str, &str)]) -> Shape {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Shape { partitions, replication: 1, configs: configs.iter().map(owned).collect() }
    }

    #[test]
    fn equal_shapes_have_no_difference() {
        let one = shape(3, &[("retention.ms", "1000")]);
        assert!(one.differences(&one.clone()).is_empty());
        assert_eq!(one.to_string(), "3 partitions, replication factor 1, retention.ms=1000");
    }

    #[test]
    fn every_difference_is_told() {
        let have = shape(1, &[("a", "1"), ("b", "2")]);
        let wanted = Shape { replication: 2, ..shape(3, &[("b", "3"), ("c", "4")]) };
        let expected = [
            "1 partition instead of 3",
            "replication factor 1 instead of 2",
            "a=1 instead of its default",
            "b=2 instead of 3",
            "c has its default instead of 4",
        ];
        assert_eq!(have.differences(&wanted), expected);
    }
}
