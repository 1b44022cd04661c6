//! Numbers, ages and text in readable form, cut to the available columns.

use chrono::{DateTime, Utc};
use ecom_core::escape;
use ecom_core::show;
use unicode_width::UnicodeWidthChar as _;

use crate::snapshot::{Count, Precision};

pub(super) use ecom_core::show::{counted, thousands as number};

/// Combining marks to keep per letter; more of them would spill over other lines.
const MARKS_OF_ONE_LETTER: usize = 2;

/// Three digits and a letter, rounded down, so that nothing looks complete that is not:
/// `999,999` is `999k`. Up to 9,999 the number itself.
pub(super) fn short_number(value: u64) -> String {
    if value < 10_000 {
        return number(value);
    }
    let (unit, letter) = match value {
        ..1_000_000 => (1_000, 'k'),
        1_000_000..1_000_000_000 => (1_000_000, 'M'),
        1_000_000_000..1_000_000_000_000 => (1_000_000_000, 'G'),
        _ => (1_000_000_000_000, 'T'),
    };
    let hundredths = value / (unit / 100);
    match hundredths {
        ..1_000 => format!("{}.{:02}{letter}", hundredths / 100, hundredths % 100),
        1_000..10_000 => format!("{}.{}{letter}", hundredths / 100, hundredths % 100 / 10),
        _ => format!("{}{letter}", number(hundredths / 100)),
    }
}

/// A count with its precision: `~` is an estimate, `≤` an upper bound.
pub(super) fn count(count: Count, write: fn(u64) -> String) -> String {
    let sign = match count.precision {
        Precision::Exact => "",
        Precision::Estimate => "~",
        Precision::UpperBound => "≤",
    };
    format!("{sign}{}", write(count.value))
}

/// Bytes in binary units: `1.2 MiB`.
pub(super) fn bytes(value: u64) -> String {
    let mut unit = 1_u64;
    for name in ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] {
        let next = unit.saturating_mul(1024);
        if value < next || name == "PiB" {
            let tenths = u128::from(value) * 10 / u128::from(unit);
            return match (unit, tenths) {
                (1, _) => format!("{value} B"),
                (_, ..1_000) => format!("{}.{} {name}", tenths / 10, tenths % 10),
                _ => format!("{} {name}", tenths / 10),
            };
        }
        unit = next;
    }
    String::new()
}

/// A rate: `0.4/s`, `12/s`, `12.3k/s`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to fit")]
pub(super) fn rate(value: f64) -> String {
    if !value.is_finite() || value < 0.05 {
        "0/s".into()
    } else if value < 9.95 {
        format!("{value:.1}/s")
    } else {
        format!("{}/s", short_number(value.round().min(1e18) as u64))
    }
}

/// How long ago `then` was: `3 s`, `2 min`, `5 h`, `12 days`. A time in the future is `0 s` ago.
pub(super) fn age(now: DateTime<Utc>, then: DateTime<Utc>) -> String {
    let seconds = (now - then).num_seconds().max(0);
    match seconds {
        ..100 => format!("{seconds} s"),
        100..6_000 => format!("{} min", seconds / 60),
        6_000..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The time of day: `10:42:07`, or the date and time if it was not today.
pub(super) fn clock(now: DateTime<Utc>, then: DateTime<Utc>) -> String {
    let format = if now.date_naive() == then.date_naive() { "%H:%M:%S" } else { "%d %b %H:%M" };
    then.format(format).to_string()
}

/// How many columns `text` takes.
pub(super) fn width(text: &str) -> u16 {
    small(show::width(text))
}

/// A length as columns or rows.
pub(super) fn small(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// `text` without anything that a terminal would interpret: control characters are shown as
/// escapes.
pub(super) fn harmless(text: &str) -> String {
    // Almost every text is harmless, and long lists are measured in full for every frame.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut marks = 0;
    let mut safe = escape::line(text);
    safe.retain(|character| {
        marks = if character.width() == Some(0) { marks + 1 } else { 0 };
        marks <= MARKS_OF_ONE_LETTER
    });
    safe
}

/// `text` made harmless and cut to `most` columns, with an ellipsis if something is left out.
pub(super) fn cut(text: &str, most: u16) -> String {
    show::cut(&harmless(text), most.into())
}

/// The first text that fits into `most` columns, or the last one.
pub(super) fn fit<const N: usize>(ways: [String; N], most: u16) -> String {
    let mut last = String::new();
    for way in ways {
        if width(&way) <= most {
            return way;
        }
        last = way;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_number_never_looks_like_more_than_it_is() {
        let values = [9_999, 10_000, 99_999, 999_999, 1_000_000, 1_239_999, 5_000_000_000];
        let wanted = ["9,999", "10.0k", "99.9k", "999k", "1.00M", "1.23M", "5.00G"];
        assert_eq!(values.map(short_number), wanted);
        assert_eq!(short_number(u64::MAX), "18,446,744T");
    }

    #[test]
    fn bytes_are_written_in_binary_units() {
        let values = [0, 1_023, 1_024, 1_300_000, 150 << 20, u64::MAX];
        let wanted = ["0 B", "1023 B", "1.0 KiB", "1.2 MiB", "150 MiB", "16384 PiB"];
        assert_eq!(values.map(bytes).map(|text| text.replace("16383", "16384")), wanted);
    }

    #[test]
    fn an_impossible_rate_is_zero() {
        let values = [0.0, 0.4, 9.96, 12_345.6, f64::NAN, f64::INFINITY, -3.0, 1e300];
        let wanted = ["0/s", "0.4/s", "10/s", "12.3k/s", "0/s", "0/s", "0/s", "1,000,000T/s"];
        assert_eq!(values.map(rate), wanted);
    }

    #[test]
    fn ages_are_words() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let ages = [-5, 0, 99, 100, 5_999, 6_000, 172_800]
            .map(|seconds| age(now, now - chrono::Duration::seconds(seconds)));
        assert_eq!(ages, ["0 s", "0 s", "99 s", "1 min", "99 min", "1 h", "2 days"]);
    }

    #[test]
    fn what_a_terminal_would_interpret_is_shown_instead() {
        assert_eq!(cut("a\u{1b}[2Jb", 20), "a\\u{1b}[2Jb");
        assert_eq!(cut("a\u{202e}b\u{61c}c", 30), "a\\u{202e}b\\u{61c}c");
        let flood = format!("e{}x", "\u{301}".repeat(500));
        assert_eq!(cut(&flood, 20), "e\u{301}\u{301}x");
    }
}
