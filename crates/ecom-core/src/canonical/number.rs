//! Numbers as people write them: decimal comma, thousands separators, currencies, per cent, and the
//! brackets of bookkeepers.
//!
//! A [`NumberFormat`] is written as 1234.56 looks like in it: `1.234,56 €`. It reads numbers with and
//! without separators, with every kind of minus sign, and with or without the currency.

use std::fmt;
use std::str::FromStr;

use super::around::Around;
use super::blank::is_around;
use super::currency::Currency;
use super::digits::{LONGEST, in_ascii};
use super::groups::{NotSo, Separator, groups, separator};

/// The sign before the decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalSign {
    /// `1234.56`
    #[default]
    Point,
    /// `1234,56`
    Comma,
}

/// How the numbers of a column are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NumberFormat {
    /// The sign before the decimals.
    pub decimal: DecimalSign,
    /// The separator of thousands, if there is one.
    pub separator: Option<Separator>,
    /// The currency, if there is one.
    pub currency: Option<Currency>,
    /// True for `15%`, which is 15.
    pub percent: bool,
    /// True for whole numbers with a decimal: `17850.0`.
    pub whole: bool,
}

/// A number split into its pieces, before it is known which sign is the decimal sign.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one sign around the digits")]
pub struct Spelled<'a> {
    negative: bool,
    /// True for `(12.50)`.
    pub in_brackets: bool,
    /// The currency next to it.
    pub currency: Option<Currency>,
    /// True for `15%`.
    pub percent: bool,
    /// Digits and separators, the first or the last of them a digit.
    body: &'a str,
    exponent: Option<i16>,
    /// True for `'12.50`, which a spreadsheet keeps as text.
    pub after_apostrophe: bool,
}

impl<'a> Spelled<'a> {
    /// Splits a text; `None` if it is not a number.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return Self::dash(text);
        }
        let text = text.trim_matches(is_around);
        let unquoted = text.strip_prefix('\'');
        let after_apostrophe = unquoted.is_some();
        let text = unquoted.unwrap_or(text);
        let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let in_brackets = inner.is_some();
        let Around { rest, minus: sign, currency, percent } = Around::of(inner.unwrap_or(text));
        let (body, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(small(exponent)?)),
            None => (rest, None),
        };
        let edges = [body.chars().next()?, body.chars().next_back()?];
        let is_body = |c: char| c.is_ascii_digit() || separator(c).is_some();
        let is_edge = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let good = edges.into_iter().all(is_edge) && body.chars().all(is_body);
        // +49151234567 is a telephone number.
        let telephone = sign == Some(false) && body.bytes().all(|byte| byte.is_ascii_digit());
        if !good || (in_brackets && sign.is_some()) || (telephone && body.len() > 7) {
            return None;
        }
        let negative = in_brackets || sign == Some(true);
        Some(Self { negative, in_brackets, currency, percent, body, exponent, after_apostrophe })
    }

    /// A currency with a dash, as bookkeepers write zero: `$ -`.
    fn dash(text: &'a str) -> Option<Self> {
        let around = Around::of(text.trim_matches(is_around));
        let currency = around.currency.filter(|found| !found.is_word())?;
        (around.minus == Some(true) && around.rest.is_empty()).then_some(Self {
            negative: false,
            in_brackets: false,
            currency: Some(currency),
            percent: false,
            body: "0",
            exponent: None,
            after_apostrophe: false,
        })
    }

    /// Appends the number in plain form, read with that decimal sign, and returns its separator.
    ///
    /// # Errors
    /// The number is not written with that decimal sign.
    pub fn plain_into(
        &self,
        decimal: DecimalSign,
        out: &mut String,
    ) -> Result<Option<Separator>, NotSo> {
        let mark = decimal.character();
        let (whole, fraction) = self.body.split_once(mark).unwrap_or((self.body, ""));
        if whole.len() + fraction.len() == 0 || !fraction.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Err(NotSo);
        }
        let separator = groups(whole)?;
        let start = out.len();
        if self.negative {
            out.push('-');
        }
        if let Some(exponent) = self.exponent {
            let shifted = separator.is_none() && shift(whole, fraction, exponent, out);
            if !shifted {
                out.truncate(start);
                return Err(NotSo);
            }
            return Ok(None);
        }
        out.extend(whole.chars().filter(char::is_ascii_digit));
        if self.body.contains(mark) {
            out.push('.');
            out.push_str(fraction);
        }
        Ok(separator)
    }

    /// True for `1.23E+12`, which may have lost digits.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        let digits = self.body.split_once(['.', ',']).map_or(0, |(_, fraction)| fraction.len());
        self.exponent.is_some_and(|exponent| usize::try_from(exponent).is_ok_and(|e| e > digits))
    }

    /// True for a number with an exponent.
    #[must_use]
    pub fn has_exponent(&self) -> bool {
        self.exponent.is_some()
    }

    /// True if a point or comma may separate thousands or three decimals.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        let Some((whole, rest)) = self.body.split_once(['.', ',']) else { return false };
        self.exponent.is_none()
            && rest.len() == 3
            && (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && rest.bytes().chain(whole.bytes()).all(|byte| byte.is_ascii_digit())
    }
}

