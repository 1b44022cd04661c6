//! What a column means: from the words of its header, checked against its values, or as the user
//! says.

mod meaning;
mod shapes;
mod sums;
mod wish;
mod words;

use std::fmt;

use ecom_core::plan::{Role, SqlType};

use crate::column::ColumnProfile;
use crate::profile::FileProfile;

use meaning::Meaning;

pub(crate) use sums::find_by_sums;
pub(crate) use wish::{RoleWish, check_wishes};

/// More different values than this are no kinds of events.
const MOST_EVENT_TYPES: u64 = 50;
/// Places of the lines of one order.
const MOST_LINES: u64 = 999;

/// How a column came by its role, or by none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// By the words of its header.
    Name,
    /// By its values: what they show.
    Values(String),
    /// The user says so.
    Flag,
}

/// What is known of a column's role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) role: Option<Role>,
    pub(crate) why: Option<Why>,
}

/// What kind of values a role asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Number,
    Time,
    Text,
    Any,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => formatter.write_str("by its name"),
            Self::Values(what) => formatter.write_str(what),
            Self::Flag => formatter.write_str("--role decides it"),
        }
    }
}

/// The roles of a file's columns by their names, in their order.
pub(crate) fn roles(columns: &[ColumnProfile]) -> Vec<Option<Role>> {
    by_name(columns, &[], &[]).into_iter().map(|given| given.role).collect()
}

/// What is known of the roles of a file's columns: as the user wishes, then by their names.
pub(crate) fn given(file: &FileProfile, wishes: &[RoleWish]) -> Vec<Given> {
    by_name(&file.columns, &file.first, wishes)
}

/// True when a file's name speaks of one of them: `kunden-2024` of customers.
pub(crate) fn speaks_of(name: &str, senses: &[&'static str]) -> bool {
    let words = words::words_of(name);
    words.iter().any(|word| senses.iter().any(|sense| Meaning::of(word).is(&[sense])))
}

/// True for a header that speaks of a number, an id or a code of something: never of money.
pub(crate) fn numbers_things(header: &str) -> bool {
    let meaning = Meaning::of(header);
    ["id", "number", "code", "reference", "row"].iter().any(|mark| meaning.speaks_of(mark))
}

/// True for a header of what tells one customer, product or order from another.
pub(crate) fn names_party(header: &str) -> bool {
    let meaning = Meaning::of(header);
    let roles = [
        Role::OrderId,
        Role::CustomerId,
        Role::CustomerName,
        Role::Email,
        Role::ProductId,
        Role::ProductName,
    ];
    meaning.speaks_of("email") || roles.into_iter().any(|role| meaning.rank(role).is_some())
}

/// True for a status that says that an order was cancelled or returned.
pub(crate) fn is_cancelled(status: &str) -> bool {
    words::is_cancelled(status)
}

/// Columns with a time, that of the role event time left out.
pub(crate) fn other_times<'a>(
    columns: &'a [ColumnProfile],
    roles: &'a [Option<Role>],
) -> impl Iterator<Item = &'a ColumnProfile> {
    let both = columns.iter().zip(roles);
    both.filter(|(column, role)| column.sql_type().is_time() && **role != Some(Role::EventTime))
        .map(|(column, _)| column)
}

/// Why a column that is named like the time of a sale is none: it holds other values too.
pub(crate) fn spoiled_event_time(columns: &[ColumnProfile]) -> Option<String> {
    let meanings = Meaning::of_all(columns.iter().map(|column| column.header.as_str()));
    let both = columns.iter().zip(&meanings);
    let mut named: Vec<_> = both
        .filter_map(|(column, meaning)| Some((meaning.rank(Role::EventTime)?, column)))
        .collect();
    named.sort_by_key(|(rank, _)| *rank);
    named.into_iter().find_map(|(_, column)| {
        let odd = column.odd.as_ref().filter(|odd| odd.others.starts_with("dates"))?;
        let value = ecom_core::escape::excerpt(&odd.value, 40);
        Some(format!(
            "column {:?} is no event time, line {} has {value:?} after {} {}",
            column.header, odd.line, odd.before, odd.others
        ))
    })
}

/// The column that is named the plainest like the time of a sale, whatever it holds.
pub(crate) fn named_event_time(
    columns: &[ColumnProfile],
    is_open: impl Fn(usize) -> bool,
) -> Option<usize> {
    let meanings = Meaning::of_all(columns.iter().map(|column| column.header.as_str()));
    let ranked = meanings.iter().enumerate().filter_map(|(place, meaning)| {
        let may_be = columns[place].values > 0 && is_open(place);
        may_be.then(|| Some((meaning.rank(Role::EventTime)?, place))).flatten()
    });
    ranked.min().map(|(_, place)| place)
}

/// A column's values as a person says it.
pub(crate) fn kind_words(column: &ColumnProfile) -> &'static str {
    match column.sql_type() {
        SqlType::Boolean => "yes and no",
        SqlType::Date | SqlType::DateTime { .. } => "times",
        sql_type if sql_type.is_number() => "numbers",
        _ => "text",
    }
}

