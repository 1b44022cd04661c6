//! What the columns of a table say about themselves, by their names, roles and values.

use ecom_core::plan::{Role, SqlType};

use super::draft::Draft;
use crate::name::fold::push_plain;
use crate::name::sql::snake_case;
use crate::value::column::ColumnProfile;

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
pub(super) const ID_ENDS: [&str; 6] = ["id", "nr", "nummer", "number", "code", "номер"];
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

/// What the columns of a table say about themselves.
pub(super) struct KeyColumns<'a> {
    draft: &'a Draft<'a>,
    names: Vec<String>,
}

impl<'a> KeyColumns<'a> {
    pub(super) fn new(draft: &'a Draft<'a>) -> Self {
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

    pub(super) fn role(&self, index: usize) -> Option<Role> {
        self.draft.columns[index].role
    }

    /// The column with that role.
    pub(super) fn of_role(&self, role: Role) -> Option<usize> {
        self.draft.index(role)
    }

    /// True for a column that is unique by itself, as far as the first pass can tell.
    pub(super) fn differs(&self, index: usize) -> bool {
        let profile = self.profile(index);
        let rows = self.draft.candidate.file.rows;
        let counted = profile.counts.distinct_exact && profile.counts.distinct == rows;
        profile.all_differ.is_some() || (counted && rows > 1)
    }

    pub(super) fn all(&self) -> std::ops::Range<usize> {
        0..self.names.len()
    }

    /// True for a column that can be part of a key at all.
    pub(super) fn fits(&self, index: usize) -> bool {
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

    pub(super) fn is_id(&self, index: usize) -> bool {
        let ends = |part: &str| {
            let ended = ID_ENDS.iter().any(|end| part.len() > end.len() && part.ends_with(end));
            ended && NO_ID.split(' ').all(|word| word != part)
        };
        let named = self.has(index, ID_WORDS) || self.names[index].split('_').any(ends);
        named && !self.has(index, SHARED) && !self.has(index, "of") && !self.is_joined(index)
    }

    /// What all lines of an order share does not distinguish them.
    pub(super) fn is_joined(&self, index: usize) -> bool {
        self.draft.columns[index].from.is_some()
    }

    pub(super) fn is_line(&self, index: usize) -> bool {
        let ends = |part: &str| LINE_ENDS.iter().any(|end| part.ends_with(end));
        self.role(index).is_none()
            && (self.has(index, LINE_WORDS) || self.names[index].split('_').any(ends))
    }

    /// True for small whole numbers from 0 or 1 on without a gap, next to a column whose lines they
    /// may count.
    pub(super) fn counts_lines(&self, index: usize) -> bool {
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
    pub(super) fn numbers_records(&self, index: usize) -> bool {
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
    pub(super) fn holds_codes(&self, index: usize) -> bool {
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
    pub(super) fn fills_grid(&self, index: usize, time: usize) -> bool {
        let (profile, rows) = (self.profile(index), self.draft.candidate.file.rows);
        let combinations =
            profile.counts.distinct.saturating_mul(self.profile(time).counts.distinct);
        index != time
            && !self.profile(index).sql_type().is_time()
            && profile.counts.distinct > 1
            && combinations <= rows.saturating_mul(2)
    }

    fn measures(&self, index: usize) -> bool {
        let role = self.role(index);
        let measured = [Role::Quantity, Role::UnitPrice, Role::Amount].map(Some).contains(&role);
        measured || (role.is_none() && !self.is_id(index) && self.has(index, MEASURES))
    }

    fn has(&self, index: usize, words: &str) -> bool {
        self.names[index].split('_').any(|part| words.split(' ').any(|word| word == part))
    }
}
