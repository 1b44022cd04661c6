//! The rest of a text, and the items of what was read.

use crate::canonical::blank::is_blank;
use crate::canonical::time::items::Item;
use crate::canonical::time::names::split_word;

/// The rest of a text, and the items of what was read.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
    pub(super) items: Vec<Item>,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, items: Vec::new() }
    }

    /// The items, if the whole text was read.
    pub(super) fn finish(self) -> Option<Vec<Item>> {
        self.rest.is_empty().then_some(self.items)
    }

    /// How many digits come next.
    pub(super) fn count(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }

    pub(super) fn number(&mut self, least: usize, most: usize, item: Item) -> Option<()> {
        let count = self.count();
        (least..=most).contains(&count).then_some(())?;
        self.items.push(item);
        self.rest = &self.rest[count..];
        Some(())
    }

    pub(super) fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = split_word(self.rest);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    pub(super) fn literal(&mut self, text: &str) {
        self.items.extend(text.chars().map(Item::Literal));
    }

    /// Blanks of any width; the format has a single one.
    pub(super) fn blanks(&mut self) -> Option<()> {
        let rest = self.rest.trim_start_matches(is_blank);
        let some = rest.len() < self.rest.len();
        self.items.push(Item::Literal(' '));
        self.rest = rest;
        some.then_some(())
    }
}
