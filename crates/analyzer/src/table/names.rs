//! The name of a further table: that of its file, without what all file names share.

use ecom_core::plan::TableName;

use crate::meaning::file_words::{stem, tells_a_kind};
use crate::name::reserved::is_reserved;
use crate::name::sql::{free_name, snake_case};
use crate::profile::file::FileProfile;

/// Words that say nothing but that this is a file.
const FILE_WORDS: [&str; 12] = [
    "dataset", "data", "csv", "table", "tbl", "export", "file", "dim", "fact", "sheet", "full",
    "public",
];
/// The longest name, in characters.
const LONGEST: usize = 40;

/// The first or the last word of a name.
type NameEnd = fn(&Vec<String>) -> Option<&String>;

/// Names tables after their files.
pub(crate) struct TableNames {
    /// Words that most file names begin or end with.
    affixes: Vec<String>,
    taken: Vec<String>,
}

impl TableNames {
    /// For the files of a data set.
    pub(crate) fn new(files: &[FileProfile]) -> Self {
        let stems: Vec<Vec<String>> = files.iter().map(|file| words(&file.name)).collect();
        let ends: [NameEnd; 2] = [|stem| stem.first(), |stem| stem.last()];
        let common = ends.into_iter().filter_map(|end| {
            let shared = |word: &String| {
                let count = stems.iter().filter(|stem| end(stem) == Some(word)).count();
                count > 2 && count * 3 > stems.len() * 2
            };
            let mut words = stems.iter().filter_map(end);
            words.find(|word| shared(word) && !tells_a_kind(word)).cloned()
        });
        let taken = TableName::KNOWN.map(|name| name.as_str().to_owned());
        Self { affixes: common.collect(), taken: taken.to_vec() }
    }

    /// A unique name, which is then taken.
    pub(crate) fn name(&mut self, file: &FileProfile) -> TableName {
        let name = self.propose(file);
        self.take(name);
        name
    }

    /// A unique name, which another table can still take.
    pub(crate) fn propose(&self, file: &FileProfile) -> TableName {
        let wanted = self.wanted(file);
        let wanted = if is_reserved(&wanted) { format!("{wanted}_table") } else { wanted };
        let taken: Vec<_> = self.taken.iter().map(String::as_str).collect();
        let name = free_name(&[&wanted, &format!("{wanted}_table")], &taken);
        // It is a valid name: letters, digits and underscores, and not too long.
        TableName::new(&name).unwrap_or(TableName::Transactions)
    }

    /// Takes a name.
    pub(crate) fn take(&mut self, name: TableName) {
        self.taken.push(name.as_str().to_owned());
    }

    fn wanted(&self, file: &FileProfile) -> String {
        let stems: Vec<_> = file.parts.iter().map(|part| words(&part.shown())).collect();
        let mut words = stems.first().cloned().unwrap_or_default();
        if stems.len() > 1 {
            // What all files of a kind share is the kind.
            let in_all = |word: &String| stems.iter().all(|stem| stem.contains(word));
            words.retain(in_all);
        }
        let is_affix =
            |word: &String| FILE_WORDS.contains(&word.as_str()) || self.affixes.contains(word);
        while words.len() > 1 && words.last().is_some_and(is_affix) {
            words.pop();
        }
        while words.len() > 1 && is_affix(&words[0]) {
            words.remove(0);
        }
        let name = words.join("_");
        let name: String = name.chars().take(LONGEST).collect();
        let name = name.trim_matches('_');
        match name.chars().next() {
            Some(first) if !first.is_numeric() => name.to_owned(),
            _ => format!("table_{name}").trim_end_matches('_').to_owned(),
        }
    }
}

fn words(shown: &str) -> Vec<String> {
    let words = snake_case(stem(shown));
    words.split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
