//! Which column can be the event time, and why a column with such a name is not.

use ecom_core::plan::Role;

use crate::meaning::header::HeaderMeaning;
use crate::value::column::ColumnProfile;

/// Columns with a time, except the event time.
pub(crate) fn other_times<'a>(
    columns: &'a [ColumnProfile],
    roles: &'a [Option<Role>],
) -> impl Iterator<Item = &'a ColumnProfile> {
    let both = columns.iter().zip(roles);
    both.filter(|(column, role)| column.sql_type().is_time() && **role != Some(Role::EventTime))
        .map(|(column, _)| column)
}

/// Why a column that is named like the time of a sale is not the event time: it also holds other
/// values.
pub(crate) fn spoiled_event_time(columns: &[ColumnProfile]) -> Option<String> {
    let meanings = HeaderMeaning::of_all(columns.iter().map(|column| column.header.as_str()));
    let both = columns.iter().zip(&meanings);
    let mut named: Vec<_> = both
        .filter_map(|(column, meaning)| Some((meaning.rank(Role::EventTime)?, column)))
        .collect();
    named.sort_by_key(|(rank, _)| *rank);
    named.into_iter().find_map(|(_, column)| {
        let odd = column.odd.as_ref().filter(|odd| odd.others.starts_with("dates"))?;
        let value = ecom_core::escape::excerpt(&odd.value, 40);
        Some(format!(
            "column {:?} is not an event time: line {} has {value:?} after {} {}",
            column.header, odd.line, odd.before, odd.others
        ))
    })
}

/// The column that is named most clearly like the time of a sale, whatever it holds.
pub(crate) fn named_event_time(
    columns: &[ColumnProfile],
    is_open: impl Fn(usize) -> bool,
) -> Option<usize> {
    let meanings = HeaderMeaning::of_all(columns.iter().map(|column| column.header.as_str()));
    let ranked = meanings.iter().enumerate().filter_map(|(index, meaning)| {
        let may_be = columns[index].values > 0 && is_open(index);
        may_be.then(|| Some((meaning.rank(Role::EventTime)?, index))).flatten()
    });
    ranked.min().map(|(_, index)| index)
}
