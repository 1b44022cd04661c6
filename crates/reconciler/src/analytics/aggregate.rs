//! Computes an aggregation again, from the work files and in exact decimals.
//!
//! Up to [`MOST_GROUPS`] groups are in memory; more go to a sorter as partial results, which are added
//! up at the end. So memory does not depend on how many records or groups there are.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;
use ecom_core::Failure;
use ecom_core::analytics::{ColumnName, Figure, Measure, Place, Proof};
use ecom_core::canonical::Canonical;
use ecom_core::decimal::Number;
use ecom_core::plan::Plan;
use ecom_core::sort::{Sorted, Sorter};

use super::records::Values;
use super::rows::Rows;

/// How many groups, and how many different values, are in memory.
const MOST_GROUPS: usize = 1 << 16;

/// Memory of a sorter, in bytes.
const BUDGET: usize = 8 << 20;

/// An aggregation at work.
pub(super) struct Aggregation<'p> {
    proof: &'p Proof,
    keys: Vec<Place>,
    conditions: Vec<Place>,
    /// The place of the column of each figure; `None` for a count of all records.
    measured: Vec<Option<Place>>,
    groups: HashMap<Vec<u8>, Vec<Sum>>,
    /// Partial results: the group's key, and the figures so far.
    partial: Sorter,
    /// Values that are counted once, each behind its group's key and the number of its figure.
    distinct: Sorter,
    seen: HashSet<Vec<u8>>,
    key: Canonical,
}

/// A figure of one group so far.
#[derive(Clone, Debug, PartialEq)]
enum Sum {
    Count(u64),
    Exact(Option<Number>),
    Extreme(Option<String>),
}

impl<'p> Aggregation<'p> {
    /// Prepares a proof; temporary files go into `folder`.
    pub(super) fn new(plan: &Plan, proof: &'p Proof, folder: &Path) -> Result<Self, Failure> {
        let place = |name: &ColumnName| match name.find(plan, proof.view) {
            Some(column) => Ok(column.place),
            None => Err(Failure::refused(format!("the data set has no {name}"))),
        };
        let measured = proof.figures.iter();
        let measured = measured.map(|figure| figure.measure.column().map(place).transpose());
        Ok(Self {
            proof,
            keys: proof.keys.iter().map(|key| place(&key.column)).collect::<Result<_, _>>()?,
            conditions: proof
                .conditions
                .iter()
                .map(|condition| place(&condition.column))
                .collect::<Result<_, _>>()?,
            measured: measured.collect::<Result<_, _>>()?,
            groups: HashMap::new(),
            partial: Sorter::new(folder, BUDGET),
            distinct: Sorter::new(folder, BUDGET),
            seen: HashSet::new(),
            key: Canonical::new(),
        })
    }

