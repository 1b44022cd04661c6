//! Which columns of a table can be its key, the most likely first: columns whose role or name says
//! that they identify records, then pairs of them.

use std::collections::HashSet;

use ecom_core::plan::{Role, SqlType};

use super::draft::Draft;
use crate::name::fold::{plain_name, push_plain};
use crate::name::sql::snake_case;
use crate::value::column::ColumnProfile;

/// How many candidates are considered.
const MOST: usize = 40;
/// The longest text that can be a part of a key, in characters.
const LONGEST: usize = 64;
/// The longest product name that can be part of a key beside an order id, in characters.
const LONGEST_NAME: usize = 255;

/// Words of headers for a number or a code of each record.
const ID_WORDS: &str = "\
    id ids no nr number num code key uuid guid ref reference identifier index unnamed numero \
    nummer codigo codice kod clave folio cle kennung schluessel schlussel sku номер код";
/// Words that tell which line of its order a record is, or what groups lines.
const LINE_WORDS: &str = "\
    line seq sequence sequential position pos rank item row installment basket cart visit session \
    ticket bon beleg receipt zeile ligne linea riga linha regel pozycja satir строка позиция";
/// Endings of such words in compounds: `Artikelposition`.
const LINE_ENDS: [&str; 4] = ["position", "zeile", "line", "regel"];
/// Endings of compounds: `orderid`, `Bestellnummer`.
const ID_ENDS: [&str; 6] = ["id", "nr", "nummer", "number", "code", "номер"];
const NO_ID: &str = "\
    paid unpaid prepaid valid invalid void avoid hybrid solid liquid grid android covid bid kid \
    aid rapid";
/// Words for codes that many records share.
const SHARED: &str = "\
    zip zipcode postal postcode plz cep phone telephone fax mobile country currency region state \
    city coupon voucher promo promotion discount tax vat";
/// Words of headers of measurements, which are not keys even if all values differ.
const MEASURES: &str = "\
    price amount total cost quantity qty value revenue sales discount tax freight weight score \
    rating age count percent margin profit stock units sum subtotal fee rate preis betrag menge \
    umsatz prix montant quantite precio importe cantidad preco valor quantidade prezzo importo \
    quantita prijs bedrag aantal cena kwota ilosc fiyat tutar adet цена сумма количество height \
    length width latitude longitude lat lng year month week quarter hour";

/// The candidates for the key of the transactions, the most likely first; each as indices of
/// columns.
pub(crate) fn candidates(draft: &Draft<'_>) -> Vec<Vec<usize>> {
    let columns = KeyColumns::new(draft);
    let of_others = [Role::CustomerId, Role::ProductId, Role::Email].map(Some);
    let singles = columns.singles();
    let singles = singles.into_iter().filter(|index| !of_others.contains(&columns.role(*index)));
    columns.listed(singles)
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
    columns.listed(own.chain(columns.singles()).chain(named))
}

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

/// What the columns of a table say about themselves.
struct KeyColumns<'a> {
    draft: &'a Draft<'a>,
    names: Vec<String>,
}

impl<'a> KeyColumns<'a> {
    fn new(draft: &'a Draft<'a>) -> Self {
        let names = draft.columns.iter().map(|column| {
            let mut name = String::new();
            push_plain(&mut name, &snake_case(&column.header));
            name
        });
        Self { draft, names: names.collect() }
    }

    fn profile(&self, index: usize) -> &ColumnProfile {
        &self.draft.candidate.file.columns[index]
    }

    fn role(&self, index: usize) -> Option<Role> {
        self.draft.columns[index].role
    }

    fn all(&self) -> std::ops::Range<usize> {
        0..self.names.len()
    }

    /// The single columns, then the pairs.
    fn listed(&self, singles: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
        let mut found = List::default();
        singles.for_each(|index| found.add(&[index]));
        self.pairs(&mut found);
        found.0.truncate(MOST);
        found.0
    }

