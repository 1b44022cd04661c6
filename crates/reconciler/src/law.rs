//! Equations that must hold across the stores.

use ecom_core::plan::TableName;
use serde::Serialize;

use crate::check::{Check, Unchecked};
use crate::hop::Hop;
use crate::sources::Sources;

/// The subject of the log's check.
pub(crate) const LOG_LINES: &str = "log lines";

/// One equation.
#[derive(Debug, Serialize)]
pub(crate) struct Law {
    /// The law in words.
    #[serde(rename = "law")]
    pub(crate) words: &'static str,
    /// Whether it holds; `None` if a part of it was not checked, or still moves.
    pub(crate) holds: Option<bool>,
    /// The number of records of each term, in the order of the law; `None` if unknown.
    pub(crate) counts: Vec<Option<u64>>,
    /// Instead of counts, amounts as they are shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) amounts: Vec<String>,
    /// Lines of the source files that hold no record and were skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passed_over: Option<u64>,
}

impl Law {
    /// The counts with the law's signs between them: `240 = 168 + 72 + 0`.
    pub(crate) fn figures(&self, show: impl Fn(u64) -> String) -> String {
        if !self.amounts.is_empty() {
            return self.amounts.join(" = ");
        }
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

/// The laws that the chosen hops are part of.
pub(crate) fn laws(
    checks: &[Check],
    unchecked: &[Unchecked],
    sources: &Sources,
    chosen: &[Hop],
) -> Vec<Law> {
    let touched = terms(checks).into_iter();
    let touched = touched.filter(|(_, hops, _)| hops.iter().any(|hop| chosen.contains(hop)));
    let law = |(words, hops, counts): Terms| Law {
        words,
        holds: holds(checks, unchecked, &hops),
        counts,
        amounts: Vec::new(),
        passed_over: if hops == [Hop::Input] { figure(checks, "passed_over") } else { None },
    };
    let mut laws: Vec<Law> = touched.map(law).collect();
    if chosen.contains(&Hop::Input) {
        laws.insert(1, of_sources(sources));
    }
    laws.extend(of_revenue(checks));
    laws
}

/// The results' revenue is that of the files, to the last digit.
fn of_revenue(checks: &[Check]) -> Option<Law> {
    let (computed, found) = checks.iter().find_map(|check| check.revenue.as_ref())?;
    Some(Law {
        words: "revenue of the lake = revenue of the files",
        holds: Some(computed == found),
        counts: Vec::new(),
        amounts: vec![found.clone(), computed.clone()],
        passed_over: None,
    })
}

/// A law in words, its hops, and the counts of its terms.
type Terms = (&'static str, Vec<Hop>, Vec<Option<u64>>);

/// Every law between stores.
fn terms(checks: &[Check]) -> [Terms; 4] {
    let table = TableName::Transactions.as_str();
    let figure = |name| figure(checks, name);
    let expected = |hop, subject| check(checks, hop, subject).map(|check| check.expected.count);
    let found = |hop, subject| check(checks, hop, subject).map(|check| check.found.count);
    // Both hops expect the same records, but perhaps only one of them was checked.
    let either = |one, other| expected(one, table).or(expected(other, table));
    let copies = |first, last| vec![either(first, last), found(first, table), found(last, table)];
    [
        (
            "input = historical + real-time + rejected",
            vec![Hop::Input],
            ["read", "historical", "realtime", "rejected"].map(figure).to_vec(),
        ),
        (
            "historical = MySQL = HDFS/Sqoop",
            vec![Hop::Mysql, Hop::Sqoop],
            copies(Hop::Mysql, Hop::Sqoop),
        ),
        (
            "real-time = Kafka = HDFS/Flume",
            vec![Hop::Kafka, Hop::FlumeKafka],
            copies(Hop::Kafka, Hop::FlumeKafka),
        ),
        (
            "log lines generated = HDFS/logs",
            vec![Hop::FlumeLogs],
            vec![expected(Hop::FlumeLogs, LOG_LINES), found(Hop::FlumeLogs, LOG_LINES)],
        ),
    ]
}

/// A figure of the transactions' check on the input hop.
fn figure(checks: &[Check], name: &str) -> Option<u64> {
    check(checks, Hop::Input, TableName::Transactions.as_str())?.figure(name)
}

fn check<'a>(checks: &'a [Check], hop: Hop, subject: &str) -> Option<&'a Check> {
    checks.iter().find(|check| check.hop == hop && check.subject == subject)
}

/// Every file of the folder is accounted for.
fn of_sources(sources: &Sources) -> Law {
    let counts = [sources.found, Some(sources.in_tables), Some(sources.left_out.len() as u64)];
    Law {
        words: "source files = tables + left out",
        holds: sources.found.map(|found| sources.problems.is_empty() && found == sources.total()),
        counts: counts.into(),
        amounts: Vec::new(),
        passed_over: None,
    }
}

/// A law holds if all its hops were checked and every comparison on them found equal records, and
/// nothing more can come.
fn holds(checks: &[Check], unchecked: &[Unchecked], hops: &[Hop]) -> Option<bool> {
    if checks.iter().any(|check| hops.contains(&check.hop) && !check.equal) {
        return Some(false);
    }
    let checked = |hop: &Hop| {
        checks.iter().any(|check| check.hop == *hop)
            && !checks.iter().any(|check| check.hop == *hop && !check.is_proven())
            && !unchecked.iter().any(|unchecked| unchecked.hop == *hop)
    };
    hops.iter().all(checked).then_some(true)
}
