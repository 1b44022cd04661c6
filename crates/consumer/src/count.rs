//! Counts what was read: by partition, by the values of a field, and the times it spans.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use ecom_core::clock;
use ecom_core::escape;
use ecom_core::kafka::time_text;
use ecom_core::show::{Style, Table, counted, thousands};
use rdkafka::Message as _;
use rdkafka::Timestamp;
use rdkafka::message::BorrowedMessage;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::flat::Flat;
use crate::show::Content;

/// How many different values of a field are counted, so that memory stays bounded.
const MOST_VALUES: usize = 10_000;

/// The counts of a run.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) messages: u64,
    not_json: u64,
    without_value: u64,
    kafka: Span<i64>,
    log_append: bool,
    streaming: Span<String>,
    received: Span<DateTime<Utc>>,
    /// A message was counted after the clock was read last.
    unseen: bool,
    values: Option<ValueCounts>,
}

/// The smallest and the greatest value seen.
#[derive(Debug)]
struct Span<T>(Option<(T, T)>);

/// How often each value of a field occurred.
#[derive(Debug)]
struct ValueCounts {
    field: String,
    counts: HashMap<String, u64>,
    others: u64,
    missing: u64,
}

/// The field of a message with the time of its sending.
#[derive(Deserialize)]
struct Streamed<'a> {
    #[serde(borrow)]
    streaming_timestamp: Option<Cow<'a, str>>,
}

impl Counts {
    /// Nothing counted yet; with `field`, its values will be counted.
    pub(crate) fn new(field: Option<&str>) -> Self {
        let values = field.map(|field| ValueCounts {
            field: field.to_owned(),
            counts: HashMap::new(),
            others: 0,
            missing: 0,
        });
        Self { values, ..Self::default() }
    }

    /// Counts a message.
    pub(crate) fn add(&mut self, message: &BorrowedMessage<'_>, content: Content<'_>) {
        if self.messages == 0 {
            self.received.add(&clock::now());
        }
        self.messages += 1;
        self.unseen = true;
        match message.timestamp() {
            Timestamp::NotAvailable => {}
            Timestamp::CreateTime(time) => self.kafka.add(&time),
            Timestamp::LogAppendTime(time) => {
                self.log_append = true;
                self.kafka.add(&time);
            }
        }
        self.add_content(content);
    }

    /// Notes that the messages counted so far were received by now; returns whether there are any since the
    /// last time.
    pub(crate) fn received(&mut self) -> bool {
        let unseen = std::mem::take(&mut self.unseen);
        if unseen {
            self.received.add(&clock::now());
        }
        unseen
    }

    fn add_content(&mut self, content: Content<'_>) {
        let text = match content {
            // The text is wanted for its fields only.
            Content::Flat(flat) if self.values.is_some() => Some(flat.text()),
            Content::Json(text) => Some(text),
            Content::Flat(_) | Content::Other(_) | Content::Nothing => None,
        };
        self.not_json += u64::from(matches!(content, Content::Other(_)));
        self.without_value += u64::from(matches!(content, Content::Nothing));
        match content {
            Content::Flat(Flat { sent: Some(sent), .. }) => self.streaming.add(sent),
            Content::Json(text) => self.add_sent(text),
            Content::Flat(_) | Content::Other(_) | Content::Nothing => {}
        }
        if let Some(values) = &mut self.values {
            values.add(text);
        }
    }

    fn add_sent(&mut self, text: &str) {
        let streamed = serde_json::from_str::<Streamed<'_>>(text).ok();
        if let Some(time) = streamed.and_then(|streamed| streamed.streaming_timestamp) {
            self.streaming.add(time.as_ref());
        }
    }

