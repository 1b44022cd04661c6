//! Reads records joined with the columns of another table, as the other tools will read them.
//!
//! Order lines are joined while they are read. Both sides are sorted by the key on disk, merged,
//! sorted back by record number, and read in step with the lines.

use ecom_core::Failure;
use ecom_core::plan::TableName;

use super::file::FileProfile;
use super::first_records::FirstRecords;
use super::joined::JoinedColumns;
use super::observe::{Context, observe};
use super::profiler::{ColumnProfiler, finish};
use crate::count::counts::Limit;
use crate::read::batch::Observer;
use crate::value::column::ColumnProfile;

/// The two kinds of files to join.
pub(crate) struct JoinRequest<'a> {
    pub(crate) lines: &'a FileProfile,
    pub(crate) orders: &'a FileProfile,
    /// The indices of the column that refers and of the one referred to.
    pub(crate) column: usize,
    pub(crate) key: usize,
}

impl JoinRequest<'_> {
    /// Reads both together and profiles the joined columns.
    pub(crate) fn profile(
        &self,
        table: TableName,
        context: &Context<'_>,
    ) -> Result<FileProfile, Failure> {
        let (lines, orders) = (self.lines, self.orders);
        let indices = (0..orders.columns.len()).filter(|index| *index != self.key);
        let joined = JoinedColumns {
            table,
            column: lines.columns[self.column].header.clone(),
            references: orders.columns[self.key].header.clone(),
            files: orders.parts.clone(),
            own: lines.columns.len(),
            fields: indices.clone().map(|index| orders.first_part().fields[index]).collect(),
            without: 0,
            unused: 0,
        };
        let mut whole = FileProfile { joined: Some(joined), ..lines.clone() };
        let limit = Limit::for_columns(lines.columns.len() + orders.columns.len());
        let profiler = |(number, index): (usize, usize)| {
            let header = &orders.columns[index].header;
            ColumnProfiler::new(lines.columns.len() + number, header, limit, context.answers)
        };
        let mut profilers: Vec<_> = indices.clone().enumerate().map(profiler).collect();
        let mut first = FirstRecords::new(whole.first.len());
        let observers = profilers.iter_mut().map(|one| one as &mut dyn Observer);
        let observers = observers.chain([&mut first as &mut dyn Observer]).collect();
        let seen = observe(&whole, observers, "joining", context)?;
        for (index, found) in indices.zip(finish(profilers, context.answers)) {
            whole.columns.push(as_in_orders(found, &orders.columns[index]));
        }
        whole.first = first.records;
        if let (Some(joined), Some(counts)) = (&mut whole.joined, seen.join) {
            (joined.without, joined.unused) = counts;
        }
        Ok(whole)
    }
}

/// The type that the orders' own column decides also applies to the joined values.
fn as_in_orders(found: ColumnProfile, own: &ColumnProfile) -> ColumnProfile {
    ColumnProfile { kind: own.kind.clone(), ..found }
}
