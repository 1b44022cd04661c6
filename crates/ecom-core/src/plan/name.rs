//! The names of tables.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableName {
    /// The buyers.
    Customers,
    /// The products sold.
    Products,
    /// The sales.
    Transactions,
    /// Any further table, such as payments or sellers. It goes to MySQL and from there into HDFS; the
    /// pipeline does not stream it.
    Further(FurtherName),
}

/// The name of a further table, with its topic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FurtherName {
    name: &'static str,
    topic: &'static str,
}

/// The names of further tables that this process has seen. They are never freed, so that a name can
/// be copied; a plan has only a handful.
static FURTHER: Mutex<BTreeSet<FurtherName>> = Mutex::new(BTreeSet::new());

impl TableName {
    /// The tables that the platform itself knows, those that others refer to first.
    pub const KNOWN: [Self; 3] = [Self::Customers, Self::Products, Self::Transactions];

    /// The table of that name; the error is what is wrong with the name.
    pub fn new(name: &str) -> Result<Self, String> {
        if let Some(known) = Self::KNOWN.into_iter().find(|known| known.as_str() == name) {
            return Ok(known);
        }
        // Names in MySQL and of files add up to 16 characters to a table's name.
        if !is_name(name) || name.chars().count() > 48 {
            return Err(format!(
                "{name:?} is not a table name: use lower-case letters, digits and _, at most 48"
            ));
        }
        let mut names = FURTHER.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.iter().find(|known| known.name == name) {
            return Ok(Self::Further(*known));
        }
        let keep = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let further =
            FurtherName { name: keep(name.to_owned()), topic: keep(format!("ecommerce-{name}")) };
        names.insert(further);
        Ok(Self::Further(further))
    }

    /// The name in SQL, in HDFS and in file names.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Products => "products",
            Self::Transactions => "transactions",
            Self::Further(further) => further.name,
        }
    }

    /// The name of one of its records: `customer`.
    #[must_use]
    pub fn singular(self) -> &'static str {
        self.as_str().trim_end_matches('s')
    }

    /// The Kafka topic of its records.
    #[must_use]
    pub fn topic(self) -> &'static str {
        match self {
            Self::Customers => "ecommerce-customers",
            Self::Products => "ecommerce-products",
            Self::Transactions => "ecommerce-transactions",
            Self::Further(further) => further.topic,
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Debug for FurtherName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Serialize for TableName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for TableName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// True for a safe SQL identifier, file name and JSON field: lower-case letters of any script, digits
/// and `_`, at most 64 characters.
pub(super) fn is_name(name: &str) -> bool {
    let fits = |character: char| {
        character == '_' || (character.is_alphanumeric() && !character.is_uppercase())
    };
    !name.is_empty() && name.chars().count() <= 64 && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_equal_names_are_equal() {
        for name in ["customers", "products", "transactions", "payments", "größen"] {
            assert_eq!(TableName::new(name).unwrap().as_str(), name);
            assert_eq!(TableName::new(name), TableName::new(name));
        }
        assert_ne!(TableName::new("payments"), TableName::new("reviews"));
        assert_eq!(TableName::new("products"), Ok(TableName::Products));
    }

    #[test]
    fn an_unsafe_name_is_refused() {
        for name in ["", "Payments", "a b", "a`b", "../x", &"x".repeat(49)] {
            assert!(TableName::new(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_further_table_has_its_own_topic() {
        let payments = TableName::new("payments").unwrap();
        assert_eq!(payments.topic(), "ecommerce-payments");
    }
}
