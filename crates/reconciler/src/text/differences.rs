//! What differs in one check, with examples.

use std::fmt::Write as _;

use ecom_core::escape;
use ecom_core::show::{Style, thousands};

use super::Page;
use crate::check::Check;
use crate::difference::{ColumnDifference, Difference, Kind};

/// The longest value that is shown whole.
const VALUE: usize = 60;

impl Page {
    pub(super) fn check(&mut self, check: &Check) {
        self.text.push('\n');
        let title = format!("{} {}: {}", check.hop.as_str(), check.subject, check.store);
        self.paint(Style::Bold, &escape::line(&title));
        self.text.push('\n');
        self.problems(&check.problems);
        if !check.moving.is_empty() {
            let _ =
                writeln!(self.text, "  still moving: {}", escape::line(&check.moving.join(", ")));
        }
        for kind in Kind::ALL {
            let of_kind = check.differences.iter().filter(|difference| difference.kind == kind);
            of_kind.clone().for_each(|difference| self.difference(difference));
            let more = check.counts.of(kind).saturating_sub(of_kind.count() as u64);
            if more > 0 {
                let text = format!("  … and {} more {}\n", thousands(more), kind.as_str());
                self.paint(Style::Dim, &text);
            }
        }
    }

    fn difference(&mut self, difference: &Difference) {
        self.text.push_str("  ");
        self.paint(Style::Red, &format!("{:10}", difference.kind.as_str()));
        let key = escape::excerpt(&difference.key, 2 * VALUE);
        // Writing to a String cannot fail.
        let _ = match &difference.unreadable {
            Some(reason) => {
                write!(self.text, "  not a record ({}): {key}", escape::line(reason))
            }
            None => write!(self.text, "  {key}"),
        };
        let positions = [&difference.expected_at, &difference.found_at];
        for position in positions.into_iter().flatten() {
            self.text.push_str("  ");
            self.paint(Style::Dim, &escape::line(position));
        }
        self.text.push('\n');
        for ColumnDifference { column, expected, found } in &difference.columns {
            let (expected, found) = (value(expected.as_deref()), value(found.as_deref()));
            let _ =
                writeln!(self.text, "              {}: {expected} → {found}", escape::line(column));
        }
    }
}

/// A value as it is shown.
fn value(value: Option<&str>) -> String {
    value.map_or("NULL".into(), |text| format!("\"{}\"", escape::excerpt(text, VALUE)))
}
