//! Snapshots as plain text: the whole snapshot for `--once`, and a line per change without a
//! terminal.

use std::collections::BTreeMap;

use ecom_core::escape;
use ecom_core::show::{Style, Table, counted};

use crate::snapshot::{
    Agrees, Count, Hop, HopId, HopState, LiveState, Precision, Problem, ProofState, Severity,
    Snapshot, Unit, Verdict,
};

/// What was printed last, so that only changes are printed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    hops: BTreeMap<HopId, String>,
    /// The part of a problem that stays the same, and its text.
    problems: Vec<(String, String)>,
    verdict: Option<Verdict>,
}

impl Changes {
    /// The lines for a snapshot: each hop, problem and verdict that changed.
    pub(crate) fn lines(&mut self, snapshot: &Snapshot) -> String {
        let mut lines = Vec::new();
        let time = snapshot.taken.format("%H:%M:%S ").to_string();
        for hop in &snapshot.hops {
            let now = format!("{:11} {}", hop.id.as_str(), progress(hop));
            if self.hops.get(&hop.id) != Some(&now) {
                self.hops.insert(hop.id, now.clone());
                lines.push(now);
            }
        }
        let has = |problems: &[(String, String)], key: &str| problems.iter().any(|(k, _)| k == key);
        let now: Vec<_> =
            snapshot.problems.iter().map(|problem| (key(problem), with_subject(problem))).collect();
        for (problem, (key, _)) in snapshot.problems.iter().zip(&now) {
            if !has(&self.problems, key) {
                lines.push(with_severity(problem));
            }
        }
        for (_, problem) in self.problems.iter().filter(|(key, _)| !has(&now, key)) {
            lines.push(format!("{:11} {problem}", "ended"));
        }
        self.problems = now;
        if self.verdict.replace(snapshot.verdict) != Some(snapshot.verdict) {
            lines.push(format!("{:11} {}", "verdict", verdict(snapshot.verdict)));
        }
        lines.into_iter().map(|line| time.clone() + &line + "\n").collect()
    }
}

/// A whole snapshot.
pub(crate) fn table(snapshot: &Snapshot) -> String {
    let data_set = snapshot.data_set.as_deref().unwrap_or("no data set");
    let time = snapshot.taken.format("%Y-%m-%d %H:%M:%S UTC");
    let columns = Table::new(Style::Plain).text("hop").number("expected").number("arrived");
    let mut table = columns.number("in flight").text("state").text("from → to");
    for hop in &snapshot.hops {
        table.row([
            hop.id.as_str().to_owned(),
            number(hop.expected),
            hop.arrived.map_or("-".into(), count),
            number(hop.in_flight),
            state(hop),
            format!("{} → {}", escape::line(&hop.from), escape::line(&hop.to)),
        ]);
    }
    let title = format!("{} · {} · {time}", escape::line(data_set), verdict(snapshot.verdict));
    let problems: String =
        snapshot.problems.iter().map(|problem| with_severity(problem) + "\n").collect();
    let gap = |text: &str| if text.is_empty() { "" } else { "\n" };
    let numbers = numbers(snapshot);
    let (before, between) = (gap(&numbers), gap(&problems));
    format!("{title}\n\n{}{before}{numbers}{between}{problems}", table.render(false))
}

