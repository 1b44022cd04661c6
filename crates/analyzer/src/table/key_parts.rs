//! Which columns of a table can be its key, the most likely first: columns whose role or name says
//! that they identify records, then pairs of them.

use std::collections::HashSet;

use ecom_core::plan::Role;

use super::draft::Draft;
use super::key_columns::{ID_ENDS, KeyColumns};
use crate::name::fold::plain_name;

/// How many candidates are considered.
const MOST: usize = 40;

/// The candidates for the key of the transactions, the most likely first; each as indices of
/// columns.
pub(crate) fn candidates(draft: &Draft<'_>) -> Vec<Vec<usize>> {
    let columns = KeyColumns::new(draft);
    let of_others = [Role::CustomerId, Role::ProductId, Role::Email].map(Some);
    let singles =
        singles(&columns).into_iter().filter(|index| !of_others.contains(&columns.role(*index)));
    listed(&columns, singles)
}

/// The candidates for the key of another table whose file is named after `singular`: its own id,
/// other ids, columns with names that other files have too.
pub(crate) fn further_candidates(
    draft: &Draft<'_>,
    singular: &str,
    shared: &HashSet<String>,
) -> Vec<Vec<usize>> {
    let columns = KeyColumns::new(draft);
    let last = singular.rsplit('_').next().unwrap_or(singular);
    let words = [plain_name(singular), plain_name(last)];
    let plain: Vec<String> =
        draft.columns.iter().map(|column| plain_name(&column.header)).collect();
    let is_own = |index: &usize| {
        let rest = words.iter().find_map(|word| plain[*index].strip_prefix(word.as_str()));
        // `promo_id` in promotions.
        let start = ID_ENDS.iter().find_map(|end| plain[*index].strip_suffix(end));
        let is_short = |start: &str| {
            start.chars().count() > 2 && words.iter().any(|word| word.starts_with(start))
        };
        ID_ENDS.contains(&rest.unwrap_or(&plain[*index])) || start.is_some_and(is_short)
    };
    let own = columns.all().filter(is_own);
    let named = columns.all().filter(|index| {
        columns.role(*index).is_none_or(|role| role != Role::EventTime)
            && shared.contains(&plain[*index])
            && columns.fits(*index)
    });
    listed(&columns, own.chain(singles(&columns)).chain(named))
}

/// Candidates without repetition.
#[derive(Default)]
struct List(Vec<Vec<usize>>);

impl List {
    fn add(&mut self, indices: &[usize]) {
        let new = |known: &Vec<usize>| !indices.iter().all(|index| known.contains(index));
        let differ = indices.first() != indices.last() || indices.len() == 1;
        // A candidate that contains another one is tried after it, not instead of it.
        if differ && self.0.iter().all(|known| known.len() < indices.len() || new(known)) {
            self.0.push(indices.to_vec());
        }
    }
}

/// The single columns, then the pairs.
fn listed(columns: &KeyColumns<'_>, singles: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut found = List::default();
    singles.for_each(|index| found.add(&[index]));
    pairs(columns, &mut found);
    found.0.truncate(MOST);
    found.0
}

/// Single columns: the order, the line, ids, record numbers, codes.
fn singles(columns: &KeyColumns<'_>) -> Vec<usize> {
    let ids = columns.all().filter(|index| columns.is_id(*index));
    let others = columns.all().filter(|index| columns.role(*index).is_none());
    let counted =
        others.filter(|index| columns.numbers_records(*index) || columns.holds_codes(*index));
    let mut singles: Vec<usize> = columns.of_role(Role::OrderId).into_iter().collect();
    singles.extend(columns.of_role(Role::LineId));
    singles.extend(ids);
    singles.extend(counted);
    // Sums by day have one record for each day.
    let sums = [Role::OrderId, Role::CustomerId, Role::ProductId, Role::ProductName];
    if sums.into_iter().all(|role| columns.of_role(role).is_none()) {
        singles.extend(columns.of_role(Role::EventTime));
    }
    singles.retain(|index| !columns.is_joined(*index));
    singles
}