    /// Single columns: the order, the line, ids, record numbers, codes.
    fn singles(&self) -> Vec<usize> {
        let index = |role| self.draft.index(role);
        let ids = self.all().filter(|index| self.is_id(*index));
        let others = self.all().filter(|index| self.role(*index).is_none());
        let counted =
            others.filter(|index| self.numbers_records(*index) || self.holds_codes(*index));
        let mut singles: Vec<usize> = index(Role::OrderId).into_iter().collect();
        singles.extend(index(Role::LineId));
        singles.extend(ids);
        singles.extend(counted);
        // Sums by day have one record for each day.
        let sums = [Role::OrderId, Role::CustomerId, Role::ProductId, Role::ProductName];
        if sums.into_iter().all(|role| index(role).is_none()) {
            singles.extend(index(Role::EventTime));
        }
        singles.retain(|index| !self.is_joined(*index));
        singles
    }

    /// Pairs: order and line, order and product, another id and the product, customer and time,
    /// place and time, two ids.
    fn pairs(&self, found: &mut List) {
        let index = |role| self.draft.index(role);
        let order = index(Role::OrderId);
        let products = || [index(Role::ProductId), index(Role::ProductName)].into_iter().flatten();
        let ids: Vec<usize> = self.all().filter(|index| self.is_id(*index)).collect();
        let lines: Vec<usize> = self.all().filter(|index| self.is_line(*index)).collect();
        let (time, customer) = (index(Role::EventTime), index(Role::CustomerId));
        let rows = self.draft.candidate.file.rows;
        let differs = |index: usize| {
            let profile = self.profile(index);
            let counted = profile.counts.distinct_exact && profile.counts.distinct == rows;
            profile.all_differ.is_some() || (counted && rows > 1)
        };
        let both = |found: &mut List, first: usize, second: usize| {
            // A column that is unique by itself needs no second one, and says nothing about it.
            let needed = !differs(first) && !differs(second);
            if needed && self.fits(first) && self.fits(second) {
                found.add(&[first, second]);
            }
        };
        if let Some(order) = order {
            let seconds = index(Role::LineId).into_iter().chain(lines.iter().copied());
            let seconds = seconds.chain(products()).chain(ids.iter().copied());
            seconds.for_each(|second| both(found, order, second));
        }
        let of_others = [Role::CustomerId, Role::ProductId].map(Some);
        let firsts = ids.iter().chain(&lines).copied();
        let firsts = firsts.filter(|index| !of_others.contains(&self.role(*index)));
        for first in firsts {
            products().for_each(|product| both(found, first, product));
        }
        for (at, first) in lines.iter().enumerate() {
            let seconds = index(Role::LineId).into_iter().chain(lines[at + 1..].iter().copied());
            seconds.for_each(|second| both(found, *first, second));
        }
        for second in self.all().filter(|index| self.counts_lines(*index)) {
            both(found, second - 1, second);
        }
        // The lines of an order have the same customer and time.
        if let (Some(customer), Some(time), None) = (customer, time, order) {
            both(found, customer, time);
        }
        if let Some(time) = time {
            let grid = self.all().filter(|index| !self.counts_lines(*index));
            let is_line =
                |index: usize| self.is_line(index) || self.role(index) == Some(Role::LineId);
            let grid = grid.filter(|index| !is_line(*index) && self.fills_grid(*index, time));
            grid.for_each(|other| both(found, other, time));
        }
        for (at, first) in ids.iter().enumerate() {
            // A customer can buy a product twice.
            let bought = |second: &&usize| {
                let roles = [self.role(*first), self.role(**second)];
                roles.iter().all(|role| of_others.contains(role))
            };
            let seconds = ids[at + 1..].iter().filter(|second| !bought(second));
            seconds.for_each(|second| both(found, *first, *second));
        }
    }

    /// True for a column that can be part of a key at all.
    fn fits(&self, index: usize) -> bool {
        let longest = match self.role(index) {
            Some(Role::ProductName) => LONGEST_NAME,
            _ => LONGEST,
        };
        let profile = self.profile(index);
        let typed = match profile.sql_type() {
            SqlType::VarChar(_) => profile.longest <= longest,
            SqlType::Int | SqlType::BigInt | SqlType::Date | SqlType::DateTime { .. } => true,
            SqlType::Decimal { .. } | SqlType::Boolean | SqlType::Text => false,
        };
        typed && !self.measures(index) && !self.is_joined(index)
    }

