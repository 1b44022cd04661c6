//! What surrounds the digits of a number: signs, a currency, per cent.

use super::blank::is_blank;
use super::currency::Currency;

/// A number without its signs, and the signs.
#[derive(Default)]
pub(super) struct Around<'a> {
    /// The digits.
    pub(super) rest: &'a str,
    /// The sign: true for a minus, false for a plus.
    pub(super) minus: Option<bool>,
    pub(super) currency: Option<Currency>,
    pub(super) percent: bool,
}

impl<'a> Around<'a> {
    /// Takes signs, a currency and blanks off both ends of a number.
    pub(super) fn of(text: &'a str) -> Self {
        let mut around = Self { rest: text, ..Self::default() };
        while around.take_front() || around.take_back() {}
        around
    }

    fn take_front(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if first.is_ascii_digit() {
            return false;
        }
        if let Some(minus) = sign(first).filter(|_| self.minus.is_none()) {
            self.minus = Some(minus);
            self.rest = self.rest[first.len_utf8()..].trim_start_matches(is_blank);
            return true;
        }
        if first == '%' && !self.percent && self.currency.is_none() {
            self.percent = true;
            self.rest = self.rest[1..].trim_start_matches(is_blank);
            return true;
        }
        if self.currency.is_none()
            && !self.percent
            && let Some((currency, rest)) = Currency::at_start(self.rest)
        {
            self.currency = Some(currency);
            self.rest = rest.trim_start_matches(is_blank);
            return true;
        }
        false
    }

    fn take_back(&mut self) -> bool {
        let Some(last) = self.rest.chars().next_back() else { return false };
        if last.is_ascii_digit() {
            return false;
        }
        // `20,-` and `20.--` have no cents.
        let whole = self.rest.trim_end_matches(|last| sign(last) == Some(true));
        if whole.len() < self.rest.len() && whole.ends_with([',', '.']) {
            self.rest = &whole[..whole.len() - 1];
            return true;
        }
        // A plus after a number means "or more", so only a minus is taken.
        if sign(last) == Some(true) && self.minus.is_none() {
            self.minus = Some(true);
            self.rest = self.rest[..self.rest.len() - last.len_utf8()].trim_end_matches(is_blank);
            return true;
        }
        if last == '%' && !self.percent && self.currency.is_none() {
            self.percent = true;
            self.rest = self.rest[..self.rest.len() - 1].trim_end_matches(is_blank);
            return true;
        }
        if self.currency.is_none()
            && !self.percent
            && let Some((currency, rest)) = Currency::at_end(self.rest)
        {
            self.currency = Some(currency);
            self.rest = rest.trim_end_matches(is_blank);
            return true;
        }
        false
    }
}

/// True for a minus, false for a plus.
fn sign(character: char) -> Option<bool> {
    match character {
        '-' | '\u{2212}' | '\u{2013}' => Some(true),
        '+' => Some(false),
        _ => None,
    }
}
