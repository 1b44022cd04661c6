//! What a header means, from the senses of all its words.

use ecom_core::plan::Role;

use super::shapes::{rank, sorted};
use super::words::{Sense, Vocabulary, words_of};

/// At most this many words form a phrase.
const LONGEST_PHRASE: usize = 4;
/// At most this many readings of a header are considered.
const MOST_READINGS: usize = 64;

/// What a header may mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeaderMeaning {
    words: Vec<String>,
    /// Every reading of the header, each as the sorted senses of its words; empty if a word is
    /// unknown.
    readings: Vec<Vec<&'static str>>,
    /// True for a time other than that of the sale, such as a delivery.
    pub(crate) later: bool,
}

impl HeaderMeaning {
    /// Reads a header.
    pub(crate) fn of(header: &str) -> Self {
        Self::of_words(words_of(header), None)
    }

    /// Reads the headers of a file. A prefix that all of them share means nothing, and an unknown
    /// word for what is sold means `product`, as in `pizza_name` and `pizza_category`.
    pub(crate) fn of_all<'a>(headers: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let mut all: Vec<Vec<String>> = headers.map(words_of).collect();
        let first = all.first().and_then(|words| words.first()).cloned();
        let shared = |words: &Vec<String>| words.len() > 1 && words.first() == first.as_ref();
        let is_known =
            first.as_deref().is_some_and(|word| Vocabulary::all().senses(word).is_some());
        if all.len() > 2 && !is_known && all.iter().all(shared) {
            for words in &mut all {
                words.remove(0);
            }
        }
        let sold = goods(&all);
        all.into_iter().map(|words| Self::of_words(words, sold.as_deref())).collect()
    }

    fn of_words(words: Vec<String>, sold: Option<&str>) -> Self {
        let mut meaning = Self { words, ..Self::default() };
        let Some(senses) = meaning.senses(sold) else {
            meaning.later |= meaning.words.iter().any(|word| Vocabulary::all().begins_later(word));
            return meaning;
        };
        let mut readings: Vec<Vec<&'static str>> = vec![Vec::new()];
        for word in senses {
            meaning.later |= word.iter().any(|sense| sense.contains(&"later"));
            let longer = |front: &Vec<&'static str>| {
                word.iter().map(|sense| [front.as_slice(), sense].concat()).collect::<Vec<_>>()
            };
            readings = readings.iter().flat_map(longer).take(MOST_READINGS).collect();
        }
        let said =
            |parts: Vec<&'static str>| sorted(parts.into_iter().filter(|part| *part != "stop"));
        meaning.readings = readings.into_iter().map(said).collect();
        meaning
    }

    /// The senses of each word or phrase; `None` if a word is unknown.
    fn senses(&self, sold: Option<&str>) -> Option<Vec<Vec<Sense>>> {
        let known = Vocabulary::all();
        let mut senses = Vec::new();
        let mut at = 0;
        while at < self.words.len() {
            let longest = (self.words.len() - at).min(LONGEST_PHRASE);
            let phrase = (1..=longest).rev().find_map(|length| {
                known.senses(&self.words[at..at + length].concat()).map(|found| (length, found))
            });
            let word = &self.words[at];
            match phrase {
                Some((length, found)) => {
                    senses.push(found.to_vec());
                    at += length;
                }
                None if sold == Some(word) => {
                    senses.push(vec![vec!["product"]]);
                    at += 1;
                }
                None => {
                    senses.extend(known.inside(word)?.into_iter().map(<[Sense]>::to_vec));
                    at += 1;
                }
            }
        }
        Some(senses)
    }

    /// How clearly the header names a role; 0 is the clearest.
    pub(crate) fn rank(&self, role: Role) -> Option<usize> {
        self.readings.iter().filter_map(|reading| rank(role, reading)).min()
    }

    /// True if one reading of the header consists of exactly these parts.
    pub(crate) fn is(&self, parts: &[&'static str]) -> bool {
        let parts = sorted(parts.iter().copied());
        self.readings.contains(&parts)
    }

    /// True if one of the words can have that sense.
    pub(crate) fn speaks_of(&self, part: &str) -> bool {
        self.readings.iter().any(|reading| reading.contains(&part))
    }

    /// True for a header without words.
    pub(crate) fn is_blank(&self) -> bool {
        self.words.is_empty()
    }
}

/// True if a file name has one of these senses, as `kunden-2024` has that of customers.
pub(crate) fn speaks_of(name: &str, senses: &[&'static str]) -> bool {
    let words = words_of(name);
    words.iter().any(|word| senses.iter().any(|sense| HeaderMeaning::of(word).is(&[sense])))
}

/// True for a header that means a number, an id or a code of something, and so never money.
pub(crate) fn numbers_things(header: &str) -> bool {
    let meaning = HeaderMeaning::of(header);
    ["id", "number", "code", "reference", "row"].iter().any(|mark| meaning.speaks_of(mark))
}

/// True for a header that identifies a customer, product or order.
pub(crate) fn names_party(header: &str) -> bool {
    let meaning = HeaderMeaning::of(header);
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

/// The unknown word for what is sold, found in headers such as `pizza_name` and `pizza_category`.
fn goods(headers: &[Vec<String>]) -> Option<String> {
    let named = stems(headers, "name");
    stems(headers, "category").into_iter().find(|word| named.contains(word)).cloned()
}

/// The unknown first words of two-word headers whose second word has that sense.
fn stems<'h>(headers: &'h [Vec<String>], sense: &'static str) -> Vec<&'h String> {
    let words = Vocabulary::all();
    let stem = |header: &'h Vec<String>| {
        let [word, of] = header.as_slice() else { return None };
        let is_of = words.senses(of)?.contains(&vec![sense]);
        (is_of && words.senses(word).is_none()).then_some(word)
    };
    headers.iter().filter_map(stem).collect()
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
