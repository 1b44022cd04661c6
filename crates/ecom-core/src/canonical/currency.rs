//! The signs and codes of currencies next to numbers.

/// A longer sign comes before the shorter one that it begins with. Codes that are also words (PEN,
/// ALL, TOP) are left out, because they occur in article codes.
const SIGNS: &[&str] = &[
    "US$", "USD", "U$", "R$", "A$", "C$", "NZ$", "HK$", "S$", "MX$", "$", "€", "£", "¥", "￥", "₹",
    "₽", "₺", "₩", "₪", "₫", "฿", "₱", "₴", "₦", "₸", "₼", "₾", "EUR", "Euro", "GBP", "CHF", "JPY",
    "CNY", "RMB", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "ISK", "PLN", "zł", "zl", "CZK",
    "Kč", "HUF", "Ft", "RON", "lei", "BGN", "лв.", "лв", "RUB", "руб.", "руб", "UAH", "грн", "TRY",
    "TL", "BRL", "MXN", "ARS", "CLP", "COP", "ZAR", "SGD", "HKD", "KRW", "THB", "IDR", "MYR",
    "PHP", "VND", "ILS", "AED", "SAR", "EGP", "NGN", "KES", "PKR", "TWD", "円", "元", "원", "SFr.",
    "Fr.", "kr.", "kr", "Rs.", "Rs", "Rp.", "Rp",
];

/// Currencies whose amounts have no decimals.
const WHOLE: [&str; 14] =
    ["¥", "￥", "円", "JPY", "₩", "원", "KRW", "₫", "VND", "CLP", "COP", "IDR", "Rp", "Rp."];

/// A currency as it is written next to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    sign: &'static str,
    /// True if it comes before the digits.
    pub(super) before: bool,
    /// True if there is a blank between it and the digits.
    pub(super) blank: bool,
}

impl Currency {
    /// The sign or code, in the case of the list.
    #[must_use]
    pub fn sign(self) -> &'static str {
        self.sign
    }

    /// True for letters only, such as `EUR`.
    pub(super) fn is_word(self) -> bool {
        is_word(self.sign)
    }

    /// True for a currency whose amounts have no decimals.
    #[must_use]
    pub fn is_whole(self) -> bool {
        WHOLE.contains(&self.sign)
    }

    /// The currency at the beginning of a text, and the rest.
    pub(super) fn at_start(text: &str) -> Option<(Self, &str)> {
        let begins = |sign: &&&str| {
            text.get(..sign.len()).is_some_and(|start| start.eq_ignore_ascii_case(sign))
        };
        let sign = SIGNS.iter().find(begins)?;
        let rest = &text[sign.len()..];
        let blank = rest.starts_with(super::blank::is_blank);
        // USD100 may be an article code.
        let digits = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if is_word(sign) && !blank && digits(rest) {
            return None;
        }
        Some((Self { sign, before: true, blank }, rest))
    }

    /// The currency at the end of a text, and what comes before it.
    pub(super) fn at_end(text: &str) -> Option<(Self, &str)> {
        let ends = |sign: &&&str| {
            let start = text.len().checked_sub(sign.len()).and_then(|index| text.get(index..));
            start.is_some_and(|end| end.eq_ignore_ascii_case(sign))
        };
        // The longest match: kr. rather than r.
        let sign = SIGNS.iter().filter(ends).max_by_key(|sign| sign.len())?;
        let rest = &text[..text.len() - sign.len()];
        let blank = rest.ends_with(super::blank::is_blank);
        Some((Self { sign, before: false, blank }, rest))
    }
}

fn is_word(sign: &str) -> bool {
    sign.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_codes_are_found_on_both_sides() {
        for (text, sign, rest) in
            [("R$ 12", "R$", " 12"), ("$5", "$", "5"), ("usd 5", "USD", " 5"), ("€5", "€", "5")]
        {
            let (currency, found) = Currency::at_start(text).unwrap();
            assert_eq!((currency.sign(), found), (sign, rest));
        }
        for (text, sign, rest) in
            [("12 kr.", "kr.", "12 "), ("5zł", "zł", "5"), ("1 US$", "US$", "1 ")]
        {
            let (currency, found) = Currency::at_end(text).unwrap();
            assert_eq!((currency.sign(), found), (sign, rest));
        }
        assert_eq!(Currency::at_start("USD100"), None);
        assert_eq!(Currency::at_start("PEN-1"), None);
    }
}
