//! The report for people.

use std::fmt::Write as _;

use ecom_core::escape;

use crate::check::Check;
use crate::closing::End;
use crate::difference::{ColumnDifference, Difference, Kind};
use crate::sources::Sources;
use crate::verdict::Verdict;

/// The longest value that is shown whole.
const VALUE: usize = 60;

/// How a piece of text looks on a terminal.
#[derive(Clone, Copy)]
enum Look {
    Plain,
    Bold,
    Dim,
    Good,
    Warning,
    Bad,
}

/// The whole report.
pub(crate) fn report(verdict: &Verdict, color: bool) -> String {
    let mut page = Page { text: String::new(), color };
    page.table(&verdict.checks);
    for unchecked in &verdict.unchecked {
        page.look(Look::Bad, unchecked.hop.as_str());
        let _ = writeln!(page.text, "  not checked: {}", escape::line(&unchecked.error));
    }
    page.laws(verdict);
    page.sources(&verdict.sources);
    verdict.checks.iter().filter(|check| !check.equal).for_each(|check| page.check(check));
    page.end(verdict);
    page.text
}

/// What is wrong, in a few words.
pub(crate) fn summary(verdict: &Verdict) -> String {
    let counts = verdict.counts();
    let kinds = Kind::ALL.into_iter().filter(|kind| counts.of(*kind) > 0);
    let kinds: Vec<_> =
        kinds.map(|kind| format!("{} {}", thousands(counts.of(kind)), kind.as_str())).collect();
    let wrong: Vec<_> = verdict.checks.iter().filter(|check| !check.equal).collect();
    let mut stores: Vec<_> = wrong.iter().map(|check| check.hop.as_str()).collect();
    stores.dedup();
    let mut said = match kinds.as_slice() {
        [] => wrong
            .iter()
            .flat_map(|check| &check.problems)
            .map(|problem| escape::line(problem))
            .collect(),
        kinds => vec![format!("{} ({})", kinds.join(", "), stores.join(", "))],
    };
    said.extend(verdict.sources.problems.iter().map(|problem| escape::line(problem)));
    said.join("; ")
}

/// Text that grows.
struct Page {
    text: String,
    color: bool,
}

impl Page {
    fn look(&mut self, look: Look, text: &str) {
        let code = match look {
            _ if !self.color => "",
            Look::Plain => "",
            Look::Bold => "1",
            Look::Dim => "2",
            Look::Good => "32",
            Look::Warning => "33",
            Look::Bad => "31",
        };
        // Writing to a String cannot fail.
        let _ = match code {
            "" => write!(self.text, "{text}"),
            code => write!(self.text, "\u{1b}[{code}m{text}\u{1b}[0m"),
        };
    }

