//! What can be wrong with the records, told with the lines of the file on which they stand.

use std::collections::HashSet;

use ecom_core::canonical::Canonical;
use ecom_core::checksum::Tally;
use ecom_core::escape::{excerpt, sql_name};
use ecom_core::exit::io_failure;
use ecom_core::plan::{ForeignKey, Table};
use ecom_core::schema::Naming;
use ecom_core::sort::{DEFAULT_BUDGET, Sorted, Sorter};
use ecom_core::{Code, Failure};

use crate::session::Session;
use crate::source::Source;

/// Examples told of one defect.
const EXAMPLES: usize = 10;
/// Different values looked for in the file.
const VALUES: usize = 1_000;

/// The server refused a key: says which records of the file repeat one.
pub(crate) fn duplicates(source: &Source, columns: &[String]) -> Failure {
    let file = &source.entry.name;
    let found = match repeated(source, columns) {
        Ok(found) => found,
        Err(failure) => return failure,
    };
    let message = if found.count == 0 {
        format!("{file}: MySQL takes two keys ({}) for equal that are not", columns.join(", "))
    } else {
        let (what, columns) = (plural(found.count, "record repeats", "records repeat"), columns);
        format!("{file}: {what} a key ({}): {}", columns.join(", "), found.examples())
    };
    Failure::refused(message)
}

/// The server refused a unique key outside the primary key.
pub(crate) fn repeated_references(source: &Source) -> Failure {
    let failures = source.unique.iter().map(|column| {
        let column = std::slice::from_ref(column);
        (repeated(source, column).map_or(1, |found| found.count), duplicates(source, column))
    });
    let worst = failures.max_by_key(|(count, _)| *count).map(|(_, failure)| failure);
    worst.unwrap_or_else(|| duplicates(source, &source.table().key))
}

/// The file is not what the manifest says in the form of this plan.
pub(crate) fn not_as_split(source: &Source, read: Tally) -> Failure {
    let (file, expected) = (&source.entry.name, source.expected());
    Failure::refused(format!(
        "{file} has {} where the manifest lists {}: the plan was changed since, split the data set \
         again",
        told(read),
        told(expected)
    ))
}

/// The server took the records, and said that some are not what was sent.
pub(crate) fn warned(source: &Source, warnings: u16, texts: &[String]) -> Failure {
    let gave = plural(warnings.into(), "warning", "warnings");
    Failure::refused(format!("{}: MySQL gave {gave}: {}", source.entry.name, texts.join("; ")))
}

/// The server took fewer records than were sent.
pub(crate) fn lost(source: &Source, stored: u64) -> Failure {
    Failure::verification(format!(
        "{}: MySQL took {stored} of the {} of {}; the old tables are as they were",
        source.name(),
        plural(source.expected().count, "record", "records"),
        source.entry.name
    ))
}

/// The server holds something else than the file.
pub(crate) fn differs(source: &Source, held: Tally) -> Failure {
    Failure::verification(format!(
        "{}: MySQL holds {} where {} has {}; the old tables are as they were",
        source.name(),
        told(held),
        source.entry.name,
        told(source.expected())
    ))
}

/// Refuses records that refer to a row that is not there, in the filled staging tables.
pub(crate) async fn check_references(
    session: &mut Session,
    source: &Source,
    key: &ForeignKey,
    naming: &Naming<'_>,
) -> Result<(), Failure> {
    let (child, parent) = (sql_name(&key.column), sql_name(&key.references));
    let orphans = format!(
        "FROM {} AS child LEFT JOIN {} AS parent ON parent.{parent} = child.{child} WHERE \
         child.{child} IS NOT NULL AND parent.{parent} IS NULL",
        naming.table(source.name()),
        naming.table(key.table)
    );
    let count = session.first::<u64>(&format!("SELECT COUNT(*) {orphans}")).await?.unwrap_or(0);
    if count == 0 {
        return Ok(());
    }
    let values = format!("SELECT DISTINCT CONCAT(child.{child}) {orphans} LIMIT {VALUES}");
    let values: HashSet<String> = session.rows::<String>(&values).await?.into_iter().collect();
    let found = places_of(source, &key.column, &values)?;
    Err(Failure::refused(format!(
        "{}: {} to no {} of {}: {}",
        source.entry.name,
        plural(count, "record refers", "records refer"),
        key.references,
        key.table,
        Found { count, places: found }.examples()
    )))
}

/// Defective records: how many, and the first of them.
struct Found {
    count: u64,
    places: Vec<String>,
}

impl Found {
    fn examples(&self) -> String {
        let more = if self.count > self.places.len() as u64 { ", …" } else { "" };
        format!("{}{more}", self.places.join(", "))
    }
}

