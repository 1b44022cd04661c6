//! Lines that sum up others: `Total,,11,24.25`.
//!
//! A shop, a brand or a product may be called Total too, so the rest of the record decides.

use super::Record;
use crate::canonical::is_month;

/// Whether a record is a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Total {
    No,
    Yes,
    /// Yes if no other record follows.
    IfLast,
}

/// The ASCII bytes with which a total may begin.
pub(super) const FIRST_BYTES: &[u8] = b"aegilmnorstvz";

/// True if the second byte may belong to a total whose first byte is ASCII.
#[inline]
pub(super) fn goes_on(text: &[u8]) -> bool {
    text.get(1).is_some_and(|byte| b"aegilmnoruvw".contains(&byte.to_ascii_lowercase()))
}

/// Words that could also be a name, in ten languages; an average is not a record either.
const WORDS: &[&str] = &[
    "total, totals, sum, sums, overall, overall total",
    "summe, summen, gesamt, insgesamt, ergebnis",
    "somme, totaux, total ht, total ttc",
    "suma, sumas, totales, soma, somas, totais",
    "totale, totali, somma, totaal, totalen, som",
    "razem, łącznie, lacznie, ogółem, ogolem",
    "toplam, toplamlar",
    "average, averages, moyenne, media, mittelwert, summa",
    "итого, всего, итог, итоги, сумма, итого всего, всего итого",
];

/// Phrases that are never a name.
const PHRASES: &[&str] = &[
    "grand total, grand totals, sub total, sub totals, subtotal, subtotals, total sum",
    "total sales, total amount, total revenue, net total, running total",
    "gesamtsumme, zwischensumme, endsumme, gesamtbetrag, gesamtergebnis, gesamtumsatz",
    "teilergebnis, zwischenergebnis, endbetrag, summe gesamt",
    "sous total, total général, total general, somme totale, montant total",
    "gran total, suma total, importe total, total parcial",
    "total geral, soma total, valor total",
    "totale generale, totale complessivo, totale parziale, subtotale, sub totale",
    "eindtotaal, subtotaal, sub totaal, algemeen totaal, tussentotaal",
    "suma końcowa, suma częściowa, suma całkowita",
    "genel toplam, ara toplam",
    "общий итог, общая сумма, промежуточный итог",
];

/// Prepositions after a total: `Total for Berlin`, `Summe für März`.
const OF: &str =
    "for of per by für fur pour par de por para di per do da van voor za dla için за по";

/// Words with which a total ends: `Berlin Total`, as spreadsheets write it.
const ENDS: &[&str] = &[
    " total",
    " subtotal",
    " ergebnis",
    " gesamt",
    " totale",
    " totaal",
    " suma",
    " toplam",
    " итог",
];

/// The longest text that is looked at, in bytes.
const LONGEST: usize = 60;

/// Judges a record of a file with `width` columns.
pub(super) fn judge(record: &Record, width: usize) -> Total {
    let mut values = record.iter().map(str::trim).filter(|text| !text.is_empty());
    let Some(first) = values.next() else { return Total::No };
    let Some(label) = label(first) else {
        return if is_total_of(first) {
            of_a_part(values, record.len().max(width))
        } else {
            Total::No
        };
    };
    let (mut others, mut numbers, mut figures) = (0, 0, usize::from(label.has_figure));
    for text in values {
        others += 1;
        numbers += usize::from(is_number(text));
        figures += usize::from(has_digit(text));
    }
    let width = width.max(record.len());
    let empty = width - 1 - others;
    if figures == 0 {
        return Total::No;
    }
    // Half of its fields are empty: no record has so little besides such a word.
    if 2 * empty >= width || (label.is_clear && (empty > 0 || numbers == others)) {
        return Total::Yes;
    }
    match (numbers == others, empty) {
        (false, _) => Total::No,
        (true, 0) => Total::IfLast,
        (true, _) => Total::Yes,
    }
}

/// Judges the rest of the total of a group, `Berlin Total,,,34.50`: little, and only numbers.
fn of_a_part<'a>(others: impl Iterator<Item = &'a str>, width: usize) -> Total {
    let (mut count, mut numbers) = (0, 0);
    for text in others {
        count += 1;
        numbers += usize::from(is_number(text));
    }
    if count > 0 && count == numbers && 2 * (width - 1 - count) >= width {
        Total::Yes
    } else {
        Total::No
    }
}

