//! The name of a data set, which also names its work folder.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::sql::snake_case;

/// The longest name that a plan accepts, in characters.
const LONGEST: usize = 64;
/// Most file systems allow 255 bytes; a temporary file or a lock adds its own extension.
const MOST_BYTES: usize = 200;

/// The name of the data set in `folder`: the folder's name in snake case, so `Online Sales` becomes
/// `online_sales` and `Größe` becomes `größe`.
///
/// It consists of digits, `_` and lower-case letters of any script, so it is safe as a folder name,
/// in a path and in an SQL comment. Folders whose names differ only in case, blanks or ASCII
/// punctuation have the same data set name. If more than that is lost, eight digits of a checksum
/// of the folder's name keep the names apart.
pub(crate) fn name_of(folder: &Path) -> String {
    let Some(folder) = folder.file_name() else { return "data_set".to_owned() };
    let text = folder.to_string_lossy();
    let words = snake_case(&text);
    let checksum = || format!("_{:08x}", xxh3_64(folder.as_encoded_bytes()) >> 32);
    let is_separator = |one: char| one.is_ascii() || one.is_whitespace() || one.is_alphanumeric();
    if words.is_empty() {
        format!("data_set{}", checksum())
    } else if fits(&words, "") && text.chars().all(is_separator) {
        words
    } else {
        with_end(words, &checksum())
    }
}

/// `words` with `end`, shortened so that both fit.
fn with_end(mut words: String, end: &str) -> String {
    while !fits(&words, end) || words.ends_with('_') {
        words.pop();
    }
    words + end
}

fn fits(words: &str, end: &str) -> bool {
    words.chars().count() + end.len() <= LONGEST && words.len() + end.len() <= MOST_BYTES
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use proptest::prelude::*;

    use super::*;

    fn name(folder: &str) -> String {
        name_of(&Path::new("/data").join(folder))
    }

    #[test]
    fn a_folder_gives_its_words_to_the_data_set() {
        for (folder, wanted) in [
            ("sample", "sample"),
            ("OnlineSales", "online_sales"),
            ("online-sales (1)", "online_sales_1"),
            ("2024", "2024"),
            ("Größe", "größe"),
            ("数据", "数据"),
            ("データ", "データ"),
            ("Данные за год", "данные_за_год"),
        ] {
            assert_eq!(name(folder), wanted, "{folder}");
        }
        assert_eq!(name_of(Path::new("/")), "data_set");
    }

    #[test]
    fn folders_whose_names_differ_in_more_than_punctuation_have_different_data_set_names() {
        let long = "a".repeat(70);
        for (one, other) in [
            ("!!!", "???"),
            ("sales 📈", "sales 📉"),
            ("ข่าว", "ข้าว"),
            ("Gro\u{308}ße", "Gro\u{302}ße"),
            (&format!("{long}1"), &format!("{long}2")),
        ] {
            assert_ne!(name(one), name(other), "{one} {other}");
        }
        let of_bytes = |bytes: &[u8]| name_of(&Path::new("/data").join(OsStr::from_bytes(bytes)));
        assert_ne!(of_bytes(b"caf\xe9"), of_bytes(b"caf\xe8"));
        assert!(name("!!!").starts_with("data_set_"), "{}", name("!!!"));
    }

    proptest! {
        #[test]
        fn every_folder_has_a_name_that_a_plan_and_a_file_system_accept(folder in "[^/\0]{1,90}") {
            let name = name(&folder);
            prop_assert!(!name.is_empty() && name.chars().count() <= LONGEST);
            prop_assert!(name.len() <= MOST_BYTES, "{name}");
            let is_safe = |one: char| one == '_' || one.is_alphanumeric() && !one.is_uppercase();
            prop_assert!(name.chars().all(is_safe), "{name}");
        }
    }
}
