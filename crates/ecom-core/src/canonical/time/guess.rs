//! Finds the format of a text that is clearly a date or a time.

use super::items::Item;
use super::names::{behind_ordinal, half_day, is_weekday, month, split_word};
use super::{reader, zones};
use crate::canonical::blank::{is_around, is_blank};
use crate::canonical::number::in_ascii;

/// The longest text that can be a time.
const LONGEST: usize = 96;

/// Words between day, month and year.
const WORDS: [&str; 4] = ["de", "del", "do", "of"];

/// What joins a date and a time of day.
const JOINTS: [&str; 10] =
    [", ", " at ", " um ", " à ", " a las ", " às ", " alle ", " - ", "T", " "];

/// What may follow a time of day.
const BEHIND: [&str; 7] = [" Uhr", " hrs", " hrs.", " hs", " hs.", " h", " h."];

/// This many digits after a point are neither minutes nor seconds.
const SHORTEST_FRACTION: usize = 3;

/// What may follow a date.
const YEARS: [&str; 6] = [" г.", " года", " г", " r.", " roku", "."];

/// What follows year, month and day in China, Japan and Korea.
const EASTERN: [[&str; 3]; 2] = [["年", "月", "日"], ["년", "월", "일"]];

/// The items of a format that reads the text; month first if the order is open.
pub(super) fn guess(text: &str) -> Option<Vec<Item>> {
    let text = in_ascii(text);
    let text = text.trim_matches(is_around);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(6..=LONGEST).contains(&text.len()) || digits < 3 {
        return None;
    }
    let start = Guess { rest: text, items: Vec::new() };
    let found = start.clone().behind_weekday().or_else(|| start.whole())?;
    let parts = reader::read(&found, text)?;
    (parts.moment().or_else(|| parts.swapped().moment())).map(|_| found)
}

/// The rest of a text, and the items of what was read.
#[derive(Clone)]
struct Guess<'a> {
    rest: &'a str,
    items: Vec<Item>,
}

impl<'a> Guess<'a> {
    /// A weekday, then date and time.
    fn behind_weekday(mut self) -> Option<Vec<Item>> {
        let word = self.word()?;
        if !is_weekday(word) {
            return None;
        }
        self.items.push(Item::Weekday);
        self.rest = self.rest.strip_prefix('.').unwrap_or(self.rest);
        if self.rest.starts_with(',') {
            self.literal(",");
            self.rest = &self.rest[1..];
        }
        self.blanks()?;
        self.clone().year_at_end().or_else(|| self.whole())
    }

    /// `Jan 13 10:05:17 2024`, with or without a zone before the year.
    fn year_at_end(mut self) -> Option<Vec<Item>> {
        self.month_name()?;
        self.blanks()?;
        self.number(1, 2, Item::Day)?;
        self.blanks()?;
        self.number(1, 2, Item::Hour)?;
        self.minutes()?;
        self.blanks()?;
        if self.count() == 0 {
            let offset = zones::offset(self.rest).map(|(_, rest)| (Item::Offset, rest));
            let zone = || zones::named(self.rest).map(|(_, rest)| (Item::Zone, rest));
            let (item, rest) = offset.or_else(zone)?;
            self.items.push(item);
            self.rest = rest;
            self.blanks()?;
        }
        self.number(4, 4, Item::Year)?;
        self.rest.is_empty().then_some(self.items)
    }

    /// A date, with or without a time of day before or after it.
    fn whole(self) -> Option<Vec<Item>> {
        self.clone().date_first().or_else(|| self.clock_first())
    }

    /// `10:05 13/01/2024`
    fn clock_first(mut self) -> Option<Vec<Item>> {
        let hour = self.items.len();
        self.number(1, 2, Item::Hour)?;
        self.rest.starts_with(':').then_some(())?;
        self.minutes()?;
        if self.half_day() {
            self.items[hour] = Item::HalfHour;
        }
        self.between()?;
        self.date()?;
        self.rest.is_empty().then_some(self.items)
    }

    /// A date, and a time of day if there is more.
    fn date_first(mut self) -> Option<Vec<Item>> {
        self.date()?;
        let ends = |mark: &&str| {
            let behind = self.rest.strip_prefix(*mark);
            behind.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
        };
        if let Some(mark) = YEARS.into_iter().find(ends) {
            self.literal(mark);
            self.rest = &self.rest[mark.len()..];
        }
        if !self.rest.is_empty() {
            self.clock()?;
        }
        self.rest.is_empty().then_some(self.items)
    }