/// The figures of the lake, of the topic and of Spark's stream, a line each.
fn numbers(snapshot: &Snapshot) -> String {
    let join = |parts: [Option<String>; 5]| {
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        escape::line(&parts.join(", "))
    };
    let lake = snapshot.analytics.as_ref().map(|analytics| {
        let figures = &analytics.key_figures;
        let proof = match analytics.proof.is {
            ProofState::Proven => "proven".into(),
            ProofState::Waiting if analytics.analyzed.is_none() => analytics.proof.text.clone(),
            ProofState::Waiting => "not proven".into(),
            ProofState::Wrong => format!("WRONG: {}", analytics.proof.text),
        };
        let parts = [
            figures.revenue.as_ref().map(|revenue| format!("revenue {revenue}")),
            figures.orders.map(|orders| counted(orders, "order")),
            figures.units.as_ref().map(|units| format!("{units} units")),
            figures.customers.map(|customers| counted(customers, "customer")),
            Some(proof),
        ];
        format!("{:11} {}\n", "lake", join(parts))
    });
    let agrees = |is: Agrees, other: &str, text: &str| match is {
        Agrees::Equal => format!("equal to the {other}"),
        Agrees::Moving => format!("moving: {text}"),
        Agrees::Differs => format!("DIFFERS: {text}"),
        Agrees::Unknown => format!("not compared: {text}"),
    };
    let state = |state: LiveState| match state {
        LiveState::Current => None,
        LiveState::Reading => Some("still reading".to_owned()),
        LiveState::Unreachable => Some("last known".into()),
    };
    let topic = snapshot.live.as_ref().map(|live| {
        let parts = [
            live.revenue.as_ref().map(|revenue| format!("revenue {revenue}")),
            live.orders.map(|orders| counted(orders, "order")),
            live.units.as_ref().map(|units| format!("{units} units")),
            state(live.state),
            Some(agrees(live.agreement.is, "lake", &live.agreement.text)),
        ];
        format!("{:11} {}\n", "topic", join(parts))
    });
    let spark = snapshot.live.as_ref().and_then(|live| live.spark.as_ref()).map(|spark| {
        let parts = [
            spark.revenue.as_ref().map(|revenue| format!("revenue {revenue}")),
            spark.orders.map(|orders| counted(orders, "order")),
            spark.units.as_ref().map(|units| format!("{units} units")),
            state(spark.state),
            Some(agrees(spark.agreement.is, "topic", &spark.agreement.text)),
        ];
        format!("{:11} {}\n", "spark", join(parts))
    });
    lake.into_iter().chain(topic).chain(spark).collect()
}

/// The incomplete hops in one line, for the warning of `--until`.
pub(crate) fn missing(snapshot: &Snapshot) -> String {
    let open = snapshot.hops.iter().filter(|hop| hop.state != HopState::Complete);
    let open: Vec<String> =
        open.map(|hop| format!("{} {}", hop.id.as_str(), progress(hop))).collect();
    if open.is_empty() { verdict(snapshot.verdict).to_owned() } else { open.join(", ") }
}

/// The verdict in words.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Idle => "nothing to do",
        Verdict::Moving => "moving",
        Verdict::Complete => "complete",
        Verdict::Unreachable => "something is unreachable",
        Verdict::Wrong => "records are lost or duplicated",
    }
}

fn progress(hop: &Hop) -> String {
    let unit = match hop.unit {
        Unit::Rows => "rows",
        Unit::Messages => "messages",
        Unit::Lines => "lines",
    };
    if hop.expected.is_none() && hop.arrived.is_none() {
        return state(hop);
    }
    let arrived = hop.arrived.map_or("-".into(), count);
    format!("{arrived} of {} {unit}, {}", number(hop.expected), state(hop))
}

fn state(hop: &Hop) -> String {
    match hop.state {
        HopState::Waiting => "waiting".into(),
        HopState::Moving if hop.stale => "late".into(),
        HopState::Moving => "moving".into(),
        HopState::Complete => "complete".into(),
        HopState::Short { by } => format!("short by {by}"),
        HopState::Over { by } => format!("over by {by}"),
        HopState::Unknown => "unknown".into(),
    }
}

/// A count with its precision: `602`, `~590`, `≤ 602`.
fn count(count: Count) -> String {
    match count.precision {
        Precision::Exact => count.value.to_string(),
        Precision::Estimate => format!("~{}", count.value),
        Precision::UpperBound => format!("≤{}", count.value),
    }
}

fn number(number: Option<u64>) -> String {
    number.map_or("-".into(), |number| number.to_string())
}

fn with_severity(problem: &Problem) -> String {
    let severity = match problem.severity {
        Severity::Critical => "CRITICAL",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    format!("{severity:11} {} (since {})", with_subject(problem), problem.since.format("%H:%M:%S"))
}

fn with_subject(problem: &Problem) -> String {
    format!("{}: {}", escape::line(&problem.subject), escape::line(&problem.message))
}

/// The part of a problem that stays the same. Numbers and causes may change with every snapshot,
/// and would be printed again each time.
fn key(problem: &Problem) -> String {
    let words =
        problem.message.split(' ').filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let words: Vec<&str> = words.take(3).collect();
    format!("{:?} {} {}", problem.severity, problem.subject, words.join(" "))
}