/// True for words that may sum up a group: `Total for Berlin`, `Berlin Total`, `Subtotal Berlin`,
/// `Total March`.
fn is_total_of(text: &str) -> bool {
    if text.len() > LONGEST || !text.contains(' ') {
        return false;
    }
    let text = plain(text);
    let text = text.trim_end_matches([':', '=']).trim_end();
    let rest =
        |phrases| each(phrases).find_map(|phrase| text.strip_prefix(phrase)?.strip_prefix(' '));
    let is_part = |rest: &str| {
        let mut words = rest.split(' ');
        words.next().is_some_and(|word| OF.split(' ').any(|of| of == word))
            && words.next().is_some()
    };
    let is_time = |rest: &str| {
        rest.split(' ').all(|word| is_month(word) || !word.contains(char::is_alphabetic))
    };
    rest(PHRASES).is_some()
        || rest(WORDS).is_some_and(|rest| is_part(rest) || is_time(rest))
        || ENDS.iter().any(|end| text.ends_with(end))
}

/// A quick look at the end of the first field: true if it may be the total of a group.
pub(super) fn ends_like_one(record: &Record) -> bool {
    let text = record.fields.first().map_or("", |first| &record.text[first.start..first.end]);
    ends_like_part(text.as_bytes())
}

/// The same of the field itself.
#[inline]
pub(super) fn ends_like_part(text: &[u8]) -> bool {
    text.last().is_some_and(|byte| b"lLsStTeEaAmM:".contains(byte) || *byte >= 0x80)
        && text.contains(&b' ')
}

/// True for a text of several words in the first of at least four columns, if all others are empty: a
/// title or a note that a program wrote between or after the records.
pub(super) fn is_note(record: &Record) -> bool {
    // The text of a record with one field and otherwise only delimiters.
    let [first, ..] = &record.fields[..] else { return false };
    let (count, rest) = (record.fields.len(), record.text.len() - first.end);
    count > 3
        && (count - 1..=count).contains(&rest)
        && holds_words(record)
        && record.iter().skip(1).all(str::is_empty)
}

/// True if there are several words in the first field.
pub(super) fn holds_words(record: &Record) -> bool {
    record.iter().next().is_some_and(|text| text.trim().contains(' '))
}

/// The words of a total.
struct Label {
    /// True if it is never a name.
    is_clear: bool,
    /// True if it contains a number.
    has_figure: bool,
}

fn label(text: &str) -> Option<Label> {
    if text.len() > LONGEST || !may_be(text) {
        return None;
    }
    let text = plain(text);
    let find = |phrases| each(phrases).find_map(|phrase| behind(&text, phrase));
    let (is_phrase, rest) = match find(PHRASES) {
        Some(rest) => (true, rest),
        None => (false, find(WORDS)?),
    };
    let is_clear = is_phrase || rest.starts_with(':');
    Some(Label { is_clear, has_figure: has_digit(rest) })
}

fn each(phrases: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    phrases.iter().flat_map(|phrases| phrases.split(", "))
}

/// A quick look at the first two letters; it rules out most names.
fn may_be(text: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    let (Some(first), Some(second)) = (letters.next(), letters.next()) else { return false };
    match first {
        'a' => matches!(second, 'l' | 'r' | 'v'),
        'e' => matches!(second, 'i' | 'n' | 'r'),
        'g' => matches!(second, 'e' | 'r'),
        'i' => matches!(second, 'm' | 'n'),
        'l' | 'r' | 'v' => matches!(second, 'a' | 'u'),
        'm' | 't' => matches!(second, 'e' | 'i' | 'o' | 'u'),
        'n' => second == 'e',
        'o' => matches!(second, 'g' | 'v'),
        's' => matches!(second, 'o' | 'u'),
        'z' => second == 'w',
        'ł' => second == 'ą',
        'в' | 'о' | 'и' | 'п' | 'с' => matches!(second, 'б' | 'р' | 'с' | 'т' | 'у'),
        _ => false,
    }
}

/// The text in lower case, with single blanks, also instead of hyphens.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('-', " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// The rest after a phrase, if it belongs to the phrase: nothing, a colon and anything, a parenthesis,
/// or a rest without letters.
fn behind<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(phrase)?;
    let separate = !rest.starts_with(|next: char| next.is_alphanumeric());
    let rest = rest.trim_start();
    let belongs = rest.starts_with([':', '=', '(']) || !rest.contains(char::is_alphabetic);
    (separate && belongs).then_some(rest)
}

