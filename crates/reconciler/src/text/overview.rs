//! What every report has: a line for each check, the laws, the source files.

use std::fmt::Write as _;

use ecom_core::escape;
use ecom_core::show::{Cell, Style, Table, counted, thousands};

use super::Page;
use crate::check::Check;
use crate::difference::Kind;
use crate::sources::Sources;
use crate::verdict::FullVerdict;

/// The longest name of a table that is shown whole.
const SUBJECT: usize = 60;

/// A line for each check. A kind of difference has a column only if one was found, so that the table
/// of equal stores fits 80 columns.
pub(super) fn table(checks: &[Check], color: bool) -> String {
    if checks.is_empty() {
        return String::new();
    }
    let is_found = |kind: &Kind| checks.iter().any(|check| check.counts.of(*kind) > 0);
    let kinds: Vec<_> = Kind::ALL.into_iter().filter(is_found).collect();
    let mut table = Table::new(Style::Bold).text("HOP").text("RECORDS");
    let names = kinds.iter().map(|kind| kind.as_str().to_uppercase());
    let numbers = ["EXPECTED", "FOUND"].map(str::to_owned).into_iter().chain(names);
    for title in numbers.chain(["CHECKSUM", "TIME"].map(str::to_owned)) {
        table = table.number(&title);
    }
    for check in checks {
        table.row(cells(check, &kinds));
    }
    table.render(color)
}

fn cells(check: &Check, kinds: &[Kind]) -> Vec<Cell> {
    let count = |count: u64| thousands(count).into();
    let wrong = |count| if count > 0 { Style::Red } else { Style::Dim }.cell(thousands(count));
    let (sign, style) =
        if check.expected == check.found { ('✓', Style::Green) } else { ('✗', Style::Red) };
    let mut row = vec![
        check.hop.as_str().into(),
        escape::excerpt(&check.subject, SUBJECT).into(),
        count(check.expected.count),
        count(check.found.count),
    ];
    row.extend(kinds.iter().map(|kind| wrong(check.counts.of(*kind))));
    row.push(style.cell(format!("{} {sign}", check.found.checksum)));
    row.push(Style::Dim.cell(format!("{:.1} s", check.seconds)));
    row
}

impl Page {
    pub(super) fn laws(&mut self, verdict: &FullVerdict) {
        self.text.push('\n');
        let width = verdict.laws.iter().map(|law| law.words.chars().count()).max();
        for law in &verdict.laws {
            let (style, sign) = match law.holds {
                Some(true) => (Style::Green, "✓"),
                Some(false) => (Style::Red, "✗"),
                None => (Style::Dim, "?"),
            };
            self.paint(style, sign);
            let (name, width) = (law.words, width.unwrap_or_default());
            let figures = law.figures(thousands);
            let unknown = if law.holds.is_none() { "  (not all proven)" } else { "" };
            let skipped = law.passed_over.map_or(String::new(), |lines| {
                format!("  ({} without a record skipped)", counted(lines, "line"))
            });
            // Writing to a String cannot fail.
            let _ = writeln!(self.text, " {name:width$}  {figures}{skipped}{unknown}");
        }
    }

    pub(super) fn sources(&mut self, sources: &Sources) {
        if sources.problems.is_empty() {
            return;
        }
        self.text.push('\n');
        self.paint(Style::Bold, "source files");
        self.text.push('\n');
        self.problems(&sources.problems);
    }
}