    fn date(&mut self) -> Option<()> {
        if self.rest.starts_with(char::is_alphabetic) {
            self.month_name()?;
            self.between()?;
            self.day()?;
            self.between()?;
            return self.year();
        }
        let digits = self.count();
        match digits {
            4 => self.year_first(),
            8 => self.compact(),
            1 | 2 => self.year_last(),
            _ => None,
        }
    }

    /// `2024-12-31`, `2024-Dec-31`
    fn year_first(&mut self) -> Option<()> {
        self.number(4, 4, Item::Year)?;
        if let Some(marks) = EASTERN.iter().find(|marks| self.rest.starts_with(marks[0])) {
            return self.eastern(*marks);
        }
        let separator = self.between()?;
        if self.rest.starts_with(char::is_alphabetic) {
            self.month_name()?;
            self.between()?;
        } else {
            is_separator(separator).then_some(())?;
            self.number(1, 2, Item::Month)?;
            (self.between()? == separator).then_some(())?;
        }
        self.day()
    }

    /// `2024年12月31日`, from the character for the year on.
    fn eastern(&mut self, [year, month, day]: [&'static str; 3]) -> Option<()> {
        for (mark, item) in [(year, Some(Item::Month)), (month, Some(Item::Day)), (day, None)] {
            self.rest = self.rest.strip_prefix(mark)?;
            self.literal(mark);
            if let Some(item) = item {
                if self.rest.starts_with(is_blank) {
                    self.blanks()?;
                }
                self.number(1, 2, item)?;
            }
        }
        Some(())
    }

    /// `20241231T103000`; the `T` shows that it is a time.
    fn compact(&mut self) -> Option<()> {
        self.rest.get(8..)?.starts_with(['T', ' ']).then_some(())?;
        self.items.extend([Item::Year, Item::Month, Item::Day]);
        self.rest = &self.rest[8..];
        Some(())
    }

    /// `12/31/2024`, `31. Dezember 2024`, `31st of December, 2024`
    fn year_last(&mut self) -> Option<()> {
        let start = self.items.len();
        self.day()?;
        let separator = self.between()?;
        if self.rest.starts_with(char::is_alphabetic) {
            self.month_name()?;
            self.between()?;
            return self.year();
        }
        is_separator(separator).then_some(())?;
        self.items[start] = Item::Month;
        self.day()?;
        (self.between()? == separator).then_some(())?;
        self.year()
    }

    /// A day, also as `1st`.
    fn day(&mut self) -> Option<()> {
        self.number(1, 2, Item::Day)?;
        self.rest = behind_ordinal(self.rest);
        Some(())
    }

    fn year(&mut self) -> Option<()> {
        match self.count() {
            4 => self.number(4, 4, Item::Year),
            2 => self.number(2, 2, Item::ShortYear),
            _ => None,
        }
    }

    fn month_name(&mut self) -> Option<()> {
        month(self.word()?)?;
        self.items.push(Item::MonthName);
        // The point of an abbreviation, but not a separator as in 12.Mar.2024.
        let behind = self.rest.strip_prefix('.');
        if let Some(rest) = behind.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit())) {
            self.rest = rest;
        }
        Some(())
    }

    /// What separates two pieces of a date: a sign, blanks, or a word such as `de`.
    fn between(&mut self) -> Option<&'a str> {
        let all = self.rest;
        if let Some(first) = all.chars().next().filter(|c| matches!(c, '-' | '/' | '.' | ',')) {
            self.items.push(Item::Literal(first));
            self.rest = &all[1..];
        }
        if self.rest.starts_with(is_blank) {
            self.blanks()?;
            let (word, rest) = split_word(self.rest);
            if WORDS.contains(&word) && rest.starts_with(is_blank) {
                self.literal(word);
                self.rest = rest;
                self.blanks()?;
            }
        }
        let passed = &all[..all.len() - self.rest.len()];
        (!passed.is_empty()).then_some(passed)
    }

    fn clock(&mut self) -> Option<()> {
        let joint = JOINTS.into_iter().find(|joint| {
            let behind = self.rest.strip_prefix(*joint).unwrap_or_default();
            behind.trim_start_matches(is_blank).starts_with(|c: char| c.is_ascii_digit())
        });
        match joint {
            Some(joint) => {
                self.literal(joint);
                self.rest = self.rest[joint.len()..].trim_start_matches(is_blank);
            }
            None => self.blanks()?,
        }
        let hour = self.items.len();
        if matches!(self.count(), 4 | 6) {
            self.compact_clock()?;
        } else {
            self.number(1, 2, Item::Hour)?;
            self.minutes()?;
        }
        if self.half_day() {
            self.items[hour] = Item::HalfHour;
        } else if !self.items.contains(&Item::Minute) {
            return None;
        }
        self.zone()?;
        if let Some(behind) = BEHIND.into_iter().find(|behind| self.rest == *behind) {
            self.literal(behind);
            self.rest = "";
        }
        Some(())
    }

    fn compact_clock(&mut self) -> Option<()> {
        let seconds = self.count() == 6;
        self.items.extend([Item::Hour, Item::Minute]);
        self.rest = &self.rest[4..];
        if seconds {
            self.number(2, 2, Item::Second)?;
            self.fraction(true);
        }
        Some(())
    }

    /// Minutes and seconds after an hour; an hour alone is followed by AM or PM.
    fn minutes(&mut self) -> Option<()> {
        let Some(sign) = self.rest.chars().next().filter(|c| matches!(c, ':' | '.' | 'h')) else {
            return Some(());
        };
        self.items.push(Item::Literal(sign));
        self.rest = &self.rest[1..];
        self.number(2, 2, Item::Minute)?;
        let seconds = self.rest.strip_prefix(sign);
        if let Some(rest) = seconds.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            self.items.push(Item::Literal(sign));
            self.rest = rest;
            self.number(2, 2, Item::Second)?;
            self.fraction(sign != '.');
        }
        Some(())
    }

    /// Every format with seconds accepts a fraction, which a value may lack.
    fn fraction(&mut self, point: bool) {
        self.items.push(Item::Fraction);
        // Oracle writes 10.05.17.123000000.
        let long = self.rest.strip_prefix('.').is_some_and(|digits| {
            digits.bytes().take_while(u8::is_ascii_digit).count() >= SHORTEST_FRACTION
        });
        let signs: &[char] = if point || long { &['.', ','] } else { &[','] };
        let digits = self.rest.strip_prefix(signs);
        if let Some(digits) = digits.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            self.rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }

    fn half_day(&mut self) -> bool {
        let bare = self.rest.trim_start_matches(is_blank);
        let Some((_, rest)) = half_day(bare) else { return false };
        if bare.len() < self.rest.len() {
            self.items.push(Item::Literal(' '));
        }
        self.items.push(Item::HalfDay);
        self.rest = rest;
        true
    }

    fn zone(&mut self) -> Option<()> {
        let bare = self.rest.trim_start_matches(is_blank);
        let blank = bare.len() < self.rest.len();
        if bare.is_empty() || BEHIND.contains(&self.rest) {
            return Some(());
        }
        if blank {
            self.items.push(Item::Literal(' '));
        }
        // `GMT+0100 (Central European Standard Time)`
        let tail = bare.find(" (").filter(|_| bare.ends_with(')')).unwrap_or(bare.len());
        let (bare, tail) = bare.split_at(tail);
        if bare == "Z" || bare == "UTC" {
            self.literal(bare);
            self.rest = "";
        } else if let Some((_, "")) = zones::offset(bare).filter(|_| bare != "GMT") {
            self.items.push(Item::Offset);
            self.rest = "";
        } else {
            let (_, rest) = zones::named(bare)?;
            self.items.push(Item::Zone);
            self.rest = rest;
        }
        if !tail.is_empty() {
            self.rest.strip_suffix(tail).unwrap_or(self.rest).is_empty().then_some(())?;
            self.literal(tail);
            self.rest = "";
        }
        Some(())
    }

    /// How many digits come next.
    fn count(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }

    fn number(&mut self, least: usize, most: usize, item: Item) -> Option<()> {
        let count = self.count();
        (least..=most).contains(&count).then_some(())?;
        self.items.push(item);
        self.rest = &self.rest[count..];
        Some(())
    }

    fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = split_word(self.rest);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    fn literal(&mut self, text: &str) {
        self.items.extend(text.chars().map(Item::Literal));
    }

    /// Blanks of any width; the format has a single one.
    fn blanks(&mut self) -> Option<()> {
        let rest = self.rest.trim_start_matches(is_blank);
        let some = rest.len() < self.rest.len();
        self.items.push(Item::Literal(' '));
        self.rest = rest;
        some.then_some(())
    }
}

/// What may separate three numbers of a date.
fn is_separator(between: &str) -> bool {
    matches!(between, "-" | "/" | "." | " " | ". ")
}
