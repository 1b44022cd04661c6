//! The last line of a run: what was proven, and which files were left out.
//!
//! It claims no more than was compared. `--hop all` is every hop and every table of the plan; the
//! plan's `route` only informs people, and no tool sends or compares less because of it. If only some
//! hops were selected, the line names only those.

use ecom_core::escape::line;
use ecom_core::plan::{FILE_NAME, LeftOut};
use ecom_core::show::{counted, thousands};

use crate::difference::Kind;
use crate::hop::Hop;
use crate::verdict::{End, FullVerdict};

/// Up to so many left-out files are named with their reasons; more are only counted.
const NAMED: usize = 2;

impl FullVerdict {
    /// Fills in everything that follows from the checks.
    pub(crate) fn judge(mut self) -> Self {
        let checked = self.unchecked.is_empty() && !self.still_moves();
        self.outcome.equal = checked && !self.has_differences();
        self.outcome.complete = self.outcome.equal && self.sources.has_all_sales();
        self.outcome.closing = sentence(&self);
        self
    }
}

/// What is wrong, in a few words.
pub(crate) fn summary(verdict: &FullVerdict) -> String {
    let counts = verdict.counts();
    let kinds = Kind::ALL.into_iter().filter(|kind| counts.of(*kind) > 0);
    let kinds: Vec<_> =
        kinds.map(|kind| format!("{} {}", thousands(counts.of(kind)), kind.as_str())).collect();
    let wrong: Vec<_> = verdict.checks.iter().filter(|check| !check.equal).collect();
    let mut hops: Vec<_> = wrong.iter().map(|check| check.hop.as_str()).collect();
    hops.dedup();
    // Problems of whole stores are only named if no single difference says more.
    let mut problems: Vec<String> = match kinds.as_slice() {
        [] => wrong.iter().flat_map(|check| &check.problems).map(|problem| line(problem)).collect(),
        kinds => vec![format!("{} ({})", kinds.join(", "), hops.join(", "))],
    };
    problems.extend(verdict.sources.problems.iter().map(|problem| line(problem)));
    problems.join("; ")
}

/// The line, starting with its sign.
fn sentence(verdict: &FullVerdict) -> String {
    let (sign, words) = match verdict.end() {
        End::Good => ('✓', proven(verdict, "") + &others_left_out(verdict)),
        End::Incomplete => {
            let proven = proven(verdict, " of the plan");
            ('!', format!("{proven}, but {}", sales_left_out(verdict)))
        }
        End::Bad if verdict.has_differences() => ('✗', summary(verdict)),
        End::Bad if !verdict.unchecked.is_empty() => {
            ('✗', "not every store could be checked".into())
        }
        End::Bad => ('✗', moving(verdict)),
    };
    format!("{sign} {}: {words}", line(&verdict.outcome.data_set))
}

/// What may still arrive: `equal, but still moving: flume-logs (log-agent has 1 file open)`
pub(crate) fn moving(verdict: &FullVerdict) -> String {
    let moving = verdict.checks.iter().filter(|check| check.still_moves());
    let hops = moving.map(|check| {
        let what = check.moving.iter().map(|what| line(what)).collect::<Vec<_>>();
        format!("{} ({})", check.hop.as_str(), what.join(", "))
    });
    format!("equal, but still moving: {}", hops.collect::<Vec<_>>().join(", "))
}

/// What equal checks prove.
fn proven(verdict: &FullVerdict, of: &str) -> String {
    let mut hops: Vec<_> = verdict.checks.iter().map(|check| check.hop).collect();
    hops.dedup();
    // Only a run of all hops may claim this.
    if hops == Hop::ALL {
        return format!("every record{of} is where it should be");
    }
    if hops == [Hop::Analytics] {
        return "every number that a question declares is the one computed again".into();
    }
    let names = hops.into_iter().map(Hop::as_str).collect::<Vec<_>>().join(", ");
    match names.rsplit_once(", ") {
        Some((names, last)) => format!("{names} and {last} hold every record{of}"),
        None => format!("{names} holds every record{of}"),
    }
}

/// `2 of 3 files with 120 records of sales were left out: see left_out in plan.toml`
fn sales_left_out(verdict: &FullVerdict) -> String {
    let sources = &verdict.sources;
    let sales: Vec<_> = sources.left_out_with(true).collect();
    let others = sources.left_out_with(false).count() as u64;
    let also = if others == 0 { String::new() } else { format!(", and {others} without sales") };
    format!(
        "{} with {} of sales {} left out{also}: see left_out in {FILE_NAME}",
        of_all(sales.len(), sources.total()),
        records(&sales),
        was(sales.len())
    )
}