    fn measures(&self, index: usize) -> bool {
        let role = self.role(index);
        let measured = [Role::Quantity, Role::UnitPrice, Role::Amount].map(Some).contains(&role);
        measured || (role.is_none() && !self.is_id(index) && self.has(index, MEASURES))
    }

    fn has(&self, index: usize, words: &str) -> bool {
        self.names[index].split('_').any(|part| words.split(' ').any(|word| word == part))
    }

    fn is_id(&self, index: usize) -> bool {
        let ends = |part: &str| {
            let ended = ID_ENDS.iter().any(|end| part.len() > end.len() && part.ends_with(end));
            ended && NO_ID.split(' ').all(|word| word != part)
        };
        let named = self.has(index, ID_WORDS) || self.names[index].split('_').any(ends);
        named && !self.has(index, SHARED) && !self.has(index, "of") && !self.is_joined(index)
    }

    /// What all lines of an order share does not distinguish them.
    fn is_joined(&self, index: usize) -> bool {
        self.draft.columns[index].from.is_some()
    }

    fn is_line(&self, index: usize) -> bool {
        let ends = |part: &str| LINE_ENDS.iter().any(|end| part.ends_with(end));
        self.role(index).is_none()
            && (self.has(index, LINE_WORDS) || self.names[index].split('_').any(ends))
    }

    /// True for small whole numbers from 0 or 1 on without a gap, next to a column whose lines they
    /// may count.
    fn counts_lines(&self, index: usize) -> bool {
        let profile = self.profile(index);
        let number =
            |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u64>().ok());
        let (Some(least), Some(most)) = (number(&profile.minimum), number(&profile.maximum)) else {
            return false;
        };
        let counts = least <= 1 && most > least && profile.counts.distinct == most - least + 1;
        let Some(before) = index.checked_sub(1).filter(|_| counts && self.role(index).is_none())
        else {
            return false;
        };
        let (rows, groups) = (self.draft.candidate.file.rows, self.profile(before).counts.distinct);
        matches!(self.role(before), None | Some(Role::OrderId))
            && !self.profile(before).sql_type().is_time()
            && groups > 1
            && groups < rows
            && groups.saturating_mul(profile.counts.distinct) >= rows
            // Most groups have several lines, and few have many.
            && profile.counts.distinct <= 1 + rows / 2
    }

    /// True for whole numbers that ascend by one from 0 or 1: a record number.
    fn numbers_records(&self, index: usize) -> bool {
        let profile = self.profile(index);
        let number =
            |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i64>().ok());
        let (Some(least), Some(most)) = (number(&profile.minimum), number(&profile.maximum)) else {
            return false;
        };
        let rows = self.draft.candidate.file.rows;
        (0..=1).contains(&least)
            && profile.all_differ == Some("strictly ascending")
            && u64::try_from(most.saturating_sub(least)).is_ok_and(|span| span + 1 == rows)
    }

    /// True for short texts that all differ and look like codes: digits, no blanks.
    fn holds_codes(&self, index: usize) -> bool {
        let profile = self.profile(index);
        let is_code = |text: &str| {
            text.contains(|one: char| one.is_ascii_digit())
                && !text.contains([' ', '@', ':', '.', ',', '%', '$', '€'])
        };
        let shown = profile.minimum.iter().chain(&profile.maximum);
        profile.sql_type().is_text()
            && profile.all_differ.is_some()
            && profile.longest <= LONGEST
            && !self.has(index, SHARED)
            && !self.measures(index)
            && shown.map(String::as_str).all(is_code)
    }

    /// True for a column that, combined with the time, has hardly more combinations than there are
    /// records: the shop in weekly sums of shops.
    fn fills_grid(&self, index: usize, time: usize) -> bool {
        let (profile, rows) = (self.profile(index), self.draft.candidate.file.rows);
        let combinations =
            profile.counts.distinct.saturating_mul(self.profile(time).counts.distinct);
        index != time
            && !self.profile(index).sql_type().is_time()
            && profile.counts.distinct > 1
            && combinations <= rows.saturating_mul(2)
    }
}
