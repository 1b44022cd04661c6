//! What the analysis of the lake has found: the key figures, and whether the numbers are proven.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The analysis in a few numbers; [`Results`] has all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Analytics {
    /// Another number whenever anything in the results changes; 0 if the lake was not analyzed.
    pub(crate) version: u64,
    /// When it was analyzed.
    pub(crate) analyzed: Option<DateTime<Utc>>,
    /// Whether all results are proven.
    pub(crate) proof: Proof,
    /// The results that are not proven, or newer than their proof.
    #[serde(default)]
    pub(crate) waiting: Vec<String>,
    /// The figures of all sales.
    pub(crate) key_figures: KeyFigures,
    /// The newest days with sales: the day and its revenue.
    pub(crate) days: Vec<(String, Option<String>)>,
}

/// The figures of all sales; what the data set does not have is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyFigures {
    /// The sum of all amounts.
    pub(crate) revenue: Option<String>,
    /// Orders.
    pub(crate) orders: Option<u64>,
    /// The sum of all quantities.
    pub(crate) units: Option<Amount>,
    /// Revenue per order.
    pub(crate) average_order: Option<String>,
    /// Customers who bought.
    pub(crate) customers: Option<u64>,
    /// Of these, the share of those who bought more than once.
    pub(crate) repeat_percent: Option<String>,
}

/// A number: whole where it is, else as its text, which is exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Amount {
    /// A whole number.
    Whole(i64),
    /// Any other.
    Exact(String),
}

/// Whether numbers are proven.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// Whether they are.
    pub(crate) is: ProofState,
    /// When they were compared.
    pub(crate) at: Option<DateTime<Utc>>,
    /// What was compared, what differs, or what is missing.
    pub(crate) text: String,
}

/// Whether numbers are proven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProofState {
    /// They were compared, and are equal.
    Proven,
    /// They were not compared, or are newer than the comparison.
    #[default]
    Waiting,
    /// They differ.
    Wrong,
}

/// The results with their rows, as the page gets them: JSON that nothing here looks into.
#[derive(Clone, Debug)]
pub(crate) struct Results {
    /// See [`Analytics::version`].
    pub(crate) version: u64,
    /// The whole answer.
    pub(crate) json: Arc<RawValue>,
}

impl Results {
    /// Results as a recording holds them.
    pub(crate) fn of_json(json: Box<RawValue>) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u64,
        }
        let Versioned { version } = serde_json::from_str(json.get())?;
        Ok(Self { version, json: json.into() })
    }
}

impl PartialEq for Results {
    fn eq(&self, other: &Self) -> bool {
        self.json.get() == other.json.get()
    }
}

impl Amount {
    /// The number of this text.
    pub(crate) fn of(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Exact(text.to_owned()), Self::Whole)
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(number) => number.fmt(formatter),
            Self::Exact(text) => formatter.write_str(text),
        }
    }
}