/// The first records whose column has one of the values.
fn places_of(
    source: &Source,
    column: &str,
    values: &HashSet<String>,
) -> Result<Vec<String>, Failure> {
    let values: HashSet<&str> = values.iter().map(|value| padless(value)).collect();
    let mut places = Vec::new();
    let Some(column) = source.table().position(column) else {
        return Ok(places);
    };
    source.each(|record, canonical| {
        let value = canonical.value(column).unwrap_or_default();
        if places.len() < EXAMPLES && values.contains(padless(value)) {
            places.push(format!("line {} ({:?})", record.line(), excerpt(value, 60)));
        }
        Ok(())
    })?;
    Ok(places)
}

/// The records whose values in `columns` stood on an earlier line.
fn repeated(source: &Source, columns: &[String]) -> Result<Found, Failure> {
    let folder = source.folder();
    let failure = |error| io_failure("sort in", folder, error);
    let mut sorter = Sorter::new(folder, DEFAULT_BUDGET);
    let places: Vec<_> = columns.iter().filter_map(|name| source.table().position(name)).collect();
    let mut key = Vec::new();
    source.each(|record, canonical| {
        if key_into(source.table(), canonical, &places, &mut key) {
            sorter.push(&key, &record.line().to_be_bytes()).map_err(failure)?;
        }
        Ok(())
    })?;
    let mut sorted = sorter.finish().map_err(failure)?;
    collect(&mut sorted).map_err(failure)
}

/// The values as MySQL compares them; false when one is NULL and therefore equal to none.
fn key_into(table: &Table, record: &Canonical, places: &[usize], key: &mut Vec<u8>) -> bool {
    key.clear();
    for place in places {
        let Some(value) = record.value(*place) else { return false };
        let text = table.columns[*place].sql_type.is_text();
        key.extend_from_slice(if text { padless(value) } else { value }.as_bytes());
        key.push(0);
    }
    true
}

/// Equal keys stand side by side, those of earlier lines first.
fn collect(sorted: &mut Sorted) -> std::io::Result<Found> {
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
        if lines.len() > 2 * EXAMPLES {
            lines.sort_unstable();
            lines.truncate(EXAMPLES);
        }
    }
    lines.sort_unstable();
    lines.truncate(EXAMPLES);
    let place = |(line, earlier, key)| format!("line {line} has {key:?} of line {earlier}");
    Ok(Found { count, places: lines.into_iter().map(place).collect() })
}

/// MySQL pads texts with spaces before it compares them.
fn padless(text: &str) -> &str {
    text.trim_end_matches(' ')
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn told(tally: Tally) -> String {
    format!("{} with checksum {}", plural(tally.count, "record", "records"), tally.checksum)
}

/// The user asked to stop.
pub(crate) fn stopped(code: Code) -> Failure {
    Failure::new(code, "stopped by a signal: the old tables are as they were")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ecom_core::plan::{Column, Dialect, Route, SqlType, TableName};

    /// A table of a number and a nullable text.
    pub(crate) fn table() -> Table {
        let column = |name: &str, sql_type, nullable| Column {
            header: name.into(),
            name: name.into(),
            from: None,
            role: None,
            sql_type,
            longest: None,
            format: None,
            format_proof: None,
            missing: Vec::new(),
            nullable,
            nulls: None,
            minimum: None,
            maximum: None,
            generated: false,
        };
        Table {
            name: TableName::Transactions,
            file: "sales.csv".into(),
            sha256: "00".into(),
            rows: 0,
            member: None,
            rejected: 0,
            passed_over: 0,
            encoding_reason: None,
            further_files: Vec::new(),
            join: None,
            derived: false,
            dialect: Dialect::work(),
            key: vec!["order_id".into()],
            key_proof: "3 values".into(),
            route: Route { to: Vec::new(), reason: String::new() },
            foreign_keys: Vec::new(),
            columns: vec![
                column("order_id", SqlType::Int, false),
                column("note", SqlType::VarChar(9), true),
            ],
        }
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
    fn the_first_ten_repeated_records_are_told_by_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path(), 500);
        for line in 2_u64..50 {
            sorter.push(format!("K{:02}\0", line % 20).as_bytes(), &line.to_be_bytes()).unwrap();
        }
        let found = collect(&mut sorter.finish().unwrap()).unwrap();
        assert_eq!(found.count, 28);
        assert_eq!(found.places.len(), EXAMPLES);
        assert_eq!(found.places[0], "line 22 has \"K02\" of line 2");
        assert!(found.examples().ends_with("line 31 has \"K11\" of line 11, …"));
    }
}
