//! What the input hop compares besides a record's values: every cell as written, and the part.

use ecom_core::canonical::Canonical;
use ecom_core::plan::{Table, TableName};
use ecom_core::work::Part;

/// The name of the fact for the part of `transactions` that a record is in.
const PART: &str = "part";

/// Appends the facts to a record.
pub(crate) fn push_cells<'v>(
    record: &mut Canonical,
    cells: impl Iterator<Item = Option<&'v str>>,
    part: Option<Part>,
) {
    cells.for_each(|cell| record.push(cell));
    if let Some(part) = part {
        record.push(Some(part_name(part)));
    }
}

/// The names of the facts.
pub(crate) fn fact_names(table: &Table) -> Vec<String> {
    let written = |name: &str| format!("{name} as written");
    let mut names: Vec<_> = table.columns.iter().map(|column| written(&column.name)).collect();
    names.extend((table.name == TableName::Transactions).then(|| PART.to_owned()));
    names
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Historical => "historical",
        Part::Realtime => "real-time",
        Part::Full => "full",
    }
}
