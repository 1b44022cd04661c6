//! Numbers: the SQL expression that removes everything but the number from a value, from the plan's
//! format.

use ecom_core::canonical::{DecimalSign, NumberFormat, Separator};
use ecom_core::escape::sql_text;

/// The spaces that may separate digits: plain, no-break, figure, thin, hair and narrow no-break.
const BLANKS: [&str; 6] = [" ", "\u{a0}", "\u{2007}", "\u{2009}", "\u{200a}", "\u{202f}"];

/// The expression that reads `value` in that format.
pub(crate) fn expression(value: &str, format: &NumberFormat) -> String {
    let mut removed: Vec<&str> = BLANKS.to_vec();
    removed.extend(format.currency.map(ecom_core::canonical::Currency::sign));
    removed.extend(format.percent.then_some("%"));
    removed.extend(match format.separator {
        Some(Separator::Point) => &["."][..],
        Some(Separator::Comma) => &[","],
        Some(Separator::Apostrophe) => &["'", "\u{2019}"],
        Some(Separator::Blank) | None => &[],
    });
    removed.extend(["(", ")", "-", "\u{2212}", "\u{2013}", "+"]);
    let bare = removed.into_iter().fold(value.to_owned(), |text, sign| replace(&text, sign, ""));
    let bare = if format.decimal == DecimalSign::Comma { replace(&bare, ",", ".") } else { bare };
    // MySQL reads an exponent itself, and the exponent's sign is not the number's.
    format!(
        "IF({value} REGEXP '[0-9][eE][-+]', {value}, IF({value} REGEXP '[-(\u{2212}\u{2013}]', \
         CONCAT('-', {bare}), {bare}))"
    )
}

fn replace(text: &str, from: &str, to: &str) -> String {
    format!("REPLACE({text}, {}, {})", sql_text(from), sql_text(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_signs_and_currencies_are_removed() {
        let found = expression("@v", &"€ 1.234,56".parse().unwrap());
        assert!(found.contains("'€', '')") && found.contains("'.', '')"), "{found}");
        assert!(found.contains(", ',', '.')"), "{found}");
        assert!(found.starts_with("IF(@v REGEXP '[0-9][eE][-+]', @v, IF("), "{found}");
    }
}