    /// Every place that a value is taken from.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place> {
        self.keys.iter().chain(&self.conditions).chain(self.measured.iter().flatten())
    }

    /// Adds a record.
    pub(super) fn add(&mut self, values: &Values<'_>) -> Result<(), Failure> {
        let mut conditions = self.proof.conditions.iter().zip(&self.conditions);
        for (condition, place) in &mut conditions {
            if !condition.holds(values.at(*place)?.as_deref()) {
                return Ok(());
            }
        }
        self.read_key(values)?;
        // A group is one of the records of its table: no record is no group.
        if self.proof.every && self.key.values().any(|value| value.is_none()) {
            return Ok(());
        }
        self.hold_group()?;
        let Self { proof, measured, groups, distinct, seen, key, .. } = self;
        let Some(sums) = groups.get_mut(key.bytes()) else { return Ok(()) };
        for (index, (figure, sum)) in proof.figures.iter().zip(sums).enumerate() {
            let value = match measured[index] {
                Some(place) => values.at(place)?,
                None => None,
            };
            match (&figure.measure, value.as_deref()) {
                (Measure::CountDistinct(_), Some(value)) => {
                    let item = distinct_item(key.bytes(), index, value);
                    if seen.insert(item.clone()) {
                        distinct.push(&item, &[])?;
                    }
                }
                (measure, value) => sum.add(measure, value)?,
            }
        }
        if seen.len() >= MOST_GROUPS {
            seen.clear();
        }
        Ok(())
    }

    /// Adds a group without any record.
    pub(super) fn add_empty(
        &mut self,
        values: &Values<'_>,
        places: &[Place],
    ) -> Result<(), Failure> {
        self.key.clear();
        for place in places {
            self.key.push(values.at(*place)?.as_deref());
        }
        self.hold_group()
    }

    /// All groups with their figures.
    pub(super) fn finish(mut self, mut rows: Rows) -> Result<Rows> {
        if self.proof.keys.is_empty() {
            // A total has its row even without records.
            self.key.clear();
            self.hold_group()?;
        }
        self.spill()?;
        let proof = self.proof;
        let mut distinct = Distinct::new(self.distinct.finish()?)?;
        let mut partial = self.partial.finish()?;
        let mut group: Option<(Vec<u8>, Vec<Sum>)> = None;
        while let Some((key, bytes)) = partial.next()? {
            let sums = decode(proof, bytes)?;
            match &mut group {
                Some((held, totals)) if held == key => {
                    for ((total, sum), figure) in totals.iter_mut().zip(sums).zip(&proof.figures) {
                        total.merge(&figure.measure, sum)?;
                    }
                }
                _ => {
                    let next = (key.to_owned(), sums);
                    if let Some((key, sums)) = group.replace(next) {
                        push_row(proof, &key, sums, &mut distinct, &mut rows)?;
                    }
                }
            }
        }
        if let Some((key, sums)) = group {
            push_row(proof, &key, sums, &mut distinct, &mut rows)?;
        }
        rows.end()
    }

    fn read_key(&mut self, values: &Values<'_>) -> Result<(), Failure> {
        self.key.clear();
        for (key, place) in self.proof.keys.iter().zip(&self.keys) {
            let value = values.at(*place)?;
            match key.part {
                None => self.key.push(value.as_deref()),
                Some(part) => self.key.push(value.and_then(|time| part.of(&time)).as_deref()),
            }
        }
        Ok(())
    }

    /// Makes sure that the key's group is in memory.
    fn hold_group(&mut self) -> Result<(), Failure> {
        if self.groups.contains_key(self.key.bytes()) {
            return Ok(());
        }
        if self.groups.len() >= MOST_GROUPS {
            self.spill()?;
        }
        let sums = self.proof.figures.iter().map(|figure| Sum::none(&figure.measure)).collect();
        self.groups.insert(self.key.bytes().to_owned(), sums);
        Ok(())
    }

    fn spill(&mut self) -> Result<(), Failure> {
        let mut bytes = Canonical::new();
        for (key, sums) in self.groups.drain() {
            bytes.clear();
            for sum in &sums {
                bytes.push(sum.text().as_deref());
            }
            self.partial.push(&key, bytes.bytes())?;
        }
        Ok(())
    }
}

/// Appends a group to the rows.
fn push_row(
    proof: &Proof,
    key: &[u8],
    sums: Vec<Sum>,
    distinct: &mut Distinct,
    rows: &mut Rows,
) -> Result<()> {
    let mut row = Canonical::new();
    row.assign_bytes(key).map_err(Failure::refused)?;
    for (index, (figure, sum)) in proof.figures.iter().zip(sums).enumerate() {
        let sum = match &figure.measure {
            Measure::CountDistinct(_) => Sum::Count(distinct.count(key, index)?),
            _ => sum,
        };
        row.push(shown(figure, &sum).as_deref());
    }
    rows.push(&row)
}

/// A figure as the result must hold it.
fn shown(figure: &Figure, sum: &Sum) -> Option<String> {
    sum.text().or_else(|| figure.or_zero.then(|| "0".to_owned()))
}

impl Sum {
    fn none(measure: &Measure) -> Self {
        match measure {
            Measure::Sum(_) => Self::Exact(None),
            Measure::Min(_) | Measure::Max(_) => Self::Extreme(None),
            _ => Self::Count(0),
        }
    }

