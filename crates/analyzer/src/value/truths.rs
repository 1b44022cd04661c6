//! Truth values: which pair of words all values of a column belong to.

use ecom_core::canonical::BooleanFormat;

/// The pairs that all values so far belong to.
#[derive(Clone, Debug)]
pub(crate) struct Truths {
    alive: Vec<WordPair>,
}

#[derive(Clone, Copy, Debug)]
struct WordPair {
    format: BooleanFormat,
    seen: [bool; 2],
}

impl Truths {
    pub(crate) fn new() -> Self {
        let alive = BooleanFormat::all().map(|format| WordPair { format, seen: [false; 2] });
        Self { alive: alive.collect() }
    }

    /// Adds a value.
    pub(crate) fn observe(&mut self, text: &str) {
        self.alive.retain_mut(|pair| match pair.format.read(text) {
            Some(truth) => {
                pair.seen[usize::from(truth)] = true;
                true
            }
            None => false,
        });
    }

    /// True while every value belongs to a pair.
    pub(crate) fn are_possible(&self) -> bool {
        !self.alive.is_empty()
    }

    /// The pair. Y or oui counts only if the other word occurs too; `yes` alone is enough.
    pub(crate) fn decide(&self) -> Option<BooleanFormat> {
        let known = |pair: &&WordPair| pair.format.is_plain() || pair.seen == [true; 2];
        self.alive.iter().find(known).map(|pair| pair.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(values: &[&str]) -> Option<String> {
        let mut truths = Truths::new();
        for value in values {
            truths.observe(value);
        }
        truths.decide().map(|pair| pair.to_string())
    }

    #[test]
    fn a_column_has_one_pair_of_words() {
        for (values, wanted) in [
            (&["True", "FALSE"][..], Some("true/false")),
            (&["no"], Some("yes/no")),
            (&["Y", "n"], Some("y/n")),
            (&["Ja", "Nein"], Some("ja/nein")),
            (&["Oui", "non"], Some("oui/non")),
            (&["F"], None),
            (&["F", "M"], None),
            (&["yes", "false"], None),
            (&["0", "1"], None),
        ] {
            assert_eq!(pair(values).as_deref(), wanted, "{values:?}");
        }
    }
}
