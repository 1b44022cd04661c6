//! ISO date-times such as `2024-01-31 07:05:01`, without a look at the calendar for each of them.

use chrono::NaiveDateTime;

/// A date-time in ISO form.
type IsoText = [u8; 19];

/// The date-times of a column, of which most are on the same day as the one before.
#[derive(Clone, Debug, Default)]
pub(crate) struct IsoTimes {
    /// The day that is known to exist.
    day: [u8; 10],
    /// The smallest and the greatest date-time; texts in this form are in the order of their times.
    range: Option<(IsoText, IsoText)>,
}

impl IsoTimes {
    /// Adds a value if it is on the day that is known.
    #[inline]
    pub(crate) fn observe(&mut self, text: &str) -> bool {
        let Some(text) = self.known(text) else { return false };
        match &mut self.range {
            Some((least, greatest)) => {
                if text > *greatest {
                    *greatest = text;
                } else if text < *least {
                    *least = text;
                }
            }
            none => *none = Some((text, text)),
        }
        true
    }

    /// True for a date-time on the day that is known.
    #[inline]
    pub(crate) fn is_known(&self, text: &str) -> bool {
        self.known(text).is_some()
    }

    /// Keeps the day of a value in this form, which must exist; false for another form.
    pub(crate) fn know(&mut self, text: &str) -> bool {
        let Ok(text) = IsoText::try_from(text.as_bytes()) else { return false };
        let is_iso = is_clock(&text[10..]);
        if is_iso {
            self.day.copy_from_slice(&text[..10]);
        }
        is_iso
    }

    #[inline]
    fn known(&self, text: &str) -> Option<IsoText> {
        let text = IsoText::try_from(text.as_bytes()).ok()?;
        (text[..10] == self.day && is_clock(&text[10..])).then_some(text)
    }

    /// The range of the values that were added.
    pub(crate) fn range(&self) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let moment = |text: &IsoText| {
            let text = std::str::from_utf8(text).ok()?;
            NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()
        };
        let (least, greatest) = self.range.as_ref()?;
        Some((moment(least)?, moment(greatest)?))
    }
}

/// True for a blank and a time of day.
#[inline]
fn is_clock(text: &[u8]) -> bool {
    let [b' ', hour @ .., b':', m0, m1, b':', s0, s1] = text else { return false };
    let below_60 = |tens: &u8, ones: &u8| matches!(tens, b'0'..=b'5') && ones.is_ascii_digit();
    let is_hour = match hour {
        [b'0' | b'1', ones] => ones.is_ascii_digit(),
        [b'2', ones] => matches!(ones, b'0'..=b'3'),
        _ => false,
    };
    is_hour && below_60(m0, m1) && below_60(s0, s1)
}

#[cfg(test)]
mod tests {
    use ecom_core::canonical::TimeFormat;

    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_read_is_what_the_format_reads(
            text in " [0-3][0-9]:[0-7][0-9]:[0-7][0-9]|[ T][0-9]{1,2}:[0-9]{1,2}:[0-9:]{1,3}",
        ) {
            let whole = format!("2024-01-31{text}");
            let mut times = IsoTimes::default();
            times.know("2024-01-31 00:00:00");
            let format = "%Y-%m-%d %H:%M:%S".parse::<TimeFormat>().unwrap();
            let wanted = format.read(&whole).map(|moment| moment.at);
            let wanted = wanted.filter(|at| at.to_string() == whole);
            proptest::prop_assert_eq!(times.observe(&whole), wanted.is_some());
            proptest::prop_assert_eq!(times.range(), wanted.map(|at| (at, at)));
        }
    }

    #[test]
    fn only_the_known_day_is_read() {
        let mut times = IsoTimes::default();
        assert!(!times.observe("2024-01-31 00:00:00"));
        times.know("2024-01-31 12:00:00");
        assert!(times.observe("2024-01-31 23:59:59") && times.observe("2024-01-31 00:00:01"));
        for text in ["2024-01-30 00:00:00", "2024-01-31 24:00:00", "2024-01-31", ""] {
            assert!(!times.observe(text), "{text}");
        }
        let shown = times.range().map(|(least, most)| (least.to_string(), most.to_string()));
        let wanted = ("2024-01-31 00:00:01".to_owned(), "2024-01-31 23:59:59".to_owned());
        assert_eq!(shown, Some(wanted));
    }
}