fn by_name(
    columns: &[ColumnProfile],
    first: &[Vec<Option<String>>],
    wishes: &[RoleWish],
) -> Vec<Given> {
    let meanings = Meaning::of_all(columns.iter().map(|column| column.header.as_str()));
    let mut naming = Naming { columns, meanings, given: vec![Given::default(); columns.len()] };
    for (place, column) in columns.iter().enumerate() {
        if let Some(wish) = wishes.iter().find(|wish| wish.is_of(&column.header)) {
            naming.given[place] = Given { role: wish.role, why: Some(Why::Flag) };
        }
    }
    if let Some(place) = order_name(columns, &naming.meanings, first) {
        naming.give(place, Role::OrderId, Why::Values("its values number orders".into()));
    }
    for role in shapes::roles() {
        if let Some(place) = naming.plainest(role) {
            naming.give(place, role, Why::Name);
        }
        if role == Role::EventTime
            && let Some(place) = naming.only_time()
        {
            naming.give(place, role, Why::Values("no other time may be that of a sale".into()));
        }
    }
    // Numbers without a name are what a data frame's index leaves behind.
    let unnamed = (0..columns.len()).find(|place| naming.meanings[*place].is_blank());
    if let Some(place) = unnamed.filter(|place| Asks::Number.fit(&columns[*place])) {
        naming.give(place, Role::LineId, Why::Values("numbers without a name".into()));
    }
    naming.given
}

/// The roles of one file's columns, being found.
struct Naming<'a> {
    columns: &'a [ColumnProfile],
    meanings: Vec<Meaning>,
    given: Vec<Given>,
}

impl Naming<'_> {
    /// Gives a role, if no column has it and the column has none.
    fn give(&mut self, place: usize, role: Role, why: Why) {
        let taken = self.given.iter().any(|given| given.role == Some(role));
        if !taken && self.given[place].why.is_none() {
            self.given[place] = Given { role: Some(role), why: Some(why) };
        }
    }

    /// The column whose name speaks of a role the plainest, and whose values fit.
    fn plainest(&self, role: Role) -> Option<usize> {
        let open = (0..self.columns.len()).filter(|place| self.given[*place].why.is_none());
        let ranked = open.filter_map(|place| {
            let rank = self.meanings[place].rank(role)?;
            self.fits(place, role).then_some((self.is_sparse(place, role), rank, place))
        });
        ranked.min().map(|(.., place)| place)
    }

    /// True for an `item_id` with another number in each line of a file of sales that names what is
    /// sold in another column.
    fn numbers_lines_of_sales(&self, place: usize) -> bool {
        let all_differ = |place: usize| {
            let column = &self.columns[place];
            column.counts.distinct_exact && column.counts.distinct == column.values
        };
        let other = |other: usize| {
            other != place
                && !all_differ(other)
                && self.meanings[other].rank(Role::ProductId).is_some()
        };
        all_differ(place)
            && self.columns[place].values > 1
            && self.given.iter().any(|given| given.role == Some(Role::EventTime))
            && self.meanings.iter().any(|meaning| meaning.rank(Role::Amount).is_some())
            && (0..self.columns.len()).any(other)
    }

    /// True for an amount that hardly a record has: the total of a list stands in one of its lines.
    fn is_sparse(&self, place: usize, role: Role) -> bool {
        let column = &self.columns[place];
        role == Role::Amount && column.missing() > column.values
    }

    fn fits(&self, place: usize, role: Role) -> bool {
        let (column, meaning) = (&self.columns[place], &self.meanings[place]);
        asks(role).fit(column)
            && match role {
                Role::ProductId => !self.numbers_lines_of_sales(place),
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
        let mut times = (0..self.columns.len()).filter(|place| {
            let meaning = &self.meanings[*place];
            Asks::Time.fit(&self.columns[*place])
                && self.given[*place].why.is_none()
                && !meaning.later
                && !meaning.speaks_of("payment")
        });
        let only = times.next()?;
        times.next().is_none().then_some(only)
    }
}

/// What kind of values a role asks for.
fn asks(role: Role) -> Asks {
    match role {
        Role::EventTime => Asks::Time,
        Role::Quantity | Role::UnitPrice | Role::Amount => Asks::Number,
        Role::OrderId | Role::LineId | Role::CustomerId | Role::ProductId | Role::SourceFile => {
            Asks::Any
        }
        Role::EventType
        | Role::CustomerName
        | Role::Email
        | Role::ProductName
        | Role::Category
        | Role::Region
        | Role::PaymentMethod
        | Role::Status => Asks::Text,
    }
}

impl Asks {
    fn fit(self, column: &ColumnProfile) -> bool {
        let sql_type = column.sql_type();
        match self {
            Self::Number => sql_type.is_number(),
            Self::Time => sql_type.is_time(),
            Self::Text => !sql_type.is_time() && !matches!(sql_type, SqlType::Decimal { .. }),
            Self::Any => !sql_type.is_time() && sql_type != SqlType::Boolean,
        }
    }
}

/// True where the values say what became of orders.
fn tells_of_orders(column: &ColumnProfile) -> bool {
    column.counts.most_frequent.iter().any(|found| is_cancelled(&found.value))
}

/// Small numbers from 1, or 0, on: the lines of each order.
fn numbers_lines(column: &ColumnProfile) -> bool {
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<u64>().ok());
    number(&column.minimum).is_some_and(|least| least <= 1)
        && number(&column.maximum).is_some_and(|most| most <= MOST_LINES)
}

/// In the exports of some shops the order's number is called `Name`: `#1001`.
fn order_name(
    columns: &[ColumnProfile],
    meanings: &[Meaning],
    first: &[Vec<Option<String>>],
) -> Option<usize> {
    let place = meanings.iter().position(|meaning| meaning.is(&["name"]))?;
    let created = meanings.iter().any(|meaning| meaning.is(&["created"]));
    let is_number = |record: &Vec<Option<String>>| {
        let text = record.get(place).and_then(Option::as_deref).unwrap_or_default();
        text.strip_prefix('#')
            .is_some_and(|rest| rest.ends_with(|last: char| last.is_ascii_digit()))
    };
    let named = created && columns[place].sql_type().is_text();
    (named && !first.is_empty() && first.iter().all(is_number)).then_some(place)
}

#[cfg(test)]
mod tests;
