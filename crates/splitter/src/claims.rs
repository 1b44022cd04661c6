//! Compares what the plan claims with what the data have, and refuses a plan that is wrong.

use std::fmt::Display;
use std::path::Path;

use ecom_core::Failure;
use ecom_core::canonical::{Canonical, ColumnConverter};
use ecom_core::plan::{Column, ForeignKey, Plan, SqlType, Table, TableName};
use ecom_core::source::FileFacts;

use crate::proof::Proof;
use crate::seen::Seen;

/// What a person may do who edited the plan on purpose.
#[derive(Clone, Copy)]
enum Way {
    /// The claim has to be there.
    Correct,
    /// The claim need not be there.
    Delete,
    /// The cut may be given on the command line.
    Flag,
}

/// Judges the claims of one plan.
pub(crate) struct Judge<'a> {
    plan: &'a Plan,
    path: &'a Path,
    /// True when the user decides how many records may be rejected, so that they may be others than
    /// those of the analysis.
    is_lenient: bool,
    /// Longest texts; those of a foreign key and of what it refers to may be claimed together.
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
    pub(crate) fn table(&mut self, proof: &Proof<'a>, facts: &[FileFacts]) -> Result<(), Failure> {
        let (table, found) = (proof.table, proof.total());
        if self.is_lenient && found.rejected != table.rejected {
            let told = table.rows + table.rejected;
            let read = found.rows + found.rejected;
            return self.compare(table, "rows and rejected", told, read, Way::Correct);
        }
        self.files(proof)?;
        self.compare(table, "rows", table.rows, found.rows, Way::Correct)?;
        self.compare(table, "rejected", table.rejected, found.rejected, Way::Correct)?;
        if table.passed_over > 0 {
            let passed_over = facts.iter().map(|file| file.passed_over.lines()).sum();
            self.compare(table, "passed_over", table.passed_over, passed_over, Way::Delete)?;
        }
        if let (Some(join), Some((without, unused))) = (&table.join, proof.join) {
            self.compare(table, "join: without", join.without, without, Way::Correct)?;
            self.compare(table, "join: unused", join.unused, unused, Way::Correct)?;
        }
        for (key, found) in proof.orphans() {
            self.orphans(table, key, found)?;
        }
        self.columns(proof, true)
    }

    /// Judges a derived table that was made.
    pub(crate) fn derived(&mut self, proof: &Proof<'a>) -> Result<(), Failure> {
        let table = proof.table;
        self.compare(table, "rows", table.rows, proof.total().rows, Way::Correct)?;
        // Minimum, maximum and longest are those of the source's column.
        self.columns(proof, false)
    }

    /// Judges how many records of a table refer to what is not there.
    pub(crate) fn orphans(
        &self,
        table: &Table,
        key: &ForeignKey,
        found: u64,
    ) -> Result<(), Failure> {
        let what = format!("foreign_key {}: orphans", key.column);
        self.compare(table, &what, key.orphans, found, Way::Correct)
    }

    /// Judges the cut that the plan itself asks for.
    pub(crate) fn cut(&self, historical: u64, realtime: u64) -> Result<(), Failure> {
        let split = &self.plan.split;
        for (what, said, found) in
            [("historical", split.historical, historical), ("realtime", split.realtime, realtime)]
        {
            if said != found {
                return Err(self.contradiction(&format!("split: {what}"), said, found, Way::Flag));
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
                return Err(self.contradiction(&what, one.claimed, one.found, Way::Delete));
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

    fn files(&self, proof: &Proof<'_>) -> Result<(), Failure> {
        for (further, found) in proof.table.further_files.iter().zip(&proof.files[1..]) {
            for (what, said, found) in
                [("rows", further.rows, found.rows), ("rejected", further.rejected, found.rejected)]
            {
                let what = format!("{}: {what}", further.file);
                self.compare(proof.table, &what, said, found, Way::Correct)?;
            }
        }
        Ok(())
    }

    fn columns(&mut self, proof: &Proof<'a>, with_range: bool) -> Result<(), Failure> {
        for seen in &proof.columns {
            let column = &proof.table.columns[seen.index];
            if let Some(said) = column.nulls {
                let what = format!("column {}: nulls", column.name);
                self.compare(proof.table, &what, said, seen.nulls, Way::Delete)?;
            }
            if with_range {
                self.range(proof.table, column, seen)?;
            }
            if let Some(claimed) = column.longest.filter(|_| with_range) {
                self.longest.push(Longest {
                    table: proof.table.name,
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
            return Err(self.contradiction(&what, said, found, Way::Delete));
        }
        Ok(())
    }

    fn compare(
        &self,
        table: &Table,
        what: &str,
        said: u64,
        found: u64,
        way: Way,
    ) -> Result<(), Failure> {
        if said == found {
            return Ok(());
        }
        Err(self.contradiction(&format!("{}: {what}", table.name), said, found, way))
    }

    fn contradiction(
        &self,
        what: &str,
        said: impl Display,
        found: impl Display,
        way: Way,
    ) -> Failure {
        let way = match way {
            Way::Correct => "correct the number",
            Way::Delete => "delete the line",
            Way::Flag => "say --cut",
        };
        Failure::refused(format!(
            "{}: {what}: the plan says {said}, the data have {found}: analyze the data set again, or {way} \
             if the plan was edited on purpose",
            self.path.display()
        ))
    }
}

/// True when the claim is the value `found`, which is canonical; the claim may be written as in
/// the source.
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
        let text = format!(
            "header = \"h\"\nname = \"h\"\ntype = \"{kind}\"\nformat = \"{format}\"\n\
             nullable = true"
        );
        toml::from_str(&text).unwrap()
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
