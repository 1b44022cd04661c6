//! SQL names from headers.

use std::collections::HashSet;

use ecom_core::message::RESERVED_FIELDS;

use super::reserved::is_reserved;

/// The longest name that MySQL allows, in characters.
const LONGEST: usize = 64;

/// A text in snake case: lower-case letters and digits, joined by single underscores. A capital
/// letter begins a new word: `InvoiceNo` becomes `invoice_no`.
pub(crate) fn snake_case(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let characters: Vec<char> = text.trim().chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            push_break(&mut name);
            continue;
        }
        let before = index.checked_sub(1).map(|index| characters[index]);
        let after = characters.get(index + 1);
        let begins_word = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins_word {
            push_break(&mut name);
        }
        let lower = character.to_lowercase();
        name.extend(lower.filter(|lower| lower.is_alphanumeric() && !lower.is_uppercase()));
    }
    let end = name.trim_end_matches('_').len();
    name.truncate(end);
    name
}

/// The SQL names of the headers of one table, in order. `singular` is the word for one of its
/// records; it is put in front of a reserved word, a type name, a field that the Kafka message
/// adds, and a number, and replaces an empty name. `taken` are names already in use.
pub(crate) fn sql_names<'a>(
    headers: impl IntoIterator<Item = &'a str>,
    singular: &str,
    taken: &[&str],
) -> Vec<String> {
    let mut used: HashSet<String> = taken.iter().map(|&name| name.to_owned()).collect();
    let mut name_of = |header: &str| {
        let mut name = snake_case(header);
        if name.is_empty() {
            name = format!("{singular}_column");
        } else if is_reserved(&name)
            || RESERVED_FIELDS.contains(&name.as_str())
            || name.starts_with(|first: char| first.is_numeric())
        {
            name = format!("{singular}_{name}");
        }
        // Headers that differ only in case or punctuation become the same name.
        let mut unique = shorten(&name, "");
        let mut number = 2;
        while !used.insert(unique.clone()) {
            unique = shorten(&name, &format!("_{number}"));
            number += 1;
        }
        unique
    };
    headers.into_iter().map(&mut name_of).collect()
}

/// The first of some names that is not taken, otherwise the first one with a number appended.
pub(crate) fn free_name(wanted: &[&str], taken: &[&str]) -> String {
    let numbered = (2..).map(|number| format!("{}_{number}", wanted[0]));
    let mut names = wanted.iter().map(|&name| name.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}

fn push_break(name: &mut String) {
    if !name.is_empty() && !name.ends_with('_') {
        name.push('_');
    }
}

/// `name` with `end`, shortened so that both fit.
fn shorten(name: &str, end: &str) -> String {
    let kept: String = name.chars().take(LONGEST - end.len()).collect();
    format!("{}{end}", kept.trim_end_matches('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_snake_case() {
        for (header, wanted) in [
            ("Total Revenue", "total_revenue"),
            ("Transaction_ID", "transaction_id"),
            ("InvoiceNo", "invoice_no"),
            ("CustomerID", "customer_id"),
            ("SKUCode", "sku_code"),
            ("order_purchase_timestamp", "order_purchase_timestamp"),
            ("  Sub-Category ", "sub_category"),
            ("Price (USD)", "price_usd"),
            ("Größe", "größe"),
            ("売上", "売上"),
            ("İl", "il"),
            ("...", ""),
        ] {
            assert_eq!(snake_case(header), wanted, "{header}");
        }
    }

    #[test]
    fn names_are_safe_and_unique() {
        let headers = ["Date", "", "Order", "2019", "Price", "price", "PRICE", "Region"];
        let wanted = [
            "transaction_date",
            "transaction_column",
            "transaction_order",
            "transaction_2019",
            "price",
            "price_2",
            "price_3",
            "region",
        ];
        assert_eq!(sql_names(headers, "transaction", &[]), wanted);
        assert_eq!(sql_names(["Row ID"], "transaction", &["row_id"]), ["row_id_2"]);
    }

    #[test]
    fn a_free_name_is_not_taken() {
        let wanted = ["row_id", "record_number_id"];
        assert_eq!(free_name(&wanted, &["id"]), "row_id");
        assert_eq!(free_name(&wanted, &["row_id"]), "record_number_id");
        assert_eq!(free_name(&wanted, &["record_number_id", "row_id", "row_id_2"]), "row_id_3");
    }

    #[test]
    fn a_field_that_the_message_adds_is_not_a_name() {
        let headers = ["Source", "event_type", "transaction_source", "source"];
        let wanted = [
            "transaction_source",
            "transaction_event_type",
            "transaction_source_2",
            "transaction_source_3",
        ];
        assert_eq!(sql_names(headers, "transaction", &[]), wanted);
    }

    #[test]
    fn long_names_are_cut_to_what_mysql_allows() {
        let long = "ä".repeat(80);
        let names = sql_names([long.as_str(), &long], "product", &[]);
        assert_eq!(names[0].chars().count(), 64);
        assert!(names[1].ends_with("ä_2") && names[1].chars().count() == 64);
    }
}
