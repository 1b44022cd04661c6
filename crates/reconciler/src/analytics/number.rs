//! Exact decimal numbers.

use std::cmp::Ordering;
use std::fmt::Write as _;

use ecom_core::Failure;

/// A decimal number: `units` / 10^`scale`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number {
    units: i128,
    scale: u32,
}

impl Number {
    /// Zero, with two decimals: a sum that begins with it has at least these.
    pub(super) fn cents() -> Self {
        Self { units: 0, scale: 2 }
    }

    /// Reads a plain number such as `-1.50`; `None` if it is not one or has more than 38 digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if digits.is_empty() || !is_number(digits) || !is_number(fraction) {
            return None;
        }
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { units: format!("{whole}{fraction}").parse().ok()?, scale })
    }

    /// The sum.
    pub(super) fn plus(self, other: Self) -> Result<Self, Failure> {
        let scale = self.scale.max(other.scale);
        let units = self.at(scale).zip(other.at(scale)).and_then(|(a, b)| a.checked_add(b));
        let units = units.ok_or_else(|| Failure::refused("a sum has more than 38 digits"))?;
        Ok(Self { units, scale })
    }

    /// The product.
    pub(super) fn times(self, other: Self) -> Result<Self, Failure> {
        let units = self.units.checked_mul(other.units);
        let units = units.ok_or_else(|| Failure::refused("a product has more than 38 digits"))?;
        Ok(Self { units, scale: self.scale + other.scale })
    }

    /// Compares the values: 1.5 is 1.50.
    pub(super) fn compare(self, other: Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at(scale), other.at(scale)) {
            (Some(one), Some(other)) => one.cmp(&other),
            // What has no room at this scale is the greater in size.
            (None, _) => self.units.cmp(&0),
            (_, None) => 0.cmp(&other.units),
        }
    }

    /// The number without zeros at the end of its fraction: each value has one such text.
    pub(super) fn plain(self) -> String {
        let mut text = self.text();
        if text.contains('.') {
            let length = text.trim_end_matches('0').trim_end_matches('.').len();
            text.truncate(length);
        }
        if text == "-0" { "0".into() } else { text }
    }

    /// The number with its scale, and commas between thousands, for people.
    pub(super) fn shown(self) -> String {
        let text = self.text();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
        let mut shown = sign.to_owned();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                shown.push(',');
            }
            shown.push(digit);
        }
        if !fraction.is_empty() {
            shown.push('.');
            shown.push_str(fraction);
        }
        shown
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.units.checked_mul(10_i128.checked_pow(scale - self.scale)?)
    }

    fn text(self) -> String {
        let scale = self.scale as usize;
        let mut digits = format!("{:0width$}", self.units.unsigned_abs(), width = scale + 1);
        let fraction = digits.split_off(digits.len() - scale);
        let mut text = String::from(if self.units < 0 { "-" } else { "" });
        text.push_str(&digits);
        if scale > 0 {
            // Writing to a String cannot fail.
            let _ = write!(text, ".{fraction}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn sums_are_exact_and_each_value_has_one_plain_text() {
        let sum = number("0.1").plus(number("0.20")).unwrap();
        assert_eq!((sum.plain().as_str(), sum.shown().as_str()), ("0.3", "0.30"));
        let sum = number("-410478.17").plus(number("0.07")).unwrap();
        assert_eq!((sum.plain().as_str(), sum.shown().as_str()), ("-410478.1", "-410,478.10"));
        for (text, plain) in [("0.00", "0"), ("-0.0", "0"), ("100", "100"), ("1.50", "1.5")] {
            assert_eq!(number(text).plain(), plain);
        }
        assert_eq!(number("1.50").times(number("-3")).unwrap().plain(), "-4.5");
        assert_eq!(number("1.5").compare(number("1.50")), Ordering::Equal);
        assert_eq!(number("-2").compare(number("1.50")), Ordering::Less);
        for text in ["", "-", "1e3", ".5", "1,5", " 1", "+1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        let most = number(&"9".repeat(38));
        assert!(most.plus(most).is_err());
    }
}
