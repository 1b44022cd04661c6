//! The report for people.

mod differences;
mod overview;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use ecom_core::escape;
use ecom_core::show::Style;

use crate::verdict::{End, FullVerdict};

/// The whole report.
pub(crate) fn report(verdict: &FullVerdict, color: bool) -> String {
    let mut page = Page { text: overview::table(&verdict.checks, color), color };
    for unchecked in &verdict.unchecked {
        page.paint(Style::Red, unchecked.hop.as_str());
        // Writing to a String cannot fail.
        let _ = writeln!(page.text, "  not checked: {}", escape::line(&unchecked.error));
    }
    for check in verdict.checks.iter().filter(|check| check.still_moves()) {
        page.paint(Style::Yellow, check.hop.as_str());
        let _ = writeln!(page.text, "  still moving: {}", escape::line(&check.moving.join(", ")));
    }
    for check in &verdict.checks {
        for note in &check.notes {
            let note = format!("{}  {}\n", check.hop.as_str(), escape::line(note));
            page.paint(Style::Dim, &note);
        }
    }
    page.laws(verdict);
    page.sources(&verdict.sources);
    verdict.checks.iter().filter(|check| !check.equal).for_each(|check| page.check(check));
    page.end(verdict);
    page.text
}

/// Text that grows.
struct Page {
    text: String,
    color: bool,
}

impl Page {
    fn paint(&mut self, style: Style, text: &str) {
        self.text.push_str(&style.paint(text, self.color));
    }

    fn problems(&mut self, problems: &[String]) {
        for problem in problems {
            self.text.push_str("  ");
            self.paint(Style::Red, &escape::line(problem));
            self.text.push('\n');
        }
    }

    fn end(&mut self, verdict: &FullVerdict) {
        self.text.push('\n');
        let scope = verdict.outcome.scope.lines();
        for line in &scope {
            self.paint(Style::Dim, &escape::line(line));
            self.text.push('\n');
        }
        if !scope.is_empty() {
            self.text.push('\n');
        }
        let style = match verdict.end() {
            End::Good => Style::Green,
            End::Incomplete => Style::Yellow,
            End::Bad => Style::Red,
        };
        self.paint(style, &verdict.outcome.closing);
        self.text.push('\n');
    }
}
