//! The senses of the words of headers, in ten languages.
//!
//! `languages/` has a file for each language. A line consists of a sense and the words for it as a
//! native speaker writes them; `_` joins words that have that sense only together. Case, accents,
//! hyphens and periods do not matter, and ä may be written ae. `shapes.rs` lists the senses; `stop`
//! marks words without a meaning, `later` words that make a time another one than that of the sale.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::name::fold::without_accent;
use crate::name::sql::snake_case;

/// The sense of a word: usually one part, for `BestNr` two.
pub(super) type Sense = Vec<&'static str>;

const LANGUAGES: [&str; 10] = [
    include_str!("languages/english.txt"),
    include_str!("languages/german.txt"),
    include_str!("languages/french.txt"),
    include_str!("languages/spanish.txt"),
    include_str!("languages/portuguese.txt"),
    include_str!("languages/italian.txt"),
    include_str!("languages/dutch.txt"),
    include_str!("languages/polish.txt"),
    include_str!("languages/turkish.txt"),
    include_str!("languages/russian.txt"),
];

/// Letters that can connect two words of a compound.
const LINKS: [&str; 6] = ["", "s", "n", "en", "e", "es"];
/// Endings of a plural.
const ENDINGS: [&str; 5] = ["s", "es", "n", "en", "e"];
/// Words this short are not parts of a compound, except at its end, as in `orderid`.
const SHORT: usize = 3;
const SHORT_ENDS: [&str; 3] = ["id", "nr", "no"];

/// The words of all languages with all their senses.
pub(super) struct Vocabulary(HashMap<String, Vec<Sense>>);

impl Vocabulary {
    /// All words.
    pub(super) fn all() -> &'static Self {
        static WORDS: OnceLock<Vocabulary> = OnceLock::new();
        WORDS.get_or_init(|| {
            let mut words = HashMap::new();
            for language in LANGUAGES {
                add(&mut words, language);
            }
            Self(words)
        })
    }

    /// All senses of a word, or of a phrase without its spaces.
    pub(super) fn senses(&self, word: &str) -> Option<&[Sense]> {
        self.0.get(word).map(Vec::as_slice)
    }

    /// The senses of the words in a compound such as `Bestellnummer`, or of the singular of a
    /// plural.
    pub(super) fn inside(&self, word: &str) -> Option<Vec<&[Sense]>> {
        let singular = |end: &&str| self.senses(word.strip_suffix(*end).filter(|w| w.len() > 2)?);
        if let Some(senses) = ENDINGS.iter().find_map(singular) {
            return Some(vec![senses]);
        }
        let ends = word.char_indices().map(|(at, _)| at).skip(SHORT);
        ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| {
            let first = self.part(&word[..end])?;
            let rest = LINKS.iter().find_map(|link| {
                let rest = word[end..].strip_prefix(link)?;
                let whole =
                    if SHORT_ENDS.contains(&rest) { self.senses(rest) } else { self.part(rest) };
                whole.map(|senses| vec![senses]).or_else(|| self.inside(rest))
            })?;
            Some([vec![first], rest].concat())
        })
    }

    /// A word that can be part of a compound.
    fn part(&self, word: &str) -> Option<&[Sense]> {
        let senses = self.senses(word).filter(|_| word.chars().count() >= SHORT)?;
        (!senses.iter().all(|sense| sense[..] == ["stop"])).then_some(senses)
    }

    /// True if an unknown word begins with a word for a time other than that of the sale.
    pub(super) fn begins_later(&self, word: &str) -> bool {
        let ends = word.char_indices().map(|(at, _)| at).skip(5);
        let is_later = |senses: &[Sense]| senses.iter().any(|sense| sense.contains(&"later"));
        ends.chain([word.len()]).any(|end| self.senses(&word[..end]).is_some_and(is_later))
    }
}

/// True for a status that says that an order was cancelled or returned.
pub(crate) fn is_cancelled(status: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    let known = WORDS.get_or_init(|| {
        let lines = include_str!("cancelled.txt").lines().filter(|line| !line.starts_with('#'));
        lines.flat_map(str::split_whitespace).flat_map(spellings).collect()
    });
    known.contains(&words_of(status).concat())
}

