//! Snapshots as plain text: all of one for `--once`, and a line for each change where there is no terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ecom_core::escape;

use crate::snapshot::{
    Count, Hop, HopId, HopState, Precision, Problem, Severity, Snapshot, Unit, Verdict,
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
    /// The lines for a snapshot: each arrow, problem and verdict that changed.
    pub(crate) fn lines(&mut self, snapshot: &Snapshot) -> String {
        let mut text = String::new();
        let time = snapshot.taken.format("%H:%M:%S");
        for hop in &snapshot.hops {
            let now = format!("{:11} {}", hop.id.as_str(), progress(hop));
            if self.hops.get(&hop.id) != Some(&now) {
                say(&mut text, format_args!("{time} {now}"));
                self.hops.insert(hop.id, now);
            }
        }
        let has = |problems: &[(String, String)], key: &str| problems.iter().any(|(k, _)| k == key);
        let now: Vec<_> =
            snapshot.problems.iter().map(|problem| (key(problem), said(problem))).collect();
        for (problem, (key, _)) in snapshot.problems.iter().zip(&now) {
            if !has(&self.problems, key) {
                say(&mut text, format_args!("{time} {}", told(problem)));
            }
        }
        for (_, said) in self.problems.iter().filter(|(key, _)| !has(&now, key)) {
            say(&mut text, format_args!("{time} {:11} {said}", "ended"));
        }
        self.problems = now;
        if self.verdict.replace(snapshot.verdict) != Some(snapshot.verdict) {
            say(&mut text, format_args!("{time} {:11} {}", "verdict", verdict(snapshot.verdict)));
        }
        text
    }
}

/// All of a snapshot.
pub(crate) fn table(snapshot: &Snapshot) -> String {
    let data_set = snapshot.data_set.as_deref().unwrap_or("no data set");
    let time = snapshot.taken.format("%Y-%m-%d %H:%M:%S UTC");
    let mut text = format!(
        "{} · {} · {time}\n\n{:11} {:>14} {:>14} {:>12}  {:16} {}\n",
        escape::line(data_set),
        verdict(snapshot.verdict),
        "hop",
        "expected",
        "arrived",
        "in flight",
        "state",
        "from → to",
    );
    for hop in &snapshot.hops {
        say(
            &mut text,
            format_args!(
                "{:11} {:>14} {:>14} {:>12}  {:16} {} → {}",
                hop.id.as_str(),
                number(hop.expected),
                hop.arrived.map_or("-".into(), count),
                number(hop.in_flight),
                state(hop),
                escape::line(&hop.from),
                escape::line(&hop.to),
            ),
        );
    }
    if !snapshot.problems.is_empty() {
        text.push('\n');
    }
    for problem in &snapshot.problems {
        say(&mut text, format_args!("{}", told(problem)));
    }
    text
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
        Verdict::Unreachable => "something cannot be reached",
        Verdict::Wrong => "something is lost or doubled",
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

fn told(problem: &Problem) -> String {
    let severity = match problem.severity {
        Severity::Critical => "CRITICAL",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    format!("{severity:11} {} (since {})", said(problem), problem.since.format("%H:%M:%S"))
}

fn said(problem: &Problem) -> String {
    format!("{}: {}", escape::line(&problem.subject), escape::line(&problem.message))
}

/// The part of a problem that stays the same: numbers and causes change with every snapshot.
fn key(problem: &Problem) -> String {
    let words =
        problem.message.split(' ').filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let words: Vec<&str> = words.take(3).collect();
    format!("{:?} {} {}", problem.severity, problem.subject, words.join(" "))
}

fn say(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail; a line ends without spaces.
    let mut written = String::new();
    let _ = written.write_fmt(line);
    text.push_str(written.trim_end());
    text.push('\n');
}
