//! What was seen of a column: NULLs, the least and the greatest value, the longest text.

use ecom_core::plan::{Column, SqlType, Table};

/// What was seen of a column that the plan claims something about.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The column's index in the table.
    pub(crate) index: usize,
    pub(crate) nulls: u64,
    /// The least and the greatest value in canonical form, of numbers and times.
    pub(crate) range: Option<(String, String)>,
    /// Characters of the longest text.
    pub(crate) longest: usize,
    order: Order,
}

/// How the values of a column are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Number,
    Time,
    Length,
    None,
}

impl Seen {
    /// One for each column of a table that the plan claims something about.
    pub(crate) fn of(table: &Table) -> Vec<Self> {
        let columns = table.columns.iter().enumerate();
        columns.filter_map(|(index, column)| Self::new(index, column)).collect()
    }

    fn new(index: usize, column: &Column) -> Option<Self> {
        let has_range = column.minimum.is_some() || column.maximum.is_some();
        let is_claimed = column.nulls.is_some() || has_range || column.longest.is_some();
        let order = match column.sql_type {
            kind if has_range && kind.is_number() => Order::Number,
            SqlType::Date | SqlType::DateTime { .. } if has_range => Order::Time,
            kind if column.longest.is_some() && kind.is_text() => Order::Length,
            _ => Order::None,
        };
        let seen = Self { index, nulls: 0, range: None, longest: 0, order };
        Some(seen).filter(|_| is_claimed && !column.generated)
    }

    /// Takes over what was seen of other records; `other` has then seen nothing.
    pub(crate) fn add(&mut self, other: &mut Self) {
        self.nulls += std::mem::take(&mut other.nulls);
        self.longest = self.longest.max(std::mem::take(&mut other.longest));
        if let Some((minimum, maximum)) = other.range.take() {
            self.compare(&minimum);
            self.compare(&maximum);
        }
    }

    /// Sees a value in canonical form.
    pub(crate) fn see(&mut self, value: Option<&str>) {
        let Some(text) = value else {
            self.nulls += 1;
            return;
        };
        match self.order {
            Order::Number | Order::Time => self.compare(text),
            // A text has no more characters than bytes.
            Order::Length if text.len() > self.longest => {
                self.longest = self.longest.max(text.chars().count());
            }
            Order::Length | Order::None => {}
        }
    }

    fn compare(&mut self, text: &str) {
        match self.order {
            Order::Number if self.is_inside(text) => {}
            Order::Number => self.widen(text, is_less),
            _ => self.widen(text, |a, b| a < b),
        }
    }

    /// True for a number whose length alone shows that it is between the least and the greatest.
    fn is_inside(&self, text: &str) -> bool {
        self.range.as_ref().is_some_and(|(minimum, maximum)| {
            (minimum.len() + 1..maximum.len()).contains(&text.len())
                && !minimum.starts_with('-')
                && !text.starts_with('-')
        })
    }

    fn widen(&mut self, text: &str, is_less: impl Fn(&str, &str) -> bool) {
        let Some((minimum, maximum)) = &mut self.range else {
            self.range = Some((text.to_owned(), text.to_owned()));
            return;
        };
        // Times mostly rise.
        let bound = match () {
            () if is_less(maximum, text) => maximum,
            () if is_less(text, minimum) => minimum,
            () => return,
        };
        bound.clear();
        bound.push_str(text);
    }
}

/// Compares canonical numbers of one column, which all have the same number of decimals.
fn is_less(a: &str, b: &str) -> bool {
    match (a.starts_with('-'), b.starts_with('-')) {
        // Most numbers differ in length or in one of the first digits.
        (false, false) => a.len() < b.len() || (a.len() == b.len() && a < b),
        (true, true) => (b.len(), b) < (a.len(), a),
        (negative, _) => negative,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_is_that_of_most_characters() {
        let (range, order) = (None, Order::Length);
        let mut seen = Seen { index: 0, nulls: 0, range, longest: 0, order };
        for text in ["ab", "éé", "", "abc", "日本"] {
            seen.see(Some(text));
        }
        seen.see(None);
        assert_eq!((seen.longest, seen.nulls), (3, 1));
    }

    #[test]
    fn parts_add_up_in_any_order() {
        let new = || Seen { index: 0, nulls: 0, range: None, longest: 0, order: Order::Number };
        let (mut whole, mut parts) = (new(), [new(), new(), new()]);
        for (number, text) in
            [Some("7"), None, Some("-12"), Some("100"), None, Some("9")].iter().enumerate()
        {
            whole.see(*text);
            parts[number % 3].see(*text);
        }
        let mut sum = new();
        parts.iter_mut().rev().for_each(|part| sum.add(part));
        assert_eq!((sum.nulls, &sum.range), (whole.nulls, &whole.range));
        assert_eq!(sum.range, Some(("-12".into(), "100".into())));
        assert!(parts.iter().all(|part| part.nulls == 0 && part.range.is_none()));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        for (a, b) in [("9", "10"), ("-10", "-9"), ("-1", "0"), ("9.50", "10.00"), ("-1", "1")] {
            assert!(is_less(a, b), "{a} < {b}");
            assert!(!is_less(b, a), "{b} < {a}");
        }
        assert!(!is_less("5", "5"));
    }
}
