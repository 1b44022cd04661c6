//! Exact decimal numbers. Sums of money are compared to the last cent, so no `f64` takes part in them.

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

use crate::exit::Failure;

/// A decimal number: `units` / 10^`scale`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    units: i128,
    scale: u32,
}

impl Number {
    /// Zero, with two decimals: a sum that begins with it has at least these.
    #[must_use]
    pub fn cents() -> Self {
        Self { units: 0, scale: 2 }
    }

    /// `units` / 10^`scale`.
    #[must_use]
    pub fn new(units: i128, scale: u32) -> Self {
        Self { units, scale }
    }

    /// The number times 10^`scale`; `None` if that is not whole, or has more than 38 digits.
    #[must_use]
    pub fn units(self, scale: u32) -> Option<i128> {
        if self.scale <= scale {
            return self.at(scale);
        }
        let divisor = 10_i128.checked_pow(self.scale - scale)?;
        (self.units % divisor == 0).then(|| self.units / divisor)
    }

    /// Reads a plain number such as `-1.50`; `None` if it is not one or has more than 38 digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
        let sign = if digits.len() < text.len() { -1 } else { 1 };
        let (mut units, mut point) = (0_i128, None);
        for (at, byte) in digits.iter().enumerate() {
            match byte {
                b'0'..=b'9' => {
                    units = units.checked_mul(10)?.checked_add(sign * i128::from(byte - b'0'))?;
                }
                b'.' if at > 0 && point.is_none() => point = Some(at),
                _ => return None,
            }
        }
        let fraction = point.map_or(0, |point| digits.len() - point - 1);
        let is_number = !digits.is_empty();
        is_number.then_some(Self { units, scale: u32::try_from(fraction).ok()? })
    }

    /// The sum.
    ///
    /// # Errors
    /// It has more than 38 digits.
    pub fn plus(self, other: Self) -> Result<Self, Failure> {
        let scale = self.scale.max(other.scale);
        let units = self.at(scale).zip(other.at(scale)).and_then(|(a, b)| a.checked_add(b));
        let units = units.ok_or_else(|| Failure::refused("a sum has more than 38 digits"))?;
        Ok(Self { units, scale })
    }

    /// The product.
    ///
    /// # Errors
    /// It has more than 38 digits.
    pub fn times(self, other: Self) -> Result<Self, Failure> {
        let units = self.units.checked_mul(other.units);
        let units = units.ok_or_else(|| Failure::refused("a product has more than 38 digits"))?;
        Ok(Self { units, scale: self.scale + other.scale })
    }

    /// Compares the values: 1.5 is 1.50.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        match (self.at(scale), other.at(scale)) {
            (Some(one), Some(other)) => one.cmp(&other),
            // What has no room at this scale is the greater in size.
            (None, _) => self.units.cmp(&0),
            (_, None) => 0.cmp(&other.units),
        }
    }

    /// The number without zeros at the end of its fraction: each value has one such text.
    #[must_use]
    pub fn plain(self) -> String {
        let mut text = self.text();
        if text.contains('.') {
            let length = text.trim_end_matches('0').trim_end_matches('.').len();
            text.truncate(length);
        }
        if text == "-0" { "0".into() } else { text }
    }

    /// The number with its scale, and commas between thousands, for people.
    #[must_use]
    pub fn shown(self) -> String {
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

    /// The quotient with this many decimals, half away from zero; `None` without a divisor, or if it has more
    /// than 38 digits.
    #[must_use]
    pub fn per(self, divisor: u64, decimals: u32) -> Option<Self> {
        let divisor = i128::from(divisor);
        let more = self.scale.max(decimals);
        let units = self.at(more)?;
        let divisor = divisor.checked_mul(10_i128.checked_pow(more - decimals)?)?;
        let whole = units.checked_div(divisor)?;
        let rest = units.checked_rem(divisor)?.unsigned_abs();
        let up = if rest >= divisor.unsigned_abs() - rest { units.signum() } else { 0 };
        Some(Self { units: whole + up, scale: decimals })
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

/// The number with all its decimals.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text())
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
        assert_eq!(Number::parse(&"9".repeat(40)), None);
        assert_eq!(Number::parse(&i128::MIN.to_string()).unwrap().plain(), i128::MIN.to_string());
    }

    #[test]
    fn a_number_has_the_decimals_that_are_asked_for_or_none_that_are_lost() {
        assert_eq!(number("1.5").units(2), Some(150));
        assert_eq!(number("1.50").units(1), Some(15));
        assert_eq!(number("1.55").units(1), None);
        assert_eq!(number(&"9".repeat(38)).units(1), None);
        assert_eq!(Number::new(-150, 2).to_string(), "-1.50");
    }

    #[test]
    fn a_quotient_is_rounded_half_away_from_zero() {
        let per = |text: &str, divisor, decimals| {
            number(text).per(divisor, decimals).map(|found| found.to_string())
        };
        assert_eq!(per("410478.17", 2000, 2).as_deref(), Some("205.24"));
        assert_eq!(per("1", 8, 2).as_deref(), Some("0.13"));
        assert_eq!(per("-1", 8, 2).as_deref(), Some("-0.13"));
        assert_eq!(per("187", 2, 0).as_deref(), Some("94"));
        assert_eq!(per("1.0", 3, 4).as_deref(), Some("0.3333"));
        assert_eq!(per("1", 0, 2), None);
    }
}