    /// A line for each check; a kind of difference has a column where there is one of it, so that
    /// the table of equal stores fits 80 columns.
    fn table(&mut self, checks: &[Check]) {
        let kinds: Vec<_> = Kind::ALL
            .into_iter()
            .filter(|kind| checks.iter().any(|check| check.counts.of(*kind) > 0))
            .collect();
        let rows: Vec<_> = [header(&kinds)]
            .into_iter()
            .chain(checks.iter().map(|check| cells(check, &kinds)))
            .collect();
        if checks.is_empty() {
            return;
        }
        let width = |place: usize| {
            rows.iter().map(|row| row[place].0.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<_> = (0..rows[0].len()).map(width).collect();
        for row in &rows {
            for (place, (cell, look)) in row.iter().enumerate() {
                let space = " ".repeat(widths[place] - cell.chars().count());
                // Names stand on the left, figures on the right.
                let (before, after) = if place < 2 { ("", &*space) } else { (&*space, "") };
                self.text.push_str(if place > 0 { "  " } else { "" });
                self.text.push_str(before);
                self.look(*look, cell);
                self.text.push_str(if place + 1 < row.len() { after } else { "" });
            }
            self.text.push('\n');
        }
    }

    fn laws(&mut self, verdict: &Verdict) {
        self.text.push('\n');
        let width = verdict.laws.iter().map(|law| law.words.chars().count()).max();
        for law in &verdict.laws {
            let (look, sign) = match law.holds {
                Some(true) => (Look::Good, "✓"),
                Some(false) => (Look::Bad, "✗"),
                None => (Look::Dim, "?"),
            };
            self.look(look, sign);
            let (name, width) = (law.words, width.unwrap_or_default());
            let figures = law.figures(thousands);
            let unknown = if law.holds.is_none() { "  (not all checked)" } else { "" };
            let passed = law.passed_over.map(|lines| {
                let lines = if lines == 1 { "1 line".into() } else { thousands(lines) + " lines" };
                format!("  ({lines} without a record skipped)")
            });
            let passed = passed.unwrap_or_default();
            let _ = writeln!(self.text, " {name:width$}  {figures}{passed}{unknown}");
        }
    }

    fn sources(&mut self, sources: &Sources) {
        if sources.problems.is_empty() {
            return;
        }
        self.text.push('\n');
        self.look(Look::Bold, "source files");
        self.text.push('\n');
        self.problems(&sources.problems);
    }

    fn problems(&mut self, problems: &[String]) {
        for problem in problems {
            self.text.push_str("  ");
            self.look(Look::Bad, &escape::line(problem));
            self.text.push('\n');
        }
    }

    fn check(&mut self, check: &Check) {
        self.text.push('\n');
        let title = format!("{} {}: {}", check.hop.as_str(), check.subject, check.store);
        self.look(Look::Bold, &escape::line(&title));
        self.text.push('\n');
        self.problems(&check.problems);
        for kind in Kind::ALL {
            let of_kind = check.differences.iter().filter(|difference| difference.kind == kind);
            of_kind.clone().for_each(|difference| self.difference(difference));
            let more = check.counts.of(kind) - (of_kind.count() as u64).min(check.counts.of(kind));
            if more > 0 {
                let text = format!("  … and {} more {}\n", thousands(more), kind.as_str());
                self.look(Look::Dim, &text);
            }
        }
    }

    fn difference(&mut self, difference: &Difference) {
        self.text.push_str("  ");
        self.look(Look::Bad, &format!("{:10}", difference.kind.as_str()));
        let key = escape::excerpt(&difference.key, 2 * VALUE);
        match (&difference.expected_at, &difference.found_at) {
            _ if difference.unreadable.is_some() => {
                let reason = escape::line(difference.unreadable.as_deref().unwrap_or_default());
                let _ = write!(self.text, "  not a record ({reason}): {key}");
            }
            _ => {
                let _ = write!(self.text, "  {key}");
            }
        }
        let places = [&difference.expected_at, &difference.found_at];
        for place in places.into_iter().flatten() {
            self.text.push_str("  ");
            self.look(Look::Dim, &escape::line(place));
        }
        self.text.push('\n');
        for ColumnDifference { column, expected, found } in &difference.columns {
            let (expected, found) = (value(expected.as_deref()), value(found.as_deref()));
            let _ =
                writeln!(self.text, "              {}: {expected} → {found}", escape::line(column));
        }
    }

    fn end(&mut self, verdict: &Verdict) {
        self.text.push('\n');
        let look = match End::of(verdict) {
            End::Good => Look::Good,
            End::Incomplete => Look::Warning,
            End::Bad => Look::Bad,
        };
        self.look(look, &verdict.outcome.closing);
        self.text.push('\n');
    }
}

/// The names of the columns.
fn header(kinds: &[Kind]) -> Vec<(String, Look)> {
    let kinds = kinds.iter().map(|kind| kind.as_str().to_uppercase());
    let front = ["HOP", "RECORDS", "EXPECTED", "FOUND"].map(str::to_owned);
    let end = ["CHECKSUM", "TIME"].map(str::to_owned);
    front.into_iter().chain(kinds).chain(end).map(|name| (name, Look::Bold)).collect()
}

/// The cells of a check's row.
fn cells(check: &Check, kinds: &[Kind]) -> Vec<(String, Look)> {
    let count = |count: u64| (thousands(count), Look::Plain);
    let wrong = |count: u64| (thousands(count), if count > 0 { Look::Bad } else { Look::Dim });
    let checksum = if check.expected == check.found {
        (format!("{} ✓", check.found.checksum), Look::Good)
    } else {
        (format!("{} ✗", check.found.checksum), Look::Bad)
    };
    let subject = escape::excerpt(&check.subject, VALUE);
    let mut row = vec![
        (check.hop.as_str().to_owned(), Look::Plain),
        (subject, Look::Plain),
        count(check.expected.count),
        count(check.found.count),
    ];
    row.extend(kinds.iter().map(|kind| wrong(check.counts.of(*kind))));
    row.push(checksum);
    row.push((format!("{:.1} s", check.seconds), Look::Dim));
    row
}

/// A value as it is shown.
fn value(value: Option<&str>) -> String {
    value.map_or("NULL".into(), |text| format!("\"{}\"", escape::excerpt(text, VALUE)))
}

/// `1234567` as `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use ecom_core::checksum::{Checksum, Tally};

    use super::*;
    use crate::check::Unchecked;
    use crate::difference::Counts;
    use crate::hop::Hop;
    use crate::law::Law;

    fn verdict() -> Verdict {
        let tally = |count| Tally { count, checksum: Checksum(count) };
        let check = Check {
            hop: Hop::Mysql,
            subject: "transactions".into(),
            store: "MySQL testdb.transactions".into(),
            equal: false,
            expected: tally(1200),
            found: tally(1199),
            counts: Counts { missing: 1, ..Counts::default() },
            problems: Vec::new(),
            figures: Vec::new(),
            differences: vec![Difference {
                kind: Kind::Missing,
                key: "T\u{1b}[2J|7".into(),
                expected_at: Some("transactions_historical.csv:8".into()),
                found_at: None,
                unreadable: None,
                columns: Vec::new(),
            }],
            seconds: 0.25,
        };
        let law = Law {
            words: "historical = MySQL = HDFS/Sqoop",
            holds: Some(false),
            counts: vec![Some(1200), Some(1199), None],
            passed_over: None,
        };
        let unchecked = Unchecked {
            hop: Hop::Sqoop,
            error: "HDFS has no live DataNode".into(),
            exit_code: 5,
            code: ecom_core::Code::Unavailable,
        };
        let sources =
            Sources { found: None, in_tables: 1, left_out: Vec::new(), problems: Vec::new() };
        let verdict = Verdict {
            outcome: ecom_core::report::Verdict { data_set: "shop".into(), ..Default::default() },
            checks: vec![check],
            unchecked: vec![unchecked],
            laws: vec![law],
            sources,
        };
        verdict.judge()
    }

    #[test]
    fn the_report_is_a_table_the_laws_and_the_differences() {
        let wanted = "\
HOP    RECORDS       EXPECTED  FOUND  MISSING            CHECKSUM   TIME
mysql  transactions     1,200  1,199        1  00000000000004af ✗  0.2 s
sqoop  not checked: HDFS has no live DataNode

✗ historical = MySQL = HDFS/Sqoop  1,200 = 1,199 = ?

mysql transactions: MySQL testdb.transactions
  missing     T\\u{1b}[2J|7  transactions_historical.csv:8

✗ shop: 1 missing (mysql)
";
        assert_eq!(report(&verdict(), false), wanted);
    }

    #[test]
    fn the_table_of_equal_stores_fits_80_columns() {
        let mut verdict = verdict();
        let check = &mut verdict.checks[0];
        (check.hop, check.subject) = (Hop::FlumeKafka, "high_value_transactions".into());
        (check.found, check.counts) = (check.expected, Counts::default());
        let longest =
            report(&verdict, false).lines().take(2).map(|line| line.chars().count()).max();
        assert_eq!(longest, Some(80));
    }

    #[test]
    fn a_longer_name_moves_the_columns_behind_it() {
        let mut verdict = verdict();
        verdict.unchecked.clear();
        let mut longer = super::tests::verdict().checks.remove(0);
        longer.subject = "product_category_name_translation".into();
        verdict.checks.push(longer);
        let text = report(&verdict, false);
        let ends: Vec<_> = text.lines().take(3).map(|line| line.chars().count()).collect();
        assert_eq!(ends, [ends[0]; 3], "{text}");
    }

    #[test]
    fn what_is_wrong_with_the_source_files_is_told_and_what_was_passed_over() {
        let mut verdict = verdict();
        verdict.checks.clear();
        verdict.unchecked.clear();
        verdict.laws[0].passed_over = Some(1234);
        verdict.sources.problems.push("more.csv is in the folder".into());
        let wanted = "
✗ historical = MySQL = HDFS/Sqoop  1,200 = 1,199 = ?  (1,234 lines without a record skipped)

source files
  more.csv is in the folder

✗ shop: more.csv is in the folder
";
        assert_eq!(report(&verdict.judge(), false), wanted);
    }

    #[test]
    fn colors_change_nothing_but_the_look() {
        let colored = report(&verdict(), true);
        assert!(colored.contains("\u{1b}[31m✗\u{1b}[0m historical"), "{colored}");
        let mut plain = colored;
        for code in ["0", "1", "2", "31", "32"] {
            plain = plain.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(plain, report(&verdict(), false));
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
