//! Compares what the plan claims with what the data say, and refuses a plan that is wrong.
//!
//! The splitter reads everything anyway, so on the way it counts records, rejects, missing values,
//! orphans and both sides of the cut, and keeps the least, greatest and longest values. A claim that
//! differs is refused before anything is published. Uniqueness of keys is left to MySQL's primary keys.

use std::fmt::Display;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::Canonical;
use ecom_core::convert::ColumnConverter;
use ecom_core::plan::{Column, ForeignKey, Plan, SqlType, Table, TableName};
use ecom_core::source::FileFacts;

use crate::observed::Observed;
use crate::seen::Seen;

/// What a user can do who edited the plan on purpose.
#[derive(Clone, Copy)]
enum Remedy {
    /// The claim is required.
    Correct,
    /// The claim is optional.
    Delete,
    /// The cut can be given on the command line.
    Flag,
}

/// Judges the claims of one plan.
pub(crate) struct Judge<'a> {
    plan: &'a Plan,
    path: &'a Path,
    /// True if the user decides how many records may be rejected, so that they may differ from the
    /// analysis.
    is_lenient: bool,
    /// Longest texts. A foreign key and its target may share one claim.
    longest: Vec<Longest<'a>>,
}

struct Longest<'a> {
    table: TableName,
    column: &'a str,
    claimed: u64,
    found: u64,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(plan: &'a Plan, path: &'a Path, is_lenient: bool) -> Self {
        Self { plan, path, is_lenient, longest: Vec::new() }
    }

    /// Judges a table that was read to its end.
    pub(crate) fn table(
        &mut self,
        observed: &Observed<'a>,
        facts: &[FileFacts],
    ) -> Result<(), Failure> {
        let (table, found) = (observed.table, observed.total());
        if self.is_lenient && found.rejected != table.rejected {
            let claimed = table.rows + table.rejected;
            let read = found.rows + found.rejected;
            return self.compare(table, "rows and rejected", claimed, read, Remedy::Correct);
        }
        self.files(observed)?;
        self.compare(table, "rows", table.rows, found.rows, Remedy::Correct)?;
        self.compare(table, "rejected", table.rejected, found.rejected, Remedy::Correct)?;
        if table.passed_over > 0 {
            let passed_over = facts.iter().map(|file| file.passed_over.lines()).sum();
            self.compare(table, "passed_over", table.passed_over, passed_over, Remedy::Delete)?;
        }
        if let (Some(join), Some((without, unused))) = (&table.join, observed.join) {
            self.compare(table, "join: without", join.without, without, Remedy::Correct)?;
            self.compare(table, "join: unused", join.unused, unused, Remedy::Correct)?;
        }
        for (key, found) in observed.orphans() {
            self.orphans(table, key, found)?;
        }
        self.columns(observed, true)
    }

    /// Judges a derived table that was made.
    pub(crate) fn derived(&mut self, observed: &Observed<'a>) -> Result<(), Failure> {
        let table = observed.table;
        self.compare(table, "rows", table.rows, observed.total().rows, Remedy::Correct)?;
        // Minimum, maximum and longest are those of the source's column.
        self.columns(observed, false)
    }

    /// Judges the number of orphans of a foreign key.
    pub(crate) fn orphans(
        &self,
        table: &Table,
        key: &ForeignKey,
        found: u64,
    ) -> Result<(), Failure> {
        let what = format!("foreign_key {}: orphans", key.column);
        self.compare(table, &what, key.orphans, found, Remedy::Correct)
    }

    /// Judges the sizes of the parts, if the cut is the plan's own.
    pub(crate) fn cut(&self, historical: u64, realtime: u64) -> Result<(), Failure> {
        let split = &self.plan.split;
        for (what, said, found) in
            [("historical", split.historical, historical), ("realtime", split.realtime, realtime)]
        {
            if said != found {
                return Err(self.contradiction(
                    &format!("split: {what}"),
                    said,
                    found,
                    Remedy::Flag,
                ));
            }
        }
        Ok(())
    }

    /// Judges the longest texts, once all tables were read.
    pub(crate) fn longest(&self) -> Result<(), Failure> {
        for one in self.longest.iter().filter(|one| one.claimed != one.found) {
            let together =
                |other: &&Longest<'_>| other.found == one.claimed && self.are_linked(one, other);
            if one.found > one.claimed || !self.longest.iter().any(|other| together(&other)) {
                let what = format!("{}: column {}: longest", one.table, one.column);
                return Err(self.contradiction(&what, one.claimed, one.found, Remedy::Delete));
            }
        }
        Ok(())
    }

    /// True for the two ends of a foreign key.
    fn are_linked(&self, one: &Longest<'_>, other: &Longest<'_>) -> bool {
        let refers = |from: &Longest<'_>, to: &Longest<'_>| {
            let keys = self.plan.table(from.table).map(|table| &table.foreign_keys);
            keys.into_iter().flatten().any(|key| {
                key.column == from.column && key.table == to.table && key.references == to.column
            })
        };
        refers(one, other) || refers(other, one)
    }

    fn files(&self, observed: &Observed<'_>) -> Result<(), Failure> {
        for (further, found) in observed.table.further_files.iter().zip(&observed.files[1..]) {
            for (what, said, found) in
                [("rows", further.rows, found.rows), ("rejected", further.rejected, found.rejected)]
            {
                let what = format!("{}: {what}", further.file);
                self.compare(observed.table, &what, said, found, Remedy::Correct)?;
            }
        }
        Ok(())
    }

    fn columns(&mut self, observed: &Observed<'a>, with_range: bool) -> Result<(), Failure> {
        for seen in &observed.values.columns {
            let column = &observed.table.columns[seen.index];
            if let Some(said) = column.nulls {
                let what = format!("column {}: nulls", column.name);
                self.compare(observed.table, &what, said, seen.nulls, Remedy::Delete)?;
            }
            if with_range {
                self.range(observed.table, column, seen)?;
            }
            if let Some(claimed) = column.longest.filter(|_| with_range) {
                self.longest.push(Longest {
                    table: observed.table.name,
                    column: &column.name,
                    claimed: claimed.into(),
                    found: seen.longest as u64,
                });
            }
        }
        Ok(())
    }

    fn range(&self, table: &Table, column: &Column, seen: &Seen) -> Result<(), Failure> {
        let (least, greatest) = seen.range.as_ref().map(|(a, b)| (a, b)).unzip();
        for (what, said, found) in
            [("minimum", &column.minimum, least), ("maximum", &column.maximum, greatest)]
        {
            let Some(said) = said else { continue };
            let has_range = column.sql_type.is_number() || column.sql_type.is_time();
            if !has_range || found.is_some_and(|found| is_same(column, said, found)) {
                continue;
            }
            let what = format!("{}: column {}: {what}", table.name, column.name);
            let found = found.map_or("none", String::as_str);
            return Err(self.contradiction(&what, said, found, Remedy::Delete));
        }
        Ok(())
    }

    fn compare(
        &self,
        table: &Table,
        what: &str,
        said: u64,
        found: u64,
        remedy: Remedy,
    ) -> Result<(), Failure> {
        if said == found {
            return Ok(());
        }
        Err(self.contradiction(&format!("{}: {what}", table.name), said, found, remedy))
    }

    fn contradiction(
        &self,
        what: &str,
        said: impl Display,
        found: impl Display,
        remedy: Remedy,
    ) -> Failure {
        let remedy = match remedy {
            Remedy::Correct => "correct the number",
            Remedy::Delete => "delete the line",
            Remedy::Flag => "use --cut",
        };
        Failure::refused(format!(
            "{}: {what}: the plan says {said}, the data have {found}: analyze the data set again, or {remedy} \
             if the plan was edited on purpose",
            self.path.display()
        ))
    }
}

