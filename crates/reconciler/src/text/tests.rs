//! The report as a whole.

use ecom_core::checksum::{Checksum, Tally};

use super::*;
use crate::check::{Check, Unchecked};
use crate::difference::{Counts, Difference, Kind};
use crate::hop::Hop;
use crate::law::Law;
use crate::sources::Sources;

fn verdict() -> FullVerdict {
    let tally = |count| Tally { count, checksum: Checksum(count) };
    let check = Check {
        hop: Hop::Mysql,
        subject: "transactions".into(),
        store: "MySQL testdb.transactions".into(),
        equal: false,
        expected: tally(1200),
        found: tally(1199),
        counts: Counts { missing: 1, ..Counts::default() },
        moving: Vec::new(),
        notes: Vec::new(),
        problems: Vec::new(),
        figures: Vec::new(),
        revenue: None,
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
        amounts: Vec::new(),
        passed_over: None,
    };
    let unchecked = Unchecked {
        hop: Hop::Sqoop,
        error: "HDFS has no live DataNode".into(),
        exit_code: 5,
        code: ecom_core::Code::Unavailable,
    };
    let sources = Sources { found: None, in_tables: 1, left_out: Vec::new(), problems: Vec::new() };
    let verdict = FullVerdict {
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
    let longest = report(&verdict, false).lines().take(2).map(|line| line.chars().count()).max();
    assert_eq!(longest, Some(80));
}

#[test]
fn a_longer_name_moves_the_columns_behind_it() {
    let mut verdict = verdict();
    verdict.unchecked.clear();
    let mut longer = self::verdict().checks.remove(0);
    longer.subject = "product_category_name_translation".into();
    verdict.checks.push(longer);
    let text = report(&verdict, false);
    let ends: Vec<_> = text.lines().take(3).map(|line| line.chars().count()).collect();
    assert_eq!(ends, [ends[0]; 3], "{text}");
}

#[test]
fn problems_of_the_source_files_and_skipped_lines_are_reported() {
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