impl NumberFormat {
    /// Appends a number in plain form; false if it is not written in this format.
    pub fn plain_into(&self, text: &str, out: &mut String) -> bool {
        let text = in_ascii(text);
        let Some(spelled) = Spelled::parse(&text) else { return false };
        let other = |found: Currency| self.currency.is_none_or(|own| own.sign() != found.sign());
        if spelled.percent != self.percent || spelled.currency.is_some_and(other) {
            return false;
        }
        let start = out.len();
        match spelled.plain_into(self.decimal, out) {
            Ok(None) => true,
            Ok(found) if found == self.separator => true,
            _ => {
                out.truncate(start);
                false
            }
        }
    }
}

impl DecimalSign {
    fn character(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

impl fmt::Display for NumberFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match self.separator {
            None => "",
            Some(Separator::Point) => ".",
            Some(Separator::Comma) => ",",
            Some(Separator::Blank) => " ",
            Some(Separator::Apostrophe) => "'",
        };
        let decimals = if self.whole { "0" } else { "56" };
        let number = format!("1{separator}234{}{decimals}", self.decimal.character());
        let blank = |currency: Currency| if currency.blank { " " } else { "" };
        match self.currency {
            Some(currency) if currency.before => {
                write!(formatter, "{}{}{number}", currency.sign(), blank(currency))
            }
            Some(currency) => write!(formatter, "{number}{}{}", blank(currency), currency.sign()),
            None => write!(formatter, "{number}{}", if self.percent { "%" } else { "" }),
        }
    }
}

impl FromStr for NumberFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("format {text:?} does not show how 1234.56 is written");
        let spelled = Spelled::parse(text).ok_or_else(wrong)?;
        let (mark, decimal) = match spelled.body.chars().rfind(|c| matches!(c, '.' | ',')) {
            Some(',') => (',', DecimalSign::Comma),
            _ => ('.', DecimalSign::Point),
        };
        let fraction = spelled.body.rsplit_once(mark).map_or("", |(_, fraction)| fraction);
        let mut plain = String::new();
        let separator = spelled.plain_into(decimal, &mut plain).map_err(|NotSo| wrong())?;
        if !matches!(plain.as_str(), "1234.56" | "1234.0") {
            return Err(wrong());
        }
        let Spelled { currency, percent, .. } = spelled;
        Ok(Self { decimal, separator, currency, percent, whole: fraction == "0" })
    }
}

/// An exponent must have a sign: 5E3 may be an article code.
fn small(exponent: &str) -> Option<i16> {
    exponent.starts_with(['+', '-']).then_some(())?;
    exponent.parse().ok().filter(|exponent: &i16| exponent.abs() <= 40)
}

/// Appends the number with its point moved; false if digits are missing for that.
fn shift(whole: &str, fraction: &str, exponent: i16, out: &mut String) -> bool {
    let digits = format!("{whole}{fraction}");
    let Ok(whole) = i16::try_from(whole.len()) else { return false };
    let Ok(point) = usize::try_from((whole + exponent).max(0)) else { return false };
    if point > digits.len() {
        return false;
    }
    let zeros = usize::try_from(-(whole + exponent)).unwrap_or(0);
    let (before, behind) = digits.split_at(point);
    let before = before.trim_start_matches('0');
    out.push_str(if before.is_empty() { "0" } else { before });
    if !behind.is_empty() {
        out.push('.');
        out.extend(std::iter::repeat_n('0', zeros));
        out.push_str(behind);
    }
    true
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