/// Pairs: order and line, order and product, another id and the product, customer and time, place
/// and time, two ids.
fn pairs(columns: &KeyColumns<'_>, found: &mut List) {
    let ids: Vec<usize> = columns.all().filter(|index| columns.is_id(*index)).collect();
    let lines: Vec<usize> = columns.all().filter(|index| columns.is_line(*index)).collect();
    order_pairs(columns, &ids, &lines, found);
    line_pairs(columns, &lines, found);
    time_pairs(columns, found);
    id_pairs(columns, &ids, found);
}

/// Adds two columns, if they can be a key together.
fn add_pair(columns: &KeyColumns<'_>, found: &mut List, first: usize, second: usize) {
    // A column that is unique by itself needs no second one, and says nothing about it.
    let needed = !columns.differs(first) && !columns.differs(second);
    if needed && columns.fits(first) && columns.fits(second) {
        found.add(&[first, second]);
    }
}

/// The order with its line, a product or an id, and other ids and lines with a product.
fn order_pairs(columns: &KeyColumns<'_>, ids: &[usize], lines: &[usize], found: &mut List) {
    let products = || {
        [Role::ProductId, Role::ProductName].into_iter().filter_map(|role| columns.of_role(role))
    };
    if let Some(order) = columns.of_role(Role::OrderId) {
        let seconds = columns.of_role(Role::LineId).into_iter().chain(lines.iter().copied());
        let seconds = seconds.chain(products()).chain(ids.iter().copied());
        seconds.for_each(|second| add_pair(columns, found, order, second));
    }
    let of_others = [Role::CustomerId, Role::ProductId].map(Some);
    let firsts = ids.iter().chain(lines).copied();
    for first in firsts.filter(|index| !of_others.contains(&columns.role(*index))) {
        products().for_each(|product| add_pair(columns, found, first, product));
    }
}

/// Columns that group or number lines, with each other.
fn line_pairs(columns: &KeyColumns<'_>, lines: &[usize], found: &mut List) {
    for (at, first) in lines.iter().enumerate() {
        let line_id = columns.of_role(Role::LineId).into_iter();
        let seconds = line_id.chain(lines[at + 1..].iter().copied());
        seconds.for_each(|second| add_pair(columns, found, *first, second));
    }
    for second in columns.all().filter(|index| columns.counts_lines(*index)) {
        add_pair(columns, found, second - 1, second);
    }
}

/// The customer or another column with the time.
fn time_pairs(columns: &KeyColumns<'_>, found: &mut List) {
    let Some(time) = columns.of_role(Role::EventTime) else { return };
    // The lines of an order have the same customer and time.
    if columns.of_role(Role::OrderId).is_none()
        && let Some(customer) = columns.of_role(Role::CustomerId)
    {
        add_pair(columns, found, customer, time);
    }
    let is_line =
        |index: usize| columns.is_line(index) || columns.role(index) == Some(Role::LineId);
    let grid = columns.all().filter(|index| !columns.counts_lines(*index) && !is_line(*index));
    for other in grid.filter(|index| columns.fills_grid(*index, time)) {
        add_pair(columns, found, other, time);
    }
}

/// Two ids, unless they are those of the customer and the product.
fn id_pairs(columns: &KeyColumns<'_>, ids: &[usize], found: &mut List) {
    let of_others = [Role::CustomerId, Role::ProductId].map(Some);
    for (at, first) in ids.iter().enumerate() {
        // A customer can buy a product twice.
        let bought = |second: &&usize| {
            let roles = [columns.role(*first), columns.role(**second)];
            roles.iter().all(|role| of_others.contains(role))
        };
        let seconds = ids[at + 1..].iter().filter(|second| !bought(second));
        seconds.for_each(|second| add_pair(columns, found, *first, *second));
    }
}
