//! What the topic says: the monitor's own sums over its messages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The sums over all messages of the topic, each record once. Numbers that the data set does not have
/// are null; amounts and quantities are exact, as texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Live {
    /// The topic.
    pub(crate) topic: String,
    /// Whether everything in it is in the sums.
    pub(crate) state: LiveState,
    /// Why nothing can be read.
    pub(crate) error: Option<String>,
    /// Messages read.
    pub(crate) messages: u64,
    /// Records among them.
    pub(crate) distinct: u64,
    /// Messages that were ignored, because their record was there before.
    pub(crate) repeats: u64,
    /// Messages that are not read yet.
    pub(crate) unread: u64,
    /// Messages that are no record of the data set.
    pub(crate) invalid: u64,
    /// The first of these, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) first_invalid: Option<String>,
    /// Orders.
    pub(crate) orders: Option<u64>,
    /// The sum of all quantities.
    pub(crate) units: Option<String>,
    /// The sum of all amounts.
    pub(crate) revenue: Option<String>,
    /// Half an hour of arrivals up to the newest, minute by minute.
    pub(crate) minutes: Vec<Minute>,
    /// The newest days with sales, oldest first, by the time of the sale.
    pub(crate) days: Option<Vec<Group>>,
    /// The regions with the greatest revenue.
    pub(crate) regions: Option<Vec<Group>>,
    /// The products with the greatest revenue.
    pub(crate) products: Option<Vec<Group>>,
    /// The payment methods with the greatest revenue.
    pub(crate) payment_methods: Option<Vec<Group>>,
    /// What lists have no room for: so many different values that the rest is summed as one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<Others>,
    /// The newest records, newest first.
    pub(crate) last: Vec<Sale>,
    /// Whether the analysis of the lake says the same.
    pub(crate) agreement: Agreement,
    /// What Spark's stream says; null if there is none.
    #[serde(default)]
    pub(crate) spark: Option<Spark>,
}

/// The sums over the newest message of each group that Spark's stream has written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spark {
    /// Whether everything in its topic is in the sums.
    pub(crate) state: LiveState,
    /// Why nothing can be read.
    pub(crate) error: Option<String>,
    /// Messages that are not read yet.
    pub(crate) unread: u64,
    /// Groups; null if there are too many.
    pub(crate) groups: Option<u64>,
    /// Orders; null where an order can be in several groups.
    pub(crate) orders: Option<u64>,
    /// The sum of all quantities.
    pub(crate) units: Option<String>,
    /// The sum of all amounts.
    pub(crate) revenue: Option<String>,
    /// When the newest message arrived.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Whether the monitor's own sums are the same.
    pub(crate) agreement: SparkAgreement,
}

/// Whether Spark's stream and the monitor say the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SparkAgreement {
    /// Whether they do.
    pub(crate) is: Agrees,
    /// What was compared, or why nothing was.
    pub(crate) text: String,
}

/// Whether everything in the topic is in the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LiveState {
    /// Messages are still unread, or there is no topic.
    Reading,
    /// Everything is read.
    Current,
    /// Kafka does not answer; the numbers are the last known ones.
    Unreachable,
}

/// What arrived in one minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Minute {
    /// When it began, by the clock of Kafka.
    pub(crate) at: DateTime<Utc>,
    /// Orders.
    pub(crate) orders: Option<u64>,
    /// The sum of the amounts.
    pub(crate) revenue: Option<String>,
}

/// What records with the same value have in sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    /// The value; null for records without one.
    pub(crate) key: Option<String>,
    /// Orders.
    pub(crate) orders: Option<u64>,
    /// The sum of the quantities.
    pub(crate) units: Option<String>,
    /// The sum of the amounts.
    pub(crate) revenue: Option<String>,
}

/// The records whose values a list has no room for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Others {
    /// The list.
    pub(crate) list: String,
    /// What they have in sum; its key is null.
    #[serde(flatten)]
    pub(crate) sum: Group,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sale {
    /// When its message arrived, by the clock of Kafka.
    pub(crate) at: Option<DateTime<Utc>>,
    /// The order.
    pub(crate) order: Option<String>,
    /// The product.
    pub(crate) product: Option<String>,
    /// The region.
    pub(crate) region: Option<String>,
    /// Its amount.
    pub(crate) amount: Option<String>,
}

/// Whether the topic and the analysis of the lake say the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agreement {
    /// Whether they do.
    pub(crate) is: Agrees,
    /// The revenue by the topic.
    pub(crate) live: Option<String>,
    /// The revenue of the real-time part by the analysis.
    pub(crate) batch: Option<String>,
    /// What was compared, or why nothing was.
    pub(crate) text: String,
}

/// Whether two places say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Agrees {
    /// Every number is equal, and nothing is unread.
    Equal,
    /// Messages are unread, or newer than what they are compared with.
    Moving,
    /// A number differs, and nothing moves.
    Differs,
    /// They cannot be compared.
    #[default]
    Unknown,
}
