//! Writes dates and numbers in canonical form.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};

/// Appends a date-time with that many fractional digits.
pub(crate) fn push_date_time(
    out: &mut String,
    time: NaiveDateTime,
    fraction: u8,
) -> Result<(), &'static str> {
    push_date(out, time.date());
    for (separator, number) in [(' ', time.hour()), (':', time.minute()), (':', time.second())] {
        out.push(separator);
        push_digits(out, number, 2);
    }
    push_fraction(out, time.and_utc().timestamp_subsec_micros(), fraction)
}

pub(crate) fn push_date(out: &mut String, date: NaiveDate) {
    push_digits(out, date.year().unsigned_abs(), 4);
    for number in [date.month(), date.day()] {
        out.push('-');
        push_digits(out, number, 2);
    }
}

pub(crate) fn push_fraction(
    out: &mut String,
    micros: u32,
    fraction: u8,
) -> Result<(), &'static str> {
    let lost = 10_u32.pow(6 - u32::from(fraction.min(6)));
    if !micros.is_multiple_of(lost) {
        return Err(": more fractional digits than the column has");
    }
    if fraction > 0 {
        out.push('.');
        push_digits(out, micros / lost, u32::from(fraction));
    }
    Ok(())
}

/// Appends the last `digits` digits of a number.
fn push_digits(out: &mut String, number: u32, digits: u32) {
    for exponent in (0..digits).rev() {
        out.push(char::from_digit(number / 10_u32.pow(exponent) % 10, 10).expect("below 10"));
    }
}

/// A whole number. It has no plus sign and no leading zeros, as those make an identifier.
pub(crate) fn whole(text: &str) -> Result<&str, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("");
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(": leading zero");
    }
    Ok(text)
}

/// True for a whole number that is canonical already and fits any column, as nearly all are.
pub(crate) fn is_small_whole(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..=9).contains(&bytes.len())
        && (bytes[0] != b'0' || bytes.len() == 1)
        && bytes.iter().all(u8::is_ascii_digit)
}

/// True for a decimal that is canonical already, as nearly all are.
pub(crate) fn is_canonical_decimal(text: &str, precision: usize, scale: usize) -> bool {
    let Some(point) = text.len().checked_sub(scale + 1) else { return false };
    let (whole, fraction) = text.as_bytes().split_at(point);
    let is_number = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    scale > 0
        && fraction[0] == b'.'
        && (1..=precision - scale).contains(&whole.len())
        && (whole[0] != b'0' || whole.len() == 1)
        && is_number(whole)
        && is_number(&fraction[1..])
}

pub(crate) fn decimal(
    text: &str,
    precision: usize,
    scale: usize,
    out: &mut String,
) -> Result<(), &'static str> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits(whole) || !digits(fraction) {
        return Err("");
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err(": leading zero");
    }
    let (kept, lost) = fraction.split_at(fraction.len().min(scale));
    if lost.bytes().any(|digit| digit != b'0') {
        return Err(": more decimals than the column has");
    }
    if whole.trim_start_matches('0').len() > precision - scale {
        return Err(": out of range");
    }
    let zero = whole.bytes().chain(kept.bytes()).all(|digit| digit == b'0');
    if unsigned.len() < text.len() && !zero {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        out.push('.');
        out.push_str(kept);
        out.extend(std::iter::repeat_n('0', scale - kept.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_decimal_that_stands_as_it_should_is_what_the_long_way_makes_of_it(text in "[-0-9.x]{0,8}") {
            if is_canonical_decimal(&text, 6, 2) {
                let mut out = String::new();
                assert_eq!(decimal(&text, 6, 2, &mut out), Ok(()));
                assert_eq!(out, text);
            }
        }
    }
}
