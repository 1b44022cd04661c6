//! What a column means: from the words of its header, checked against its values, or as the user
//! says.
//!
//! The roles are given in a fixed order. Of several columns, the one whose header names a role most
//! clearly gets it.

use std::fmt;

use ecom_core::plan::Role;

use super::asks::{Asks, asks};
use super::wish::RoleWish;
use crate::meaning::header::HeaderMeaning;
use crate::meaning::shapes;
use crate::meaning::words::is_cancelled;
use crate::profile::file::FileProfile;
use crate::value::column::ColumnProfile;

/// A column with more different values than this is not an event type.
const MOST_EVENT_TYPES: u64 = 50;
/// The highest line number within an order.
const MOST_LINES: u64 = 999;

/// How a column got its role, or why it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// By the words of its header.
    Name,
    /// By its values; says what they show.
    Values(String),
    /// The user says so.
    Flag,
}

/// The role of a column and its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) role: Option<Role>,
    pub(crate) why: Option<Why>,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => formatter.write_str("by its name"),
            Self::Values(what) => formatter.write_str(what),
            Self::Flag => formatter.write_str("set by --role"),
        }
    }
}

/// The roles of the columns of a file by their names, in order.
pub(crate) fn roles(columns: &[ColumnProfile]) -> Vec<Option<Role>> {
    by_name(columns, &[], &[]).into_iter().map(|given| given.role).collect()
}

/// The roles of the columns of a file: as the user wishes, otherwise by their names.
pub(crate) fn given(file: &FileProfile, wishes: &[RoleWish]) -> Vec<Given> {
    by_name(&file.columns, &file.first, wishes)
}

fn by_name(
    columns: &[ColumnProfile],
    first: &[Vec<Option<String>>],
    wishes: &[RoleWish],
) -> Vec<Given> {
    let meanings = HeaderMeaning::of_all(columns.iter().map(|column| column.header.as_str()));
    let mut naming = RoleNaming { columns, meanings, given: vec![Given::default(); columns.len()] };
    for (index, column) in columns.iter().enumerate() {
        if let Some(wish) = wishes.iter().find(|wish| wish.is_of(&column.header)) {
            naming.given[index] = Given { role: wish.role, why: Some(Why::Flag) };
        }
    }
    if let Some(index) = order_name(columns, &naming.meanings, first) {
        naming.give(index, Role::OrderId, Why::Values("its values number the orders".into()));
    }
    // In the order of the shapes: a column that could have several roles gets the first one.
    for role in shapes::roles() {
        if let Some(index) = naming.plainest(role) {
            naming.give(index, role, Why::Name);
        }
        if role == Role::EventTime
            && let Some(index) = naming.only_time()
        {
            let why = "it is the only time that could be that of a sale";
            naming.give(index, role, Why::Values(why.into()));
        }
    }
    // A data frame's index leaves numbers without a header.
    let unnamed = (0..columns.len()).find(|index| naming.meanings[*index].is_blank());
    if let Some(index) = unnamed.filter(|index| Asks::Number.fit(&columns[*index])) {
        naming.give(index, Role::LineId, Why::Values("numbers without a header".into()));
    }
    naming.given
}

/// The search for the roles of one file's columns.
struct RoleNaming<'a> {
    columns: &'a [ColumnProfile],
    meanings: Vec<HeaderMeaning>,
    given: Vec<Given>,
}

impl RoleNaming<'_> {
    /// Gives a role if no column has it yet and the column has none.
    fn give(&mut self, index: usize, role: Role, why: Why) {
        let taken = self.given.iter().any(|given| given.role == Some(role));
        if !taken && self.given[index].why.is_none() {
            self.given[index] = Given { role: Some(role), why: Some(why) };
        }
    }

    /// The column whose name names a role most clearly, and whose values fit.
    fn plainest(&self, role: Role) -> Option<usize> {
        let open = (0..self.columns.len()).filter(|index| self.given[*index].why.is_none());
        let ranked = open.filter_map(|index| {
            let rank = self.meanings[index].rank(role)?;
            self.fits(index, role).then_some((self.is_sparse(index, role), rank, index))
        });
        ranked.min().map(|(.., index)| index)
    }

    /// True for an `item_id` with a different number in each line of a file of sales that names
    /// what is sold in another column.
    fn numbers_lines_of_sales(&self, index: usize) -> bool {
        let all_differ = |index: usize| {
            let column = &self.columns[index];
            column.counts.distinct_exact && column.counts.distinct == column.values
        };
        let other = |other: usize| {
            other != index
                && !all_differ(other)
                && self.meanings[other].rank(Role::ProductId).is_some()
        };
        all_differ(index)
            && self.columns[index].values > 1
            && self.given.iter().any(|given| given.role == Some(Role::EventTime))
            && self.meanings.iter().any(|meaning| meaning.rank(Role::Amount).is_some())
            && (0..self.columns.len()).any(other)
    }

    /// True for an amount that few records have, such as the total of a list on one of its lines.
    fn is_sparse(&self, index: usize, role: Role) -> bool {
        let column = &self.columns[index];
        role == Role::Amount && column.missing() > column.values
    }

    fn fits(&self, index: usize, role: Role) -> bool {
        let (column, meaning) = (&self.columns[index], &self.meanings[index]);
        asks(role).fit(column)
            && match role {
                Role::ProductId => !self.numbers_lines_of_sales(index),
                Role::Region => !(meaning.rank(Role::Status).is_some() && tells_of_orders(column)),
                Role::EventType => {
                    let counts = &column.counts;
                    counts.distinct_exact && counts.distinct <= MOST_EVENT_TYPES
                }
                Role::LineId if meaning.is(&["product", "number"]) => numbers_lines(column),
                Role::LineId if meaning.is(&["row"]) || meaning.is(&["line"]) => {
                    Asks::Number.fit(column)
                }
                _ => true,
            }
    }

    /// The only time that is not named as another one.
    fn only_time(&self) -> Option<usize> {
        let mut times = (0..self.columns.len()).filter(|index| {
            let meaning = &self.meanings[*index];
            Asks::Time.fit(&self.columns[*index])
                && self.given[*index].why.is_none()
                && !meaning.later
                && !meaning.speaks_of("payment")
        });
        let only = times.next()?;
        times.next().is_none().then_some(only)
    }
}

/// True if the values tell what became of orders.
fn tells_of_orders(column: &ColumnProfile) -> bool {
    column.counts.most_frequent.iter().any(|found| is_cancelled(&found.value))
}

/// Small numbers from 0 or 1 on: the lines of each order.
fn numbers_lines(column: &ColumnProfile) -> bool {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
    number(&column.minimum).is_some_and(|least| least <= 1)
        && number(&column.maximum).is_some_and(|most| most <= MOST_LINES)
}

/// In the exports of some shops, the number of the order is called `Name`: `#1001`.
fn order_name(
    columns: &[ColumnProfile],
    meanings: &[HeaderMeaning],
    first: &[Vec<Option<String>>],
) -> Option<usize> {
    let index = meanings.iter().position(|meaning| meaning.is(&["name"]))?;
    let created = meanings.iter().any(|meaning| meaning.is(&["created"]));
    let is_number = |record: &Vec<Option<String>>| {
        let text = record.get(index).and_then(Option::as_deref).unwrap_or_default();
        text.strip_prefix('#')
            .is_some_and(|rest| rest.ends_with(|last: char| last.is_ascii_digit()))
    };
    let named = created && columns[index].sql_type().is_text();
    (named && !first.is_empty() && first.iter().all(is_number)).then_some(index)
}
