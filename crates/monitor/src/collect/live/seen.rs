//! Which records were there before: a bit for each record number.
//!
//! A streamer that is killed sends again what was not acknowledged, and a life cycle has several messages
//! of one record. Each record has a number in its source, from 1 without gaps, so ten million of them take
//! little more than a megabyte.

use std::collections::BTreeMap;

/// Records of a page: 8 KiB of bits.
const PAGE: u64 = 1 << 16;

/// Its words of 64 bits.
const WORDS: usize = 1 << 10;

/// The most pages: 32 MiB of bits, for 268 million records. Numbers that nobody gave may be anywhere, and
/// each could take a page of its own.
const MOST_PAGES: usize = 4096;

/// The most sources: a data set has one.
const MOST_SOURCES: usize = 64;

/// The records seen so far, by source and number.
#[derive(Debug, Default)]
pub(super) struct Seen {
    sources: Vec<Source>,
    pages: usize,
}

#[derive(Debug)]
struct Source {
    name: String,
    pages: BTreeMap<u64, Box<[u64]>>,
}

impl Seen {
    /// Notes a record; true if it was not there before. `None` if there is no room to know.
    pub(super) fn note(&mut self, source: &str, number: u64) -> Option<bool> {
        let known = self.sources.iter().position(|known| known.name == source);
        let index = match known {
            Some(index) => index,
            None if self.sources.len() == MOST_SOURCES => return None,
            None => {
                self.sources.push(Source { name: source.to_owned(), pages: BTreeMap::new() });
                self.sources.len() - 1
            }
        };
        let (page, bit) = (number / PAGE, number % PAGE);
        let pages = &mut self.sources[index].pages;
        if !pages.contains_key(&page) {
            if self.pages == MOST_PAGES {
                return None;
            }
            self.pages += 1;
        }
        let words = pages.entry(page).or_insert_with(|| vec![0; WORDS].into());
        let word = &mut words[(bit / 64) as usize];
        let mask = 1 << (bit % 64);
        let is_new = *word & mask == 0;
        *word |= mask;
        Some(is_new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_new_once_in_each_source() {
        let mut seen = Seen::default();
        for number in [1, 2, 64, 65_535, 65_536, 10_000_000, u64::MAX] {
            assert_eq!(seen.note("a", number), Some(true), "{number}");
            assert_eq!(seen.note("a", number), Some(false), "{number}");
        }
        assert_eq!((seen.note("b", 1), seen.note("a", 3)), (Some(true), Some(true)));
    }

    #[test]
    fn numbers_and_sources_that_nobody_gave_do_not_fill_the_memory() {
        let mut seen = Seen::default();
        let noted = (0..10_000).filter(|page| seen.note("a", page * PAGE).is_some()).count();
        assert_eq!(noted, MOST_PAGES);
        assert_eq!((seen.note("a", 1), seen.note("a", 0)), (Some(true), Some(false)));
        let sources = (0..100).filter(|source| seen.note(&source.to_string(), 0).is_some()).count();
        assert_eq!(sources, 0, "no page is left");
        let mut seen = Seen::default();
        let sources = (0..100).filter(|source| seen.note(&source.to_string(), 0).is_some()).count();
        assert_eq!(sources, MOST_SOURCES);
    }
}
