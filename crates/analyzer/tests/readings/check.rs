//! Compares plan, report and work files with the expected ones.

use std::path::Path;

use ecom_core::canonical::Canonical;
use ecom_core::convert::Converter;
use ecom_core::plan::{self, Dialect, Plan};
use ecom_core::record::{Next, Reader, Record};
use ecom_core::work::Manifest;

use crate::{ExpectedTable, Reading};

/// True when the text holds the word, or one of several that `|` separates, in any case.
pub(crate) fn contains(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    word.split('|').any(|word| text.contains(&word.to_lowercase()))
}

/// The sentences that are missing in the report.
pub(crate) fn said(reading: &Reading, report: &str) -> Vec<String> {
    let missing = reading
        .says
        .iter()
        .filter(|words| !report.lines().any(|line| words.iter().all(|word| contains(line, word))));
    missing.map(|words| format!("no sentence says {words:?}")).collect()
}

/// What is wrong with the plan and with its work files.
pub(crate) fn plan(reading: &Reading, path: &Path, folder: &Path) -> Vec<String> {
    let plan = match Plan::read(path) {
        Ok(plan) => plan,
        Err(error) => return vec![format!("the plan: {error}")],
    };
    let mut problems = Vec::new();
    let left_out: Vec<_> = plan.left_out.iter().map(|left| left.file.clone()).collect();
    let same = reading.left_out.len() == left_out.len()
        && reading
            .left_out
            .iter()
            .all(|wanted| wanted.split('|').any(|one| left_out.iter().any(|left| left == one)));
    if !same {
        problems.push(format!("left out: {left_out:?} instead of {:?}", reading.left_out));
    }
    for (name, wanted) in &reading.table {
        match plan.tables.iter().find(|table| table.name.as_str() == name) {
            Some(table) => {
                let found = check_table(table, wanted, folder);
                problems.extend(found.into_iter().map(|problem| format!("{name}: {problem}")));
            }
            None => problems.push(format!("there is no table {name}")),
        }
    }
    problems
}

fn check_table(table: &plan::Table, wanted: &ExpectedTable, folder: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for (what, wanted, found) in [
        ("rows", wanted.rows, table.rows),
        ("rejected", wanted.rejected, table.rejected),
        ("passed over", wanted.passed_over, table.passed_over),
        ("derived", wanted.derived.map(u64::from), u64::from(table.derived)),
    ] {
        if let Some(wanted) = wanted {
            compare(&mut problems, what, &wanted, &found);
        }
    }
    if let Some(key) = &wanted.key {
        let found: Vec<_> = table.key_positions().iter().map(|index| name(table, *index)).collect();
        compare(&mut problems, "key", key, &found);
    }
    for (header, wanted) in &wanted.columns {
        match position(table, header) {
            Some(index) => problems.extend(check_column(&table.columns[index], header, wanted)),
            None => problems.push(format!("there is no column {header:?}")),
        }
    }
    for wanted in &wanted.references {
        let found: Vec<_> = table.foreign_keys.iter().map(|key| reference(table, key)).collect();
        if !found.contains(wanted) {
            problems.push(format!("no reference {wanted:?}, but {found:?}"));
        }
    }
    problems.extend(check_values(table, &wanted.values, folder));
    problems
}

fn reference(table: &plan::Table, key: &plan::ForeignKey) -> String {
    let header = table.position(&key.column).map(|index| name(table, index)).unwrap_or_default();
    format!("{header} → {}: {}", key.table, key.orphans)
}

/// The header, or the SQL name of a generated column.
fn name(table: &plan::Table, index: usize) -> String {
    let column = &table.columns[index];
    if column.generated { column.name.clone() } else { column.header.clone() }
}

fn position(table: &plan::Table, header: &str) -> Option<usize> {
    (0..table.columns.len()).find(|index| name(table, *index) == header)
}

fn check_column(column: &plan::Column, header: &str, wanted: &str) -> Option<String> {
    let (types, role) = wanted.split_once(" as ").unwrap_or((wanted, ""));
    let found = column.sql_type.to_string();
    let is_type = types.split('|').any(|one| found.starts_with(one));
    let found_role = serde_json::to_value(column.role).unwrap();
    let found_role = found_role.as_str().unwrap_or("none");
    let is_role = role.is_empty() || role.split('|').any(|one| one == found_role);
    (!is_type || !is_role)
        .then(|| format!("{header:?}: {found} as {found_role} instead of {wanted}"))
}

fn check_values(table: &plan::Table, wanted: &[[String; 4]], folder: &Path) -> Vec<String> {
    let records = if wanted.is_empty() { Vec::new() } else { records(table, folder) };
    let problem = |[by, text, header, value]: &[String; 4]| {
        let (Some(by_place), Some(index)) = (position(table, by), position(table, header)) else {
            return Some(format!("no column {by:?} or {header:?}"));
        };
        let same = |(cells, _): &&(Vec<String>, Canonical)| cells[by_place].trim() == text;
        let Some((_, canonical)) = records.iter().find(same) else {
            return Some(format!("no record with {by} {text:?}"));
        };
        let found = canonical.value(index).unwrap_or("NULL");
        (found != value).then(|| format!("{header} of {by} {text}: {found:?} instead of {value:?}"))
    };
    wanted.iter().filter_map(problem).collect()
}

/// The records of a table in its work file: their fields and their canonical form.
fn records(table: &plan::Table, folder: &Path) -> Vec<(Vec<String>, Canonical)> {
    let converter = Converter::new(table);
    let mut records = Vec::new();
    let manifest = Manifest::read(folder).unwrap();
    for file in manifest.files.iter().filter(|file| file.table == table.name) {
        let mut reader = Reader::open(&folder.join(&file.name), &Dialect::work()).unwrap();
        let mut record = Record::new();
        while let Next::Record = reader.read(&mut record).unwrap() {
            let mut canonical = Canonical::new();
            converter.convert(&record, &mut canonical).unwrap();
            records.push((record.iter().map(str::to_owned).collect(), canonical));
        }
    }
    records
}

fn compare<T: PartialEq + std::fmt::Debug>(
    problems: &mut Vec<String>,
    what: &str,
    wanted: &T,
    found: &T,
) {
    if wanted != found {
        problems.push(format!("{what}: {found:?} instead of {wanted:?}"));
    }
}
