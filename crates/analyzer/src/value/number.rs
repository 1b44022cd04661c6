//! Whole and decimal numbers: which type fits every value of a column.
//!
//! Numbers are in plain form, digits with at most one point and a minus sign, either in the file or
//! as [`ecom_core::canonical::NumberFormat`] reads them. A leading zero makes an identifier, which
//! is text.

use std::cmp::Ordering;

use ecom_core::plan::SqlType;

/// The most digits of a `DECIMAL`, and the most after its point.
const DIGITS: usize = 65;
const SCALE: usize = 30;

/// Powers of ten. Dividing a number of at most 15 digits by one of them rounds only once, so
/// different numbers stay different and in order.
const POWERS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The parts of a written number.
#[derive(Clone, Copy, Debug)]
struct Number<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    point: bool,
    /// The value, correctly rounded, which preserves the order; `None` for more than 15 digits.
    rounded: Option<f64>,
}

/// What is known of a column of numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    whole_digits: usize,
    scale: usize,
    point: bool,
    /// True if a digit other than zero follows a point.
    decimals: bool,
    negative_zero: bool,
    minimum: String,
    maximum: String,
    /// Smallest and greatest value, correctly rounded: a value between them is not a new extreme.
    between: Option<(f64, f64)>,
}

impl Numbers {
    /// Adds a value; returns false if a `DECIMAL` cannot hold it together with the others.
    pub(crate) fn observe(&mut self, text: &str) -> bool {
        Number::parse(text).is_some_and(|number| self.take(number, text))
    }

    /// The same for a number without a point; a number with a point is not added.
    pub(crate) fn observe_whole(&mut self, text: &str) -> bool {
        let number = Number::parse(text).filter(|number| !number.point);
        number.is_some_and(|number| self.take(number, text))
    }

    fn take(&mut self, number: Number<'_>, text: &str) -> bool {
        let whole_digits = self.whole_digits.max(number.whole.trim_start_matches('0').len());
        let scale = self.scale.max(number.fraction.len());
        if scale > SCALE || whole_digits + scale > DIGITS {
            return false;
        }
        (self.whole_digits, self.scale) = (whole_digits, scale);
        self.point |= number.point;
        self.decimals = self.decimals || number.fraction.bytes().any(|digit| digit != b'0');
        self.negative_zero |= number.negative && number.is_zero();
        let inside = self.between.zip(number.rounded);
        if !inside.is_some_and(|((least, greatest), value)| least <= value && value <= greatest) {
            self.observe_extremes(number, text);
        }
        true
    }

    fn observe_extremes(&mut self, number: Number<'_>, text: &str) {
        if self.minimum.is_empty() || less(number, &self.minimum) {
            text.clone_into(&mut self.minimum);
        }
        if self.maximum.is_empty() || greater(number, &self.maximum) {
            text.clone_into(&mut self.maximum);
        }
        let rounded = |text: &str| Number::parse(text)?.rounded;
        self.between = rounded(&self.minimum).zip(rounded(&self.maximum));
    }

    /// The narrowest type for all values.
    pub(crate) fn sql_type(&self) -> SqlType {
        let fits =
            |fits: fn(&str) -> bool| !self.point && fits(&self.minimum) && fits(&self.maximum);
        if fits(|text| text.parse::<i32>().is_ok()) {
            return SqlType::Int;
        }
        if fits(|text| text.parse::<i64>().is_ok()) {
            return SqlType::BigInt;
        }
        let small = |digits: usize| u8::try_from(digits).unwrap_or(u8::MAX);
        SqlType::Decimal {
            precision: small((self.whole_digits + self.scale).max(1)),
            scale: small(self.scale),
        }
    }

    /// True if no digit other than zero follows a point.
    pub(crate) fn is_whole(&self) -> bool {
        !self.decimals && self.whole_digits < 19
    }

    /// True for whole numbers of which some have a point: `17850.0`.
    pub(crate) fn is_whole_with_points(&self) -> bool {
        self.point && self.is_whole()
    }

    /// The narrowest whole type for all values without their decimals.
    pub(crate) fn whole_type(&self) -> SqlType {
        let whole = |text: &str| text.split('.').next().unwrap_or_default().parse::<i32>().is_ok();
        if whole(&self.minimum) && whole(&self.maximum) { SqlType::Int } else { SqlType::BigInt }
    }

    /// The smallest and greatest value as written.
    pub(crate) fn range(&self) -> (&str, &str) {
        (&self.minimum, &self.maximum)
    }

    /// True if two values with different text can be the same number.
    pub(crate) fn ambiguous(&self) -> bool {
        self.point || self.negative_zero
    }
}

