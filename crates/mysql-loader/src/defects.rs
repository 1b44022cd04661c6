//! What can be wrong with the records, and on which lines of the work file.
//!
//! MySQL names at most one offending value, and not its line. So after a refusal the file is read
//! once more to find all of them.

use std::collections::HashSet;

use ecom_core::canonical::{Canonical, unpadded};
use ecom_core::checksum::Tally;
use ecom_core::escape::{excerpt, sql_name};
use ecom_core::plan::{ForeignKey, Table};
use ecom_core::schema::Naming;
use ecom_core::show::{counted, thousands};
use ecom_core::sort::{DEFAULT_BUDGET, Sorted, Sorter};
use ecom_core::{Code, Failure};

use crate::session::Session;
use crate::work_file::WorkFile;

/// Examples named per defect.
const EXAMPLES: usize = 10;
/// Distinct values to look for in the file.
const VALUES: usize = 1_000;

/// The server refused a key: names the records that repeat it.
pub(crate) fn duplicates(file: &WorkFile, columns: &[String]) -> Failure {
    let name = &file.entry.name;
    let found = match repeated(file, columns) {
        Ok(found) => found,
        Err(failure) => return failure,
    };
    let message = if found.count == 0 {
        format!("{name}: MySQL treats two different keys ({}) as equal", columns.join(", "))
    } else {
        let (what, columns) = (records(found.count, "repeat"), columns);
        format!("{name}: {what} a key ({}): {}", columns.join(", "), found.examples())
    };
    Failure::refused(message)
}

/// The server refused a unique key outside the primary key.
pub(crate) fn repeated_references(file: &WorkFile) -> Failure {
    let failures = file.unique.iter().map(|column| {
        let column = std::slice::from_ref(column);
        (repeated(file, column).map_or(1, |found| found.count), duplicates(file, column))
    });
    let worst = failures.max_by_key(|(count, _)| *count).map(|(_, failure)| failure);
    worst.unwrap_or_else(|| duplicates(file, &file.table().key))
}

/// The records do not match the manifest in the types of this plan.
pub(crate) fn not_as_split(file: &WorkFile, read: Tally) -> Failure {
    let (name, expected) = (&file.entry.name, file.expected());
    Failure::refused(format!(
        "{name} has {} where the manifest lists {}: the plan has changed since, split the data set \
         again",
        count_and_checksum(read),
        count_and_checksum(expected)
    ))
}

/// The server stored the records, but changed some of them.
pub(crate) fn warned(file: &WorkFile, warnings: u16, texts: &[String]) -> Failure {
    let gave = counted(warnings.into(), "warning");
    Failure::refused(format!("{}: MySQL gave {gave}: {}", file.entry.name, texts.join("; ")))
}

/// The server stored fewer records than were sent.
pub(crate) fn lost(file: &WorkFile, stored: u64) -> Failure {
    Failure::verification(format!(
        "{}: MySQL stored {} of the {} of {}; the old tables are unchanged",
        file.name(),
        thousands(stored),
        counted(file.expected().count, "record"),
        file.entry.name
    ))
}

/// The server does not hold what the file contains.
pub(crate) fn differs(file: &WorkFile, held: Tally) -> Failure {
    Failure::verification(format!(
        "{}: MySQL holds {} where {} has {}; the old tables are unchanged",
        file.name(),
        count_and_checksum(held),
        file.entry.name,
        count_and_checksum(file.expected())
    ))
}

/// Refuses records in the filled staging tables that refer to a row that does not exist.
pub(crate) async fn check_references(
    session: &mut Session,
    file: &WorkFile,
    key: &ForeignKey,
    naming: &Naming<'_>,
) -> Result<(), Failure> {
    let (child, parent) = (sql_name(&key.column), sql_name(&key.references));
    let orphans_of = |table: &str| {
        format!(
            "FROM {table} AS child LEFT JOIN {} AS parent ON parent.{parent} = child.{child} WHERE \
             child.{child} IS NOT NULL AND parent.{parent} IS NULL",
            naming.table(key.table)
        )
    };
    let table = naming.table(file.name());
    // Each value once: the key of the column has them in order, and it is rare that one is missing.
    let values = orphans_of(&format!("(SELECT DISTINCT {child} FROM {table})"));
    if session.first::<u8>(format!("SELECT 1 {values} LIMIT 1")).await?.is_none() {
        return Ok(());
    }
    let orphans = orphans_of(&table);
    let count = session.first::<u64>(format!("SELECT COUNT(*) {orphans}")).await?.unwrap_or(0);
    let values = format!("SELECT DISTINCT CONCAT(child.{child}) {orphans} LIMIT {VALUES}");
    let values: Vec<String> = session.rows(values, |row| row.get(0)).await?;
    let found = locations_of(file, &key.column, &values)?;
    Err(Failure::refused(format!(
        "{}: {} to no {} of {}: {}",
        file.entry.name,
        records(count, "refer"),
        key.references,
        key.table,
        Defects { count, locations: found }.examples()
    )))
}

/// Defective records: how many, and where the first of them are.
struct Defects {
    count: u64,
    locations: Vec<String>,
}

