//! Text in the data lake: one record per line, fields separated by tabs, and in a field `\n`, `\r`,
//! `\t` and `\\` for the characters that would end it, `\0` for U+0000, `\N` alone for NULL.
//!
//! The form is reversible: every text has exactly one form, and each form is read back as that text.
//! Sqoop's own options are not: `--hive-drop-import-delims` deletes line breaks, and `--escaped-by`
//! puts a backslash in front of a line break that still ends the line. So MySQL writes the form, as an
//! expression in the query that Sqoop imports. U+0000 is escaped because Sqoop's export takes it for
//! the escape character that it was told not to use.

use memchr::memchr3;

use crate::canonical::Canonical;

/// The form of NULL.
pub const NULL: &str = "\\N";
/// What is escaped, and the character behind its backslash. The backslash comes first, so that those
/// of the other escapes stay single.
const ESCAPES: [(char, char); 5] =
    [('\\', '\\'), ('\t', 't'), ('\n', 'n'), ('\r', 'r'), ('\0', '0')];

/// The SQL expression that gives the value of the text expression `sql` in this form; NULL stays
/// NULL.
#[must_use]
pub fn sql_form(sql: &str) -> String {
    ESCAPES.iter().fold(sql.to_owned(), |inner, (character, escape)| {
        format!(
            "REPLACE({inner}, {}, {})",
            sql_literal(&[*character]),
            sql_literal(&['\\', *escape])
        )
    })
}

/// A text literal that means the same in every SQL mode.
fn sql_literal(characters: &[char]) -> String {
    let bytes = characters.iter().map(|one| format!("{:02X}", u32::from(*one)));
    format!("_utf8mb4 x'{}'", bytes.collect::<String>())
}

/// Reads one field and appends its value to a record.
///
/// # Errors
///
/// The field ends in a backslash, has one in front of a character that has no escape, or holds a
/// character that must have one; the error says which. Then nothing is appended.
pub fn push_field(field: &str, record: &mut Canonical) -> Result<(), String> {
    if field == NULL {
        record.push(None);
        return Ok(());
    }
    let Some(first) = memchr3(b'\\', b'\r', 0, field.as_bytes()) else {
        record.push(Some(field));
        return Ok(());
    };
    // Read as it stands, it would have two forms, and other readers end the line at it.
    if let Some(bare) = field.chars().find(|character| matches!(character, '\r' | '\0')) {
        return Err(format!("{bare:?} without its escape"));
    }
    let mut text = String::with_capacity(field.len());
    text.push_str(&field[..first]);
    let mut rest = field[first..].chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        let escape = rest.next();
        let meant = ESCAPES.iter().find(|(_, known)| Some(*known) == escape);
        let Some((meant, _)) = meant else {
            let shown = escape.map_or_else(|| "the end".to_owned(), |other| format!("{other:?}"));
            return Err(format!("a backslash before {shown} means nothing"));
        };
        text.push(*meant);
    }
    record.push(Some(&text));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the SQL expression does, done here.
    fn form(text: &str) -> String {
        ESCAPES.iter().fold(text.to_owned(), |inner, (character, escape)| {
            inner.replace(*character, &format!("\\{escape}"))
        })
    }

    fn read(field: &str) -> Result<Canonical, String> {
        let mut record = Canonical::new();
        push_field(field, &mut record).map(|()| record)
    }

    fn one(value: Option<&str>) -> Canonical {
        let mut record = Canonical::new();
        record.push(value);
        record
    }

    #[test]
    fn each_form_has_one_meaning() {
        for (field, value) in [
            ("", Some("")),
            ("\\N", None),
            ("\\\\N", Some("\\N")),
            ("\\\\n", Some("\\n")),
            ("\\\\\\n", Some("\\\n")),
            ("door\\nring", Some("door\nring")),
            ("a\\tb\\rc\\\\d", Some("a\tb\rc\\d")),
            ("\u{1}\u{b}\\0", Some("\u{1}\u{b}\0")),
        ] {
            assert_eq!(read(field).as_ref(), Ok(&one(value)), "{field}");
        }
        assert_eq!(read("C:\\x").unwrap_err(), "a backslash before 'x' means nothing");
        assert_eq!(read("\\Nx").unwrap_err(), "a backslash before 'N' means nothing");
        assert_eq!(read("a\\").unwrap_err(), "a backslash before the end means nothing");
        assert_eq!(read("a\r").unwrap_err(), "'\\r' without its escape");
        assert_eq!(read("a\0b\\n").unwrap_err(), "'\\0' without its escape");
    }

    #[test]
    fn the_backslash_is_escaped_first() {
        assert_eq!(
            sql_form("`a`"),
            "REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(`a`, _utf8mb4 x'5C', _utf8mb4 x'5C5C'), _utf8mb4 x'09', \
             _utf8mb4 x'5C74'), _utf8mb4 x'0A', _utf8mb4 x'5C6E'), _utf8mb4 x'0D', _utf8mb4 x'5C72'), \
             _utf8mb4 x'00', _utf8mb4 x'5C30')"
        );
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "[\\\\ntr0N\t\n\r\u{0}-\u{10ffff}]{0,40}") {
            let form = form(&text);
            prop_assert!(!form.contains(['\t', '\n', '\r', '\0']));
            prop_assert_ne!(&form, NULL);
            prop_assert_eq!(read(&form), Ok(one(Some(&text))));
        }
    }
}
