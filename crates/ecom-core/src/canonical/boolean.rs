//! Booleans in several languages.

use std::fmt;
use std::str::FromStr;

/// The words for true and for false, in lower case. The first two need no format in the plan.
const PAIRS: [(&str, &str); 22] = [
    ("true", "false"),
    ("yes", "no"),
    ("t", "f"),
    ("y", "n"),
    ("j", "n"),
    ("o", "n"),
    ("s", "n"),
    ("ja", "nein"),
    ("ja", "nee"),
    ("oui", "non"),
    ("si", "no"),
    ("sí", "no"),
    ("sì", "no"),
    ("sim", "não"),
    ("sim", "nao"),
    ("tak", "nie"),
    ("evet", "hayır"),
    ("да", "нет"),
    ("wahr", "falsch"),
    ("vrai", "faux"),
    ("verdadero", "falso"),
    ("verdadeiro", "falso"),
];

/// How the booleans of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BooleanFormat(usize);

impl BooleanFormat {
    /// All known formats.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PAIRS.len()).map(Self)
    }

    /// True for `true`/`false` and `yes`/`no`, which a column without a format may have.
    #[must_use]
    pub fn is_plain(self) -> bool {
        self.0 < 2
    }

    /// The boolean, in upper or lower case; `None` if the text is neither word.
    #[must_use]
    pub fn read(self, text: &str) -> Option<bool> {
        let (yes, no) = PAIRS[self.0];
        if is(text, yes) { Some(true) } else { is(text, no).then_some(false) }
    }
}

/// The boolean of a column without a format.
pub(crate) fn plain(text: &str) -> Option<bool> {
    BooleanFormat(0).read(text).or_else(|| BooleanFormat(1).read(text))
}

fn is(text: &str, word: &str) -> bool {
    text.eq_ignore_ascii_case(word)
        || (!text.is_ascii() && text.len() <= 2 * word.len() && text.to_lowercase() == word)
        // A Turkish capital I is a dotless i in lower case, but Rust makes it an i.
        || (word == "hayır" && text == "HAYIR")
}

impl fmt::Display for BooleanFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (yes, no) = PAIRS[self.0];
        write!(formatter, "{yes}/{no}")
    }
}

impl FromStr for BooleanFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::all().find(|pair| pair.to_string() == text.to_lowercase());
        found.ok_or_else(|| {
            format!("format {text:?} is not a pair of words for true and false, such as y/n")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_reads_its_words_in_any_case() {
        let read = |pair: &str, text: &str| pair.parse::<BooleanFormat>().unwrap().read(text);
        assert_eq!(read("y/n", "Y"), Some(true));
        assert_eq!(read("да/нет", "НЕТ"), Some(false));
        assert_eq!(read("sim/não", "NÃO"), Some(false));
        assert_eq!(read("evet/hayır", "HAYIR"), Some(false));
        assert_eq!(read("Y/N", "yes"), None);
        assert!("y".parse::<BooleanFormat>().is_err());
    }
}