impl Defects {
    fn examples(&self) -> String {
        let more = if self.count > self.locations.len() as u64 { ", …" } else { "" };
        format!("{}{more}", self.locations.join(", "))
    }
}

/// The first records whose column has one of the values.
fn locations_of(file: &WorkFile, column: &str, values: &[String]) -> Result<Vec<String>, Failure> {
    let values: HashSet<&str> = values.iter().map(|value| unpadded(value)).collect();
    let mut locations = Vec::new();
    let Some(column) = file.table().position(column) else {
        return Ok(locations);
    };
    file.each(|record, canonical| {
        let value = canonical.value(column).unwrap_or_default();
        if locations.len() < EXAMPLES && values.contains(unpadded(value)) {
            locations.push(format!("line {} ({:?})", record.line(), excerpt(value, 60)));
        }
        Ok(())
    })?;
    Ok(locations)
}

/// The records whose values in `columns` appear on an earlier line too.
fn repeated(file: &WorkFile, columns: &[String]) -> Result<Defects, Failure> {
    let folder = file.folder();
    let mut sorter = Sorter::new(folder, DEFAULT_BUDGET);
    let positions: Vec<_> = columns.iter().filter_map(|name| file.table().position(name)).collect();
    let mut key = Vec::new();
    file.each(|record, canonical| {
        if key_into(file.table(), canonical, &positions, &mut key) {
            sorter.push(&key, &record.line().to_be_bytes())?;
        }
        Ok(())
    })?;
    collect(&mut sorter.finish()?)
}

/// The values as MySQL compares them; `false` if one is NULL, which equals nothing.
fn key_into(table: &Table, record: &Canonical, positions: &[usize], key: &mut Vec<u8>) -> bool {
    key.clear();
    for position in positions {
        let Some(value) = record.value(*position) else { return false };
        let text = table.columns[*position].sql_type.is_text();
        key.extend_from_slice(if text { unpadded(value) } else { value }.as_bytes());
        key.push(0);
    }
    true
}

/// Equal keys are adjacent, those of earlier lines first.
fn collect(sorted: &mut Sorted) -> Result<Defects, Failure> {
    let (mut first, mut first_line) = (None, 0);
    let mut count = 0;
    let mut lines: Vec<(u64, u64, String)> = Vec::new();
    while let Some((key, value)) = sorted.next()? {
        let line = value.try_into().map_or(0, u64::from_be_bytes);
        if first.as_deref() != Some(key) {
            (first, first_line) = (Some(key.to_vec()), line);
            continue;
        }
        count += 1;
        let text = String::from_utf8_lossy(key.strip_suffix(&[0]).unwrap_or(key));
        lines.push((line, first_line, excerpt(&text.replace('\0', "|"), 60)));
        // Keys arrive in their own order, not in that of the lines; only the first lines are kept.
        if lines.len() > 2 * EXAMPLES {
            lines.sort_unstable();
            lines.truncate(EXAMPLES);
        }
    }
    lines.sort_unstable();
    lines.truncate(EXAMPLES);
    let location = |(line, earlier, key)| format!("line {line} has {key:?} of line {earlier}");
    Ok(Defects { count, locations: lines.into_iter().map(location).collect() })
}

/// `1 record repeats`, `2 records repeat`.
fn records(count: u64, verb: &str) -> String {
    let verb = if count == 1 { format!("{verb}s") } else { verb.to_owned() };
    format!("{} {verb}", counted(count, "record"))
}

fn count_and_checksum(tally: Tally) -> String {
    format!("{} with checksum {}", counted(tally.count, "record"), tally.checksum)
}

/// The user asked to stop.
pub(crate) fn stopped(code: Code) -> Failure {
    Failure::new(code, "stopped by a signal: the old tables are unchanged")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A table of a number and a nullable text.
    pub(crate) fn table() -> Table {
        let columns = "Order | order_id | INT\n Note | note | VARCHAR(9) | nullable = true";
        ecom_core::testing::table("transactions", "order_id", columns)
    }

    #[test]
    fn keys_are_compared_as_mysql_does() {
        let key = |order: &str, note: Option<&str>| {
            let mut record = Canonical::new();
            record.push(Some(order));
            record.push(note);
            let mut key = Vec::new();
            key_into(&table(), &record, &[0, 1], &mut key).then_some(key)
        };
        assert_eq!(key("1", Some("a ")), key("1", Some("a")));
        assert_ne!(key("1", Some("a")), key("1", Some("A")));
        assert_ne!(key("1", Some("1")), key("11", Some("")));
        assert_eq!(key("1", None), None);
    }

    #[test]
    fn the_first_ten_repeated_records_are_named_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path(), 500);
        for line in 2_u64..50 {
            sorter.push(format!("K{:02}\0", line % 20).as_bytes(), &line.to_be_bytes()).unwrap();
        }
        let found = collect(&mut sorter.finish().unwrap()).unwrap();
        assert_eq!(found.count, 28);
        assert_eq!(found.locations.len(), EXAMPLES);
        assert_eq!(found.locations[0], "line 22 has \"K02\" of line 2");
        assert!(found.examples().ends_with("line 31 has \"K11\" of line 11, …"));
    }
}