/// `; 1 of 9 files was left out: places.csv (8 records): no table refers to it`
fn others_left_out(verdict: &FullVerdict) -> String {
    let left: Vec<_> = verdict.sources.left_out_with(false).collect();
    let named = |left: &&LeftOut| {
        format!("{} ({}): {}", line(&left.file), records(&[*left]), line(&left.reason))
    };
    let details = match left.len() {
        0 => return String::new(),
        1..=NAMED => left.iter().map(named).collect::<Vec<_>>().join("; "),
        _ => format!("{}: see left_out in {FILE_NAME}", records(&left)),
    };
    let files = of_all(left.len(), verdict.sources.total());
    format!("; {files} {} left out: {details}", was(left.len()))
}

fn of_all(count: usize, total: u64) -> String {
    format!("{count} of {}", counted(total, "file"))
}

fn was(count: usize) -> &'static str {
    if count == 1 { "was" } else { "were" }
}

fn records(left: &[&LeftOut]) -> String {
    counted(left.iter().map(|left| left.rows).sum(), "record")
}

#[cfg(test)]
mod tests {
    use ecom_core::checksum::{Checksum, Tally};

    use super::*;
    use crate::check::Check;
    use crate::difference::Counts;
    use crate::sources::Sources;

    fn left_out(file: &str, rows: u64, sales: bool) -> LeftOut {
        LeftOut { file: file.into(), rows, sales, reason: "no table refers to it".into() }
    }

    /// The end of a run on those hops, all equal, with these files beside two that are in tables.
    fn end(hops: &[Hop], left_out: &[LeftOut]) -> String {
        let check = |hop: &Hop| Check {
            hop: *hop,
            subject: "transactions".into(),
            store: String::new(),
            equal: true,
            expected: Tally { count: 1, checksum: Checksum(1) },
            found: Tally { count: 1, checksum: Checksum(1) },
            counts: Counts::default(),
            moving: Vec::new(),
            notes: Vec::new(),
            problems: Vec::new(),
            figures: Vec::new(),
            revenue: None,
            differences: Vec::new(),
            seconds: 0.0,
        };
        let left_out = left_out.to_vec();
        let sources = Sources { found: None, in_tables: 2, left_out, problems: Vec::new() };
        let verdict = FullVerdict {
            outcome: ecom_core::report::Verdict { data_set: "shop".into(), ..Default::default() },
            checks: hops.iter().flat_map(|hop| [check(hop), check(hop)]).collect(),
            unchecked: Vec::new(),
            laws: Vec::new(),
            sources,
        };
        verdict.judge().outcome.closing
    }

    #[test]
    fn the_last_line_claims_no_more_than_was_compared() {
        let end = |hops: &[Hop]| end(hops, &[]);
        assert_eq!(end(&[Hop::Input]), "✓ shop: input holds every record");
        let two = end(&[Hop::Mysql, Hop::Sqoop]);
        assert_eq!(two, "✓ shop: mysql and sqoop hold every record");
        let five = end(&Hop::ALL[1..]);
        let names = "mysql, kafka, sqoop, flume-kafka and flume-logs";
        assert_eq!(five, format!("✓ shop: {names} hold every record"));
        assert_eq!(end(&Hop::ALL), "✓ shop: every record is where it should be");
        let numbers = "✓ shop: every number that a question declares is the one computed again";
        assert_eq!(end(&[Hop::Analytics]), numbers);
    }

    #[test]
    fn files_that_were_left_out_are_named_with_their_reasons() {
        let one = left_out("places\u{7}.csv", 1, false);
        assert_eq!(
            end(&Hop::ALL, std::slice::from_ref(&one)),
            "✓ shop: every record is where it should be; 1 of 3 files was left out: \
             places\\u{7}.csv (1 record): no table refers to it"
        );
        let many = [one, left_out("a.csv", 1_000, false), left_out("b.csv", 2_000, false)];
        assert_eq!(
            end(&[Hop::Mysql], &many),
            "✓ shop: mysql holds every record; 3 of 5 files were left out: 3,001 records: see \
             left_out in plan.toml"
        );
    }

    #[test]
    fn a_run_that_leaves_sales_out_never_ends_in_a_tick() {
        let sales = [left_out("may.csv", 50, true), left_out("june.csv", 70, true)];
        assert_eq!(
            end(&Hop::ALL, &sales),
            "! shop: every record of the plan is where it should be, but 2 of 4 files with 120 \
             records of sales were left out: see left_out in plan.toml"
        );
        let mixed = [left_out("places.csv", 8, false), left_out("may.csv", 1, true)];
        assert_eq!(
            end(&[Hop::Input], &mixed),
            "! shop: input holds every record of the plan, but 1 of 4 files with 1 record of sales \
             was left out, and 1 without sales: see left_out in plan.toml"
        );
    }
}
