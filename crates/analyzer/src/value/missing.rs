//! Spellings that mean a missing value if the other values of a column are numbers, times or truth
//! values. In a column of text they are text: NA is Namibia.

use crate::count::counts::ValueCount;

/// In lower case.
const WORDS: [&str; 29] = [
    "null",
    "na",
    "n/a",
    "n.a.",
    "#n/a",
    "#na",
    "nan",
    "nat",
    "none",
    "nil",
    "\\n",
    "-",
    "--",
    "---",
    "\u{2013}",
    "\u{2014}",
    "?",
    "(blank)",
    "(null)",
    "(none)",
    "<na>",
    "<null>",
    "missing",
    "undefined",
    "#null!",
    "#value!",
    "#ref!",
    "#div/0!",
    "k.a.",
];

/// Those that mean nothing else even among names.
const CLEAR: [&str; 11] =
    ["null", "n/a", "#n/a", "nan", "nat", "none", "\\n", "(null)", "<na>", "<null>", "undefined"];

/// The spellings that occur in a column, counted apart from its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct MissingWords {
    found: Vec<ValueCount>,
}

impl MissingWords {
    /// Adds a value if it is one of the spellings.
    #[inline]
    pub(crate) fn observe(&mut self, text: &str) -> bool {
        is_word(text) && self.add(text)
    }

    fn add(&mut self, text: &str) -> bool {
        match self.found.iter_mut().find(|found| found.value == text) {
            Some(found) => found.count += 1,
            None => self.found.push(ValueCount { value: text.to_owned(), count: 1 }),
        }
        true
    }

    /// The spellings that mean a missing value, and those that are values. They mean a missing
    /// value in a column of numbers, times or truth values (`all`) and, if unambiguous, in a column
    /// of ids (`clear`).
    pub(crate) fn divide(self, all: bool, clear: bool) -> (Vec<ValueCount>, Vec<ValueCount>) {
        let stands_for_none = |word: &ValueCount| all || (clear && is_in(&CLEAR, &word.value));
        self.found.into_iter().partition(stands_for_none)
    }
}

/// The finding on spellings that are treated as missing.
pub(crate) fn finding(header: &str, words: &[ValueCount]) -> Option<String> {
    // An empty quoted text needs no mention.
    let words: Vec<_> = words.iter().filter(|word| !word.value.is_empty()).collect();
    let count: u64 = words.iter().map(|word| word.count).sum();
    let spelled: Vec<_> = words.iter().map(|word| word.value.as_str()).collect();
    let (values, are) = if count == 1 { ("value", "is") } else { ("values", "are") };
    (count > 0).then(|| {
        format!(
            "column {header:?}: {count} {values} {} {are} treated as missing",
            spelled.join(", ")
        )
    })
}

/// The bytes that a spelling can begin with; few values begin with one.
const BEGINNINGS: [bool; 256] = {
    let mut may_begin = [false; 256];
    let bytes = b"Nn#\\-?(<mMuUkK0\xe2";
    let mut at = 0;
    while at < bytes.len() {
        may_begin[bytes[at] as usize] = true;
        at += 1;
    }
    may_begin
};

#[inline]
fn is_word(text: &str) -> bool {
    let first = text.as_bytes().first();
    first.is_some_and(|first| BEGINNINGS[usize::from(*first)])
        && (text.len() <= 9 && is_in(&WORDS, text) || is_zero_date(text))
}

/// MySQL's notation of a date that does not exist.
fn is_zero_date(text: &str) -> bool {
    text.starts_with("0000-00-00") && text.bytes().all(|byte| b"0-: .".contains(&byte))
}

fn is_in(list: &[&str], text: &str) -> bool {
    list.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_counted_separately() {
        let mut words = MissingWords::default();
        for text in ["NA", "n/a", "NA", "\\N", "-", "5", "Namibia", "-5", "unknown"] {
            words.observe(text);
        }
        let (missing, _) = words.clone().divide(true, false);
        let said = "column \"amount\": 5 values NA, n/a, \\N, - are treated as missing";
        assert_eq!(finding("amount", &missing).as_deref(), Some(said));
        let (missing, kept) = words.divide(false, true);
        assert_eq!((missing.len(), kept.len()), (2, 2));
    }
}