    /// What was received, from where (each partition with its messages) and when, as lines for people.
    pub(crate) fn summary(
        &self,
        topic: &str,
        partitions: impl Iterator<Item = (i32, u64)>,
        why: &str,
    ) -> Vec<String> {
        let mut first = format!("Received {} from {topic}", counted(self.messages, "message"));
        for (index, (partition, count)) in partitions.enumerate() {
            let lead = if index == 0 { ": " } else { ", " };
            // Writing to a String cannot fail.
            let _ = write!(first, "{lead}{} in partition {partition}", thousands(count));
        }
        let mut lines = vec![format!("{first} ({why})")];
        if self.not_json > 0 {
            lines.push(format!("Not JSON: {}", self.not_json));
        }
        if self.without_value > 0 {
            lines.push(format!("Without a value: {}", self.without_value));
        }
        let kafka = if self.log_append { "when the broker wrote" } else { "when it was sent" };
        let micros = |time: &DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Micros, true);
        lines.extend(
            [
                self.kafka.line(&format!("Kafka's timestamps ({kafka})"), |time| time_text(*time)),
                self.streaming.line("streaming_timestamp (the streamer's clock)", |time| {
                    escape::excerpt(time, 40)
                }),
                self.received.line("Received (this machine's clock)", micros),
            ]
            .into_iter()
            .flatten(),
        );
        lines
    }

    /// How often each value of the field occurred, for people; `None` without a field.
    pub(crate) fn values_text(&self) -> Option<String> {
        let values = self.values.as_ref()?;
        let mut rows: Vec<(String, u64)> = values
            .sorted()
            .into_iter()
            .map(|(value, count)| (escape::excerpt(value, 60), count))
            .collect();
        rows.extend(Some(("(other values)".into(), values.others)).filter(|row| row.1 > 0));
        rows.extend(Some(("(no such field)".into(), values.missing)).filter(|row| row.1 > 0));
        let title = escape::excerpt(&values.field, 60);
        let mut table = Table::new(Style::Plain).text(&title).number("messages");
        for (value, count) in rows {
            table.row([value, count.to_string()]);
        }
        Some(table.render(false))
    }

    /// How often each value of the field occurred, as a line of JSON; `None` without a field.
    pub(crate) fn values_json(&self) -> Option<String> {
        let values = self.values.as_ref()?;
        let counts: serde_json::Map<_, _> = values
            .sorted()
            .into_iter()
            .map(|(value, count)| (value.clone(), count.into()))
            .collect();
        let object = serde_json::json!({
            "count_by": values.field,
            "counts": counts,
            "other_values": values.others,
            "no_such_field": values.missing,
        });
        let mut text = String::new();
        crate::json::write(&object.to_string(), crate::json::Layout::Compact, &mut text);
        Some(text + "\n")
    }
}

impl<T> Default for Span<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Span<T> {
    fn add<B>(&mut self, value: &B)
    where
        T: Borrow<B>,
        B: Ord + ToOwned<Owned = T> + ?Sized,
    {
        match &mut self.0 {
            None => self.0 = Some((value.to_owned(), value.to_owned())),
            Some((least, _)) if value < (*least).borrow() => *least = value.to_owned(),
            Some((_, greatest)) if value > (*greatest).borrow() => *greatest = value.to_owned(),
            Some(_) => {}
        }
    }

    fn line(&self, what: &str, text: impl Fn(&T) -> String) -> Option<String> {
        let (least, greatest) = self.0.as_ref()?;
        Some(format!("{what}: {} to {}", text(least), text(greatest)))
    }
}

impl ValueCounts {
    fn add(&mut self, message: Option<&str>) {
        let fields = message
            .and_then(|text| serde_json::from_str::<HashMap<Cow<'_, str>, &RawValue>>(text).ok());
        let Some(raw) = fields.as_ref().and_then(|fields| fields.get(self.field.as_str())) else {
            self.missing += 1;
            return;
        };
        // Strings count by their text, other values as they are written: 1.50 is not 1.5.
        let text = serde_json::from_str::<String>(raw.get());
        let value = text.unwrap_or_else(|_| raw.get().to_owned());
        if self.counts.len() >= MOST_VALUES && !self.counts.contains_key(&value) {
            self.others += 1;
        } else {
            *self.counts.entry(value).or_default() += 1;
        }
    }

    /// The most frequent first, equally frequent ones by name.
    fn sorted(&self) -> Vec<(&String, u64)> {
        let mut rows: Vec<_> = self.counts.iter().map(|(value, count)| (value, *count)).collect();
        rows.sort_by(|(one, count), (other, most)| most.cmp(count).then(one.cmp(other)));
        rows
    }
}
