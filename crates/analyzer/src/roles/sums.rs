//! Roles that names do not tell but sums do: units × price = amount.

use ecom_core::Failure;
use ecom_core::canonical::Canonical;
use ecom_core::convert::ColumnConverter;
use ecom_core::plan::Role;
use ecom_core::show::counted;

use super::asks::Asks;
use super::candidate::Candidate;
use super::naming::Why;
use crate::meaning::header::HeaderMeaning;
use crate::meaning::role::role_words;
use crate::meaning::shapes;
use crate::profile::file::FileProfile;
use crate::profile::observe::{Context, observe};
use crate::read::batch::{Observer, RecordBatch};
use crate::value::column::ColumnProfile;

/// The three roles that belong together.
const ROLES: [Role; 3] = [Role::Quantity, Role::UnitPrice, Role::Amount];
/// Fewer records prove nothing.
const FEWEST: u64 = 3;
/// Half a cent, and the error of the calculation.
const ROUNDING: f64 = 0.005_001;

/// Gives the third of quantity, unit price and amount to the column that fits in every record, if
/// the names tell the other two but not the third.
pub(crate) fn find_by_sums(
    candidate: &mut Candidate<'_>,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let file = candidate.file;
    let known = ROLES.map(|role| candidate.index(role));
    let Some(open) = known.iter().position(Option::is_none) else { return Ok(()) };
    if known.iter().flatten().count() != 2 || file.rows < FEWEST {
        return Ok(());
    }
    let mut sums: Vec<SumTrial> = (0..file.columns.len())
        .filter(|index| candidate.is_open(*index) && may_be(&file.columns[*index]))
        .map(|index| SumTrial::new(file, known.map(|known| known.unwrap_or(index)), index))
        .collect();
    sums.retain_mut(|sum| sum.fits_first(file));
    if sums.is_empty() {
        return Ok(());
    }
    let observers = sums.iter_mut().map(|sum| sum as &mut dyn Observer).collect();
    observe(file, observers, "trying sums of", context)?;
    sums.retain(|sum| sum.holds && sum.records >= FEWEST);
    if let [only] = sums.as_slice() {
        let [quantity, price, amount] = ROLES.map(role_words);
        let records = counted(only.records, "record");
        let why = format!("{quantity} × {price} = {amount} in all {records}");
        candidate.give_at(only.index, ROLES[open], Why::Values(why));
    }
    Ok(())
}

/// A number whose name says nothing about it.
fn may_be(column: &ColumnProfile) -> bool {
    let meaning = HeaderMeaning::of(&column.header);
    Asks::Number.fit(column) && shapes::roles().all(|role| meaning.rank(role).is_none())
}

/// Tests whether the numbers of three columns belong together.
struct SumTrial {
    /// The column that is tested.
    index: usize,
    converters: [(usize, ColumnConverter); 3],
    canonical: Canonical,
    records: u64,
    holds: bool,
}

impl SumTrial {
    fn new(file: &FileProfile, indices: [usize; 3], index: usize) -> Self {
        let converters = indices.map(|index| {
            let column = &file.columns[index];
            (index, ColumnConverter::new(column.sql_type(), true, column.format()))
        });
        Self { index, converters, canonical: Canonical::new(), records: 0, holds: true }
    }

    fn fits_first(&mut self, file: &FileProfile) -> bool {
        for record in &file.first {
            self.add(|index| record.get(index).and_then(Option::as_deref));
        }
        let holds = self.holds && self.records > 0;
        self.records = 0;
        holds
    }

    /// Tests one record; a record without all three numbers proves nothing.
    fn add<'v>(&mut self, value: impl Fn(usize) -> Option<&'v str>) {
        self.canonical.clear();
        for (index, converter) in &self.converters {
            // A value that is not a number, such as `NA`, is missing.
            if converter.convert(value(*index), &mut self.canonical).is_err() {
                return;
            }
        }
        let number = |index| self.canonical.value(index).and_then(|text| text.parse::<f64>().ok());
        if let (Some(quantity), Some(price), Some(amount)) = (number(0), number(1), number(2)) {
            let slack = ROUNDING + 1e-9 * f64::abs(amount);
            self.holds &= f64::abs(quantity * price - amount) <= slack;
            self.records += 1;
        }
    }
}

impl Observer for SumTrial {
    fn observe(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        for row in 0..batch.len() {
            if !self.holds {
                break;
            }
            self.add(|index| batch.value(row, index));
        }
        Ok(())
    }
}
