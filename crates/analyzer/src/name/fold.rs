//! Words and ids as a person compares them: without case, accents, surrounding blanks and leading
//! zeros. Values that are equal only in this sense are reported, never changed.

/// Accented Latin letters and their plain letters.
const ACCENTS: [(&str, char); 24] = [
    ("àáâãäåāăą", 'a'),
    ("çćĉċč", 'c'),
    ("ďđ", 'd'),
    ("èéêëēĕėęě", 'e'),
    ("ĝğġģ", 'g'),
    ("ĥħ", 'h'),
    ("ìíîïĩīĭįı", 'i'),
    ("ĵ", 'j'),
    ("ķ", 'k'),
    ("ĺļľŀł", 'l'),
    ("ñńņňŉ", 'n'),
    ("òóôõöøōŏő", 'o'),
    ("ŕŗř", 'r'),
    ("śŝşšș", 's'),
    ("ţťŧ", 't'),
    ("ùúûüũūŭůűų", 'u'),
    ("ŵ", 'w'),
    ("ýÿŷ", 'y'),
    ("źżž", 'z'),
    ("ё", 'е'),
    ("й", 'и'),
    ("ї", 'і'),
    ("ґ", 'г'),
    ("ў", 'у'),
];

/// Appends `text` in lower case, without accents and surrounding blanks.
pub(crate) fn push_plain(out: &mut String, text: &str) {
    let text = text.trim();
    if text.is_ascii() {
        out.extend(text.chars().map(|character| character.to_ascii_lowercase()));
        return;
    }
    // An accent can follow its letter as a combining character.
    let is_accent = |character: &char| ('\u{300}'..='\u{36f}').contains(character);
    let lower = text.chars().flat_map(char::to_lowercase);
    out.extend(lower.filter(|one| !is_accent(one)).map(without_accent));
}

/// Appends an id like [`push_plain`], and a number without leading zeros.
pub(crate) fn push_id(out: &mut String, text: &str) {
    let start = out.len();
    push_plain(out, text);
    let id = &out[start..];
    if id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()) {
        let zeros = id.len() - id.trim_start_matches('0').len();
        out.replace_range(start..start + zeros.min(id.len() - 1), "");
    }
}

/// The form in which names are compared: letters and digits in lower case, without accents.
pub(crate) fn plain_name(header: &str) -> String {
    let mut name = String::new();
    push_plain(&mut name, header);
    name.retain(char::is_alphanumeric);
    name
}

/// A lower-case letter without its accent.
pub(crate) fn without_accent(character: char) -> char {
    if character.is_ascii() {
        return character;
    }
    let found = ACCENTS.iter().find(|(letters, _)| letters.contains(character));
    found.map_or(character, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_look_equal_to_a_person_are_equal() {
        let plain = |text: &str| {
            let mut out = String::from("x");
            push_id(&mut out, text);
            out.split_off(1)
        };
        for (one, other) in [
            ("AB1", "ab1 "),
            ("é1", "E\u{301}1"),
            ("007", "7"),
            ("000", "0"),
            ("Łódź", "lodz"),
            ("Артикул", "АРТИКУЛ"),
        ] {
            assert_eq!(plain(one), plain(other), "{one} {other}");
        }
        for (one, other) in [("A01", "A1"), ("7.0", "7"), ("0A", "A"), ("", "0")] {
            assert_ne!(plain(one), plain(other), "{one} {other}");
        }
    }
}