    fn add(&mut self, measure: &Measure, value: Option<&str>) -> Result<(), Failure> {
        let one = match measure {
            Measure::Count => Self::Count(1),
            Measure::CountWhere(condition) => Self::Count(condition.holds(value).into()),
            Measure::CountValues(_) => Self::Count(value.is_some().into()),
            Measure::CountDistinct(_) => Self::Count(0),
            Measure::Sum(_) => Self::Exact(value.map(number).transpose()?),
            Measure::Min(_) | Measure::Max(_) => Self::Extreme(value.map(str::to_owned)),
        };
        self.merge(measure, one)
    }

    fn merge(&mut self, measure: &Measure, other: Self) -> Result<(), Failure> {
        match (self, other) {
            (Self::Count(mine), Self::Count(other)) => *mine += other,
            (Self::Exact(mine), Self::Exact(Some(other))) => {
                *mine = Some(mine.unwrap_or_default().plus(other)?);
            }
            (Self::Extreme(mine), Self::Extreme(Some(other))) => {
                let wanted = match measure {
                    Measure::Min(_) => Ordering::Less,
                    _ => Ordering::Greater,
                };
                if mine.as_deref().is_none_or(|mine| compare(&other, mine) == wanted) {
                    *mine = Some(other);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&self) -> Option<String> {
        match self {
            Self::Count(count) => Some(count.to_string()),
            Self::Exact(number) => number.map(Number::plain),
            Self::Extreme(text) => text.clone(),
        }
    }
}

/// Reads what [`Aggregation::spill`] wrote.
fn decode(proof: &Proof, bytes: &[u8]) -> Result<Vec<Sum>, Failure> {
    let mut values = Canonical::new();
    values.assign_bytes(bytes).map_err(Failure::refused)?;
    let pairs = proof.figures.iter().zip(values.values());
    let read = |(figure, value): (&Figure, Option<&str>)| {
        Ok(match Sum::none(&figure.measure) {
            Sum::Count(_) => Sum::Count(value.and_then(|text| text.parse().ok()).unwrap_or(0)),
            Sum::Exact(_) => Sum::Exact(value.map(number).transpose()?),
            Sum::Extreme(_) => Sum::Extreme(value.map(str::to_owned)),
        })
    };
    pairs.map(read).collect()
}

fn number(text: &str) -> Result<Number, Failure> {
    let wrong = || Failure::refused(format!("{text:?} has more than 38 digits, or is no number"));
    Number::parse(text).ok_or_else(wrong)
}

/// Numbers by value, all else as text.
fn compare(one: &str, other: &str) -> Ordering {
    match (Number::parse(one), Number::parse(other)) {
        (Some(one), Some(other)) => one.compare(other),
        _ => one.cmp(other),
    }
}

fn distinct_item(key: &[u8], figure: usize, value: &str) -> Vec<u8> {
    [key, &[u8::try_from(figure).unwrap_or(u8::MAX)], value.as_bytes()].concat()
}

/// Counts the different values of each group, in the order of the groups.
struct Distinct {
    sorted: Sorted,
    item: Option<Vec<u8>>,
}

impl Distinct {
    fn new(sorted: Sorted) -> Result<Self, Failure> {
        let mut distinct = Self { sorted, item: None };
        distinct.advance()?;
        Ok(distinct)
    }

    fn advance(&mut self) -> Result<(), Failure> {
        let next = self.sorted.next()?;
        self.item = next.map(|(item, _)| item.to_owned());
        Ok(())
    }

    fn count(&mut self, key: &[u8], figure: usize) -> Result<u64, Failure> {
        let prefix = distinct_item(key, figure, "");
        let (mut count, mut last) = (0, None);
        while let Some(item) = self.item.take_if(|item| item.starts_with(&prefix)) {
            count += u64::from(last.as_ref() != Some(&item));
            last = Some(item);
            self.advance()?;
        }
        Ok(count)
    }
}