impl<'a> Number<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let negative = unsigned.len() < text.len();
        let bytes = unsigned.as_bytes();
        let mut point = None;
        let mut digits = 0_u64;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
                }
                b'.' if point.is_none() => point = Some(at),
                _ => return None,
            }
        }
        let whole = &unsigned[..point.unwrap_or(bytes.len())];
        let fraction = point.map_or("", |point| &unsigned[point + 1..]);
        let count = whole.len() + fraction.len();
        if count == 0 || (whole.len() > 1 && bytes[0] == b'0') {
            return None;
        }
        let rounded = (count < POWERS.len()).then(|| {
            let size = digits as f64 / POWERS[fraction.len()];
            if negative { -size } else { size }
        });
        Some(Self { negative, whole, fraction, point: point.is_some(), rounded })
    }

    fn is_zero(self) -> bool {
        self.whole.bytes().chain(self.fraction.bytes()).all(|digit| digit == b'0')
    }

    /// Compares by value.
    fn compare(self, other: Self) -> Ordering {
        let negative = |number: Self| number.negative && !number.is_zero();
        match (negative(self), negative(other)) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.compare_size(other),
            (true, true) => other.compare_size(self),
        }
    }

    fn compare_size(self, other: Self) -> Ordering {
        let parts = |number: Self| {
            (number.whole.trim_start_matches('0'), number.fraction.trim_end_matches('0'))
        };
        let ((a, a_fraction), (b, b_fraction)) = (parts(self), parts(other));
        (a.len(), a, a_fraction).cmp(&(b.len(), b, b_fraction))
    }
}

/// True for a number in plain form.
pub(crate) fn is_plain(text: &str) -> bool {
    Number::parse(text).is_some()
}

fn less(number: Number<'_>, than: &str) -> bool {
    Number::parse(than).is_some_and(|than| number.compare(than) == Ordering::Less)
}

fn greater(number: Number<'_>, than: &str) -> bool {
    Number::parse(than).is_some_and(|than| number.compare(than) == Ordering::Greater)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&str]) -> Option<(String, String, String)> {
        let mut numbers = Numbers::default();
        for value in values {
            if !numbers.observe(value) {
                return None;
            }
        }
        let (minimum, maximum) = numbers.range();
        Some((numbers.sql_type().to_string(), minimum.to_owned(), maximum.to_owned()))
    }

    fn type_of(values: &[&str]) -> Option<String> {
        of(values).map(|found| found.0)
    }

    #[test]
    fn the_narrowest_type_that_holds_every_value_is_found() {
        for (values, wanted) in [
            (&["1", "0", "-5"][..], "INT"),
            (&["2147483647"], "INT"),
            (&["2147483648"], "BIGINT"),
            (&["9223372036854775808"], "DECIMAL(19,0)"),
            (&["1", "2.5", "1234.75"], "DECIMAL(6,2)"),
            (&[".5", "0"], "DECIMAL(1,1)"),
            (&["1.", "2"], "DECIMAL(1,0)"),
        ] {
            assert_eq!(type_of(values).as_deref(), Some(wanted), "{values:?}");
        }
    }

    #[test]
    fn values_that_are_not_numbers_are_text() {
        for text in ["01529", "1e3", "+1", "1,5", "-", ".", "$5", "1 ", "0x1", "-.", "١"] {
            assert_eq!(type_of(&[text]), None, "{text}");
        }
        let long = "9".repeat(66);
        assert_eq!(type_of(&[&long]), None);
    }

    #[test]
    fn the_range_is_by_value_not_by_text() {
        let range = of(&["9", "10", "-2", "-10.5", "9.99"]).unwrap();
        assert_eq!((range.1.as_str(), range.2.as_str()), ("-10.5", "10"));
        let range = of(&["0", "-0", "0.10", "0.2"]).unwrap();
        assert_eq!((range.1.as_str(), range.2.as_str()), ("0", "0.2"));
    }

    proptest::proptest! {
        #[test]
        fn every_number_taken_in_converts_with_the_type_found(
            values in proptest::collection::vec("-?(0|[1-9][0-9]{0,12})?(\\.[0-9]{0,4})?", 1..8)
        ) {
            let mut numbers = Numbers::default();
            if values.iter().all(|value| numbers.observe(value)) {
                let mut canonical = ecom_core::canonical::Canonical::new();
                let column =
                    ecom_core::convert::ColumnConverter::new(numbers.sql_type(), false, None);
                for value in &values {
                    proptest::prop_assert_eq!(column.convert(Some(value), &mut canonical), Ok(()));
                }
            }
        }
    }
}
