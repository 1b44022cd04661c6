//! Whether the header is one, and whether it agrees with the records.

use ecom_core::Failure;
use ecom_core::plan::SqlType;
use ecom_core::show::counted;

use super::file::FileProfile;
use crate::value::column::{ColumnKind, ColumnProfile};

/// The problem with files whose records nearly all have another width than the header.
pub(crate) fn other_width(profile: &FileProfile) -> Option<String> {
    let ((have, want), line) = profile.reasons.iter().find_map(|reason| {
        let (have, rest) = reason.why.split_once(" fields where the header has ")?;
        let widths = (have.parse::<u64>().ok()?, rest.parse::<u64>().ok()?);
        // Only a systematic difference is the header's fault; a few such records are damaged.
        (reason.count > 10 * profile.rows && reason.count * 2 > profile.rejected)
            .then_some((widths, reason.line))
    })?;
    Some(format!(
        "{}: line {}: the header has {}, the records have {} (as on line {line}){}",
        profile.path.display(),
        profile.dialect.header_line,
        counted(want, "name"),
        counted(have, "field"),
        if have == want + 1 { ": one of the columns has no name" } else { "" },
    ))
}

/// Refuses a file whose first line looks like data: a number or a date above a column of numbers or
/// dates, or mostly words that also occur in their columns.
pub(crate) fn check_header(profile: &FileProfile) -> Result<(), Failure> {
    let count = profile.columns.len();
    let values = profile.columns.iter().filter(|column| column.header_occurs.is_some()).count();
    let cause = match profile.columns.iter().find(|column| is_data(column)) {
        Some(column) => format!("{:?} heads a column of {}", column.header, others(column)),
        None if values * 2 > count => {
            format!("{values} of its {count} fields also occur as values of their columns")
        }
        None => return Ok(()),
    };
    let (path, line) = (profile.path.display(), profile.dialect.header_line);
    Err(Failure::refused(format!(
        "{path}: line {line} looks like data, not a header ({cause}): add a first line with the \
         names of the columns"
    )))
}

fn is_data(column: &ColumnProfile) -> bool {
    let mut as_number = crate::value::number::Numbers::default();
    let mut as_time = crate::time::times::Times::default();
    let header = column.header.trim();
    match column.sql_type() {
        _ if header.is_empty() || column.values == 0 => false,
        SqlType::Date | SqlType::DateTime { .. } => as_time.observe(header, 0) > 0,
        sql_type if sql_type.is_number() => as_number.observe(header) && !is_year(header),
        _ => false,
    }
}

/// A year can be a header, as in a table of sales by year.
fn is_year(header: &str) -> bool {
    header.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))
}

fn others(column: &ColumnProfile) -> &'static str {
    match &column.kind {
        ColumnKind::Known { sql_type, .. } if sql_type.is_number() => "numbers",
        _ => "dates",
    }
}