/// The words of a header in plain letters: `Prix unitaire (€)` becomes `prix`, `unitaire`.
pub(crate) fn words_of(header: &str) -> Vec<String> {
    let mut text = fold(header);
    // Signs that stand for a word, and currency signs, which stand for none.
    for (sign, word) in [
        ("N°", " no "),
        ("n°", " no "),
        ("№", " no "),
        ("#", " no "),
        ("R$", " "),
        ("%", " percent "),
    ] {
        text = text.replace(sign, word);
    }
    snake_case(&text).split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A text without accents; keeps the case.
fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{300}'..='\u{36f}' => {}
            // Only where it marks a number: `Nº`.
            'º' | '°' => plain.push('°'),
            'ß' => plain.push_str("ss"),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            other => plain.push(base(other)),
        }
    }
    plain
}

/// A letter without its accent; keeps the case.
fn base(letter: char) -> char {
    if letter.is_ascii() || !letter.is_uppercase() {
        return without_accent(letter);
    }
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    without_accent(lower).to_uppercase().next().unwrap_or(letter)
}

fn add(words: &mut HashMap<String, Vec<Sense>>, language: &'static str) {
    let lines = language.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    for line in lines {
        let mut parts = line.split_whitespace();
        let sense: Sense = parts.next().unwrap_or_default().split('+').collect();
        for word in parts {
            for key in spellings(word) {
                let senses = words.entry(key).or_default();
                if !senses.contains(&sense) {
                    senses.push(sense.clone());
                }
            }
        }
    }
}

/// A word in plain letters, and with ae, oe and ue for ä, ö and ü.
fn spellings(word: &str) -> Vec<String> {
    let plain = words_of(word).concat();
    let mut long = word.to_owned();
    for (umlaut, letters) in
        [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")]
    {
        long = long.replace(umlaut, letters);
    }
    let long = words_of(&long).concat();
    if long == plain { vec![plain] } else { vec![plain, long] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_words_in_plain_letters() {
        for (header, wanted) in [
            ("Prix unitaire (€)", "prix unitaire"),
            ("N° commande", "no commande"),
            ("Nº de Pedido", "no de pedido"),
            ("QUANTITÉ", "quantite"),
            ("Quantite\u{301} totale", "quantite totale"),
            ("Größe", "grosse"),
            ("Preço R$", "preco"),
            ("Сумма, ₽", "сумма"),
            ("İşlem Tarihi", "islem tarihi"),
            ("d'achat", "d achat"),
            ("ProductID", "product id"),
        ] {
            assert_eq!(words_of(header).join(" "), wanted, "{header}");
        }
    }

    #[test]
    fn every_sense_of_a_word_is_used_by_a_role() {
        let mut words = HashMap::new();
        for language in LANGUAGES {
            add(&mut words, language);
        }
        let parts = crate::meaning::shapes::parts();
        for (word, senses) in words {
            for part in senses.concat() {
                let known = parts.contains(&part) || ["stop", "later"].contains(&part);
                assert!(known, "{word:?} stands for {part:?}, which no role uses");
            }
        }
    }

    #[test]
    fn a_cancelled_order_is_recognized_by_its_status() {
        for status in ["Cancelled", "CANCELED", " storniert", "Annulé", "İptal edildi", "Отменён"]
        {
            assert!(is_cancelled(status), "{status}");
        }
        for status in ["delivered", "not returned", "No", "", "paid", "partially refunded"] {
            assert!(!is_cancelled(status), "{status}");
        }
    }

    #[test]
    fn compounds_are_divided() {
        let words = Vocabulary::all();
        let parts = |word: &str| -> Vec<String> {
            let parts = words.inside(word).unwrap_or_default();
            parts.iter().map(|senses| senses[0].join("+")).collect()
        };
        assert_eq!(parts("bestellnummer"), ["order", "number"]);
        assert_eq!(parts("rechnungsdatum"), ["invoice", "date"]);
        assert_eq!(parts("orderlinenumber"), ["order", "line", "number"]);
        assert_eq!(parts("customerid"), ["customer", "id"]);
        for unknown in ["paid", "valid", "discounted", "store", "weight", "period", "corporate"] {
            assert!(words.inside(unknown).is_none(), "{unknown}: {:?}", parts(unknown));
        }
    }
}