/// True if the claim is the value `found`, which is canonical. The claim may be written as in the
/// source.
fn is_same(column: &Column, claim: &str, found: &str) -> bool {
    let plain = match column.sql_type {
        SqlType::Date => Some("%Y-%m-%d"),
        SqlType::DateTime { fraction: 0 } => Some("%Y-%m-%d %H:%M:%S"),
        SqlType::DateTime { .. } => Some("%Y-%m-%d %H:%M:%S%.f"),
        _ => None,
    };
    let is = |format: Option<&str>| {
        let mut value = Canonical::new();
        let converter = ColumnConverter::new(column.sql_type, true, format);
        converter.convert(Some(claim), &mut value).is_ok() && value.value(0) == Some(found)
    };
    claim == found || is(column.format.as_deref()) || is(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: &str, format: &str) -> Column {
        let line = format!("h | h | {kind} | format = '{format}'; nullable = true");
        ecom_core::testing::columns(&line).remove(0)
    }

    #[test]
    fn a_claim_may_be_written_as_in_the_source_or_canonically() {
        let date = column("DATE", "%d.%m.%Y");
        assert!(is_same(&date, "01.03.2024", "2024-03-01"));
        assert!(is_same(&date, "2024-03-01", "2024-03-01"));
        assert!(!is_same(&date, "03.01.2024", "2024-03-01"));
        let mut number = column("DECIMAL(8,2)", "");
        number.format = None;
        assert!(is_same(&number, "5", "5.00"));
        assert!(!is_same(&number, "5.01", "5.00"));
    }
}