/// True for a number in any notation, with or without a currency, but not for dates and times.
fn is_number(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let signs = text.matches(['-', '\u{2212}']).count();
    let inner = text.trim_start_matches(['-', '\u{2212}', '+', '(']);
    let dated =
        inner.trim_end_matches(['-', ')']).contains(['-', '/', ':']) || is_dotted_date(text);
    has_digit(text) && letters <= 3 && signs <= 1 && !dated
}

/// True for `13.01.2024`, which is not a number with separators.
fn is_dotted_date(text: &str) -> bool {
    let mut groups = text.split('.').map(str::len);
    matches!((groups.next(), groups.next(), groups.next()), (Some(_), Some(1..=2), Some(_)))
}

fn has_digit(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Total {
        let mut record = Record::new();
        for field in line.split(',') {
            record.push((!field.is_empty()).then_some(field));
        }
        judge(&record, record.len())
    }

    #[test]
    fn totals_are_known_in_ten_languages() {
        for word in [
            "Total",
            "TOTAL:",
            "Totals",
            "Grand Total",
            "Sub-total",
            "Subtotal:",
            "Total (5 items)",
            "Grand Total 2024",
            "Total: 5",
            "Sum",
            "Summe",
            "Gesamt",
            "Gesamtsumme",
            "Zwischensumme:",
            "Somme",
            "Total général",
            "TOTAL GÉNÉRAL",
            "Sous-total",
            "Suma",
            "Total general",
            "Soma",
            "Total geral",
            "Totale",
            "Totale complessivo",
            "Totaal",
            "Eindtotaal",
            "Razem",
            "Łącznie",
            "łącznie:",
            "Toplam",
            "Genel Toplam",
            "TOPLAM",
            "Итого",
            "ИТОГО:",
            "Всего",
            "Общий итог",
            "total  sales",
            "Total €",
        ] {
            for line in [",,11,24.25", ",,,24.25 EUR", ",,,$24.25,,", ",,\u{2212}3,(24.25)"] {
                assert_eq!(of(&format!("{word}{line}")), Total::Yes, "{word}{line}");
                assert_eq!(of(&format!(",{word}{line}")), Total::Yes, ",{word}{line}");
            }
        }
    }

    #[test]
    fn totals_of_a_part_are_known() {
        for words in [
            "EU Total",
            "Berlin Ergebnis",
            "Total for March",
            "Total March 2024",
            "Summe März:",
            "Total pour mars",
            "Subtotal Berlin",
            "Zwischensumme Nord",
            "Итого за март",
            "Paris Total:",
        ] {
            assert_eq!(of(&format!("{words},,,34.50")), Total::Yes, "{words}");
            assert_eq!(of(&format!("{words},a,,34.50")), Total::No, "{words}");
        }
    }

    #[test]
    fn every_word_passes_the_quick_look() {
        for phrase in each(WORDS).chain(each(PHRASES)) {
            assert!(may_be(phrase) && may_be(&phrase.to_uppercase()), "{phrase}");
            let first = phrase.as_bytes()[0];
            let may_begin = FIRST_BYTES.contains(&first) && goes_on(phrase.as_bytes());
            assert!(!first.is_ascii() || may_begin, "{phrase}");
            assert_eq!(of(&format!("{phrase},,5,6.25")), Total::Yes, "{phrase}");
        }
    }

    #[test]
    fn what_is_only_called_so_is_a_record() {
        for line in [
            "Total War,,59.99,,",
            "Total War,PC,59.99,2024-01-13",
            "Total,Motor oil 5W30,20.00,",
            "Total,2024-01-13,5.00,",
            "Total,13.01.2024,5.00,",
            "Total,FR,Paris,",
            "Totally Spies,,,5.00",
            "Summer dress,,,5.00",
            "Sumatra,,,5.00",
            "Sum 41,CD,9.99,",
            "Total recall,,,9.99",
            "Gesamtausgabe,,,9.99",
            "Total,,,",
            "Total",
            "Colgate Total,Toothpaste,2.50,",
            "Colgate Total,2024-01-13,,,",
            "Total for men,Shampoo,3.50,,",
            "17,Total,2.50,",
            "a,Total,,2.50",
        ] {
            assert_eq!(of(line), Total::No, "{line}");
        }
    }

    #[test]
    fn without_an_empty_field_only_the_last_record_is_a_total() {
        assert_eq!(of("Total,24.25"), Total::IfLast);
        assert_eq!(of("Total,17,24.25"), Total::IfLast);
        assert_eq!(of("Grand total,17,24.25"), Total::Yes);
        assert_eq!(of("Total:,17,24.25"), Total::Yes);
        assert_eq!(of("Total,2024-01-13,24.25"), Total::No);
    }
}
