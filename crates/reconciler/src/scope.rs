//! What a verdict is about: what was compared and in which form, what was left out and counted, and
//! what no comparison looks at. It says no more than the checks of this run.

use ecom_core::plan::{FILE_NAME, Plan};
use ecom_core::report::Scope;
use ecom_core::show::counted;
use ecom_core::work::{Manifest, REJECTS};

use crate::check::Check;
use crate::hop::Hop;

/// The stores of values, with the hops that look into them.
const STORES: [(&str, &[Hop]); 3] =
    [("MySQL", &[Hop::Mysql]), ("Kafka", &[Hop::Kafka]), ("HDFS", &[Hop::Sqoop, Hop::FlumeKafka])];

/// What these checks are about.
pub(crate) fn scope(plan: &Plan, manifest: &Manifest, checks: &[Check]) -> Scope {
    let is_checked = |hop: &Hop| checks.iter().any(|check| check.hop == *hop);
    let mut scope = Scope::default();
    if is_checked(&Hop::Input) {
        let cells = "each cell of the work files, as the source files write it";
        scope.compared.push(cells.into());
    }
    let stores = STORES.iter().filter(|(_, hops)| hops.iter().any(is_checked));
    let stores: Vec<_> = stores.map(|(name, _)| *name).collect();
    if !stores.is_empty() {
        scope.compared.push(format!(
            "each value in {}: text unchanged, 1.5 as 1.50, yes as 1, times in UTC",
            and(&stores)
        ));
        scope.not_compared.push("the order of records".into());
    }
    if is_checked(&Hop::FlumeLogs) {
        scope.compared.push("each log line in HDFS, byte by byte".into());
    }
    if is_checked(&Hop::Analytics) {
        let numbers = "each number that a question declares, computed again from the work files";
        scope.compared.push(numbers.into());
        scope.compared.push("each value of each result in HDFS and in MySQL".into());
        scope
            .not_compared
            .push("columns of results that no question declares, with the files".into());
    }
    if [Hop::Kafka, Hop::FlumeKafka].iter().any(is_checked) {
        scope
            .not_compared
            .push("the time at which a message was sent, how its JSON is spaced".into());
    }
    scope.left_out = left_out(plan, manifest);
    scope.added = added(plan, manifest);
    scope
}

/// What the stores need not hold.
fn left_out(plan: &Plan, manifest: &Manifest) -> Vec<String> {
    let lines: u64 = plan.tables.iter().map(|table| table.passed_over).sum();
    let parts = [
        (manifest.rejected, "record", format!(" rejected: {REJECTS}")),
        (plan.left_out.len() as u64, "file", format!(": left_out in {FILE_NAME}")),
        (lines, "line", " without a record: empty, or the header again".into()),
    ];
    let counted = |(count, what, why): &(u64, &str, String)| {
        (*count > 0).then(|| format!("{}{why}", counted(*count, what)))
    };
    let found: Vec<_> = parts.iter().filter_map(counted).collect();
    if found.is_empty() { vec!["nothing".into()] } else { found }
}

/// Rows that no source file has: those that references need.
fn added(plan: &Plan, manifest: &Manifest) -> Vec<String> {
    let rows = plan.tables.iter().map(|table| {
        let files = manifest.files.iter().filter(|file| file.table == table.name);
        files.map(|file| file.rows).sum::<u64>().saturating_sub(table.rows)
    });
    match rows.sum() {
        0 => Vec::new(),
        rows => {
            vec![format!("{} for keys that records refer to and no file has", counted(rows, "row"))]
        }
    }
}

/// `a, b and c`
fn and(names: &[&str]) -> String {
    let names = names.join(", ");
    names.rsplit_once(", ").map_or(names.clone(), |(names, last)| format!("{names} and {last}"))
}
