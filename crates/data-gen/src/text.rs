//! Writes values without allocation.

use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::rhythm::{Instant, date};

/// Identifiers: a letter and a number of fixed width, from 1 on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identifier {
    letter: char,
    width: usize,
}

/// Writes moments, and keeps the text of the last date.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    day: Option<u64>,
    date: String,
}

impl Identifier {
    /// For that many records: `width` digits, or more if the records need them.
    pub(crate) fn new(letter: char, width: u32, records: u64) -> Self {
        let width = width.max(records.max(1).ilog10() + 1) as usize;
        Self { letter, width }
    }

    /// Writes the identifier of the record with that number, from 0 on.
    pub(crate) fn write(self, number: u64, out: &mut String) {
        out.clear();
        out.push(self.letter);
        push_padded(number + 1, self.width, out);
    }
}

impl Calendar {
    /// Writes a moment as `YYYY-MM-DD HH:MM:SS`.
    pub(crate) fn write(&mut self, moment: Instant, out: &mut String) {
        if self.day != Some(moment.day) {
            self.day = Some(moment.day);
            write_date(date(moment.day), &mut self.date);
        }
        out.clear();
        out.push_str(&self.date);
        let second = moment.second;
        for (mark, part) in [(' ', second / 3600), (':', second / 60 % 60), (':', second % 60)] {
            out.push(mark);
            push_padded(part, 2, out);
        }
    }
}

/// Writes a date as `YYYY-MM-DD`.
pub(crate) fn write_date(date: NaiveDate, out: &mut String) {
    out.clear();
    // Cannot fail: a String takes every text.
    let _ = write!(out, "{date}");
}

/// Writes an amount of cents with its point.
pub(crate) fn write_money(cents: u64, out: &mut String) {
    out.clear();
    push_padded(cents / 100, 1, out);
    out.push('.');
    push_padded(cents % 100, 2, out);
}

/// Appends a number with leading zeros up to `width` digits.
fn push_padded(mut number: u64, width: usize, out: &mut String) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while number > 0 {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    let first = first.min(digits.len() - width.min(digits.len()));
    out.extend(digits[first..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::from("left over");
        write(&mut out);
        out
    }

    #[test]
    fn identifiers_have_one_width_and_widen_when_they_must() {
        let id =
            |records, number| written(|out| Identifier::new('P', 4, records).write(number, out));
        assert_eq!((id(60, 0), id(60, 59)), ("P0001".into(), "P0060".into()));
        assert_eq!((id(9_999, 9_998), id(10_000, 0)), ("P9999".into(), "P00001".into()));
    }

    #[test]
    fn money_has_two_digits_behind_the_point() {
        assert_eq!(written(|out| write_money(5, out)), "0.05");
        assert_eq!(written(|out| write_money(12_990, out)), "129.90");
    }

    #[test]
    fn moments_are_iso() {
        let moment = Instant { day: 59, second: 86_399 };
        assert_eq!(written(|out| Calendar::default().write(moment, out)), "2024-02-29 23:59:59");
    }
}
