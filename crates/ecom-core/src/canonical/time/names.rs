//! The names of months and weekdays in ten languages, and of the halves of a day.
//!
//! Accents and case make no difference. A name may be abbreviated to three or more letters, unless
//! another month begins with them too.

use crate::canonical::blank::is_blank;

/// The names of each month without accents: English, German, French, Spanish, Portuguese, Italian,
/// Dutch, Polish (nominative, genitive), Turkish, Russian (nominative, genitive), and abbreviations
/// that are not the beginning of a name.
const MONTHS: [&str; 12] = [
    "january januar janner jaenner janvier enero janeiro gennaio januari styczen stycznia ocak \
     январь января",
    "february februar feber fevrier febrero fevereiro febbraio februari luty lutego subat февраль \
     февраля",
    "march marz maerz mars marzo marco maart mrt mrz marzec marca mart март марта",
    "april avril abril aprile kwiecien kwietnia nisan апрель апреля",
    "may mai mayo maio maggio mei maj maja mayis май мая",
    "june juni juin junio junho giugno czerwiec czerwca haziran июнь июня",
    "july juli juillet julio julho luglio lipiec lipca temmuz июль июля",
    "august aout agosto augustus sierpien sierpnia agustos август августа",
    "september septembre septiembre setiembre setembro settembre wrzesien wrzesnia eylul сентябрь \
     сентября",
    "october oktober octobre octubre outubro ottobre pazdziernik pazdziernika ekim октябрь октября",
    "november novembre noviembre novembro listopad listopada kasim ноябрь ноября",
    "december dezember decembre diciembre dezembro dicembre grudzien grudnia aralik декабрь декабря",
];

/// The weekdays in the same way, with their abbreviations of two letters.
const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday montag dienstag \
     mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so lundi mardi \
     mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo \
     segunda terca quarta quinta sexta lunedi martedi mercoledi giovedi venerdi sabato domenica \
     maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo poniedzialek wtorek \
     sroda czwartek piatek sobota niedziela pn wt sr cz pt nd pazartesi sali carsamba persembe \
     cuma cumartesi pazar pzt cmt понедельник вторник среда четверг пятница суббота воскресенье \
     пн вт ср чт пт сб вс";

/// The word at the beginning of a text, and what follows it.
pub(super) fn split_word(text: &str) -> (&str, &str) {
    let is_letter = |c: char| c.is_alphabetic() || is_mark(c);
    text.split_at(text.find(|c| !is_letter(c)).unwrap_or(text.len()))
}

/// The month of a name or of its abbreviation: 1 to 12.
pub(crate) fn month(word: &str) -> Option<u32> {
    let word = folded(word)?;
    let mut found = None;
    for (number, names) in (1..).zip(MONTHS) {
        for name in names.split(' ') {
            if name == word {
                return Some(number);
            }
            if name.starts_with(&*word) && word.chars().count() >= 3 {
                if found.is_some_and(|other| other != number) {
                    return None;
                }
                found = Some(number);
            }
        }
    }
    found
}

pub(super) fn is_weekday(word: &str) -> bool {
    let Some(word) = folded(word) else { return false };
    let long = word.chars().count() >= 3;
    WEEKDAYS.split(' ').any(|name| name == word || (long && name.starts_with(&*word)))
}

/// The rest after the ending of an ordinal number, if there is one: `1st`, `1er`, `1º`.
pub(super) fn behind_ordinal(text: &str) -> &str {
    const ORDINALS: [&str; 7] = ["st", "nd", "rd", "th", "er", "º", "ª"];
    if !text.starts_with(char::is_alphabetic) {
        return text;
    }
    let (word, rest) = split_word(text);
    let known = ORDINALS.iter().any(|ordinal| word.eq_ignore_ascii_case(ordinal));
    if known { rest } else { text }
}

/// AM (false) or PM (true) at the beginning of a text, and the rest: `am`, `P.M.`, `p. m.`.
pub(super) fn half_day(text: &str) -> Option<(bool, &str)> {
    let late = match text.bytes().next()? {
        b'a' | b'A' => false,
        b'p' | b'P' => true,
        _ => return None,
    };
    let rest = &text[1..];
    let (rest, points) = match rest.strip_prefix('.') {
        Some(rest) => (rest.trim_start_matches(is_blank), true),
        None => (rest, false),
    };
    let rest = rest.strip_prefix(['m', 'M'])?;
    Some((late, if points { rest.strip_prefix('.').unwrap_or(rest) } else { rest }))
}

/// A word in lower case without accents; `None` if it is too long for a name.
fn folded(word: &str) -> Option<String> {
    if word.is_empty() || word.len() > 28 {
        return None;
    }
    Some(word.chars().filter(|c| !is_mark(*c)).flat_map(fold).collect())
}

/// Combining accents.
fn is_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

fn fold(character: char) -> impl Iterator<Item = char> {
    let base = match character {
        'İ' => 'i',
        _ => character,
    };
    base.to_lowercase().map(|lower| match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ş' | 'ś' | 'š' | 'ș' => 's',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_in_full_and_abbreviated_with_and_without_accents() {
        for (word, wanted) in [
            ("March", 3),
            ("MAR", 3),
            ("März", 3),
            ("Mrz", 3),
            ("févr", 2),
            ("fevrier", 2),
            ("août", 8),
            ("aou\u{302}t", 8),
            ("juil", 7),
            ("jui", 0),
            ("março", 3),
            ("ene", 1),
            ("mrt", 3),
            ("mei", 5),
            ("paź", 10),
            ("grudnia", 12),
            ("Ağustos", 8),
            ("ŞUBAT", 2),
            ("KASIM", 11),
            ("Марта", 3),
            ("мая", 5),
            ("сент", 9),
            ("lip", 7),
            ("ma", 0),
            ("model", 0),
            ("decade", 0),
        ] {
            assert_eq!(month(word).unwrap_or(0), wanted, "{word}");
        }
    }

    #[test]
    fn weekdays_and_halves_of_a_day_are_known() {
        for word in ["Mon", "Thurs", "dim", "Mi", "środa", "Çar", "пн", "mercredi"] {
            assert!(is_weekday(word), "{word}");
        }
        assert!(!is_weekday("m") && !is_weekday("model"));
        for (text, wanted) in [
            ("AM", Some((false, ""))),
            ("p.m.", Some((true, ""))),
            ("p. m.", Some((true, ""))),
            ("pm x", Some((true, " x"))),
            ("p", None),
            ("xm", None),
        ] {
            assert_eq!(half_day(text), wanted, "{text}");
        }
    }
}
