//! The SQL types of a plan.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The SQL type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqlType {
    /// `true`/`false` or `yes`/`no` in any case, or the words of the column's format; canonically 1
    /// and 0.
    Boolean,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    BigInt,
    /// A decimal number.
    Decimal {
        /// Digits in all, 1 to 65.
        precision: u8,
        /// Digits after the point, at most 30 and at most `precision`.
        scale: u8,
    },
    /// A day.
    Date,
    /// A day and a time without a zone.
    DateTime {
        /// Digits of the fraction of a second, 0 to 6.
        fraction: u8,
    },
    /// Text of at most this many characters.
    VarChar(u16),
    /// Text of at most 65,535 bytes.
    Text,
}

impl SqlType {
    /// True for text of any kind.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::VarChar(_) | Self::Text)
    }

    /// True for a value that is a number in JSON.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::BigInt | Self::Decimal { .. })
    }

    /// True for a date or a date with a time.
    #[must_use]
    pub fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::DateTime { .. })
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => formatter.pad("BOOLEAN"),
            Self::Int => formatter.pad("INT"),
            Self::BigInt => formatter.pad("BIGINT"),
            Self::Decimal { precision, scale } => {
                formatter.pad(&format!("DECIMAL({precision},{scale})"))
            }
            Self::Date => formatter.pad("DATE"),
            Self::DateTime { fraction: 0 } => formatter.pad("DATETIME"),
            Self::DateTime { fraction } => formatter.pad(&format!("DATETIME({fraction})")),
            Self::VarChar(length) => formatter.pad(&format!("VARCHAR({length})")),
            Self::Text => formatter.pad("TEXT"),
        }
    }
}

impl FromStr for SqlType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, arguments) = match text.split_once('(') {
            None => (text, Vec::new()),
            Some((name, rest)) => {
                let inner = rest.strip_suffix(')').ok_or_else(|| unknown(text))?;
                let numbers = inner.split(',').map(|number| number.trim().parse::<u16>());
                (name, numbers.collect::<Result<_, _>>().map_err(|_| unknown(text))?)
            }
        };
        let small = |number: u16| u8::try_from(number).map_err(|_| unknown(text));
        let found = match (name.trim().to_ascii_uppercase().as_str(), arguments.as_slice()) {
            ("BOOLEAN", []) => Self::Boolean,
            ("INT", []) => Self::Int,
            ("BIGINT", []) => Self::BigInt,
            ("DATE", []) => Self::Date,
            ("DATETIME", []) => Self::DateTime { fraction: 0 },
            ("TEXT", []) => Self::Text,
            ("DATETIME", &[fraction @ 0..=6]) => Self::DateTime { fraction: small(fraction)? },
            ("VARCHAR", &[length @ 1..=16_383]) => Self::VarChar(length),
            ("DECIMAL", &[precision @ 1..=65, scale @ 0..=30]) if scale <= precision => {
                Self::Decimal { precision: small(precision)?, scale: small(scale)? }
            }
            _ => return Err(unknown(text)),
        };
        Ok(found)
    }
}

impl Serialize for SqlType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SqlType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

fn unknown(text: &str) -> String {
    format!(
        "unknown type {text:?}: use BOOLEAN, INT, BIGINT, DECIMAL(p,s), DATE, DATETIME(f), \
         VARCHAR(n) or TEXT"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_what_it_writes() {
        let types = [
            SqlType::Boolean,
            SqlType::Int,
            SqlType::BigInt,
            SqlType::Decimal { precision: 10, scale: 2 },
            SqlType::Date,
            SqlType::DateTime { fraction: 0 },
            SqlType::DateTime { fraction: 6 },
            SqlType::VarChar(255),
            SqlType::Text,
        ];
        for sql_type in types {
            assert_eq!(sql_type.to_string().parse(), Ok(sql_type));
        }
    }

    #[test]
    fn what_mysql_would_refuse_is_refused() {
        for text in ["DECIMAL(2,3)", "DECIMAL(66,2)", "VARCHAR(0)", "DATETIME(7)", "INT(", "FLOAT"]
        {
            assert!(text.parse::<SqlType>().is_err(), "{text}");
        }
    }
}
