//! What has to hold across the stores.

use ecom_core::plan::TableName;
use serde::Serialize;

use crate::check::{Check, Unchecked};
use crate::hop::Hop;
use crate::sources::Sources;

/// The subject of the log's check.
pub(crate) const LOG_LINES: &str = "log lines";

/// One law.
#[derive(Debug, Serialize)]
pub(crate) struct Law {
    /// The law in words.
    #[serde(rename = "law")]
    pub(crate) words: &'static str,
    /// Whether it holds; `None` when a part of it was not checked.
    pub(crate) holds: Option<bool>,
    /// How many records each of its parts has, in the order of the law; `None` where unknown.
    pub(crate) counts: Vec<Option<u64>>,
    /// Lines of the source that hold no record and were skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passed_over: Option<u64>,
}

impl Law {
    /// The counts as the law joins them: `240 = 168 + 72 + 0`.
    pub(crate) fn figures(&self, show: impl Fn(u64) -> String) -> String {
        let mut text = String::new();
        let mut signs = self.words.chars().filter(|sign| matches!(sign, '=' | '+'));
        for (index, count) in self.counts.iter().enumerate() {
            if index > 0 {
                text.extend([' ', signs.next().unwrap_or('='), ' ']);
            }
            text.push_str(&count.map_or("?".into(), &show));
        }
        text
    }
}

/// The laws that the chosen hops touch.
pub(crate) fn laws(
    checks: &[Check],
    unchecked: &[Unchecked],
    sources: &Sources,
    chosen: &[Hop],
) -> Vec<Law> {
    let table = TableName::Transactions.as_str();
    let check = |hop: Hop, subject: &str| {
        checks.iter().find(|check| check.hop == hop && check.subject == subject)
    };
    let input = check(Hop::Input, table);
    let figure = |name| input.and_then(|check| check.figure(name));
    let expected = |hop, subject| check(hop, subject).map(|check| check.expected.count);
    let found = |hop, subject| check(hop, subject).map(|check| check.found.count);
    let either = |one, other, subject| expected(one, subject).or(expected(other, subject));
    let all = [
        (
            "input = historical + real-time + rejected",
            vec![Hop::Input],
            vec![figure("read"), figure("historical"), figure("realtime"), figure("rejected")],
        ),
        (
            "historical = MySQL = HDFS/Sqoop",
            vec![Hop::Mysql, Hop::Sqoop],
            vec![
                either(Hop::Mysql, Hop::Sqoop, table),
                found(Hop::Mysql, table),
                found(Hop::Sqoop, table),
            ],
        ),
        (
            "real-time = Kafka = HDFS/Flume",
            vec![Hop::Kafka, Hop::FlumeKafka],
            vec![
                either(Hop::Kafka, Hop::FlumeKafka, table),
                found(Hop::Kafka, table),
                found(Hop::FlumeKafka, table),
            ],
        ),
        (
            "log lines generated = HDFS/logs",
            vec![Hop::FlumeLogs],
            vec![expected(Hop::FlumeLogs, LOG_LINES), found(Hop::FlumeLogs, LOG_LINES)],
        ),
    ];
    let touched =
        all.into_iter().filter(|(_, hops, _)| hops.iter().any(|hop| chosen.contains(hop)));
    let law = |(words, hops, counts): (_, Vec<Hop>, _)| {
        let holds = holds(checks, unchecked, &hops);
        let passed_over = if hops == [Hop::Input] { figure("passed_over") } else { None };
        Law { words, holds, counts, passed_over }
    };
    let mut laws: Vec<Law> = touched.map(law).collect();
    if chosen.contains(&Hop::Input) {
        laws.insert(1, of_sources(sources));
    }
    laws
}

/// No file of the folder is forgotten.
fn of_sources(sources: &Sources) -> Law {
    let counts = [sources.found, Some(sources.in_tables), Some(sources.left_out.len() as u64)];
    Law {
        words: "source files = tables + left out",
        holds: sources.found.map(|found| sources.problems.is_empty() && found == sources.total()),
        counts: counts.into(),
        passed_over: None,
    }
}

/// A law holds when all that was compared on its hops is equal, and all its hops were checked.
fn holds(checks: &[Check], unchecked: &[Unchecked], hops: &[Hop]) -> Option<bool> {
    if checks.iter().any(|check| hops.contains(&check.hop) && !check.equal) {
        return Some(false);
    }
    let checked = |hop: &Hop| {
        checks.iter().any(|check| check.hop == *hop)
            && !unchecked.iter().any(|unchecked| unchecked.hop == *hop)
    };
    hops.iter().all(checked).then_some(true)
}
